// The user's files that are not texts, through the real command line and real engines: imported, learned by hash, stored in a session, and
// refused with file and cause.
import { copyFileSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { examplesOfRun } from '../src/lab/runs/examples.ts';
import { Lab } from '../src/lab/lab.ts';
import { minrnn } from './support/command-line.ts';
import { tinyRace } from './support/experiments.ts';
import { pngOf } from './support/png.ts';
import { scratchFolder } from './support/program.ts';

const folder = scratchFolder();
const at = (name: string): string => join(folder, name);
const count = 40;

function idx(shape: readonly number[], numbers: readonly number[]): Uint8Array {
  const head = shape.flatMap((extent) => [0, 0, extent >> 8, extent & 255]);
  return Uint8Array.from([0, 0, 8, shape.length, ...head, ...numbers]);
}

/** 4 x 4 points: the upper half is bright, or the lower one. */
const points = Array.from({ length: count }, (_, i) =>
  Array.from({ length: 16 }, (__, p) => (p < 8 === (i % 2 === 0) ? 200 + (i % 50) : i % 40)),
).flat();

beforeAll(() => {
  process.env['MINRNN_HOME'] = at('first');
  writeFileSync(at('t10k-images-idx3-ubyte.gz'), gzipSync(idx([count, 4, 4], points)));
  const classes = Array.from({ length: count }, (_, i) => 3 + (i % 2));
  writeFileSync(at('t10k-labels-idx1-ubyte.gz'), gzipSync(idx([count], classes)));
  writeFileSync(at('waves.tsv'), '1\t0.5\t0.6\n2\t0.1\n1\t0.4\t0.5\n2\t0.2\t0.1\n');
  writeFileSync(at('heat.csv'), 'time,kw,note\n2024-01-01,1.5,a\n2024-01-02,,b\n2024-01-03,2,c\n');
  writeFileSync(at('label.csv'), 'label,x\n1,0.5\n2,0.25\n');
  for (const name of ['cat', 'dog']) {
    mkdirSync(at(`animals/${name}`), { recursive: true });
    writeFileSync(at(`animals/${name}/1.png`), pngOf({ width: 2, height: 1, samples: [0, name === 'cat' ? 1 : 2] }));
  }
  writeFileSync(at('torn.tsv'), '1\t0.5\t0.6\n2\t0.1\tx\n');
  writeFileSync(at('alone-images-idx3-ubyte'), idx([2, 1, 1], [1, 2]));
  writeFileSync(at('cut.gz'), gzipSync(Buffer.alloc(5000, 'word ')).subarray(0, 30));
});
afterAll(() => delete process.env['MINRNN_HOME']);

describe('data import', () => {
  it('says what it found: pictures with the classes beside them, series, or the letters where these are asked for', async () => {
    const pictures = await minrnn('data', 'import', at('t10k-images-idx3-ubyte.gz'));
    expect(pictures.out).toContain('40 pictures of 4 x 4 x 1, in 2 classes: 3, 4.');
    expect((await minrnn('data', 'import', at('waves.tsv'))).out).toContain('4 series of 1 to 2 steps, 1 to a step');
    expect((await minrnn('data', 'import', at('waves.tsv'), '--as-text', '--json')).out).toContain('"kind": "text"');
    const table = await minrnn('data', 'import', at('heat.csv'));
    expect(table.out).toContain('3 rows: time (time), kw (number, 1 missing), note (text).');
    expect((await minrnn('data', 'import', at('label.csv'), '--as-table')).out).toContain(
      '2 rows: label (number), x (number).',
    );
    expect((await minrnn('data', 'import', at('animals'))).out).toContain(
      '2 pictures of 1 x 2 x 1, in 2 classes: cat, dog.',
    );
    expect((await minrnn('data', 'show', 'heat')).out).toMatch(/2024-01-02\s+missing\s+b/);
    const list = (await minrnn('data', 'list')).out;
    expect(list).toMatch(/t10k-images-idx3-ubyte\S*\s+images\s+here/);
    expect(list).toMatch(/drawn-waves\s+series\s+here/);
  });

  it.each([
    ['torn.tsv', 'line 2: every value must be a finite number, got something else at position 2'],
    ['alone-images-idx3-ubyte', 'the file of the classes must be beside it, got none called alone-labels-idx1-ubyte'],
    ['t10k-labels-idx1-ubyte.gz', 'it must hold sequences or pictures, got one number for each: these are classes'],
    ['cut.gz', 'got one that is damaged or longer'],
  ])('refuses %s by its cause', async (name, words) => {
    const said = await minrnn('data', 'import', at(name));
    expect(said.code).not.toBe(0);
    expect(said.err).toContain(words);
  });
});

describe('a race on pictures of the user', () => {
  it('is trained by engines that read the file themselves, and another machine has it from the session', async () => {
    const lab = await Lab.open({ onEvent: () => undefined });
    const [own] = lab.catalogue().datasets.filter(({ title }) => title.startsWith('t10k'));
    const experiment = tinyRace(150, {
      task: { id: 'image-classes-v1', fields: { dataset: own.id } },
      variants: [{ model: 'minGru', fields: { d: 8, layers: 1 } }],
    });
    await lab.session.create('pictures', experiment, at('pictures.rnnlab'));
    await lab.start(experiment);
    await lab.race.idle();
    const [run] = lab.keeper.runs();
    expect(run.texts).toMatchObject([{ step: 0, text: { sha256: own.sha256, symbols: { count: 2 } } }]);
    expect(lab.keeper.live(run.id)).toMatchObject({ status: 'finished' });
    expect(await lab.race.texts.putIntoSession()).toBe(1);
    await lab.close();

    copyFileSync(at('pictures.rnnlab'), at('elsewhere.rnnlab'));
    process.env['MINRNN_HOME'] = at('second');
    const other = await Lab.open({ onEvent: () => undefined });
    await other.session.open(at('elsewhere.rnnlab'), { readOnly: true });
    const [there] = other.keeper.runs();
    const { examples } = await examplesOfRun(there, other.race.texts);
    expect(examples[0].picture).toMatchObject({ height: 4, width: 4, channels: 1 });
    await other.close();
    const taken = await minrnn('session', 'texts', at('elsewhere.rnnlab'), '--take-out', '--json');
    expect(taken.out).toContain('"kind": "images"');
    const data = join(at('second'), 'data');
    if (existsSync(data)) expect(readdirSync(data).some((name) => name === `${String(own.sha256)}.data`)).toBe(true);
  });
});
