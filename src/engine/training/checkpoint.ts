// The tensors of a run as safetensors, and back. Together with the cursor this is enough to continue bit for bit.
//   <weight>                     by the name it has in the network
//   optimiser/<slot>/<weight>    the optimiser's state
//   optimiser/updates            i32 [1]: updates since that state began, which the bias correction of Adam counts
import { fail, ok, type AppError, type Result } from '../core/result.ts';
import { asIs, type Message, say } from '../core/say.ts';
import { allocateSafetensors, readSafetensors, writeSafetensors, type StoredTensor } from '../core/safetensors.ts';
import { sameShape, showShape, sizeOf } from '../core/tensor.ts';
import type { Executable } from '../device/device.ts';
import type { Program, Variable } from '../graph/graph.ts';
import type { TrainingCursor } from '../spec/training-cursor.ts';

const updatesName = 'optimiser/updates';
const ofOptimiser = (name: string): boolean => name.startsWith('optimiser/');

const weightsOf = (program: Program): Variable[] => program.variables.filter((one) => one.role === 'weight');
const slotsOf = (program: Program): Variable[] => program.variables.filter((one) => one.role === 'optimiser');

/** One file with weights, optimiser state and cursor; float64 devices keep all their bits. */
export async function saveRun(
  executable: Executable,
  program: Program,
  cursor: TrainingCursor,
  updates: number,
): Promise<Uint8Array> {
  const dtype = executable.device.precision === 'f64' ? 'F64' : 'F32';
  const variables = [...weightsOf(program), ...slotsOf(program)];
  const entries = variables.map(({ name, type }) => ({ name, dtype, shape: type.shape }) as const);
  const metadata = { format: 'minrnn-checkpoint', version: '1', cursor: JSON.stringify(cursor) };
  const { bytes, views } = allocateSafetensors([...entries, { name: updatesName, dtype: 'I32', shape: [1] }], metadata);
  views.get(updatesName)?.fill(updates);
  for (const { name } of variables) await executable.read(name, views.get(name));
  return bytes;
}

/** Writes weights and optimiser state back; returns the number of updates. Refuses a file of another network or optimiser. */
export function restoreRun(executable: Executable, program: Program, bytes: Uint8Array): Result<number> {
  const read = readSafetensors(bytes);
  if (!read.ok) return read;
  const { tensors } = read.value;
  const expected = [...weightsOf(program), ...slotsOf(program)];
  const problem = misfit(program, tensors);
  if (problem !== null) return { ok: false, error: problem };
  const updates = tensors.get(updatesName)?.data[0];
  if (updates === undefined)
    return fail('damaged-file', say`Checkpoint: tensor ${asIs<string>(updatesName)} is required, got none`);
  for (const { name } of expected) executable.write(name, tensors.get(name)?.data ?? []);
  return ok(updates);
}

/** Why the tensors of a checkpoint do not fit this program; null if they do. */
export function misfit(program: Program, tensors: ReadonlyMap<string, StoredTensor>): AppError | null {
  const expected = [...weightsOf(program), ...slotsOf(program)];
  const problem = mismatch(expected, new Map([...tensors].filter(([name]) => name !== updatesName)));
  return problem === null ? null : { code: 'bad-input', message: say`Checkpoint: ${problem}` };
}

/** Replaces the weights by those of a file and clears the optimiser's state. If it refuses, nothing has changed. */
export function loadWeights(executable: Executable, program: Program, bytes: Uint8Array): Result<null> {
  const read = readSafetensors(bytes);
  if (!read.ok) return read;
  const tensors = weightTensors(read.value.tensors);
  const problem = refuseWeights(program, tensors);
  if (problem !== null) return { ok: false, error: problem };
  for (const { name } of weightsOf(program)) executable.write(name, tensors.get(name)?.data ?? []);
  for (const { name, type } of slotsOf(program)) executable.write(name, new Float32Array(sizeOf(type.shape)));
  return ok(null);
}

/** Why tensors do not fit the weights of this program, by name; null if they do. */
function refuseWeights(program: Program, tensors: ReadonlyMap<string, StoredTensor>): AppError | null {
  const problem = mismatch(weightsOf(program), tensors) ?? notFinite(tensors);
  if (problem === null) return null;
  const cure = say`Choose weights of a network with the same layers, widths and parts.`;
  return { code: 'bad-input', message: say`Weights: ${problem}`, cure };
}

/** A checkpoint of weights at step 0, with an optimiser that has seen nothing. Refused by name. */
export function firstCheckpoint(
  program: Program,
  given: ReadonlyMap<string, StoredTensor>,
  cursor: TrainingCursor,
): Result<Uint8Array> {
  const weights = weightTensors(given);
  const problem = refuseWeights(program, weights);
  if (problem !== null) return { ok: false, error: problem };
  const zero = slotsOf(program).map(({ name, type: { shape } }) => {
    return [name, { dtype: 'F32', shape, data: new Float32Array(sizeOf(shape)) }] as const;
  });
  const updates = [updatesName, { dtype: 'I32', shape: [1], data: new Int32Array(1) }] as const;
  const metadata = { format: 'minrnn-checkpoint', version: '1', cursor: JSON.stringify(cursor) };
  return ok(writeSafetensors({ tensors: new Map([...weights, ...zero, updates]), metadata }));
}

const weightTensors = (tensors: ReadonlyMap<string, StoredTensor>): ReadonlyMap<string, StoredTensor> =>
  new Map([...tensors].filter(([name]) => !ofOptimiser(name)));

/** The first difference between expected and actual tensors as a message; null if there is none. */
function mismatch(expected: readonly Variable[], tensors: ReadonlyMap<string, StoredTensor>): Message | null {
  for (const { name, type } of expected) {
    const found = tensors.get(name);
    if (!found) return say`tensor ${asIs(name)} ${asIs(showShape(type.shape))} is required, got none`;
    if (found.dtype === 'I32') return say`tensor ${asIs(name)} must hold floating-point numbers, got integers`;
    if (!sameShape(found.shape, type.shape)) {
      return say`tensor ${asIs(name)} must have shape ${asIs(showShape(type.shape))}, got ${asIs(showShape(found.shape))}`;
    }
  }
  const known = new Set(expected.map(({ name }) => name));
  for (const [name, { shape }] of tensors) {
    if (!known.has(name))
      return say`tensor ${asIs(name)} must be part of this network, got an unknown one of shape ${asIs(showShape(shape))}`;
  }
  return null;
}

/** A message about the first tensor with non-finite numbers; null if there is none. */
export function brokenTensor(bytes: Uint8Array): Message | null {
  const read = readSafetensors(bytes);
  return read.ok ? notFinite(read.value.tensors) : read.error.message;
}

function notFinite(tensors: ReadonlyMap<string, StoredTensor>): Message | null {
  for (const [name, { data }] of tensors) {
    const at = data.findIndex((value) => !Number.isFinite(value));
    if (at >= 0) return say`tensor ${asIs(name)} must hold finite numbers, got ${asIs(String(data[at]))} at ${at}`;
  }
  return null;
}
