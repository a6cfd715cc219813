// `sample SESSION --run R --prompt TEXT`: text from a trained run, by its one-step form. Stored in the session when it can be written. Of a
// run whose task is no text: what it answered last to held-out examples, each target by its name.
import { resolve } from 'node:path';
import { AppFailure } from '../../engine/core/result.ts';
import { asIs, say } from '../../engine/core/say.ts';
import { findTask } from '../../engine/tasks/registry.ts';
import { sample as sampleRun } from '../../lab/race/race-actions.ts';
import { examplesOfRun, promptOf } from '../../lab/runs/examples.ts';
import { findRun } from '../../lab/runs/run-names.ts';
import type { Lab } from '../../lab/lab.ts';
import type { StoredRun } from '../../session/store.ts';
import { answerTable } from '../answer-table.ts';
import type { Command } from '../command.ts';
import type { Console } from '../console.ts';
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
    if (findTask(run.spec.task.id)?.kind !== 'language') return showAnswers(out, lab, run);
    const prompt = sampling.prompt ?? (await promptOf(run, lab.race.texts));
    const made = await sampleRun(lab.race, { run: run.id, ...sampling, prompt });
    out.data(made, true);
    out.say(made.prompt + made.text);
    return exitCodes.done;
  });

async function showAnswers(out: Console, lab: Lab, run: StoredRun): Promise<number> {
  const last = (await lab.keeper.store.answers(run.id)).at(-1);
  if (last === undefined) {
    throw new AppFailure({
      code: 'not-found',
      message: say`${asIs(run.name)}: it has answered no held-out examples yet`,
      cure: say`Let the run reach an evaluation.`,
    });
  }
  const examples = await examplesOfRun(run, lab.race.texts);
  out.data({ ...last, targets: examples.targets?.map(({ target }) => target) ?? null }, true);
  out.say(`${run.name}, step ${last.step}`);
  out.say(answerTable(examples, last));
  return exitCodes.done;
}
