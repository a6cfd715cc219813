// selectiveScan and its gradient on webgpu: an invocation has the states of a channel in registers and goes through time; the gradient computes a
// chunk's states again. It goes through twice: once by workgroups of channels, which add up the gradients of B and C, and once for the gradients of the
// system and the start, since one kernel binds at most eight buffers.
import {
  bind,
  flat,
  groupsOf,
  operand,
  type Bindings,
  type GpuLowering,
  type GpuOperand,
  type GpuWriter,
} from '../../plan/gpu/lowering.ts';
import { MATH } from '../../plan/gpu/math.wgsl.ts';
import { CHUNK, selectiveSizes, type SelectiveAttrs, type SelectiveGradAttrs, type SelectiveSizes } from './sizes.ts';

/** Channels of a workgroup that adds up gradients of B and C, and numbers of a channel that it adds up at a time. */
const LANES = 64;
const TOGETHER = 16;

type Names = Bindings['names'];

const sizesOf = ({ inputs }: GpuWriter): SelectiveSizes =>
  selectiveSizes(operand(inputs, 0).type, operand(inputs, 1).type);

const overModes = ({ N }: SelectiveSizes, body: string): string => `for (var n = 0u; n < ${N}u; n++) { ${body} }`;

/** `rate` and `skip` of channel `d`. */
const readSystem = (sizes: SelectiveSizes, { system }: Names): string => `var rate: array<f32, ${sizes.N}>;
  ${overModes(sizes, `rate[n] = ${system}[d * ${sizes.N + 1}u + n];`)}
  let skip = ${system}[d * ${sizes.N + 1}u + ${sizes.N}u];`;

/** `u`, `dt` and `taken` of channel `d` at row `row`. */
const readStep = ({ D }: SelectiveSizes, { sequence: x }: Names): string => `let u = ${x}[row * ${2 * D}u + d];
      let dt = ${x}[row * ${2 * D}u + ${D}u + d];
      let taken = dt * u;`;

const ofB = ({ N }: SelectiveSizes, { bc }: Names): string => `${bc}[row * ${2 * N}u + n]`;
const ofC = ({ N }: SelectiveSizes, { bc }: Names): string => `${bc}[row * ${2 * N}u + ${N}u + n]`;

export const selectiveScanWebgpu: GpuLowering<SelectiveAttrs> = (gpu, { initial }) => {
  const sizes = sizesOf(gpu);
  const { B, T, D, N, K } = sizes;
  const [x, bc, system] = [0, 1, 2].map((i) => operand(gpu.inputs, i));
  const [y, last, kept] = [0, 1, 2].map((i) => operand(gpu.outputs, i));
  const h0 = initial ? { h0: operand(gpu.inputs, 3) } : {};
  const { declarations, names, buffers } = bind({ sequence: x, bc, system, ...h0, result: y, last, kept });
  const { groups, head } = flat(B * D, gpu.traits, 64);
  const own = `(b * ${D}u + d) * ${N}u + n`;
  const code = `${declarations}
${MATH}
${head}
  let d = index % ${D}u;
  let b = index / ${D}u;
  ${readSystem(sizes, names)}
  var h: array<f32, ${N}>;
  ${overModes(sizes, `h[n] = ${initial ? `${names['h0']}[${own}]` : '0f'};`)}
  for (var t = 0u; t < ${T}u; t++) {
    if (t % ${CHUNK}u == 0u) {
      ${overModes(sizes, `${names['kept']}[((b * ${K}u + t / ${CHUNK}u) * ${N}u + n) * ${D}u + d] = h[n];`)}
    }
    let row = b * ${T}u + t;
    ${readStep(sizes, names)}
    var sum = skip * u;
    ${overModes(
      sizes,
      `h[n] = fma(exp_of(dt * rate[n]), h[n], taken * ${ofB(sizes, names)});
      sum = fma(h[n], ${ofC(sizes, names)}, sum);`,
    )}
    ${names['result']}[row * ${D}u + d] = sum;
  }
  ${overModes(sizes, `${names['last']}[${own}] = h[n];`)}
}`;
  gpu.dispatch({ label: '', code, buffers, groups });
};

interface Pass {
  readonly sizes: SelectiveSizes;
  readonly names: Names;
  /** What is computed for each number `n` from `g`, `past` and `before`, and after all of them, at row `row`. */
  readonly step: string;
  readonly final: boolean;
}

/** Through all chunks from the last one on; `h` has the states of a chunk, `later` the gradient of the state after a step. */
const backward = ({ sizes, names, step, final }: Pass): string => {
  const { T, D, N, K } = sizes;
  const last = final ? `${names['dfinal']}[(b * ${D}u + d) * ${N}u + n]` : '0f';
  return `${readSystem(sizes, names)}
  var later: array<f32, ${N}>;
  var h: array<f32, ${(CHUNK + 1) * N}>;
  ${overModes(sizes, `later[n] = ${last};`)}
  for (var k = ${K}u; k > 0u; k--) {
    let first = (k - 1u) * ${CHUNK}u;
    let count = min(${CHUNK}u, ${T}u - first);
    ${overModes(sizes, `h[n] = ${names['kept']}[((b * ${K}u + k - 1u) * ${N}u + n) * ${D}u + d];`)}
    for (var i = 0u; i < count; i++) {
      let row = b * ${T}u + first + i;
      ${readStep(sizes, names)}
      ${overModes(sizes, `h[(i + 1u) * ${N}u + n] = fma(exp_of(dt * rate[n]), h[i * ${N}u + n], taken * ${ofB(sizes, names)});`)}
    }
    for (var i = count; i > 0u; i--) {
      let row = b * ${T}u + first + i - 1u;
      ${readStep(sizes, names)}
      let q = ${names['dy']}[row * ${D}u + d];
      ${step}
    }
  }`;
};

