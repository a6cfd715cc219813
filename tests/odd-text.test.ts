// Odd names and experiments: each gives a message and exit code, terminals do not execute them, and spreadsheets read them as text.
import { english } from '../src/engine/core/say.ts';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { validateExperiment } from '../src/engine/spec/validate.ts';
import { csvRow } from '../src/engine/core/csv.ts';
import { printable, printableLines } from '../src/engine/core/printable.ts';
import { catalogueWith } from '../src/lab/experiments/catalogue.ts';
import { readParams } from '../src/protocol/validators.ts';
import { minrnn } from './support/command-line.ts';
import { tinyRace } from './support/experiments.ts';
import { scratchFolder, writeJson } from './support/program.ts';

const home = scratchFolder();
const at = (name: string): string => join(home, name);
beforeAll(() => void (process.env['MINRNN_HOME'] = home));
afterAll(() => delete process.env['MINRNN_HOME']);

const catalogue = catalogueWith([]);
const variant = { model: 'gru', fields: { d: 4, layers: 1 } };
const odd: readonly unknown[] = [
  { toString: 1 },
  { __proto__: null },
  [],
  {},
  true,
  5,
  null,
  [[]],
  { a: { b: [] } },
  '',
];

describe('an experiment', () => {
  const places: Readonly<Record<string, (value: unknown) => object>> = {
    format: (format) => ({ format }),
    version: (version) => ({ version }),
    name: (name) => ({ name }),
    task: (task) => ({ task }),
    'task.id': (id) => ({ task: { id } }),
    'task.fields': (fields) => ({ task: { id: 'selective-copy-v1', fields } }),
    variants: (variants) => ({ variants }),
    'variants[0]': (one) => ({ variants: [one] }),
    'variants[0].name': (name) => ({ variants: [{ ...variant, name }] }),
    'variants[0].model': (model) => ({ variants: [{ ...variant, model }] }),
    'variants[0].implementation': (implementation) => ({ variants: [{ ...variant, implementation }] }),
    'variants[0].fields.d': (d) => ({ variants: [{ ...variant, fields: { d } }] }),
    'training.batch': (batch) => ({ training: { batch } }),
    seeds: (seeds) => ({ seeds }),
    budget: (budget) => ({ budget }),
    'device.threads': (threads) => ({ device: { threads } }),
    'device.kind': (kind) => ({ device: { kind } }),
    mode: (mode) => ({ mode }),
    slice: (slice) => ({ slice }),
  };

  it.each(Object.entries(places))(
    'with anything odd as %s is refused in words or taken, and never a defect',
    (place, put) => {
      for (const value of odd) {
        const { issues } = validateExperiment(
          JSON.parse(JSON.stringify({ ...tinyRace(20), ...put(value) })),
          catalogue,
        );
        for (const { message } of issues) expect(english(message)).toMatch(/\S/);
        // Values that are valid nowhere.
        if (Object.keys(value ?? {}).length > 0 && typeof value === 'object') expect(issues).not.toEqual([]);
      }
    },
  );

  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])(
    'with a setting called %s is told that there is none',
    (name) => {
      const text = JSON.stringify(tinyRace(20)).replace('{', `{"${name}":1,`);
      expect(validateExperiment(JSON.parse(text), catalogue).issues).toMatchObject([{ field: name }]);
      const fields = JSON.parse(`{"${name}":1}`) as object;
      expect(validateExperiment({ ...tinyRace(20), training: fields }, catalogue).issues).toMatchObject([
        { field: `training.${name}` },
      ]);
    },
  );

  const files: readonly (readonly [string, () => string, RegExp])[] = [
    ['an empty file', () => write('empty.json', ''), /empty/],
    ['blanks', () => write('blank.json', ' \n'), /empty/],
    ['a folder', () => folder('folder.json'), /must be a file, got a folder/],
    ['a pipe', () => pipe('pipe.json'), /must be a file, got a named pipe/],
    ['an endless device', () => '/dev/zero', /must be a file, got a device/],
    ['brackets without end', () => write('deep.json', '['.repeat(200_000)), /levels of nesting/],
    ['a text', () => write('text.json', 'Call me Ishmael.'), /not valid JSON/],
    ['bytes that are no text', () => write('bytes.json', Buffer.from([0xff, 0xfe, 0x00, 0xd8])), /\S/],
    [
      'an empty list of implementations',
      () => write('impl.json', JSON.stringify({ ...tinyRace(20), variants: [{ ...variant, implementation: [] }] })),
      /at least one value, got an empty list/,
    ],
    [
      'a name that is a number',
      () => write('name.json', JSON.stringify({ ...tinyRace(20), variants: [{ ...variant, name: 5 }] })),
      /name must be 1 to 200 characters, got 5/,
    ],
  ];
  const write = (name: string, content: string | Uint8Array): string => {
    writeFileSync(at(name), content);
    return at(name);
  };
  const folder = (name: string): string => {
    mkdirSync(at(name));
    return at(name);
  };
  const pipe = (name: string): string => {
    execFileSync('mkfifo', [at(name)]);
    return at(name);
  };
  it.each(files)('that is %s is bad input, in words', async (_, make, words) => {
    const said = await minrnn('plan', make());
    expect(said.code).toBe(2);
    expect(said.err).toMatch(words);
    expect(said.err).not.toMatch(/defect|at .*\.ts:/);
  });

  it('in UTF-16 is read as what it says', async () => {
    const text = `\uFEFF${JSON.stringify(tinyRace(20))}`;
    expect((await minrnn('plan', write('utf16.json', Buffer.from(text, 'utf16le')))).code).toBe(0);
  });
});

describe('names that a terminal or a spreadsheet would obey', () => {
  const names = ['line one\nline two', 'red \u001b[31mtext\u0007 \u009b2J \u202egnp', '=1+2', 'a,"b" · L 1'];

  it('are shown, not obeyed, and come through an export whole', async () => {
    const spec = { ...tinyRace(20), variants: names.map((name) => ({ ...variant, name })) };
    writeJson(home, 'names.json', spec);
    const session = at('names.rnnlab');
    for (const args of [
      ['race', at('names.json'), '--session', session],
      ['plan', at('names.json')],
      ['session', 'show', session],
      ['session', 'show', session, '--json'],
      ['resume', session, '--run', '\u001b[31mnobody'],
    ]) {
      const { out, err } = await minrnn(...args);
      expect(out + err).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
      expect(out + err).not.toContain('line one\nline two');
    }
    const csv = await minrnn('session', 'export', session, '--out', at('names.csv'), '--bom');
    expect(csv.code).toBe(0);
    const text = readFileSync(at('names.csv'), 'utf8');
    expect(text.startsWith('\uFEFFrun_id,')).toBe(true);
    for (const cell of [`"line one\nline two"`, `'=1+2`, `"a,""b"" · L 1"`]) expect(text).toContain(`,${cell},`);
  });

  it('have one row of CSV and one line of a terminal each', () => {
    expect(csvRow(['=1', '+1', '-1', '@x', '\tx', -1, null, 'a"b'])).toBe(`'=1,'+1,'-1,'@x,'\tx,-1,,"a""b"\r\n`);
    expect(printable('a\nb\u001b')).toBe('a\\nb\\u001b');
    expect(printableLines('a\nb\u001b')).toBe('a\nb\\u001b');
  });
});

it('a message nested without end is refused', () => {
  let deep: unknown = 1;
  for (let i = 0; i < 5000; i++) deep = [deep];
  expect(readParams('experiment/validate', { spec: { deep } as never })).toMatchObject({
    error: { code: 'bad-input' },
  });
});
