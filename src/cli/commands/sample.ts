// `sample SESSION --run R --prompt TEXT`: text from a trained run, by its one-step form. Stored in the session when it can be written.
import { resolve } from 'node:path';
import { AppFailure } from '../../engine/core/result.ts';
import { sample as sampleRun } from '../../lab/race/race-actions.ts';
import { promptOf } from '../../lab/runs/examples.ts';
import { findRun } from '../../lab/runs/run-names.ts';
import type { Command } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { noEvents, withLab } from '../with-lab.ts';

export interface SampleOptions {
  readonly run: string;
  readonly prompt?: string;
  readonly length: number;
  readonly temperature: number;
  readonly seed: number;
  readonly step?: number;
  readonly otherData?: boolean;
}

export const sample: Command<[string, SampleOptions]> = (out, path, { run: wanted, ...sampling }) =>
  withLab(noEvents, async (lab) => {
    await lab.session.open(resolve(path)).catch((error: unknown) => {
      const busy = error instanceof AppFailure && error.appError.code === 'conflict';
      if (!busy) throw error;
      return lab.session.open(resolve(path), { readOnly: true });
    });
    const run = findRun(lab.keeper.runs(), wanted);
    const prompt = sampling.prompt ?? (await promptOf(run, lab.race.texts));
    const made = await sampleRun(lab.race, { run: run.id, ...sampling, prompt });
    out.data(made, true);
    out.say(made.prompt + made.text);
    return exitCodes.done;
  });
