// Runs of old files still build the same programs as they are written: the same weights and the same computations. old-programs.json was written by the code
// before states had shapes.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { unwrap } from '../core/result.ts';
import type { Graph, Program } from '../graph/graph.ts';
import { smallSpec, smallText, type SmallRun } from '../verify/small-run.ts';
import { buildProgram } from './program.ts';
import { buildReader } from './reader-program.ts';
import { setUpRun } from './setup.ts';

interface Old {
  readonly run: SmallRun;
  readonly training: string;
  readonly answer: string;
}

const stored = JSON.parse(readFileSync(new URL('old-programs.json', import.meta.url), 'utf8')) as readonly Old[];

/** Keys sorted: the order of construction does not matter. */
const sorted = (_: string, value: unknown): unknown =>
  value !== null && typeof value === 'object' && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
    : value;

const short = (value: unknown): string =>
  createHash('sha256').update(JSON.stringify(value, sorted)).digest('hex').slice(0, 16);

/** What every node computes from variables, regardless of its number and label; a reshaped constant counts as that constant. */
function meaningOf({ nodes, values }: Graph): readonly string[] {
  const known = values.map(({ variable }) => variable ?? '');
  const constants = new Map<number, object>();
  return nodes.flatMap(({ op, inputs, outputs, attrs }) => {
    const [of = -1] = inputs;
    const constant = constants.get(of);
    const same = op === 'reshape' && constant !== undefined ? { ...constant, ...attrs } : null;
    if (op === 'constant' || same !== null) constants.set(outputs[0] ?? -1, same ?? attrs);
    const whole =
      same === null
        ? { op, attrs, inputs: inputs.map((id) => known[id]) }
        : { op: 'constant', attrs: same, inputs: [] };
    const meaning = short(whole);
    outputs.forEach((id, i) => (known[id] = `${meaning}:${i}`));
    return outputs.length === 0 ? [meaning] : [];
  });
}

/** What evaluations measured then; a metric that a task declares since adds its sum and changes nothing else. */
const known: ReadonlySet<string> = new Set(['val/loss', 'val/accuracy']);

const hashOf = ({ variables, entries }: Program, names: readonly string[]): string =>
  short({ variables, entries: entries.filter(({ name }) => names.includes(name)).map((entry) => meaningOf(entry)) });

it.each(stored.map((one) => [JSON.stringify(one.run), one] as const))('%s', (_, { run, training, answer }) => {
  const now = unwrap(setUpRun(smallSpec(run), run.task === 'char-text-v1' ? smallText : null));
  const setup = { ...now, task: { ...now.task, metrics: now.task.metrics.filter(({ name }) => known.has(name)) } };
  expect(hashOf(buildProgram(setup, { asWritten: true }), ['train', 'accumulate', 'update', 'evaluate'])).toBe(
    training,
  );
  const reader = buildReader(setup, 2, { asWritten: true });
  const weights = reader.variables.filter(({ role }) => role === 'weight');
  expect(hashOf({ variables: weights, entries: reader.entries }, ['answer'])).toBe(answer);
});
