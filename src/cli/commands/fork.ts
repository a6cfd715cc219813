// `fork SESSION --run R (--step N | --weights FILE)`: a new run with the settings of another, trained to its end.
import { resolve } from 'node:path';
import { AppFailure } from '../../engine/core/result.ts';
import { say } from '../../engine/core/say.ts';
import { printable } from '../../engine/core/printable.ts';
import type { RunAction } from '../../protocol/state.ts';
import { act } from '../../lab/race/race-actions.ts';
import { findRun } from '../../lab/runs/run-names.ts';
import type { Command } from '../command.ts';
import * as limits from '../../engine/spec/limits.ts';
import { oneRun, otherData } from '../options.ts';
import { number, text, type Options, type Values } from '../typed.ts';
import { onInterrupt } from '../interrupt.ts';
import { RaceProgress } from '../race-progress.ts';
import { saving, untilDone } from '../run-race.ts';
import { withLab } from '../with-lab.ts';

export const forkOptions = {
  run: oneRun,
  step: number('<n>', 'from the checkpoint of this step', limits.checkpointStep),
  weights: text('<file>', 'at step 0 with these weights: safetensors from this program or PyTorch'),
  name: text('<name>', 'name of the new run'),
  learningRate: number('<rate>', 'of the new run (default: unchanged)', limits.learningRate),
  otherData,
} satisfies Options;

type ForkOptions = Values<typeof forkOptions>;

function actionOf({ step, weights, name, learningRate, otherData: other }: ForkOptions): RunAction {
  if ((step === undefined) === (weights === undefined)) {
    throw new AppFailure({
      code: 'bad-input',
      message: say`fork: one of --step and --weights is required, got ${step === undefined ? say`none` : say`both`}`,
      cure: say`--step goes on from a checkpoint, --weights begins with the weights of a file.`,
    });
  }
  return {
    kind: 'fork',
    step: step ?? 0,
    ...(weights === undefined ? {} : { weights: resolve(weights) }),
    ...(name === undefined ? {} : { name }),
    ...(learningRate === undefined ? {} : { training: { learningRate } }),
    otherData: other,
  };
}

export const fork: Command<[string, ForkOptions]> = (out, path, options) => {
  const action = actionOf(options);
  const progress = new RaceProgress(out);
  const interrupt = onInterrupt(() => out.notice(saving));
  return withLab(progress.listen, async (lab) => {
    const state = await lab.session.open(resolve(path));
    const { id } = findRun(lab.keeper.runs(), options.run);
    lab.race.configure(state.experiment?.mode ?? lab.settings.now.mode, state.experiment?.slice ?? 0.5);
    await act(lab.race, [id], action, lab.catalogue().training);
    const made = lab.keeper.runs().slice(state.runs.length);
    out.data({ type: 'start', session: state.path, runs: made.map(({ id: of, name }) => ({ id: of, name })) });
    for (const { name } of made) out.say(`${printable(name)} begins.`);
    return untilDone(
      out,
      lab,
      progress,
      interrupt,
      made.map((run) => run.id),
    );
  }).finally(() => interrupt.release());
};
