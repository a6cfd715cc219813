// Waits for a race that was started, shows it, and ends it in order when interrupted. Shared by `race` and `resume`.
import type { RunState, SessionState } from '../protocol/lab.ts';
import type { Lab } from '../lab/lab.ts';
import type { Console } from './console.ts';
import { exitCodes } from './exit-codes.ts';
import type { Interrupt } from './interrupt.ts';
import type { RaceProgress } from './race-progress.ts';
import { raceTable } from './race-report.ts';

const failed = (run: RunState): boolean => run.status === 'failed' || run.status === 'interrupted';

/** Resolves to the exit code when no run wants to train any more, a write has failed, or a person has had enough. */
export async function untilDone(out: Console, lab: Lab, progress: RaceProgress, interrupt: Interrupt): Promise<number> {
  progress.begin(lab.keeper.state().runs);
  await Promise.race([lab.race.idle(), interrupt.asked]);
  const interrupted = interrupt.happened();
  if (interrupted) await lab.race.close(10_000);
  await lab.keeper.settled();
  lab.hub.flush();
  progress.end();
  const state = lab.keeper.state();
  report(out, state, interrupted);
  if (interrupted) return exitCodes.interrupted;
  const { saved } = state;
  return state.runs.some(failed) || typeof saved === 'object' ? exitCodes.failed : exitCodes.done;
}

function report(out: Console, state: SessionState, interrupted: boolean): void {
  for (const run of state.runs) out.data({ type: 'result', ...run });
  out.data({ type: 'end', session: state.path, interrupted, saved: state.saved });
  out.say(`\n${raceTable(state.runs)}\n`);
  for (const run of state.runs)
    if (run.problem) out.say(`${run.name}: ${run.problem.message} ${run.problem.cure ?? ''}`);
  const open = interrupted || state.runs.some(failed);
  out.say(`Session: ${state.path}${open ? `\nGo on with: minrnn resume "${state.path}"` : ''}`);
}
