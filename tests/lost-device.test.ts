// A graphics device that is lost during a run, through the real lab and real engine processes: the run resumes automatically from its last
// checkpoint as long as it makes progress, and its curve is that of an undisturbed run. Needs an adapter; SwiftShader will do.
import { english } from '../src/engine/core/say.ts';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { webgpuDevice } from '../src/engine/device/webgpu/index.ts';
import type { AppError } from '../src/engine/core/result.ts';
import { Lab } from '../src/lab/lab.ts';
import { readCurves } from './support/curves.ts';
import { tinyRace } from './support/experiments.ts';
import { scratchFolder } from './support/program.ts';
import { saying } from './support/saying.ts';

const absence = await webgpuDevice.unavailable();
const missing = absence && english(absence);
const home = scratchFolder();
const labHome = { config: home, sessions: home, data: join(home, 'data') };
const experiment = (checkpointEvery: number) => {
  const tiny = tinyRace(120);
  return {
    ...tiny,
    variants: tiny.variants.slice(0, 1),
    training: { ...tiny.training, checkpointEvery },
    device: { kind: 'webgpu', threads: 1 },
  };
};

interface Raced {
  readonly path: string;
  readonly status: string;
  readonly problems: readonly AppError[];
  readonly losses: number;
}

async function race(name: string, checkpointEvery: number): Promise<Raced> {
  const path = join(home, name);
  const problems: AppError[] = [];
  const lab = await Lab.open({
    home: labHome,
    onEvent: (event, payload) => event === 'problem' && problems.push((payload as { error: AppError }).error),
  });
  await lab.session.create(name, null, path);
  await lab.start(experiment(checkpointEvery));
  await lab.race.idle();
  const [run] = lab.keeper.runs();
  if (!run) throw new Error('a run is expected');
  const { status } = lab.keeper.live(run.id);
  const events = await lab.keeper.store.events();
  const losses = events.filter(({ kind }) => kind === 'device-lost').length;
  await lab.close();
  return { path, status, problems, losses };
}

describe.skipIf(missing !== null)(`a lost device${missing === null ? '' : ` (skipped: ${missing})`}`, () => {
  afterEach(() => {
    delete process.env['MINRNN_LOSE_GPU_AFTER'];
  });

  it('is opened again, and the run goes on from its last checkpoint to the same curve', async () => {
    const whole = await race('whole.rnnlab', 0.1);
    expect(whole).toMatchObject({ status: 'finished', losses: 0 });
    process.env['MINRNN_LOSE_GPU_AFTER'] = '80';
    const disturbed = await race('disturbed.rnnlab', 0.1);
    expect(disturbed).toMatchObject({ status: 'finished', problems: [] });
    expect(disturbed.losses).toBeGreaterThanOrEqual(1);
    expect(await readCurves(disturbed.path)).toEqual(await readCurves(whole.path));
  });

  it('ends the run where it is lost again before there is anything to go on from', async () => {
    process.env['MINRNN_LOSE_GPU_AFTER'] = '3';
    const { status, problems, losses } = await race('hopeless.rnnlab', 3600);
    expect(status).toBe('failed');
    expect(losses).toBe(1);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({ code: 'device-lost', message: saying('was lost') });
  });
});
