// Begins a race in a file of its own. Older results that are to be replaced stay until the new race has really begun: it is written to
// another file first and takes over the name after its first step.
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { AppFailure, type AppError } from '../engine/core/result.ts';
import { asIs, say } from '../engine/core/say.ts';
import type { ExperimentSpec } from '../engine/spec/run-spec.ts';
import type { LabEvents } from '../protocol/lab.ts';
import type { RunState, SessionState } from '../protocol/state.ts';
import {
  acquireWriterLock,
  besideName,
  canonicalPath,
  makeFolder,
  removeSession,
  requireReplaceable,
} from '../session/files/index.ts';
import { asFile } from '../lab/files/files.ts';
import type { Lab, LabListener } from '../lab/lab.ts';
import type { Interrupt } from './interrupt.ts';

/** Detects when the first step of any run is done. */
export class FirstStep {
  readonly done: Promise<void>;
  #tell: () => void = () => undefined;

  constructor() {
    this.done = new Promise((resolve) => (this.#tell = resolve));
  }

  readonly listen: LabListener = (name, payload) => {
    if (name === 'runs/changed' && (payload as LabEvents['runs/changed']).runs.some(hasBegun)) this.#tell();
  };
}

const hasBegun = (run: RunState): boolean => run.step > 0;

interface Beginning {
  readonly lab: Lab;
  readonly spec: ExperimentSpec;
  readonly path: string;
  readonly firstStep: FirstStep;
  readonly interrupt: Interrupt;
}

/** The session with its race started. Rejects with AppFailure; an existing file is then unchanged. */
export async function beginRace(beginning: Beginning, overwrite: boolean): Promise<SessionState> {
  const { lab, spec, path } = beginning;
  if (!existsSync(path)) {
    await asFile('race', path, async () => makeFolder(dirname(path)));
    await lab.session.create(spec.name, spec, path);
    return lab.start(spec);
  }
  if (overwrite) return replace(beginning);
  throw new AppFailure({
    code: 'conflict',
    message: say`race: --session must name a new file, got ${asIs(path)}, which is there`,
    field: 'session',
    cure: say`Choose another name, go on with "minrnn resume", or replace it with --overwrite.`,
  });
}

async function replace({ lab, spec, path, firstStep, interrupt }: Beginning): Promise<SessionState> {
  const old = canonicalPath(path);
  requireReplaceable(old, 'session', false);
  const lock = acquireWriterLock(old);
  const scratch = besideName(old, 'new');
  try {
    await lab.session.create(spec.name, spec, scratch);
    await lab.start(spec);
    await Promise.race([firstStep.done, lab.race.idle(), interrupt.asked]);
    requireBegun(lab, old);
    lock.release();
    await lab.session.saveAs(old, true);
  } catch (error) {
    lock.release();
    await lab.session.close();
    if (existsSync(scratch)) removeSession(scratch);
    throw error;
  }
  removeSession(scratch);
  return lab.keeper.state();
}

function requireBegun(lab: Lab, old: string): void {
  lab.hub.flush();
  const { runs } = lab.keeper.state();
  if (runs.some(hasBegun)) return;
  const problem = runs.find((run) => run.problem !== null)?.problem;
  const cancelled: AppError = { code: 'cancelled', message: say`race: it was ended before its first step` };
  const { code, message, cure } = problem ?? cancelled;
  throw new AppFailure({
    code,
    message: say`${message}. Nothing was replaced: ${asIs(old)} is as it was`,
    ...(cure === undefined ? {} : { cure }),
  });
}
