// How a map becomes an entry of the op table, WGSL inside the one dispatch that changes all parameters, and operations of TensorFlow.js.
import { chunked, elements, elementwise } from '../../ops/elementwise/cpu.ts';
import type { TfKernel } from '../../ops/tfjs-kernel.ts';
import { updateAll } from '../../ops/update-webgpu.ts';
import { operand, real as realArgument, whole, type Lowering } from '../../plan/lowering.ts';
import { real, type GpuRun } from '../../plan/gpu/lowering.ts';
import { opcodeOf } from '../../ops/cells.ts';
import type { Expr } from '../expr.ts';
import { attributeOf, mapInputs, numberTensors, type MapAttributes, type MapKernel } from '../map.ts';
import { codeOf, statementsOf, valueOf, type Names } from './statements.ts';
import { compute } from './tfjs.ts';
import { vectorLanguage } from './wgsl.ts';

export const mapCpu =
  <A extends object>(kernel: MapKernel, attributesOf: (attrs: A) => MapAttributes): Lowering<A> =>
  (table, attrs) => {
    const inputs = mapInputs(kernel).map((name, i) => ({ name, place: operand(table.inputs, i) }));
    const values = attributesOf(attrs);
    const first = operand(table.inputs, 0);
    const rest = kernel.attributes.map((name) => realArgument(attributeOf(values, name)));
    const args = [...inputs.map(({ place }) => place), elements(first), ...rest];
    const reads = inputs.map(({ name, place }) => (kernel.tensors.includes(name) ? chunked(place) : whole(place)));
    const writes = inputs.filter(({ name }) => name in kernel.changes).map(({ place }) => chunked(place));
    table.emit(elementwise(opcodeOf(kernel), first, args, reads, writes));
  };

/** Numbers come from the factor (`share`, which guards) and from the hyperparameters behind it. */
export const mapWebgpu =
  <A extends object>(kernel: MapKernel, attributesOf: (attrs: A) => MapAttributes): GpuRun<A> =>
  (gpu, nodes) => {
    updateAll(gpu, {
      nodes,
      names: kernel.tensors,
      step: (attrs, at, hyper) => {
        const values = attributesOf(attrs);
        const [factor] = numberTensors(kernel);
        const vector = (code: string): string => `vec4<f32>(${code})`;
        const names: Names = new Map();
        const lines = [
          ...kernel.tensors.map((name) => `let ${valueOf(name)} = ${at(name)};`),
          ...kernel.numbers.map(
            ({ name, tensor, offset }) =>
              `let ${valueOf(name)} = ${vector(tensor === factor ? 'share' : hyper(offset))};`,
          ),
          ...kernel.attributes.map((name) => `let ${valueOf(name)} = ${vector(real(attributeOf(values, name)))};`),
          ...statementsOf(Object.values(kernel.changes), vectorLanguage, names),
        ];
        for (const [name, value] of Object.entries(kernel.changes))
          lines.push(`${at(name)} = ${codeOf(names, value)};`);
        return lines.join('\n  ');
      },
    });
  };

export const mapTfjs =
  <A extends object>(kernel: MapKernel, attributesOf: (attrs: A) => MapAttributes): TfKernel<A> =>
  (c, inputs, attrs) => {
    const { tf } = c;
    const values = attributesOf(attrs);
    const tensors = new Map(mapInputs(kernel).map((name, i) => [name, inputs[i]]));
    const numberOf = (name: string) => {
      const { tensor = '', offset = 0 } = kernel.numbers.find((one) => one.name === name) ?? {};
      const from = tensors.get(tensor);
      if (!from) return c.scalar(attributeOf(values, name));
      return from.shape.length === 0 ? from : tf.unstack(from, 0)[offset];
    };
    const known = new Map<Expr, ReturnType<typeof numberOf>>();
    const finite = tf.isFinite(numberOf(kernel.guard));
    return Object.entries(kernel.changes).map(([name, value]) => {
      const next = compute(c, value, known, (one) => tensors.get(one) ?? numberOf(one));
      return tf.where(finite, next, tensors.get(name) ?? next);
    });
  };
