// longConvolution and its gradient on webgpu: direct sums with an invocation for each number, or transforms in workgroup memory, a channel of a
// sample for each workgroup (for the gradient a channel of all samples, whose products are added up in registers). A sequence that is too long for
// workgroup memory is summed directly.
import { sizeOf } from '../../core/tensor.ts';
import {
  bind,
  type Bindings,
  flat,
  groupsOf,
  operand,
  type GpuLowering,
  type GpuOperand,
  type GpuPlace,
  type GpuWriter,
} from '../../plan/gpu/lowering.ts';
import { MATH } from '../../plan/gpu/math.wgsl.ts';
import { isTransformed, longSizes, transformLength, type LongConvolutionAttrs, type LongSizes } from './sizes.ts';

/** Bytes of two transforms of n numbers. */
const roomOf = (n: number): number => 16 * n;

const usesTransform = (gpu: GpuWriter, sizes: LongSizes): boolean =>
  isTransformed(sizes) && roomOf(transformLength(sizes)) <= gpu.traits.workgroupBytes;

/** out_r = sum over l of kernel_l source_(r + shift + direction l). */
function emitRows(
  gpu: GpuWriter,
  [source, kernel, out]: readonly [GpuOperand, GpuOperand, GpuOperand],
  { K, C }: LongSizes,
  shift: number,
  direction: number,
): void {
  const [, from = 1] = source.type.shape;
  const [, to = 1] = out.type.shape;
  const { declarations, names, buffers } = bind({ source, kernel, out });
  const { groups, head } = flat(sizeOf(out.type.shape), gpu.traits);
  const code = `${declarations}
${head}
  let c = index % ${C}u;
  let row = index / ${C}u;
  let at = i32(row % ${to}u) + (${shift});
  let first = (row / ${to}u) * ${from}u;
  var sum = 0f;
  for (var l = 0; l < ${K}; l++) {
    let other = at + ${direction} * l;
    if (other < 0 || other >= ${from}) { continue; }
    sum = fma(${names['kernel']}[u32(l) * ${C}u + c], ${names['source']}[(first + u32(other)) * ${C}u + c], sum);
  }
  ${names['out']}[index] = sum;
}`;
  gpu.dispatch({ label: 'rows', code, buffers, groups });
}

/** dkernel_l = sum over samples and rows of dy_r x_(r + shift + direction l). */
function emitTaps(gpu: GpuWriter, { B, S, T, C, K, shift, direction }: LongSizes): void {
  const [x, dy] = [operand(gpu.inputs, 0), operand(gpu.inputs, 2)];
  const { declarations, names, buffers } = bind({ x, dy, dkernel: operand(gpu.outputs, 1) });
  const { groups, head } = flat(K * C, gpu.traits, 64);
  const code = `${declarations}
${head}
  let c = index % ${C}u;
  let at = ${shift} + ${direction} * i32(index / ${C}u);
  var sum = 0f;
  for (var b = 0u; b < ${B}u; b++) {
    for (var r = max(0, -at); r < min(${T}, ${S} - at); r++) {
      sum = fma(${names['dy']}[(b * ${T}u + u32(r)) * ${C}u + c], ${names['x']}[(b * ${S}u + u32(r + at)) * ${C}u + c], sum);
    }
  }
  ${names['dkernel']}[index] = sum;
}`;
  gpu.dispatch({ label: 'taps', code, buffers, groups });
}

interface Plan {
  readonly n: number;
  /** e^(2 pi i j / 4n) for j up to 2n. */
  readonly turns: GpuPlace;
  /** Transform of the kernel [C, n]. */
  readonly spectrum: GpuPlace;
}

/** Invocations of a workgroup. */
const lanesOf = ({ traits }: GpuWriter, n: number): number => Math.min(traits.maxInvocations, 128, n / 2);

/** Transforms of `data` from `base` on, in place. Declares `data` and `lane`s, which must be `turns[2j]`, `turns[2j + 1]`. */
const passes = (n: number, lanes: number, turns: string): string => `
var<workgroup> data: array<vec2<f32>, ${2 * n}>;
fn turn_of(j: u32) -> vec2<f32> { return vec2<f32>(${turns}[2u * j], ${turns}[2u * j + 1u]); }
fn times(a: vec2<f32>, b: vec2<f32>) -> vec2<f32> { return vec2<f32>(a.x * b.x - a.y * b.y, a.x * b.y + a.y * b.x); }
fn back(a: vec2<f32>) -> vec2<f32> { return vec2<f32>(a.x, -a.y); }
fn forward(base: u32, lane: u32) {
  for (var half = ${n / 2}u; half > 0u; half /= 2u) {
    workgroupBarrier();
    for (var i = lane; i < ${n / 2}u; i += ${lanes}u) {
      let j = i % half;
      let p = base + (i / half) * 2u * half + j;
      let a = data[p];
      let b = data[p + half];
      data[p] = a + b;
      data[p + half] = times(a - b, turn_of(j * (${2 * n}u / half)));
    }
  }
  workgroupBarrier();
}
fn backward(base: u32, lane: u32) {
  for (var half = 1u; half < ${n}u; half *= 2u) {
    workgroupBarrier();
    for (var i = lane; i < ${n / 2}u; i += ${lanes}u) {
      let j = i % half;
      let p = base + (i / half) * 2u * half + j;
      let a = data[p];
      let b = times(data[p + half], back(turn_of(j * (${2 * n}u / half))));
      data[p] = a + b;
      data[p + half] = a - b;
    }
  }
  workgroupBarrier();
}`;

