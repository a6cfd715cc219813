// A cell: the two ops that a recurrence over time is, made from its description. Shape rules, gradient and operation counts follow from it;
// the float64 reference does not. Knows no device.
import { sizeOf, type TensorType } from '../core/tensor.ts';
import type { GradientContext, OpDef } from '../graph/op-def.ts';
import type { ValueId } from '../graph/graph.ts';
import { arrivingOrZero } from '../ops/call.ts';
import type { ReferenceKernel } from '../ops/reference-kernel.ts';
import { shapeRule } from '../ops/shape-rule.ts';
import {
  backwardKernel,
  forwardKernel,
  inputOperands,
  operationsOf,
  outputOperands,
  type KernelOperand,
  type Recurrence,
  type ScanKernel,
} from './scan.ts';

/** `initial`: a start is given. `states` (of a gradient): something arrives at the states that are kept. */
export interface ScanAttrs {
  readonly initial: boolean;
  readonly states?: boolean;
}

export const isPresent =
  (attrs: ScanAttrs) =>
  ({ when }: KernelOperand): boolean =>
    when === undefined || attrs[when] === true;

/** Definition and kernel of one of the two ops, with its float64 reference. */
export interface CellOp {
  readonly kernel: ScanKernel;
  readonly def: OpDef<ScanAttrs>;
  readonly reference: ReferenceKernel<ScanAttrs>;
}

export interface Cell {
  readonly forward: CellOp;
  readonly backward: CellOp;
}

const patternOf = ({ extent, parts }: KernelOperand): string => {
  const width = parts === 1 ? 'H' : `${parts}H`;
  if (extent === 'channel') return '[H]';
  return extent === 'step' ? `[B, T, ${width}]` : `[B, ${width}]`;
};

/** Checks what an op takes and gives the types of what comes out. */
function shapesOf(kernel: ScanKernel): OpDef<ScanAttrs>['infer'] {
  return (inputs, attrs) => {
    const present = isPresent(attrs);
    const taken = inputOperands(kernel).filter(present);
    const resolve = shapeRule(kernel.name, inputs, Object.fromEntries(taken.map((one) => [one.name, patternOf(one)])));
    return outputOperands(kernel)
      .filter(present)
      .map((one) => resolve(patternOf(one)));
  };
}

/** Results that may take the place of a sequence of the same parts: a step reads its own row before it writes it. */
function inPlaceOf(kernel: ScanKernel): readonly (readonly [number, number])[] {
  const taken = inputOperands(kernel);
  return outputOperands(kernel).flatMap(({ extent, parts }, output) =>
    taken.flatMap((one, place): (readonly [number, number])[] => {
      const fits = extent === 'step' && one.extent === 'step' && one.parts === parts && one.when === undefined;
      return fits && one.name !== kernel.earlier?.name ? [[output, place]] : [];
    }),
  );
}

const flopsOf = (kernel: ScanKernel): OpDef<ScanAttrs>['flops'] => {
  const each = operationsOf(kernel);
  const [{ parts }] = inputOperands(kernel) as [KernelOperand];
  return ([first = { shape: [0], dtype: 'f32' } satisfies TensorType]) => (each * sizeOf(first.shape)) / parts;
};

/** The op `<kind>Grad` on what it needs of the forward op and what arrives. */
function gradientOf(forward: ScanKernel, backward: ScanKernel): NonNullable<OpDef<ScanAttrs>['gradient']> {
  const read = forward.outputs.length > 1;
  const taken = inputOperands(forward);
  const given = outputOperands(forward);
  return (context: GradientContext, { initial }) => {
    const { builder, dOutputs } = context;
    const last = given.length - 1;
    const attrs: ScanAttrs = { initial, states: read && (dOutputs[last] ?? null) !== null };
    const valueOf = ({ name }: KernelOperand): ValueId => {
      const place = taken.findIndex((one) => one.name === name);
      const known = place >= 0 ? context.inputs[place] : context.outputs[given.findIndex((one) => one.name === name)];
      return (
        known ??
        arrivingOrZero(
          context,
          given.findIndex((one) => `d_${one.name}` === name),
        )
      );
    };
    const needed = inputOperands(backward).filter(isPresent(attrs)).map(valueOf);
    const found = builder.apply(backward.name, needed, attrs);
    const results = outputOperands(backward).filter(isPresent(attrs));
    return taken.filter(isPresent(attrs)).map(({ name, extent }) => {
      const gradient = found[results.findIndex((one) => one.name === `d_${name}`)];
      if (gradient === undefined || extent !== 'channel') return gradient ?? null;
      return builder.apply('reduceSum', [gradient], { over: 'rows', mean: false })[0] ?? null;
    });
  };
}

/** References in float64, written by hand, of both ops. */
export interface CellReferences {
  readonly forward: ReferenceKernel<ScanAttrs>;
  readonly backward: ReferenceKernel<ScanAttrs>;
}

/** The two ops of a recurrence: `kind` and `kindGrad`. */
export function defineCell<P extends string, C extends string, S extends string, Y extends string>(
  kind: string,
  recurrence: Recurrence<P, C, S, Y>,
  references: CellReferences,
): Cell {
  const general = recurrence as unknown as Recurrence<string, string, string, string>;
  const forward = forwardKernel(kind, general);
  const backward = backwardKernel(`${kind}Grad`, general);
  const op = (kernel: ScanKernel): Omit<OpDef<ScanAttrs>, 'gradient'> => ({
    infer: shapesOf(kernel),
    inPlace: inPlaceOf(kernel),
    flops: flopsOf(kernel),
  });
  return {
    forward: {
      kernel: forward,
      def: { ...op(forward), gradient: gradientOf(forward, backward) },
      reference: references.forward,
    },
    backward: { kernel: backward, def: op(backward), reference: references.backward },
  };
}
