// Builds, compiles, starts or restores a run. The only place that puts the parts of training together.
import { AppFailure, fail, ok, type Result } from '../core/result.ts';
import { asIs, say } from '../core/say.ts';
import type { CompileOptions, Executable } from '../device/device.ts';
import { deviceInfos, findInfo } from '../device/registry.ts';
import type { Program } from '../graph/graph.ts';
import type { RunSpec } from '../spec/run-spec.ts';
import { restoreRun } from './checkpoint.ts';
import { factsOf } from './facts.ts';
import { startingValues } from '../models/initialisers/registry.ts';
import { findModel } from '../models/registry.ts';
import { buildProgram } from './program.ts';
import { Reader } from './reader.ts';
import { setUpRun, type RunSetup } from './setup.ts';
import { accountBefore, TimeLedger } from './time-ledger.ts';
import { now } from './timing.ts';
import { Trainer } from './trainer.ts';
import type { PrepareOptions, PrepareReader, PrepareRun, TrainingRun } from './training-run.ts';
import type { TrainingCursor } from '../spec/training-cursor.ts';

const beginning: TrainingCursor = {
  step: 0,
  activeSeconds: 0,
  wallSeconds: 0,
  learningRate: null,
  best: null,
  sinceBest: 0,
};

/** See PrepareRun. Bad settings, a device that cannot be used, too little memory and foreign checkpoints are refused, not thrown. */
export const prepareRun: PrepareRun = (options) => prepared(options, (setup) => compileAndStart(options, setup));

/** See PrepareReader. */
export const prepareReader: PrepareReader = (options) =>
  prepared(options, async (setup) => ok(await Reader.of(setup, options.device, compileOptionsOf(options.spec))));

async function prepared<T>(
  options: Pick<PrepareOptions, 'spec' | 'data' | 'device'>,
  make: (setup: RunSetup) => Promise<Result<T>>,
): Promise<Result<T>> {
  const setup = setUpRun(options.spec, options.data);
  if (!setup.ok) return setup;
  const reason = await options.device.unavailable();
  if (reason !== null) {
    return fail('unsupported', say`Device ${asIs(options.device.kind)} must be usable on this machine: ${reason}.`, {
      field: 'device.kind',
    });
  }
  const { storage = 'f32' } = options.spec.device;
  if (findInfo(options.device.kind)?.storages.includes(storage) === false) {
    const able = deviceInfos.filter((one) => one.storages.includes(storage)).map((one) => one.kind);
    return fail(
      'unsupported',
      say`Storage ${asIs(storage)} needs device ${asIs(able.join(', '))}, got ${asIs(options.device.kind)}.`,
      {
        field: 'device.storage',
        cure: say`Choose storage f32.`,
      },
    );
  }
  try {
    return await make(setup.value);
  } catch (error) {
    if (error instanceof AppFailure) return { ok: false, error: error.appError };
    throw error;
  }
}

async function compileAndStart(options: PrepareOptions, setup: RunSetup): Promise<Result<TrainingRun>> {
  const { device, spec, listener, resume } = options;
  const started = now();
  const program = buildProgram(setup);
  const compileOptions = compileOptionsOf(spec);
  const executable = await device.compile(program, compileOptions);
  const compileSeconds = now() - started;
  const updates = start(executable, program, options);
  if (!updates.ok) {
    await executable.dispose();
    return updates;
  }
  const facts = factsOf(setup, program, executable.plannedBytes());
  const cursor = resume?.cursor ?? beginning;
  const before = accountBefore(cursor, options.waited ?? 0);
  const time = before === null ? null : new TimeLedger(before, options.begun ?? started);
  const parts = {
    setup,
    program,
    executable,
    device,
    options: compileOptions,
    listener,
    facts,
    compileSeconds,
    cursor,
    best: resume?.best ?? null,
    time,
  };
  return ok(new Trainer({ ...parts, updates: updates.value }));
}

/** The device options of a spec. */
export function compileOptionsOf({ model, device: { threads, module, storage } }: RunSpec): CompileOptions {
  const implementation = findModel(model.kind)?.implementations.find(({ id }) => id === model.implementation);
  return {
    threads,
    module: module ?? 'auto',
    storage: storage === 'f16' ? storage : 'f32',
    needs: implementation?.needs,
  };
}

/** Fresh weights, or those of a checkpoint. Returns the number of updates in the optimiser's state. */
function start(executable: Executable, program: Program, { resume, spec }: PrepareOptions): Result<number> {
  if (resume !== null) return restoreRun(executable, program, resume.bytes);
  for (const variable of program.variables) {
    if (variable.role === 'weight') executable.write(variable.name, startingValues(variable, spec.seed));
  }
  return ok(0);
}
