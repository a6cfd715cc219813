// Elementwise ops on webgpu: four elements per invocation if the size allows it. Independent of functions.
import { sizeOf } from '../../core/tensor.ts';
import { bind, flat, operand, type ElementCode, type GpuOperand, type GpuWriter } from '../../plan/gpu/lowering.ts';

export interface ElementwiseCode {
  /** Read at the index of the result; smaller ones are repeated. All f32. */
  readonly reads: Readonly<Record<string, GpuOperand>>;
  readonly result: GpuOperand;
  /** Functions that `expression` uses. */
  readonly functions: string;
  /** WGSL of one result from the f32 expressions of the operands. */
  readonly expression: (values: Readonly<Record<string, string>>) => string;
}

/** result[i] = f(a[i], b[i mod size of b], …) for every i. Each invocation reads its elements before it writes, so results may be in place. */
export function elementwise(gpu: GpuWriter, { reads, result, functions, expression }: ElementwiseCode): void {
  const size = sizeOf(result.type.shape);
  const all: readonly (readonly [string, GpuOperand])[] = [...Object.entries(reads), ['result', result]];
  const wide = size % 4 === 0 && all.every(([, { type }]) => fits(sizeOf(type.shape)));
  const isWide = ({ type }: GpuOperand): boolean => wide && sizeOf(type.shape) > 1;
  const { declarations, names, buffers } = bind(
    Object.fromEntries(all.map(([name, one]) => [name, { ...one, dtype: isWide(one) ? 'vec4' : 'f32' } as const])),
  );
  const { groups, head } = flat(wide ? size / 4 : size, gpu.traits);
  const loads = Object.entries(reads).map(([name, { type }]) => {
    const elements = sizeOf(type.shape);
    const index = elements === size ? 'index' : elements === 1 ? '0' : `index % ${wide ? elements / 4 : elements}u`;
    return `  let of_${name} = ${names[name]}[${index}];`;
  });
  const lane = (i: number): string => {
    const values = Object.entries(reads).map(([name, one]) => [name, isWide(one) ? `of_${name}[${i}]` : `of_${name}`]);
    return expression(Object.fromEntries(values) as Readonly<Record<string, string>>);
  };
  const value = wide ? `vec4f(${[0, 1, 2, 3].map(lane).join(', ')})` : lane(0);
  const body = `${loads.join('\n')}\n  ${names['result']}[index] = ${value};`;
  gpu.dispatch({ label: '', code: `${declarations}\n${functions}\n${head}\n${body}\n}`, buffers, groups });
}

/** The dispatch of an elementwise op whose inputs are all operands. */
export function elementOp(gpu: GpuWriter, { functions, expression }: ElementCode): void {
  const reads = Object.fromEntries(gpu.inputs.map((input, i) => [`x${i}`, input]));
  const values = (of: Readonly<Record<string, string>>): string => expression(Object.values(of));
  elementwise(gpu, { reads, result: operand(gpu.outputs, 0), functions, expression: values });
}

/** Sizes that can be read as vectors of four if the result is. */
const fits = (size: number): boolean => size === 1 || size % 4 === 0;

/** Copies bytes: `target[i] = source[i]`, whatever they mean. */
export function copyOf(gpu: GpuWriter, source: GpuOperand, target: GpuOperand): void {
  const words = target.bytes / 4;
  const { declarations, names, buffers } = bind({
    source: { ...source, dtype: 'u32' },
    copy: { ...target, dtype: 'u32' },
  });
  const { groups, head } = flat(words, gpu.traits);
  if (names['copy'] === 'source') return;
  gpu.dispatch({ label: '', code: `${declarations}\n${head}\n  copy[index] = source[index];\n}`, buffers, groups });
}
