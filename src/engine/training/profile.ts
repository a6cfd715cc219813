// Where the time of a training step goes: trains a few steps and times each op. Names no model and no task.
import type { TaskData } from '../data/labelled.ts';
import { fail, ok, type Result } from '../core/result.ts';
import { label, say } from '../core/say.ts';
import type { Device, Executable, OpTime } from '../device/device.ts';
import type { RunSpec } from '../spec/run-spec.ts';
import { startingValues } from '../models/initialisers/registry.ts';
import { compileOptionsOf } from './prepare.ts';
import { buildProgram } from './program.ts';
import { setUpRun } from './setup.ts';
import { now, quartilesOf } from './timing.ts';
import { Updates } from './updates.ts';

export interface ProfileOptions {
  readonly spec: RunSpec;
  /** UTF-8 text of the task's dataset, or null. */
  readonly data: TaskData | null;
  readonly device: Device;
  /** Steps that are measured after warm-up. */
  readonly steps: number;
}

export interface StepProfile {
  /** Of the device. */
  readonly title: string;
  /** Median of a step while ops are timed: longer than in training, since nothing is merged and some devices wait after each op. */
  readonly stepMilliseconds: number;
  /** Medians of each op (of one micro-batch where a batch is done in parts), in order. */
  readonly ops: readonly OpTime[];
}

const WARM_STEPS = 3;

/** Refuses invalid settings and devices that cannot time ops. Rejects with AppFailure when memory or device fail. */
export async function profileRun({ spec, data: text, device, steps }: ProfileOptions): Promise<Result<StepProfile>> {
  const setup = setUpRun(spec, text);
  if (!setup.ok) return setup;
  const program = buildProgram(setup.value);
  // The slab schedule is a single op of the table, but each op is needed here.
  const options = { ...compileOptionsOf(spec), profile: true, schedule: 'op-by-op' } as const;
  const executable = await device.compile(program, options);
  try {
    for (const variable of program.variables) {
      if (variable.role === 'weight') executable.write(variable.name, startingValues(variable, spec.seed));
    }
    const updates = new Updates(setup.value, program, executable);
    return await measure(executable, updates, { steps, rate: setup.value.training.learningRate });
  } finally {
    await executable.dispose();
  }
}

async function measure(
  executable: Executable,
  updates: Updates,
  { steps, rate }: { readonly steps: number; readonly rate: number },
): Promise<Result<StepProfile>> {
  const entry = updates.parts === 1 ? 'train' : 'accumulate';
  const seconds = new Float64Array(steps);
  const taken: (readonly OpTime[])[] = [];
  for (let step = 0; step < WARM_STEPS + steps; step++) {
    const started = now();
    await updates.take(Float64Array.of(rate), { step, updates: step });
    if (step < WARM_STEPS) continue;
    seconds[step - WARM_STEPS] = now() - started;
    const ops = executable.profile(entry);
    if (ops === null) return cannot(executable);
    taken.push(ops);
  }
  const ops = (taken[0] ?? []).map((op, i) => {
    return { ...op, milliseconds: quartilesOf(Float64Array.from(taken, (one) => one[i]?.milliseconds ?? NaN)).median };
  });
  return ok({ title: executable.device.title, stepMilliseconds: 1000 * quartilesOf(seconds).median, ops });
}

function cannot({ device }: Executable): Result<never> {
  return fail(
    'unsupported',
    say`profile: the device must tell the time of an op, got ${label(device.title)}, which does not`,
    {
      field: 'device',
      cure: say`Choose the native kernels of the cpu, tensorflow without CUDA, or webgpu on an adapter with timestamp-query.`,
    },
  );
}
