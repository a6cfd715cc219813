// A cell: the two ops that a recurrence over time is, made from its description. Their records follow from it, except for the float64
// references. Independent of cells.
import { sizeOf, type TensorType } from '../core/tensor.ts';
import type { GradientContext, OpDef } from '../graph/op-def.ts';
import type { ValueId } from '../graph/graph.ts';
import type { SampleRule } from '../plan/slab/sample-rule.ts';
import { arrivingOrZero } from '../ops/call.ts';
import { awkwardSequences, normal, startOptions, unit, type Case } from '../ops/cases.ts';
import { half, type HalfRule } from '../ops/half-rule.ts';
import { defineGradient, type GradientOp, type Op } from '../ops/op.ts';
import type { ReferenceKernel } from '../ops/reference-kernel.ts';
import { shapeRule } from '../ops/shape-rule.ts';
import { always, P as PIECES, W as WHOLE } from '../ops/split-rule.ts';
import { scans, storedSteps } from '../ops/tolerance.ts';
import { scanCpu } from './emit/cpu.ts';
import { scanTfjs } from './emit/tfjs.ts';
import { scanWebgpu } from './emit/wgsl.ts';
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

/** `initial`: an initial state is given. `states` (of a gradient): the stored states have a gradient. */
export interface ScanAttrs {
  readonly initial: boolean;
  readonly states?: boolean;
}

export const isPresent =
  (attrs: Partial<ScanAttrs>) =>
  ({ when }: KernelOperand): boolean =>
    when === undefined || attrs[when] === true;

/** The two ops of a recurrence and their kernels. */
export interface Cell<K extends string> {
  readonly forward: ScanKernel;
  readonly backward: ScanKernel;
  readonly ops: { readonly [P in K]: Op<P, ScanAttrs> } & { readonly [P in `${K}Grad`]: GradientOp<P, ScanAttrs> };
}

const patternOf = ({ extent, parts }: KernelOperand): string => {
  const width = parts === 1 ? 'H' : `${parts}H`;
  if (extent === 'channel') return '[H]';
  return extent === 'step' ? `[B, T, ${width}]` : `[B, ${width}]`;
};

/** Checks the inputs of an op and returns the types of its outputs. */
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

/** Results that may overwrite a sequence with the same parts in place: a step reads its own row before it writes it. */
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

/** Builds the op `<kind>Grad` from the values it needs of the forward op and the arriving gradients. */
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
interface CellReferences {
  readonly forward: ReferenceKernel<ScanAttrs>;
  readonly backward: ReferenceKernel<ScanAttrs>;
}

/** Channel parameters are the same for all samples. */
const cellRule =
  (kernel: ScanKernel): SampleRule<ScanAttrs> =>
  (question, attrs) => {
    const present = inputOperands(kernel).filter(isPresent(attrs));
    return always(
      present.map(({ extent }) => (extent === 'channel' ? WHOLE : PIECES)),
      [],
    )(question, {});
  };

/** Each awkward shape, with and without an initial state. `sequence` and `channel` draw the numbers of a sequence and those of a channel. */
const casesOf =
  (kernel: ScanKernel, sequence: typeof normal, channel: typeof normal) => (): readonly Case<ScanAttrs>[] =>
    awkwardSequences.flatMap(([b, t, h]) =>
      startOptions.map((initial) => ({
        name: `${kernel.name} [${b}, ${t}, ${h}]${initial ? ' from a state' : ''}`,
        attrs: { initial },
        inputs: inputOperands(kernel)
          .filter(isPresent({ initial }))
          .map(({ extent, parts }) => {
            if (extent === 'channel') return channel(h);
            return extent === 'sample' ? normal(b, parts * h) : sequence(b, t, parts * h);
          }),
      })),
    );

/** Operands as a sentence: `(u, h0?) -> h, c`. */
function meaningOf(kernel: ScanKernel): string {
  const told = (operands: readonly KernelOperand[]): string =>
    operands.map((one) => `${one.name}${one.when === undefined ? '' : '?'} ${patternOf(one)}`).join(', ');
  return `(${told(inputOperands(kernel))}) -> ${told(outputOperands(kernel))}`;
}

/** What is the same for both ops of a cell. */
function common(kernel: ScanKernel, reference: ReferenceKernel<ScanAttrs>) {
  return {
    infer: shapesOf(kernel),
    inPlace: inPlaceOf(kernel),
    flops: flopsOf(kernel),
    split: cellRule(kernel),
    tolerance: scans,
    reference,
    kernels: {
      cpu: { lower: scanCpu(() => kernel), scans: [kernel] },
      webgpu: { lower: scanWebgpu(() => kernel) },
      tensorflow: scanTfjs(() => kernel),
    },
  };
}

/** The description of a cell besides its step. */
export interface CellTexts extends CellReferences {
  /** The formula, as shown in the list of ops. */
  readonly meaning: string;
  /** Draws the numbers of a sequence for test cases; left out = standard normal. */
  readonly sequence?: typeof normal;
  /** The same for the numbers of a channel; left out = between 0 and 1. */
  readonly channel?: typeof normal;
  /** Which results tolerate 16-bit storage; left out = all. */
  readonly half?: HalfRule;
}

/** The two ops of a recurrence: `kind` and `kindGrad`. */
export function defineCell<
  const K extends string,
  P extends string,
  C extends string,
  S extends string,
  Y extends string,
>(kind: K, recurrence: Recurrence<P, C, S, Y>, texts: CellTexts): Cell<K> {
  const general = recurrence as unknown as Recurrence<string, string, string, string>;
  const forward = forwardKernel(kind, general);
  const backward = backwardKernel(`${kind}Grad`, general);
  const op: Op<string, ScanAttrs> = {
    ...common(forward, texts.forward),
    kind,
    meaning: `${meaningOf(forward)}: ${texts.meaning}`,
    gradient: gradientOf(forward, backward),
    half: texts.half ?? half,
    halfTolerance: storedSteps,
    cases: casesOf(forward, texts.sequence ?? normal, texts.channel ?? unit),
  };
  const gradientOp = defineGradient<string, ScanAttrs>({
    ...common(backward, texts.backward),
    kind: backward.name,
    meaning: `${meaningOf(backward)}: the gradient of ${kind}, derived from its step.`,
  });
  // TypeScript widens computed keys; these are the keys of the type.
  return { forward, backward, ops: { [kind]: op, [backward.name]: gradientOp } as unknown as Cell<K>['ops'] };
}
