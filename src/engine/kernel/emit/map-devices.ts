// How a map becomes an entry of the op table, and operations of TensorFlow.js. WGSL is in map-wgsl.ts.
import { itemAt } from '../../core/item.ts';
import { chunked, elements, elementwise } from '../../ops/elementwise/cpu.ts';
import type { TfContext, TfKernel, TfTensor } from '../../ops/tfjs-kernel.ts';
import {
  operand,
  real,
  wasmKernels,
  whole,
  type Access,
  type Argument,
  type Lowering,
  type Operand,
} from '../../plan/lowering.ts';
import { WORDS_DRAWN } from '../../plan/opcodes.shared.ts';
import type { Expr } from '../expr.ts';
import { attributeOf, mapInputs, writtenBy, type Draw, type MapKernel, type MapOf } from '../map.ts';
import { elementsOfSample, wordsOf } from '../words.ts';
import { compute } from './tfjs.ts';

/** Threshold, stream, number of the first element of the piece, elements of a sample. */
const drawArguments = ({ threshold, stream }: Draw, first: Operand): readonly Argument[] => [
  threshold | 0,
  stream | 0,
  { perPiece: elements(first) },
  elementsOfSample(first.type.shape),
];

export const mapCpu =
  <A extends object>(mapOf: MapOf<A>): Lowering<A> =>
  (table, attrs) => {
    const { kernel, values = {}, draw } = mapOf(attrs);
    const inputs = mapInputs(kernel).map((name, i) => [name, operand(table.inputs, i)] as const);
    const made = Object.keys(kernel.results).map((name, i) => [name, operand(table.outputs, i)] as const);
    const places = new Map([...inputs, ...made]);
    const first = operand(table.inputs, 0);
    const repeated = kernel.rows.length === 0 ? [] : [elements(operand(table.inputs, kernel.tensors.length))];
    const args = [
      ...places.values(),
      elements(first),
      ...repeated,
      ...kernel.attributes.map((name) => real(attributeOf(values, name))),
      ...(draw ? drawArguments(draw, first) : []),
    ];
    if (draw && table.kernels.module === wasmKernels.module) table.scratch(4 * (WORDS_DRAWN + 32));
    const reading = ([name, place]: readonly [string, Operand]): Access => {
      const along = kernel.tensors.includes(name) || (kernel.rows.includes(name) && place.bytes === first.bytes);
      return along ? chunked(place) : whole(place);
    };
    const writes = writtenBy(kernel).flatMap(([name]) => {
      const place = places.get(name);
      return place ? [chunked(place)] : [];
    });
    table.emit(elementwise(kernel.name, first, args, inputs.map(reading), writes));
  };

/** Words from the host, and the threshold, as integers with a sign in the same order. */
function drawnTfjs(
  { tf, integer, integersOf }: TfContext,
  kernel: MapKernel,
  { stream, threshold }: Draw,
  inputs: readonly TfTensor[],
): readonly (readonly [string, TfTensor])[] {
  const [x] = inputs;
  const counter = inputs[mapInputs(kernel).length - 1];
  if (!kernel.random || !x || !counter) throw new Error(`kernel: ${kernel.name} must say what it draws`);
  const words = Int32Array.from(wordsOf(x.shape, integersOf(counter), stream), (word) => word ^ 0x80000000);
  return [
    [kernel.random.word, tf.tensor(words, x.shape, 'int32')],
    [kernel.random.threshold, integer(threshold ^ 0x80000000)],
  ];
}

/** The outputs, then the new values of the variables changed in place. */
export const mapTfjs =
  <A extends object>(mapOf: MapOf<A>): TfKernel<A> =>
  (c, inputs, attrs) => {
    const { tf } = c;
    const { kernel, values = {}, draw } = mapOf(attrs);
    const tensors = new Map(mapInputs(kernel).map((name, i) => [name, inputs[i]]));
    if (draw) for (const [name, x] of drawnTfjs(c, kernel, draw, inputs)) tensors.set(name, x);
    const numberOf = (name: string): TfTensor => {
      const { tensor = '', offset = 0 } = kernel.numbers.find((one) => one.name === name) ?? {};
      const from = tensors.get(tensor);
      if (!from) return c.scalar(attributeOf(values, name));
      return from.shape.length === 0 ? from : itemAt(tf.unstack(from, 0), offset);
    };
    const known = new Map<Expr, TfTensor>();
    const valueOf = (x: Expr): TfTensor => compute(c, x, known, (one) => tensors.get(one) ?? numberOf(one));
    const finite = kernel.guard === null ? null : tf.isFinite(numberOf(kernel.guard));
    return [
      ...Object.values(kernel.results).map(valueOf),
      ...Object.entries(kernel.changes).map(([name, value]) => {
        const next = valueOf(value);
        return finite ? tf.where(finite, next, tensors.get(name) ?? next) : next;
      }),
    ];
  };
