// How a map becomes an entry of the op table, and operations of TensorFlow.js. WGSL is in map-wgsl.ts.
import { chunked, elements, elementwise } from '../../ops/elementwise/cpu.ts';
import type { TfKernel, TfTensor } from '../../ops/tfjs-kernel.ts';
import { operand, real, whole, type Access, type Lowering, type Operand } from '../../plan/lowering.ts';
import type { Expr } from '../expr.ts';
import { attributeOf, mapInputs, writtenBy, type MapOf } from '../map.ts';
import { compute } from './tfjs.ts';

export const mapCpu =
  <A extends object>(mapOf: MapOf<A>): Lowering<A> =>
  (table, attrs) => {
    const { kernel, values = {} } = mapOf(attrs);
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
    ];
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

/** The outputs, then the new values of the variables changed in place. */
export const mapTfjs =
  <A extends object>(mapOf: MapOf<A>): TfKernel<A> =>
  (c, inputs, attrs) => {
    const { tf } = c;
    const { kernel, values = {} } = mapOf(attrs);
    const tensors = new Map(mapInputs(kernel).map((name, i) => [name, inputs[i]]));
    const numberOf = (name: string): TfTensor => {
      const { tensor = '', offset = 0 } = kernel.numbers.find((one) => one.name === name) ?? {};
      const from = tensors.get(tensor);
      if (!from) return c.scalar(attributeOf(values, name));
      return from.shape.length === 0 ? from : tf.unstack(from, 0)[offset];
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
