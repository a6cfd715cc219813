// linearScan and its gradient on webgpu.
import { bind, operand, type GpuLowering } from '../../plan/gpu/lowering.ts';
import type { OpAttrs } from '../kinds.ts';
import { extentsOf, scan } from '../scan-webgpu.ts';

export const linearScanWebgpu: GpuLowering<OpAttrs['linearScan']> = (gpu, { initial }) => {
  const result = operand(gpu.outputs, 0);
  const extents = extentsOf(result);
  const state = initial ? { h0: operand(gpu.inputs, 2) } : {};
  const bound = bind({ decay: operand(gpu.inputs, 0), added: operand(gpu.inputs, 1), ...state, result });
  const { decay, added, h0, result: h } = bound.names;
  scan(gpu, {
    ...bound,
    extents,
    reverse: false,
    ...(initial ? { start: `${h0}[n * ${extents.H}u + c]` } : {}),
    load: `let at = row * ${extents.H}u + c; let a = ${decay}[at]; let b = ${added}[at];`,
    save: `${h}[at] = after;`,
  });
};

/** Backwards with the state f = a_{t+1} arriving_{t+1}: arriving_t = dh_t + f, f' = a_t f + a_t dh_t; the last f is dh0. */
export const linearScanGradWebgpu: GpuLowering<OpAttrs['linearScanGrad']> = (gpu, { initial }) => {
  const [decay, states, arriving] = [operand(gpu.inputs, 0), operand(gpu.inputs, 1), operand(gpu.inputs, 2)];
  const extents = extentsOf(states);
  const state = initial ? { h0: operand(gpu.inputs, 3), dh0: operand(gpu.outputs, 2) } : {};
  const outputs = { da: operand(gpu.outputs, 0), db: operand(gpu.outputs, 1) };
  const bound = bind({ decay, states, arriving, ...state, ...outputs });
  const { names } = bound;
  const h = extents.H;
  const first = initial ? `${names['h0']}[n * ${h}u + c]` : '0f';
  scan(gpu, {
    ...bound,
    extents,
    reverse: true,
    load: `let at = row * ${h}u + c; let a = ${names['decay']}[at]; let here = ${names['arriving']}[at]; let b = a * here;`,
    save: `var earlier = ${first};
    if (t > 0u) { earlier = ${names['states']}[at - ${h}u]; }
    let total = here + before;
    ${names['da']}[at] = total * earlier;
    ${names['db']}[at] = total;`,
    ...(initial ? { finish: `${names['dh0']}[n * ${h}u + c] = s;` } : {}),
  });
};
