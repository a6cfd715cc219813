// `race FILE --session OUT`: trains every run of an experiment into a session file.
import { resolve } from 'node:path';
import { AppFailure } from '../../engine/core/result.ts';
import { refusal } from '../../lab/experiments/experiments.ts';
import { beginRace, FirstStep } from '../begin-race.ts';
import type { Command } from '../command.ts';
import { experimentOptions } from '../options.ts';
import { flag, needed, text, type Options, type Values } from '../typed.ts';
import type { LabListener } from '../../lab/lab.ts';
import { loadExperiment } from '../experiment-file.ts';
import { onInterrupt } from '../interrupt.ts';
import { RaceProgress } from '../race-progress.ts';
import { saving, untilDone } from '../run-race.ts';
import { withLab } from '../with-lab.ts';

export const raceOptions = {
  ...experimentOptions,
  session: needed(text('<path>', 'the session file to write')),
  overwrite: flag('replace an existing session'),
  withData: flag('store the text in the session file'),
} satisfies Options;

export const race: Command<[string, Values<typeof raceOptions>]> = (out, file, options) => {
  const progress = new RaceProgress(out);
  const interrupt = onInterrupt(() => out.notice(saving));
  const firstStep = new FirstStep();
  const listen: LabListener = (name, payload) => {
    progress.listen(name, payload);
    firstStep.listen(name, payload);
  };
  return withLab(listen, async (lab) => {
    // All errors in the input are found before a file is touched.
    const spec = await loadExperiment(lab, file, options);
    const judged = await lab.judge(spec);
    if (judged.spec === null) throw refusal('race', judged.issues);
    const path = resolve(options.session);
    const begun = beginRace({ lab, spec, path, firstStep, interrupt }, options.overwrite);
    const state = await begun.catch((error: unknown) => {
      if (!(error instanceof AppFailure) || error.appError.code !== 'cancelled') throw error;
      out.problem(error.appError);
      return null;
    });
    if (state === null) return interrupt.code();
    if (options.withData === true) await lab.race.texts.putIntoSession();
    out.data({ type: 'start', session: state.path, runs: state.runs.map(({ id, name }) => ({ id, name })) });
    return untilDone(
      out,
      lab,
      progress,
      interrupt,
      state.runs.map((run) => run.id),
    );
  }).finally(() => interrupt.release());
};
