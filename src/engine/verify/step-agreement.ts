// How closely one training step of a small network on a device agrees with the 64-bit reference: its scores, its gradients, and its weights after
// the update. Independent of processes, tasks and the test runner.
import { itemAt } from '../core/item.ts';
import { RandomStream } from '../core/philox.ts';
import { f32, i32, sizeOf } from '../core/tensor.ts';
import type { CompileOptions, Device } from '../device/device.ts';
import { referenceDevice } from '../device/reference/index.ts';
import { ProgramBuilder, type GraphBuilder } from '../graph/builder.ts';
import { gradients } from '../graph/gradient.ts';
import type { Program, ValueId } from '../graph/graph.ts';
import { startingValues } from '../models/initialisers/registry.ts';
import { models } from '../models/registry.ts';
import { stackFields } from '../models/stack-fields.ts';
import { stackParallel, type StackConfig } from '../models/stack.ts';
import * as f from '../ops/functional.ts';
import { opTable } from '../ops/registry.ts';
import { agreementParts, type Agreement, type AgreementPart, type Difference } from '../spec/agreement.ts';
import { defaultsOf } from '../spec/fields.ts';
import { compare, largest } from './compare.ts';
import { goldenRunTolerance } from './tolerances.ts';

const [batch, time, classes] = [4, 33, 11];
const adam = { beta1: 0.9, beta2: 0.999, eps: 1e-8, weightDecay: 0.1, decoupled: true };
/** Rate and bias corrections of the first update. */
const hyper = [1e-2, 1 - adam.beta1, 1 - adam.beta2, 0];

const stack: StackConfig = {
  model: models.minGru,
  implementation: itemAt(models.minGru.implementations, 0).id,
  values: { ...defaultsOf(stackFields), ...defaultsOf(models.minGru.fields), layers: 3, d: 20, mlp: true, conv: true },
  inputs: [{ kind: 'tokens', vocabulary: classes }],
  heads: [{ outputs: classes }],
  longest: time,
};

/** Names of the variables to compare, part by part. */
type Results = Readonly<Record<AgreementPart, readonly string[]>>;

function update(builder: GraphBuilder, loss: ValueId): Pick<Results, 'gradient' | 'update'> {
  const { program } = builder;
  const weights = program.variables.filter(({ role }) => role === 'weight');
  const found = gradients(
    builder,
    loss,
    weights.map((weight) => builder.read(weight)),
  );
  const pairs = weights.flatMap((weight, at) => {
    const g = found[at];
    return g === null || g === undefined ? [] : [{ weight, g }];
  });
  const all = pairs.map(({ g }) => g);
  const [, factor] = f.globalNorm(builder, all, 1);
  const given = builder.read(program.variable('hyper', f32(4), 'input'));
  const names = pairs.map(({ weight, g }) => {
    const { name, type } = weight;
    const slot = (kind: string): ValueId => builder.read(program.variable(`${kind}/${name}`, type, 'optimiser'));
    const kept = program.variable(`gradient/${name}`, type, 'output');
    f.assign(builder, builder.read(kept), g);
    f.adam(builder, { p: builder.read(weight), m: slot('m'), v: slot('v'), g, factor, hyper: given }, adam);
    return kept.name;
  });
  return { gradient: names, update: pairs.map(({ weight }) => weight.name) };
}

function stepProgram(): { readonly program: Program; readonly results: Results } {
  const program = new ProgramBuilder(opTable);
  const results = program.entry('step', (builder): Results => {
    const tokens = (name: string): ValueId => builder.read(program.variable(name, i32(batch, time), 'input'));
    const { answers } = stackParallel(builder, [tokens('x')], null, stack, null);
    const [scores] = answers;
    if (scores === undefined) throw new Error('agreement: the network must have a head');
    const kept = program.variable('scores', builder.type(scores), 'output');
    f.assign(builder, builder.read(kept), scores);
    const { loss } = f.softmaxCrossEntropy(builder, scores, tokens('y'));
    return { forward: [kept.name], ...update(builder, loss) };
  });
  return { program: program.finish(), results };
}

type Values = ReadonlyMap<string, ArrayLike<number>>;

async function step(device: Device, options: CompileOptions, program: Program, results: Results): Promise<Values> {
  const executable = await device.compile(program, options);
  try {
    for (const variable of program.variables) {
      const { name, type, role } = variable;
      if (role === 'weight') executable.write(name, startingValues(variable, 1));
      else if (name === 'hyper') executable.write(name, hyper);
      else if (type.dtype === 'i32') {
        const random = new RandomStream(1, name);
        executable.write(
          name,
          Array.from({ length: sizeOf(type.shape) }, () => random.below(classes)),
        );
      }
    }
    executable.run('step');
    const values = new Map<string, ArrayLike<number>>();
    for (const name of agreementParts.flatMap((part) => results[part])) values.set(name, await executable.read(name));
    return values;
  } finally {
    await executable.dispose();
  }
}

function valuesIn(values: Values, name: string): ArrayLike<number> {
  const found = values.get(name);
  if (found === undefined) throw new Error(`agreement: ${name} must have been read`);
  return found;
}

/** Errors are relative to the largest number of all tensors of a part: in a small one terms may cancel. */
function differenceOf(names: readonly string[], got: Values, want: Values): Difference {
  const scale = Math.max(...names.map((name) => largest(valuesIn(want, name))));
  const errors = names.map((name) => compare(name, valuesIn(got, name), valuesIn(want, name), 0, scale).worst);
  const worst = Math.max(...errors);
  return { worst: Number.isFinite(worst) ? worst : null, allowed: goldenRunTolerance.f32 };
}

/** Rejects when the device cannot compute it. */
export async function agreementOf(device: Device, options: CompileOptions): Promise<Agreement> {
  const { program, results } = stepProgram();
  const want = await step(referenceDevice, { threads: 1 }, program, results);
  const got = await step(device, options, program, results);
  const parts = agreementParts.map((part) => [part, differenceOf(results[part], got, want)] as const);
  return Object.fromEntries(parts) as Record<AgreementPart, Difference>;
}