/** WGSL that fills `data` from `base` with rows 0 … count - 1, each number given by `row(p)`. */
const readCode = (n: number, lanes: number, base: number, count: number, row: (p: string) => string): string => `
  for (var j = lane; j < ${n}u; j += ${lanes}u) {
    var z = vec2<f32>(0f, 0f);
    if (j < ${count}u) { z.x = ${row('j')}; }
    if (j + ${n}u < ${count}u) { z.y = ${row(`(j + ${n}u)`)}; }
    data[${base}u + j] = times(z, turn_of(j));
  }`;

/** WGSL that hands rows `from` … `to` - 1 of what came back to `put(p, value)`. */
const writeCode = (
  n: number,
  lanes: number,
  from: number,
  to: number,
  put: (p: string, value: string) => string,
): string => `
  for (var p = ${from}u + lane; p < ${to}u; p += ${lanes}u) {
    let j = p % ${n}u;
    let z = times(data[j], back(turn_of(j))) * ${1 / n}f;
    ${put('p', `select(z.y, z.x, p < ${n}u)`)}
  }`;

/** Rows by their places in the order of the filter. */
const rowsIn = ({ S, T, C }: LongSizes, backwards: boolean) => ({
  x: (p: string) => `(b * ${S}u + ${backwards ? `${S - 1}u - ${p}` : p}) * ${C}u + c`,
  y: (p: string) => `(b * ${T}u + ${backwards ? `${S - 1}u - ${p}` : `${p} - ${S - T}u`}) * ${C}u + c`,
});

function emitTurns(gpu: GpuWriter, n: number, turns: GpuPlace): void {
  const { declarations, buffers } = bind({ turns });
  const { groups, head } = flat(2 * n, gpu.traits);
  const code = `${declarations}
${MATH}
${head}
  let angle = f32(index) * ${Math.PI / (2 * n)}f;
  turns[2u * index] = cos_of(angle);
  turns[2u * index + 1u] = sin_of(angle);
}`;
  gpu.dispatch({ label: 'turns', code, buffers, groups });
}

/** Numbers that turn, and the transform of the kernel. */
function emitPlan(gpu: GpuWriter, sizes: LongSizes): Plan {
  const n = transformLength(sizes);
  const { C, taps } = sizes;
  const turns = gpu.workspace(16 * n);
  const spectrum = gpu.workspace(8 * n * C);
  const lanes = lanesOf(gpu, n);
  emitTurns(gpu, n, turns);
  const { declarations, names, buffers } = bind({ turns, kernel: operand(gpu.inputs, 1), spectrum });
  const { groups, group } = groupsOf(C, gpu.traits);
  const code = `${declarations}
${passes(n, lanes, 'turns')}
@compute @workgroup_size(${lanes})
fn main(@builtin(workgroup_id) wid: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let c = ${group};
  if (c >= ${C}u) { return; }
  ${readCode(n, lanes, 0, taps, (p) => `${names['kernel']}[${p} * ${C}u + c]`)}
  forward(0u, lane);
  for (var j = lane; j < ${n}u; j += ${lanes}u) {
    spectrum[2u * (c * ${n}u + j)] = data[j].x;
    spectrum[2u * (c * ${n}u + j) + 1u] = data[j].y;
  }
}`;
  gpu.dispatch({ label: 'spectrum', code, buffers, groups });
  return { n, turns, spectrum };
}

/** data from 0 on, times the transform of the kernel. */
const filterCode = (n: number, lanes: number): string => `
  for (var j = lane; j < ${n}u; j += ${lanes}u) {
    let at = 2u * (c * ${n}u + j);
    data[j] = times(data[j], vec2<f32>(spectrum[at], spectrum[at + 1u]));
  }`;

