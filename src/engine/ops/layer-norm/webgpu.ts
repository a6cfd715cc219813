// layerNorm and its gradient on webgpu: a workgroup a row; gradients of weight and bias by partial sums over rows.
import { sizeOf } from '../../core/tensor.ts';
import { bind, groupsOf, operand, real, type GpuLowering } from '../../plan/gpu/lowering.ts';
import type { OpAttrs } from '../kinds.ts';
import { groupHead, lanesFor, partsOf, reduction } from '../reduce-webgpu.ts';

export const layerNormWebgpu: GpuLowering<OpAttrs['layerNorm']> = (gpu, { eps }) => {
  const [x, weight, bias] = [operand(gpu.inputs, 0), operand(gpu.inputs, 1), operand(gpu.inputs, 2)];
  const [y, mean, rstd] = [operand(gpu.outputs, 0), operand(gpu.outputs, 1), operand(gpu.outputs, 2)];
  const width = sizeOf(weight.type.shape);
  const rows = sizeOf(rstd.type.shape);
  const lanes = lanesFor(width, gpu.traits);
  const { declarations, names, buffers } = bind({ x, weight, bias, y, mean, rstd });
  const { groups, group } = groupsOf(rows, gpu.traits);
  const each = `for (var k = lane; k < ${width}u; k += ${lanes}u)`;
  const code = `${declarations}
${reduction('sum', lanes, gpu.traits)}
${groupHead(lanes)}
  let row = min(${group}, ${rows - 1}u);
  let base = row * ${width}u;
  var sum = 0f;
  ${each} { sum += x[base + k]; }
  let center = reduce_sum(lane, sum) / ${width}f;
  var squares = 0f;
  ${each} { let d = x[base + k] - center; squares = fma(d, d, squares); }
  let scale = 1f / sqrt(reduce_sum(lane, squares) / ${width}f + ${real(eps)});
  if (lane == 0u) { mean[row] = center; rstd[row] = scale; }
  ${each} { y[base + k] = fma((x[base + k] - center) * scale, ${names['weight']}[k], ${names['bias']}[k]); }
}`;
  gpu.dispatch({ label: '', code, buffers, groups });
};

/** With xhat = (x - mean) rstd and d = dy weight: dx = rstd (d - mean(d) - xhat mean(d xhat)). */
export const layerNormGradWebgpu: GpuLowering<OpAttrs['layerNormGrad']> = (gpu) => {
  const [x, weight, mean, rstd, dy] = [0, 1, 2, 3, 4].map((i) => operand(gpu.inputs, i));
  const [dx, dweight, dbias] = [operand(gpu.outputs, 0), operand(gpu.outputs, 1), operand(gpu.outputs, 2)];
  if (!x || !weight || !mean || !rstd || !dy) return;
  const width = sizeOf(weight.type.shape);
  const rows = sizeOf(rstd.type.shape);
  const lanes = lanesFor(width, gpu.traits);
  const parts = partsOf(rows, gpu.traits);
  const [weights, biases] = [gpu.partialSums(dweight, parts), gpu.partialSums(dbias, parts)];
  const bound = bind({ x, weight, mean, rstd, dy, dx, weights: weights.place, biases: biases.place });
  const functions = reduction('sum', lanes, gpu.traits);
  const code = layerNormGradCode({ ...bound, width, rows, lanes, parts, stride: weights.stride, functions });
  gpu.dispatch({ label: '', code, buffers: bound.buffers, groups: [parts, 1, 1] });
};

interface GradCode {
  readonly declarations: string;
  readonly names: Readonly<Record<string, string>>;
  readonly width: number;
  readonly rows: number;
  readonly lanes: number;
  readonly parts: number;
  readonly stride: number;
  readonly functions: string;
}

function layerNormGradCode({ declarations, names, width, rows, lanes, parts, stride, functions }: GradCode): string {
  const [x, weight, mean, rstd, dy, dx] = ['x', 'weight', 'mean', 'rstd', 'dy', 'dx'].map(
    (name) => names[name] ?? name,
  );
  const each = `for (var j = 0u; j < ${Math.ceil(width / lanes)}u; j++) { let k = j * ${lanes}u + lane; if (k < ${width}u) {`;
  return `${declarations}
${functions}
${groupHead(lanes)}
  var sums: array<f32, ${Math.ceil(width / lanes)}>;
  var alongs: array<f32, ${Math.ceil(width / lanes)}>;
  for (var i = 0u; i < ${Math.ceil(rows / parts)}u; i++) {
    let row = min(i * ${parts}u + wid.x, ${rows - 1}u);
    let used = i * ${parts}u + wid.x < ${rows}u;
    let base = row * ${width}u;
    let center = ${mean}[row];
    let scale = ${rstd}[row];
    var sum = 0f;
    var along = 0f;
    ${each} let d = ${dy}[base + k] * ${weight}[k]; sum += d; along += d * (${x}[base + k] - center) * scale; } }
    let mean_d = reduce_sum(lane, sum) / ${width}f;
    let mean_along = reduce_sum(lane, along) / ${width}f;
    if (used) { ${each}
      let normal = (${x}[base + k] - center) * scale;
      let d = ${dy}[base + k];
      sums[j] += d;
      alongs[j] += d * normal;
      ${dx}[base + k] = scale * (d * ${weight}[k] - mean_d - normal * mean_along);
    } } }
  }
  ${each}
    weights[wid.x * ${stride}u + k] = alongs[j];
    biases[wid.x * ${stride}u + k] = sums[j];
  } }
}`;
}
