// @vitest-environment happy-dom
// The texts of a preset follow its experiment, in both languages: a changed number appears in its title and its sentence.
import { afterEach, expect, it } from 'vitest';
import type { ExperimentSpec } from '../src/engine/spec/run-spec.ts';
import { presetOf, presets } from '../src/lab/experiments/presets.ts';
import { presetSentence, presetTitle } from '../src/renderer/i18n/fields.ts';
import { setLocale } from '../src/renderer/i18n/index.ts';

afterEach(() => setLocale('en'));

type Id = Parameters<typeof presetOf>[0];

/** Title and sentence in English and Chinese, of a preset with another experiment. */
function wordsOf(id: Id, change: (spec: ExperimentSpec) => ExperimentSpec): string {
  const [own] = presets.filter((preset) => preset.id === id);
  if (!own) throw new Error(id);
  const preset = presetOf(id, change(own.spec), own);
  return (['en', 'zh'] as const)
    .map((language) => {
      setLocale(language);
      return `${presetTitle(preset)} ${presetSentence(preset)}`;
    })
    .join(' ');
}

const same = (spec: ExperimentSpec): ExperimentSpec => spec;
const fewer = (spec: ExperimentSpec): ExperimentSpec => ({ ...spec, variants: spec.variants.slice(0, 3) });

const changes: readonly (readonly [Id, (spec: ExperimentSpec) => ExperimentSpec, RegExp, RegExp])[] = [
  ['text', fewer, /^Five models .*五个模型/, /^Three models .*三个模型/],
  [
    'selective-copy',
    (spec) => ({ ...spec, task: { ...spec.task, fields: { ...spec.task.fields, memorise: 5, length: 40 } } }),
    /pick 3 symbols out of 32 .*32 个位置中挑出 3 个/,
    /pick 5 symbols out of 40 .*40 个位置中挑出 5 个/,
  ],
  [
    'implementations',
    (spec) => ({ ...spec, variants: [{ model: 'minGru', implementation: ['scan', 'loop'] }] }),
    /in four ways.*四种方式/,
    /in two ways.*两种方式/,
  ],
  [
    'layers',
    (spec) => ({ ...spec, variants: [{ model: 'minGru', fields: { layers: [2, 4] } }] }),
    /With one layer it.*一层做不到/,
    /With two layers it.*两层做不到/,
  ],
];

it.each(changes)('%s says the numbers of its experiment', (id, change, now, then) => {
  expect(wordsOf(id, same)).toMatch(now);
  expect(wordsOf(id, change)).toMatch(then);
});

it('no other preset says a number that its experiment could change', () => {
  const told = presets
    .filter(({ id }) => !changes.some(([known]) => known === id))
    .map(({ title, sentence }) => `${title} ${sentence}`);
  for (const words of told) expect(words).not.toMatch(/\d|\b(one|two|three|four|five|both)\b/i);
});

it('the name of an experiment, which nothing changes later, says none either', () => {
  for (const { spec } of presets) expect(spec.name).not.toMatch(/\d|\b(two|three|four|five|both)\b/i);
});
