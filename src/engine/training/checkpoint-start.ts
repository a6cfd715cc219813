// Checks whether a run could start from a checkpoint before the run is created: all its settings, then the optimiser's state, then every
// tensor of the program. Compiles and runs nothing.
import type { TaskData } from '../data/labelled.ts';
import type { AppError, Result } from '../core/result.ts';
import { readSafetensors, type StoredTensor } from '../core/safetensors.ts';
import { asIs, label, say } from '../core/say.ts';
import type { RunSpec } from '../spec/run-spec.ts';
import { firstCheckpoint, misfit } from './checkpoint.ts';
import { startingValues } from '../models/initialisers/registry.ts';
import { buildProgram } from './program.ts';
import { setUpRun, type RunSetup } from './setup.ts';

/** Names of the optimiser's tensors in a checkpoint: `m` of `optimiser/m/layer0/weight`. */
const slotsOf = (names: Iterable<string>): ReadonlySet<string> =>
  new Set([...names].flatMap((name) => /^optimiser\/([^/]+)\//.exec(name)?.[1] ?? []));

function refuseOptimiser({ optimiser }: RunSetup, names: Iterable<string>): AppError | null {
  const slots = slotsOf(names);
  const needed = new Set(optimiser.slots);
  if (slots.size === needed.size && [...needed].every((slot) => slots.has(slot))) return null;
  return {
    code: 'bad-input',
    message: say`The optimiser must be one that continues from ${slots.size === 0 ? say`no state` : asIs([...slots].join(', '))}, as the checkpoint holds, got ${label(optimiser.title)}, which needs ${asIs([...needed].join(', '))}.`,
    field: 'training.optimiser',
    cure: say`Keep the optimiser, or start a new run with the other one.`,
  };
}

/** The first reason why a run of this spec cannot continue from these bytes, addressed to its field; null if it can. */
export function refuseStart(spec: RunSpec, data: TaskData | null, bytes: Uint8Array): AppError | null {
  const setup = setUpRun(spec, data);
  if (!setup.ok) return setup.error;
  const read = readSafetensors(bytes);
  if (!read.ok) return read.error;
  const { tensors } = read.value;
  return refuseOptimiser(setup.value, tensors.keys()) ?? misfit(buildProgram(setup.value), tensors);
}

type Tensors = ReadonlyMap<string, StoredTensor>;

/**
 * The checkpoint with which a run of this spec starts from imported weights. `choose` gets the initial weights and returns the weights to
 * use.
 */
export function startFromWeights(
  spec: RunSpec,
  text: TaskData | null,
  cursor: Parameters<typeof firstCheckpoint>[2],
  choose: (own: Tensors) => Result<Tensors>,
): Result<Uint8Array> {
  const setup = setUpRun(spec, text);
  if (!setup.ok) return setup;
  const program = buildProgram(setup.value);
  const own = new Map<string, StoredTensor>();
  for (const variable of program.variables) {
    if (variable.role !== 'weight') continue;
    const { shape } = variable.type;
    own.set(variable.name, { dtype: 'F32', shape, data: startingValues(variable, spec.seed) });
  }
  const chosen = choose(own);
  return chosen.ok ? firstCheckpoint(program, chosen.value, cursor) : chosen;
}