/** `g`, and `past` = the gradient of the state before, of number `n`. */
const gradientOfState = (
  sizes: SelectiveSizes,
  names: Names,
): string => `let g = fma(q, ${ofC(sizes, names)}, later[n]);
        let past = g * exp_of(dt * rate[n]);
        let fading = past * h[(i - 1u) * ${sizes.N}u + n];
        later[n] = past;`;

interface Given {
  readonly gpu: GpuWriter;
  readonly sizes: SelectiveSizes;
  readonly operands: Readonly<Record<string, GpuOperand>>;
  readonly final: boolean;
}

export const selectiveScanGradWebgpu: GpuLowering<SelectiveGradAttrs> = (gpu, { initial, final }) => {
  const names = ['sequence', 'bc', 'system', 'kept', 'dy', ...(final ? ['dfinal'] : [])];
  const operands = Object.fromEntries(names.map((name, i) => [name, operand(gpu.inputs, i)]));
  const given: Given = { gpu, sizes: sizesOf(gpu), operands, final };
  stepGradients(given);
  systemGradient(given, initial);
};

/** What a workgroup does at a step: numbers of all its channels side by side, then a lane adds up each of them. */
function addedUp(sizes: SelectiveSizes, names: Names, together: number, stride: number): string {
  const { D, N } = sizes;
  return `var of_taken = 0f;
      var of_step = 0f;
      for (var m = 0u; m < ${N}u; m += ${together}u) {
        for (var n = m; n < min(m + ${together}u, ${N}u); n++) {
          ${gradientOfState(sizes, names)}
          of_taken = fma(g, ${ofB(sizes, names)}, of_taken);
          of_step = fma(fading, rate[n], of_step);
          share[(n - m) * ${2 * LANES}u + lane] = select(0f, g * taken, busy);
          share[(n - m) * ${2 * LANES}u + ${LANES}u + lane] = select(0f, q * h[i * ${N}u + n], busy);
        }
        workgroupBarrier();
        let n = m + lane / 2u;
        if (lane < ${2 * together}u && n < ${N}u) {
          var sum = 0f;
          for (var j = 0u; j < ${LANES}u; j++) { sum += share[lane * ${LANES}u + j]; }
          ${names['sums']}[tile * ${stride}u + row * ${2 * N}u + (lane % 2u) * ${N}u + n] = sum;
        }
        workgroupBarrier();
      }
      if (busy) {
        ${names['dx']}[row * ${2 * D}u + d] = fma(dt, of_taken, skip * q);
        ${names['dx']}[row * ${2 * D}u + ${D}u + d] = fma(u, of_taken, of_step);
      }`;
}

/** dx, and the gradients of B and C added up over the channels of a workgroup. */
function stepGradients({ gpu, sizes, operands, final }: Given): void {
  const { B, D, N } = sizes;
  const tiles = Math.ceil(D / LANES);
  const sums = gpu.partialSums(operand(gpu.outputs, 1), tiles);
  const { declarations, names, buffers } = bind({ ...operands, dx: operand(gpu.outputs, 0), sums: sums.place });
  const { groups, group } = groupsOf(B * tiles, gpu.traits);
  const together = Math.min(N, TOGETHER);
  const step = addedUp(sizes, names, together, sums.stride);
  const code = `${declarations}
${MATH}
var<workgroup> share: array<f32, ${2 * together * LANES}>;
@compute @workgroup_size(${LANES})
fn main(@builtin(workgroup_id) wid: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let group = ${group};
  if (group >= ${B * tiles}u) { return; }
  let b = group / ${tiles}u;
  let tile = group % ${tiles}u;
  let busy = tile * ${LANES}u + lane < ${D}u;
  let d = min(tile * ${LANES}u + lane, ${D - 1}u);
  ${backward({ sizes, names, step, final })}
}`;
  gpu.dispatch({ label: 'steps', code, buffers, groups });
}

/** dsystem of each sample, and the gradient of the start. */
function systemGradient({ gpu, sizes, operands, final }: Given, initial: boolean): void {
  const { B, D, N } = sizes;
  const start = initial ? { dh0: operand(gpu.outputs, 3) } : {};
  const bound = bind({ ...operands, dsystem: operand(gpu.outputs, 2), ...start });
  const { names } = bound;
  const { groups, head } = flat(B * D, gpu.traits, 64);
  const step = `of_skip = fma(q, u, of_skip);
      ${overModes(
        sizes,
        `${gradientOfState(sizes, names)}
        of_rate[n] = fma(fading, dt, of_rate[n]);`,
      )}`;
  const code = `${bound.declarations}
${MATH}
${head}
  let d = index % ${D}u;
  let b = index / ${D}u;
  var of_rate: array<f32, ${N}>;
  var of_skip = 0f;
  ${backward({ sizes, names, step, final })}
  ${overModes(sizes, `${names['dsystem']}[index * ${N + 1}u + n] = of_rate[n];`)}
  ${names['dsystem']}[index * ${N + 1}u + ${N}u] = of_skip;
  ${initial ? overModes(sizes, `${names['dh0']}[index * ${N}u + n] = later[n];`) : ''}
}`;
  gpu.dispatch({ label: 'system', code, buffers: bound.buffers, groups });
}
