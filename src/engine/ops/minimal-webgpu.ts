// What minGRU and minLSTM share on webgpu: gates and recurrence in one dispatch; the gradient computes the gates again from u. Knows no gate.
import { bind, operand, type GpuWriter } from '../plan/gpu/lowering.ts';
import { extentsOf, scan } from './scan-webgpu.ts';

export interface MinimalCell {
  readonly initial: boolean;
  /** Numbers of u for each channel. */
  readonly parts: number;
  /**
   * WGSL statements that declare `a`, how much of the state before stays, and what else the cell needs, from `u[at]`, `u[at + H]`, …
   * (names of the binding and of the stride are passed).
   */
  readonly gates: (u: string, H: number) => string;
}

/** h_t = a h_{t-1} + b; `added` is the WGSL of b. */
export function minimalForward(gpu: GpuWriter, { initial, parts, gates }: MinimalCell, added: string): void {
  const h = operand(gpu.outputs, 0);
  const extents = extentsOf(h);
  const { H } = extents;
  const bound = bind({ u: operand(gpu.inputs, 0), ...(initial ? { h0: operand(gpu.inputs, 1) } : {}), h });
  scan(gpu, {
    ...bound,
    extents,
    reverse: false,
    ...(initial ? { start: `h0[n * ${H}u + c]` } : {}),
    load: `let at = row * ${parts * H}u + c;
    ${gates('u', H)}
    let b = ${added};`,
    save: `h[row * ${H}u + c] = after;`,
  });
}

/**
 * Backwards with the state s = a_{t+1} arriving_{t+1}, as in linearScanGrad. `store` = WGSL statements that store the gradient of u from
 * `total` (what arrives at h_t), `earlier` = h_{t-1} and what `gates` declared.
 */
export function minimalBackward(
  gpu: GpuWriter,
  { initial, parts, gates }: MinimalCell,
  store: (du: string, H: number) => string,
): void {
  const h = operand(gpu.inputs, 1);
  const extents = extentsOf(h);
  const { H } = extents;
  const state = initial ? { h0: operand(gpu.inputs, 3), dh0: operand(gpu.outputs, 1) } : {};
  const bound = bind({
    u: operand(gpu.inputs, 0),
    h,
    dh: operand(gpu.inputs, 2),
    ...state,
    du: operand(gpu.outputs, 0),
  });
  const { u = 'u', h: states, dh, h0, dh0, du = 'du' } = bound.names;
  scan(gpu, {
    ...bound,
    extents,
    reverse: true,
    load: `let at = row * ${parts * H}u + c;
    ${gates(u, H)}
    let here = ${dh}[row * ${H}u + c];
    let b = a * here;`,
    save: `var earlier = ${initial ? `${h0}[n * ${H}u + c]` : '0f'};
    if (t > 0u) { earlier = ${states}[(row - 1u) * ${H}u + c]; }
    let total = here + before;
    ${store(du, H)}`,
    ...(initial ? { finish: `${dh0}[n * ${H}u + c] = s;` } : {}),
  });
}
