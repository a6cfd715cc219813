// Every model of the registry against PyTorch's best form of it (peers/zoo): one training step of a text model with AdamW and clipping, and single
// layers forward and backward. Same weights and data; losses are compared before times are shown. Run:
//   node bench/zoo.bench.ts [--models minGru,lru] [--forms step,layer] [--lengths 128,1024] [--rounds 20] [--no-compile] [--no-wasm] [--no-peers]
//     [--compile-most 1024] [--most 10] [--busy] [--list]; `most` = seconds for a contender of a case
// Cases that do not run keep their rows of an earlier run.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { environment } from './measure.ts';
import { allCases, type Case } from './zoo/cases.ts';
import { disagreement, ours, theirs, type Contender } from './zoo/contenders.ts';
import { build, exported, type Built } from './zoo/programs.ts';
import { gain, write, type FirstStep, type Row } from './zoo/results.ts';
import { inTurns } from './zoo/turns.ts';

const { values: options } = parseArgs({
  options: {
    models: { type: 'string' },
    forms: { type: 'string', default: 'step,layer' },
    lengths: { type: 'string' },
    rounds: { type: 'string', default: '20' },
    'no-compile': { type: 'boolean', default: false },
    'no-wasm': { type: 'boolean', default: false },
    'no-peers': { type: 'boolean', default: false },
    'compile-most': { type: 'string', default: '1024' },
    most: { type: 'string', default: '10' },
    busy: { type: 'boolean', default: false },
    list: { type: 'boolean', default: false },
  },
});

const listed = (text: string | undefined): readonly string[] | null => text?.split(',') ?? null;
const [models, forms, lengths] = [listed(options.models), listed(options.forms), listed(options.lengths)];
const chosen = allCases.filter(
  ({ name, model, form, shape }) =>
    (models === null || models.includes(name) || models.includes(model)) &&
    forms?.includes(form) === true &&
    (lengths === null || lengths.includes(String(shape.T))),
);

const words = (error: unknown): string => (error instanceof Error ? error.message : String(error));

async function firstStep({ id }: Case): Promise<FirstStep | string> {
  const script = join(import.meta.dirname, 'zoo/first-step.ts');
  return promisify(execFile)(process.execPath, [script, id]).then(
    ({ stdout }) => JSON.parse(stdout) as FirstStep,
    (error: unknown) => `first step: ${words(error).split('\n').slice(0, 3).join(' ')}`,
  );
}

function exportTo(folder: string, one: Case, built: Built): string {
  const { index, numbers } = exported(one, built);
  const [file, beside] = [join(folder, 'case.json'), join(folder, 'case.bin')];
  writeFileSync(beside, numbers);
  writeFileSync(file, JSON.stringify({ ...index, numbers: beside }));
  return file;
}

async function contendersOf(one: Case, folder: string, absent: string[]): Promise<Contender[]> {
  const built = build(one);
  const found: Contender[] = [];
  for (const module of options['no-wasm'] ? (['native'] as const) : (['native', 'wasm'] as const))
    found.push(
      ...(await ours(one, built, module).then(
        (it) => [it],
        (error: unknown) => (absent.push(`${module}: ${words(error)}`), []),
      )),
    );
  if (options['no-peers']) return found;
  const file = exportTo(folder, one, built);
  const late = one.shape.T > Number(options['compile-most']);
  for (const variant of options['no-compile'] || late ? (['eager'] as const) : (['eager', 'compiled'] as const)) {
    const peer = await theirs(one, file, variant);
    if (typeof peer === 'string') absent.push(peer);
    else found.push(peer);
  }
  if (late && !options['no-compile']) absent.push(`PyTorch compiled: not tried above T ${options['compile-most']}`);
  return found;
}

/** Those whose numbers are those of the first. */
function agreeing(all: readonly Contender[], absent: string[]): readonly Contender[] {
  const [first] = all;
  return all.filter(({ title, found }) => {
    const apart = disagreement(found, first?.found ?? []);
    if (apart !== null) absent.push(`${title}: ${apart}`);
    return apart === null;
  });
}

async function measured(one: Case, folder: string): Promise<Row> {
  const absent: string[] = [];
  const at = environment();
  const first = options['no-peers'] ? null : await firstStep(one);
  if (typeof first === 'string') absent.push(first);
  const all = await contendersOf(one, folder, absent);
  try {
    const timings = await inTurns(agreeing(all, absent), Number(options.rounds), 1000 * Number(options.most));
    const { id, name, form, shape } = one;
    const busy = options.busy || Number(at['load']) > 3;
    return {
      id,
      name,
      form,
      shape,
      environment: at,
      busy,
      firstStep: typeof first === 'string' ? null : first,
      timings,
      absent,
    };
  } finally {
    for (const { end } of all) await end();
  }
}

function shown(row: Row): string {
  const times = row.timings.map(
    ({ who, steady, paused, cpu }) =>
      `  ${who.padEnd(9)} ${steady.median} ms (after a pause ${paused.median}, processor ${cpu.median})`,
  );
  const first = row.firstStep === null ? [] : [`  first step ${row.firstStep.total} ms`];
  const gained = gain(row, 'native');
  const verdict = gained === null ? [] : [`  native is ${gained.toFixed(2)} times as fast as the better PyTorch form`];
  return [row.id, ...times, ...verdict, ...first, ...row.absent.map((why) => `  absent: ${why}`)].join('\n');
}

if (options.list) console.log(chosen.map(({ id }) => id).join('\n'));
else {
  const folder = mkdtempSync(join(tmpdir(), 'minrnn-zoo-'));
  try {
    for (const one of chosen) {
      const row = await measured(one, folder);
      console.log(shown(row));
      write(
        [row],
        allCases.map(({ id }) => id),
      );
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
process.exit(0);
