// `sample SESSION --run R --prompt TEXT`: text from a trained run, by its one-step form. Stored in the session when it can be written.
import { resolve } from 'node:path';
import { AppFailure } from '../../engine/core/result.ts';
import { sample as sampleRun } from '../../lab/race/race-actions.ts';
import { promptOf } from '../../lab/runs/examples.ts';
import { findRun } from '../../lab/runs/run-names.ts';
import type { Command } from '../command.ts';
import * as limits from '../../engine/spec/limits.ts';
import { oneRun, otherData } from '../options.ts';
import { number, text, usually, type Options, type Values } from '../typed.ts';
import { exitCodes } from '../exit-codes.ts';
import { noEvents, withLab } from '../with-lab.ts';

export const sampleOptions = {
  run: oneRun,
  prompt: text('<text>', 'start of the text (default: the first held-out words)'),
  step: number('<n>', 'from this checkpoint (default: the latest weights)', limits.checkpointStep),
  length: usually(number('<n>', 'number of characters to write', limits.sampleLength), limits.sampleLength.default),
  temperature: usually(number('<t>', '0 = always the most probable', limits.temperature), limits.temperature.default),
  seed: usually(number('<n>', 'seed of the random numbers', limits.seed), limits.seed.default),
  otherData,
} satisfies Options;

export const sample: Command<[string, Values<typeof sampleOptions>]> = (out, path, { run: wanted, ...sampling }) =>
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
