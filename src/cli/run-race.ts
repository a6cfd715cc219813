// Waits for a race that was started, shows its progress, and stops it cleanly when interrupted. Shared by `race` and `resume`.
import { english } from '../engine/core/say.ts';
import { existsSync } from 'node:fs';
import { basename, dirname, extname } from 'node:path';
import type { RunId, RunState, RunStatus, SessionState } from '../protocol/state.ts';
import { printable } from '../engine/core/printable.ts';
import { resultWords } from '../engine/spec/race-result.ts';
import type { Lab } from '../lab/lab.ts';
import { headlineStatistics } from '../lab/race/seed-statistics.ts';
import { axisOfBudget, resultOf } from '../lab/race/race-result.ts';
import type { Console } from './console.ts';
import { exitCodes } from './exit-codes.ts';
import type { Interrupt } from './interrupt.ts';
import type { RaceProgress } from './race-progress.ts';
import { fallbackNotes, raceTable, seedLines, textNotes, timeTable, troubles } from './race-report.ts';
import { said } from './show.ts';

const unwell: ReadonlySet<RunStatus> = new Set<RunStatus>(['failed', 'diverged', 'interrupted']);
const isUnwell = (run: RunState): boolean => unwell.has(run.status);

/** Printed at the first request to end. */
export const saving = 'Saving. Once more ends the program at once.';

/** Shows `work` until it is done or a person interrupts; everything is saved then. `lost` = where the session's file was, if it was removed. */
export async function training(
  out: Console,
  lab: Lab,
  progress: RaceProgress,
  interrupt: Interrupt,
  work: () => Promise<void>,
): Promise<{ readonly interrupted: boolean; readonly lost: string | null }> {
  progress.begin(lab.keeper.state().runs);
  await Promise.race([work(), interrupt.asked]);
  const interrupted = interrupt.happened();
  if (interrupted) await lab.race.close(10_000);
  await lab.keeper.settled();
  const lost = await rescue(lab);
  lab.hub.flush();
  progress.end();
  if (lost !== null) out.say(`The session's file is no longer at ${lost}. Everything so far was written to a new one.`);
  return { interrupted, lost };
}

/**
 * Resolves to the exit code when no run is left to train, a write has failed, or a person interrupts. `asked` are the runs that were to
 * train: older results of other runs are shown but do not affect the exit code.
 */
export async function untilDone(
  out: Console,
  lab: Lab,
  progress: RaceProgress,
  interrupt: Interrupt,
  asked: readonly RunId[],
): Promise<number> {
  const { interrupted, lost } = await training(out, lab, progress, interrupt, () => lab.race.idle());
  const state = lab.keeper.state();
  const mine = state.runs.filter((run) => asked.includes(run.id));
  const sentence = await comparison(out, lab, state);
  report(out, state, mine, interrupted);
  if (sentence !== '') out.say(printable(sentence));
  if (interrupted) return interrupt.code();
  const { saved } = state;
  return lost !== null || mine.some(isUnwell) || typeof saved === 'object' ? exitCodes.failed : exitCodes.done;
}

/**
 * If the session's file was removed, it is written to a new path, since nobody can be asked for one here. Returns where the file was; null
 * if it still exists.
 */
async function rescue(lab: Lab): Promise<string | null> {
  const { keeper, sessionLibrary } = lab;
  if (keeper.saving.failure?.code !== 'not-found') return null;
  const { path } = keeper;
  const folder = dirname(path);
  const name = `${basename(path, extname(path))} rescued`;
  await lab.session.saveAs(await sessionLibrary.freePath(name, existsSync(folder) ? folder : undefined), false);
  await keeper.settled();
  return path;
}

/** The sentence that sums up the race, along the axis its budget is counted in; empty when there is nothing to compare. */
async function comparison(out: Console, lab: Lab, state: SessionState): Promise<string> {
  const [first] = state.runs;
  if (first === undefined) return '';
  const axis = axisOfBudget(first.spec.budget);
  const result = await resultOf(state, lab.keeper.store, axis);
  if (result === null) return '';
  const words = english(resultWords(result, axis));
  out.data({ type: 'comparison', axis, words, ...result });
  return words;
}

function report(out: Console, state: SessionState, mine: readonly RunState[], interrupted: boolean): void {
  for (const run of state.runs) out.data({ type: 'result', ...run });
  const counts = {
    failed: mine.filter((run) => run.status === 'failed').length,
    diverged: mine.filter((run) => run.status === 'diverged').length,
  };
  out.data({ type: 'end', session: state.path, interrupted, saved: state.saved, ...counts });
  out.say(`\n${raceTable(state.runs)}\n`);
  const statistics = headlineStatistics(state);
  if (statistics !== null) {
    out.data({ type: 'statistics', ...statistics });
    out.say(`${seedLines(statistics)}\n`);
  }
  const times = timeTable(state.runs);
  if (times !== '') out.say(`${times}\n`);
  for (const notes of [textNotes(state.runs), fallbackNotes(state.runs)]) if (notes !== '') out.say(notes);
  for (const run of state.runs)
    if (run.problem)
      out.say(`${printable(run.name)}: ${said(run.problem.message)} ${run.problem.cure ? said(run.problem.cure) : ''}`);
  const words = troubles(mine);
  if (words !== null) out.say(`${words}.`);
  const open = interrupted || mine.some(isUnwell);
  out.say(`Session: ${state.path}${open ? `\nGo on with: minrnn resume "${state.path}"` : ''}`);
}
