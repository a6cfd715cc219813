// rmsNorm and its gradient on webgpu: a workgroup a row; the gradient of the weight by partial sums over rows.
import { sizeOf } from '../../core/tensor.ts';
import { bind, groupsOf, operand, real, type GpuLowering } from '../../plan/gpu/lowering.ts';
import type { OpAttrs } from '../kinds.ts';
import { groupHead, lanesFor, partsOf, reduction } from '../reduce-webgpu.ts';

export const rmsNormWebgpu: GpuLowering<OpAttrs['rmsNorm']> = (gpu, { eps }) => {
  const [x, weight] = [operand(gpu.inputs, 0), operand(gpu.inputs, 1)];
  const [y, rstd] = [operand(gpu.outputs, 0), operand(gpu.outputs, 1)];
  const width = sizeOf(weight.type.shape);
  const rows = sizeOf(rstd.type.shape);
  const lanes = lanesFor(width, gpu.traits);
  const bound = bind({ x, weight, y, rstd });
  const { groups, group } = groupsOf(rows, gpu.traits);
  const code = `${bound.declarations}
${reduction('sum', lanes, gpu.traits)}
${groupHead(lanes)}
  let row = min(${group}, ${rows - 1}u);
  var squares = 0f;
  for (var k = lane; k < ${width}u; k += ${lanes}u) { let v = x[row * ${width}u + k]; squares = fma(v, v, squares); }
  let scale = 1f / sqrt(reduce_sum(lane, squares) / ${width}f + ${real(eps)});
  if (lane == 0u) { rstd[row] = scale; }
  for (var k = lane; k < ${width}u; k += ${lanes}u) { let at = row * ${width}u + k; ${bound.names['y']}[at] = x[at] * scale * ${bound.names['weight']}[k]; }
}`;
  gpu.dispatch({ label: '', code, buffers: bound.buffers, groups });
};

export const rmsNormGradWebgpu: GpuLowering<OpAttrs['rmsNormGrad']> = (gpu, { eps }) => {
  const [x, weight, rstd] = [operand(gpu.inputs, 0), operand(gpu.inputs, 1), operand(gpu.inputs, 2)];
  const dweight = operand(gpu.outputs, 1);
  const width = sizeOf(weight.type.shape);
  const rows = sizeOf(rstd.type.shape);
  const lanes = lanesFor(width, gpu.traits);
  const parts = partsOf(rows, gpu.traits);
  const { place: partials, stride } = gpu.partialSums(dweight, parts);
  const [dy, dx] = [operand(gpu.inputs, 3), operand(gpu.outputs, 0)];
  const { declarations, names, buffers } = bind({ x, weight, rstd, dy, dx, partials });
  const each = `for (var j = 0u; j < ${Math.ceil(width / lanes)}u; j++) { let k = j * ${lanes}u + lane; if (k < ${width}u) {`;
  const product = `d * ${names['weight']}[k]`;
  // A row of one number is +-1 but for eps: the general form would cancel, 1 - (x rstd)^2 = eps rstd^2 does not.
  const result = width === 1 ? `${product} * ${real(eps)} * scale * scale * scale` : `scale * (${product} - v * all)`;
  const code = `${declarations}
${reduction('sum', lanes, gpu.traits)}
${groupHead(lanes)}
  var sums: array<f32, ${Math.ceil(width / lanes)}>;
  for (var i = 0u; i < ${Math.ceil(rows / parts)}u; i++) {
    let row = i * ${parts}u + wid.x;
    let used = row < ${rows}u;
    let base = min(row, ${rows - 1}u) * ${width}u;
    let scale = ${names['rstd']}[min(row, ${rows - 1}u)];
    var along = 0f;
    ${each} along += ${names['dy']}[base + k] * ${names['weight']}[k] * ${names['x']}[base + k]; } }
    let all = reduce_sum(lane, along) * scale * scale / ${width}f;
    if (used) { ${each}
      let v = ${names['x']}[base + k];
      let d = ${names['dy']}[base + k];
      sums[j] += d * v * scale;
      ${names['dx']}[base + k] = ${result};
    } } }
  }
  ${each} partials[wid.x * ${stride}u + k] = sums[j]; } }
}`;
  gpu.dispatch({ label: '', code, buffers, groups: [parts, 1, 1] });
};