export const longConvolutionWebgpu: GpuLowering<LongConvolutionAttrs> = (gpu, attrs) => {
  const [x, kernel, y] = [operand(gpu.inputs, 0), operand(gpu.inputs, 1), operand(gpu.outputs, 0)];
  const sizes = longSizes(x.type, kernel.type, attrs);
  if (!usesTransform(gpu, sizes)) {
    emitRows(gpu, [x, kernel, y], sizes, sizes.shift, sizes.direction);
    return;
  }
  const { B, S, T, C } = sizes;
  const { n, turns, spectrum } = emitPlan(gpu, sizes);
  const lanes = lanesOf(gpu, n);
  const at = rowsIn(sizes, attrs.backwards);
  const { declarations, names, buffers } = bind({ turns, spectrum, x, y });
  const { groups, group } = groupsOf(B * C, gpu.traits);
  gpu.dispatch({
    label: 'transform',
    code: `${declarations}
${passes(n, lanes, 'turns')}
@compute @workgroup_size(${lanes})
fn main(@builtin(workgroup_id) wid: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let group = ${group};
  if (group >= ${B * C}u) { return; }
  let b = group / ${C}u;
  let c = group % ${C}u;
  ${readCode(n, lanes, 0, S, (p) => `${names['x']}[${at.x(p)}]`)}
  forward(0u, lane);
  ${filterCode(n, lanes)}
  backward(0u, lane);
  ${writeCode(n, lanes, S - T, S, (p, value) => `${names['y']}[${at.y(p)}] = ${value};`)}
}`,
    buffers,
    groups,
  });
};

export const longConvolutionGradWebgpu: GpuLowering<LongConvolutionAttrs> = (gpu, attrs) => {
  const [x, kernel, dy] = [operand(gpu.inputs, 0), operand(gpu.inputs, 1), operand(gpu.inputs, 2)];
  const sizes = longSizes(x.type, kernel.type, attrs);
  if (usesTransform(gpu, sizes)) {
    emitTransforms(gpu, sizes, attrs);
    return;
  }
  emitRows(gpu, [dy, kernel, operand(gpu.outputs, 0)], sizes, -sizes.shift, -sizes.direction);
  emitTaps(gpu, sizes);
};

/** Body of the gradient: a channel of all samples. */
function gradientCode(
  sizes: LongSizes,
  n: number,
  lanes: number,
  backwards: boolean,
  names: Bindings['names'],
): string {
  const { B, S, T, C, K, taps } = sizes;
  const at = rowsIn(sizes, backwards);
  const against = (p: string): string => `(${S - 1}u - ${p})`;
  return `var sums: array<vec2<f32>, ${n / lanes}>;
  for (var b = 0u; b < ${B}u; b++) {
    workgroupBarrier();
    ${readCode(n, lanes, 0, T, (p) => `${names['dy']}[${at.y(against(p))}]`)}
    ${readCode(n, lanes, n, S, (p) => `${names['x']}[${at.x(p)}]`)}
    forward(0u, lane);
    forward(${n}u, lane);
    for (var i = 0u; i < ${n / lanes}u; i++) {
      let j = lane + i * ${lanes}u;
      sums[i] += times(data[j], data[${n}u + j]);
    }
    ${filterCode(n, lanes)}
    backward(0u, lane);
    ${writeCode(n, lanes, 0, S, (p, value) => `${names['dx']}[${at.x(against(p))}] = ${value};`)}
  }
  workgroupBarrier();
  for (var i = 0u; i < ${n / lanes}u; i++) { data[lane + i * ${lanes}u] = sums[i]; }
  backward(0u, lane);
  ${writeCode(n, lanes, S - taps, S, (p, value) => `${names['dkernel']}[${against(p)} * ${C}u + c] = ${value};`)}
  for (var p = ${taps}u + lane; p < ${K}u; p += ${lanes}u) { ${names['dkernel']}[p * ${C}u + c] = 0f; }`;
}

function emitTransforms(gpu: GpuWriter, sizes: LongSizes, { backwards }: LongConvolutionAttrs): void {
  const { C } = sizes;
  const { n, turns, spectrum } = emitPlan(gpu, sizes);
  const lanes = lanesOf(gpu, n);
  const [x, dy] = [operand(gpu.inputs, 0), operand(gpu.inputs, 2)];
  const [dx, dkernel] = [operand(gpu.outputs, 0), operand(gpu.outputs, 1)];
  const { declarations, names, buffers } = bind({ turns, spectrum, x, dy, dx, dkernel });
  const { groups, group } = groupsOf(C, gpu.traits);
  const code = `${declarations}
${passes(n, lanes, 'turns')}
@compute @workgroup_size(${lanes})
fn main(@builtin(workgroup_id) wid: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let c = ${group};
  if (c >= ${C}u) { return; }
  ${gradientCode(sizes, n, lanes, backwards, names)}
}`;
  gpu.dispatch({ label: 'transform', code, buffers, groups });
}
