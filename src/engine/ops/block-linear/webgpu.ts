// blockLinear and its gradient on webgpu: an invocation makes one number of a row; the weights' gradient is added up in parts of the rows.
import { sizeOf } from '../../core/tensor.ts';
import { bind, flat, operand, type GpuLowering, type GpuOperand, type GpuWriter } from '../../plan/gpu/lowering.ts';
import { partsOf } from '../reduce-webgpu.ts';
import { blocksOf, type Blocks } from './sizes.ts';

/** y = the blocks times x; weights are `across` and `along` apart from row to row and from column to column of a block. */
function product(
  gpu: GpuWriter,
  [x, weight, y]: readonly [GpuOperand, GpuOperand, GpuOperand],
  { O, I }: Blocks,
  [across, along]: readonly [number, number],
): void {
  const { G } = blocksOf(weight.type);
  const { declarations, names, buffers } = bind({ x, weight, y });
  const { groups, head } = flat(sizeOf(y.type.shape), gpu.traits);
  const code = `${declarations}
${head}
  let block = index / ${O}u;
  let w = (block % ${G}u) * ${O * I}u + (index % ${O}u) * ${across}u;
  var sum = 0f;
  for (var i = 0u; i < ${I}u; i++) { sum = fma(${names['weight']}[w + i * ${along}u], ${names['x']}[block * ${I}u + i], sum); }
  ${names['y']}[index] = sum;
}`;
  gpu.dispatch({ label: 'rows', code, buffers, groups });
}

export const blockLinearWebgpu: GpuLowering<object> = (gpu) => {
  const [x, weight] = [operand(gpu.inputs, 0), operand(gpu.inputs, 1)];
  const blocks = blocksOf(weight.type);
  product(gpu, [x, weight, operand(gpu.outputs, 0)], blocks, [blocks.I, 1]);
};

export const blockLinearGradWebgpu: GpuLowering<object> = (gpu) => {
  const [x, weight, dy] = [0, 1, 2].map((i) => operand(gpu.inputs, i)) as [GpuOperand, GpuOperand, GpuOperand];
  const { G, O, I } = blocksOf(weight.type);
  const rows = sizeOf(x.type.shape) / (G * I);
  const parts = partsOf(rows, gpu.traits);
  const { place: sums, stride } = gpu.partialSums(operand(gpu.outputs, 1), parts);
  const { declarations, names, buffers } = bind({ x, dy, sums });
  const { groups, head } = flat(parts * G * O * I, gpu.traits, 64);
  const code = `${declarations}
${head}
  let at = index % ${G * O * I}u;
  let part = index / ${G * O * I}u;
  let g = at / ${O * I}u;
  var sum = 0f;
  for (var row = part; row < ${rows}u; row += ${parts}u) {
    sum = fma(${names['dy']}[row * ${G * O}u + at / ${I}u], ${names['x']}[(row * ${G}u + g) * ${I}u + at % ${I}u], sum);
  }
  ${names['sums']}[part * ${stride}u + at] = sum;
}`;
  gpu.dispatch({ label: 'weight', code, buffers, groups });
  product(gpu, [dy, weight, operand(gpu.outputs, 0)], { G, O: I, I: O }, [1, I]);
};
