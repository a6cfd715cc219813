// `resume SESSION`: continues with what was paused, stopped, cut off, failed or diverged, bit for bit on the cpu.
import { resolve } from 'node:path';
import type { RunStatus } from '../../protocol/state.ts';
import { act } from '../../lab/race/race-actions.ts';
import { findRun } from '../../lab/runs/run-names.ts';
import type { Command } from '../command.ts';
import { otherData } from '../options.ts';
import { several, type Options, type Values } from '../typed.ts';
import { exitCodes } from '../exit-codes.ts';
import { onInterrupt } from '../interrupt.ts';
import { RaceProgress } from '../race-progress.ts';
import { saving, untilDone } from '../run-race.ts';
import { withLab } from '../with-lab.ts';

const unfinished: ReadonlySet<RunStatus> = new Set<RunStatus>([
  'paused',
  'stopped',
  'interrupted',
  'failed',
  'diverged',
]);

export const resumeOptions = {
  run: several('<run...>', 'only these runs, by name or id'),
  otherData,
} satisfies Options;

export const resume: Command<[string, Values<typeof resumeOptions>]> = (out, path, options) => {
  const progress = new RaceProgress(out);
  const interrupt = onInterrupt(() => out.notice(saving));
  return withLab(progress.listen, async (lab) => {
    const state = await lab.session.open(resolve(path));
    lab.keeper.needWritable();
    const named = options.run?.map((name) => findRun(lab.keeper.runs(), name).id);
    const runs = named ?? state.runs.filter((run) => unfinished.has(run.status)).map((run) => run.id);
    if (runs.length === 0) {
      out.data({ type: 'end', session: state.path, interrupted: false, saved: state.saved });
      out.say(`${state.path}: every run has come to its end, nothing is left to resume.`);
      return exitCodes.done;
    }
    lab.race.configure(state.experiment?.mode ?? lab.settings.now.mode, state.experiment?.slice ?? 0.5);
    const action = { kind: 'resume', otherData: options.otherData } as const;
    await act(lab.race, runs, action, lab.catalogue().training);
    out.data({ type: 'start', session: state.path, runs: runs.map((id) => ({ id, name: lab.keeper.run(id).name })) });
    return untilDone(out, lab, progress, interrupt, runs);
  }).finally(() => interrupt.release());
};
