// A network with given weights and what the float64 reference answers with them: what exports and imports are compared with.
import type { StoredTensor } from '../../../engine/core/safetensors.ts';
import { f32, i32 } from '../../../engine/core/tensor.ts';
import { referenceDevice } from '../../../engine/device/reference/index.ts';
import { ProgramBuilder } from '../../../engine/graph/builder.ts';
import { pruneProgram } from '../../../engine/graph/prune.ts';
import { findModel } from '../../../engine/models/registry.ts';
import { stackFields } from '../../../engine/models/stack-fields.ts';
import { stackParallel, type StackConfig, type StackInput } from '../../../engine/models/stack.ts';
import * as op from '../../../engine/ops/functional.ts';
import { opTable } from '../../../engine/ops/registry.ts';
import type { Fields, FieldValues } from '../../../engine/spec/fields.ts';

const defaults = (fields: Fields): FieldValues =>
  Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, field.default]));

export function networkOf(kind: string, change: FieldValues, input: StackInput, outputs: number): StackConfig {
  const model = findModel(kind);
  if (model === null) throw new Error(`${kind} is expected`);
  const values = { ...defaults(stackFields), ...defaults(model.fields), ...change };
  return { model, implementation: 'fused', values, inputs: [input], heads: [{ outputs }], longest: 64 };
}

interface Sequence {
  readonly x: readonly number[];
  readonly batch: number;
  readonly time: number;
}

/** The weights as they were given, and the answer [batch, time, outputs]. */
export async function answerOf(
  config: StackConfig,
  { x, batch, time }: Sequence,
  weightOf: (name: string, shape: readonly number[]) => Float32Array,
): Promise<{ readonly tensors: ReadonlyMap<string, StoredTensor>; readonly y: Float64Array }> {
  const builder = new ProgramBuilder(opTable);
  const [input, head] = [config.inputs[0], config.heads[0]];
  if (input === undefined || head === undefined) throw new Error('an input and a head are expected');
  const tokens = input.kind === 'tokens';
  const type = input.kind === 'tokens' ? i32(batch, time) : f32(batch, time, input.width);
  builder.entry('all', (entry) => {
    const { y } = stackParallel(entry, [entry.read(builder.variable('x', type, 'input'))], null, config, null);
    op.assign(entry, entry.read(builder.variable('y', entry.type(y), 'output')), y);
  });
  const program = pruneProgram(builder.finish(), opTable);
  const executable = await referenceDevice.compile(program, { threads: 1 });
  const tensors = new Map<string, StoredTensor>();
  for (const { name, role, type: of } of program.variables) {
    if (role !== 'weight') continue;
    const data = weightOf(name, of.shape);
    tensors.set(name, { dtype: 'F32', shape: of.shape, data });
    executable.write(name, data);
  }
  executable.write('x', tokens ? Int32Array.from(x) : Float32Array.from(x));
  executable.run('all');
  const y = new Float64Array(batch * time * head.outputs);
  await executable.read('y', y);
  await executable.dispose();
  return { tensors, y };
}
