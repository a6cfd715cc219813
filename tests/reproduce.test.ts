// Reproductions from end to end: real runs of a small claim in a real session, what is told of them, and the command line.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { english, say } from '../src/engine/core/say.ts';
import { markdown } from '../src/engine/spec/reproduce/document.ts';
import { documentOf } from '../src/engine/spec/reproduce/of-session.ts';
import type { Preset } from '../src/engine/spec/reproduce/preset.ts';
import { experimentOf } from '../src/engine/spec/reproduce/presets/common.ts';
import { missing } from '../src/engine/spec/reproduce/results.ts';
import { Lab } from '../src/lab/lab.ts';
import { scratchFolder } from './support/program.ts';

const home = scratchFolder();

/** Two widths on a task of a few symbols: seconds, not minutes. */
const small: Preset = {
  id: 'small',
  title: say`Table 1`,
  subject: say`Selective copying: accuracy against the number of layers`,
  source: 'nowhere',
  claim: say`The larger the bias, the better.`,
  metric: 'val/accuracy',
  heads: [say`Width`],
  arms: ['8', '16'].map((width) => ({ name: `width ${width}`, cells: [width], published: { value: 0.5 } })),
  parts: [{ kind: 'better', says: say`The larger the bias, the better.`, a: 'width 16', b: 'width 8' }],
  settings: [],
  notes: [],
  experiments: () => [
    {
      ...experimentOf(
        {
          name: 'small',
          task: { id: 'selective-copy-v1', fields: { length: 4, memorise: 1, vocabulary: 4, evalSequences: 16 } },
          variants: [8, 16].map((d) => ({ name: `width ${d}`, model: 'minGru', fields: { d, layers: 1 } })),
        },
        { steps: 6, batch: 2, learningRate: 1e-2, seeds: [1, 2, 3] },
      ),
      device: { kind: 'cpu', threads: 1, module: 'wasm' },
    },
  ],
};

describe('a reproduction in a session', () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await Lab.open({
      home: { config: home, sessions: join(home, 'sessions'), data: join(home, 'data') },
      onEvent: () => undefined,
    });
  });
  afterAll(() => lab.close());

  it('is judged by the last values of its runs, and adds the runs that are missing', async () => {
    const [experiment] = small.experiments('small');
    if (experiment === undefined) expect.fail('an experiment is required');
    await lab.session.create('small', experiment, join(home, 'small.rnnlab'));
    await lab.start({ ...experiment, seeds: [1, 3] });
    await lab.race.idle();
    expect(documentOf(small, 'small', lab.keeper.state().runs, [experiment])?.outcome.parts[0]).toMatchObject({
      seeds: 2,
      verdict: { verdict: 'not-decided', reason: 'too-few-seeds' },
    });

    const left = missing(lab.keeper.state().runs, [experiment]);
    expect(left.map(({ seeds }) => seeds)).toEqual([[2]]);
    for (const spec of left) await lab.start(spec);
    await lab.race.idle();
    const { runs } = lab.keeper.state();
    expect(missing(runs, [experiment])).toEqual([]);

    const document = documentOf(small, 'small', runs, [experiment]);
    if (document === null) expect.fail('a document is required');
    for (const { arm, summary } of document.outcome.arms) {
      const valueOf = (seed: number) =>
        runs.find((run) => run.spec.seed === seed && run.name.startsWith(arm.name))?.last['val/accuracy'];
      expect(summary).toMatchObject({ seeds: [1, 2, 3], values: [1, 2, 3].map(valueOf) });
    }
    expect(markdown(document, english)).toMatch(/6 runs, /);
  });
});

describe('minrnn reproduce', () => {
  const minrnn = (...argv: string[]) =>
    spawnSync(process.execPath, [join(import.meta.dirname, '../bin/minrnn.mjs'), 'reproduce', ...argv], {
      encoding: 'utf8',
      env: { ...process.env, MINRNN_HOME: home },
    });

  it('lists what there is', () => {
    const { status, stdout } = minrnn('--json');
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toEqual(
      expect.arrayContaining([expect.objectContaining({ id: 'table-1', title: 'Table 1' })]),
    );
  });

  it('refuses a name it does not know, with one that is near', () => {
    const { status, stderr } = minrnn('tabel-1');
    expect(status).not.toBe(0);
    expect(stderr).toMatch(/Did you mean table-1\?/);
  });

  it('counts without a run, and writes what it shows', () => {
    const path = join(home, 'parameters.md');
    const { status, stdout } = minrnn('parameters', '--report', path);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^Holds +minGRU \/ GRU: 33, 22, 17, 13 %/m);
    expect(readFileSync(path, 'utf8')).toContain('| minGRU / GRU | matrices of the recurrence | 3 | 17 | 16.67 |');
    expect(minrnn('parameters', '--report', path).status).not.toBe(0);
    const { stdout: json } = minrnn('parameters', '--json');
    expect(JSON.parse(json)).toMatchObject({ id: 'parameters', parts: [{ verdict: 'holds' }, { verdict: 'holds' }] });
  });

  it('says what a size takes before anything runs', () => {
    const { status, stdout } = minrnn('table-1', '--plan', '--module', 'wasm');
    expect(status).toBe(0);
    expect(stdout).toMatch(/^24 runs, about .+ on this machine\.$/m);
  });
});
