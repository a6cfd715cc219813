// diagonalScan and its gradient on webgpu: an invocation has a mode of a channel in registers and goes through time; what the modes of a channel
// contribute to a step is added up by the lanes of its workgroup, some steps at a time.
import { bind, groupsOf, operand, type Bindings, type GpuLowering, type GpuWriter } from '../../plan/gpu/lowering.ts';
import { CHUNK, diagonalSizes, type DiagonalAttrs, type DiagonalGradAttrs, type DiagonalSizes } from './sizes.ts';

/** Invocations of a workgroup: the modes of a channel one after the other where there are more. */
const LANES = 32;
/** Steps whose contributions lie in workgroup memory at a time. */
const STEPS = 16;

type Names = Bindings['names'];

const sizesOf = ({ inputs }: GpuWriter): DiagonalSizes =>
  diagonalSizes(operand(inputs, 0).type, operand(inputs, 1).type);

/** The head of a workgroup for a channel `c` of a sample `b`; `mode` is a number of the system, `part` of 6, for mode `n`. */
const head = (
  { B, H, N }: DiagonalSizes,
  group: string,
  { system }: Names,
): string => `var<workgroup> share: array<f32, ${LANES * STEPS}>;
fn mode(c: u32, part: u32, n: u32) -> f32 { return ${system}[c * ${6 * N + 1}u + part * ${N}u + n]; }
@compute @workgroup_size(${LANES})
fn main(@builtin(workgroup_id) wid: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let group = ${group};
  if (group >= ${B * H}u) { return; }
  let b = group / ${H}u;
  let c = group % ${H}u;
  let skip = ${system}[c * ${6 * N + 1}u + ${6 * N}u];`;

/** Rounds in which each lane has a mode or none, numbered m; n is its mode, busy whether there is one. */
const rounds = (N: number): number => Math.ceil(N / LANES);

/** Adds up what lanes have stored for steps [begin, begin + some) of a chunk: lane i has step i. add uses total and row. */
const addUp = ({ T }: DiagonalSizes, add: string): string => `workgroupBarrier();
      if (lane < some) {
        var total = 0f;
        for (var j = 0u; j < ${LANES}u; j++) { total += share[lane * ${LANES}u + j]; }
        let row = b * ${T}u + first + begin + lane;
        ${add}
      }
      workgroupBarrier();`;

const step = `let next = fma(a_re, re, fma(-a_im, im, in_re * value));
        im = fma(a_re, im, fma(a_im, re, in_im * value));
        re = next;`;

const system = `let a_re = mode(c, 0u, n); let a_im = mode(c, 1u, n);
    let in_re = mode(c, 2u, n); let in_im = mode(c, 3u, n);
    let out_re = select(0f, mode(c, 4u, n), busy); let out_im = select(0f, mode(c, 5u, n), busy);`;

/** Place of a part of the state of mode `n` among states [B, 2, H, N]. */
const placeOf = ({ H, N }: DiagonalSizes, part: number): string => `((b * 2u + ${part}u) * ${H}u + c) * ${N}u + n`;

/** A mode through time, some steps at a time. */
function forward(sizes: DiagonalSizes, names: Names, initial: boolean): string {
  const { T, H, N, K } = sizes;
  const start = (part: number): string => (initial ? `${names['h0']}[${placeOf(sizes, part)}]` : '0f');
  const keep = (part: string, value: string): string =>
    `${names['kept']}[((b * ${K}u + first / ${CHUNK}u) * ${2 * N}u + ${part}n) * ${H}u + c] = ${value};`;
  return `${system}
    var re = ${start(0)};
    var im = ${start(1)};
    for (var first = 0u; first < ${T}u; first += ${STEPS}u) {
      if (first % ${CHUNK}u == 0u && busy) { ${keep('', 're')} ${keep(`${N}u + `, 'im')} }
      let begin = 0u;
      let some = min(${STEPS}u, ${T}u - first);
      for (var i = 0u; i < some; i++) {
        let value = ${names['u']}[(b * ${T}u + first + i) * ${H}u + c];
        ${step}
        share[i * ${LANES}u + lane] = out_re * re - out_im * im;
      }
      ${addUp(
        sizes,
        `let at = row * ${H}u + c;
        let before = select(${names['y']}[at], skip * ${names['u']}[at], m == 0u);
        ${names['y']}[at] = before + total;`,
      )}
    }
    if (busy) { ${names['last']}[${placeOf(sizes, 0)}] = re; ${names['last']}[${placeOf(sizes, 1)}] = im; }`;
}

/** Everything a lane does for each of its modes. */
const eachMode = ({ N }: DiagonalSizes, body: string): string => `for (var m = 0u; m < ${rounds(N)}u; m++) {
    let busy = m * ${LANES}u + lane < ${N}u;
    let n = min(m * ${LANES}u + lane, ${N - 1}u);
    ${body}
  }`;

export const diagonalScanWebgpu: GpuLowering<DiagonalAttrs> = (gpu, { initial }) => {
  const sizes = sizesOf(gpu);
  const { declarations, names, buffers } = bind({
    u: operand(gpu.inputs, 0),
    system: operand(gpu.inputs, 1),
    ...(initial ? { h0: operand(gpu.inputs, 2) } : {}),
    ...{ y: operand(gpu.outputs, 0), last: operand(gpu.outputs, 1), kept: operand(gpu.outputs, 2) },
  });
  const { groups, group } = groupsOf(sizes.B * sizes.H, gpu.traits);
  const code = `${declarations}
${head(sizes, group, names)}
  ${eachMode(sizes, forward(sizes, names, initial))}
}`;
  gpu.dispatch({ label: '', code, buffers, groups });
};

/** Back through the steps of a chunk, some at a time; its states are in res and ims. */
const backward = (
  sizes: DiagonalSizes,
  { u, dy, du }: Names,
): string => `for (var until = count; until > 0u; until -= min(until, ${STEPS}u)) {
      let some = min(until, ${STEPS}u);
      let begin = until - some;
      for (var j = some; j > 0u; j--) {
        let i = begin + j - 1u;
        let at = (b * ${sizes.T}u + first + i) * ${sizes.H}u + c;
        let q = ${dy}[at];
        let value = ${u}[at];
        let g_re = fma(q, out_re, later_re);
        let g_im = fma(-q, out_im, later_im);
        sums[0] += g_re * res[i] + g_im * ims[i];
        sums[1] += g_im * res[i] - g_re * ims[i];
        sums[2] = fma(g_re, value, sums[2]);
        sums[3] = fma(g_im, value, sums[3]);
        sums[4] = fma(q, res[i + 1u], sums[4]);
        sums[5] = fma(-q, ims[i + 1u], sums[5]);
        of_skip = fma(q, value, of_skip);
        share[(j - 1u) * ${LANES}u + lane] = select(0f, g_re * in_re + g_im * in_im, busy);
        later_re = fma(a_re, g_re, a_im * g_im);
        later_im = fma(a_re, g_im, -(a_im * g_re));
      }
      ${addUp(
        sizes,
        `let at = row * ${sizes.H}u + c;
        let before = select(${du}[at], skip * ${dy}[at], m == 0u);
        ${du}[at] = before + total;`,
      )}
    }`;

/** A mode back through all chunks, from its kept states. */
function gradientOfMode(sizes: DiagonalSizes, names: Names, { initial, final }: DiagonalGradAttrs): string {
  const { T, H, N, K } = sizes;
  const last = (part: number): string => (final ? `${names['dfinal']}[${placeOf(sizes, part)}]` : '0f');
  const state = (part: string): string => `${names['kept']}[((b * ${K}u + k - 1u) * ${2 * N}u + ${part}n) * ${H}u + c]`;
  const own = `group * ${6 * N + 1}u`;
  const start = `${names['dh0']}[${placeOf(sizes, 0)}] = later_re; ${names['dh0']}[${placeOf(sizes, 1)}] = later_im;`;
  return `${system}
    var sums: array<f32, 6>;
    var of_skip = 0f;
    var later_re = ${last(0)};
    var later_im = ${last(1)};
    for (var k = ${K}u; k > 0u; k--) {
      let first = (k - 1u) * ${CHUNK}u;
      let count = min(${CHUNK}u, ${T}u - first);
      var re = ${state('')};
      var im = ${state(`${N}u + `)};
      res[0] = re;
      ims[0] = im;
      for (var i = 0u; i < count; i++) {
        let value = ${names['u']}[(b * ${T}u + first + i) * ${H}u + c];
        ${step}
        res[i + 1u] = re;
        ims[i + 1u] = im;
      }
      ${backward(sizes, names)}
    }
    if (busy) {
      for (var part = 0u; part < 6u; part++) { ${names['dsystem']}[${own} + part * ${N}u + n] = sums[part]; }
      ${initial ? start : ''}
    }
    if (lane == 0u && m == 0u) { ${names['dsystem']}[${own} + ${6 * N}u] = of_skip; }`;
}

export const diagonalScanGradWebgpu: GpuLowering<DiagonalGradAttrs> = (gpu, attrs) => {
  const sizes = sizesOf(gpu);
  const list = ['u', 'system', 'kept', 'dy', ...(attrs.final ? ['dfinal'] : [])];
  const results = ['du', 'dsystem', ...(attrs.initial ? ['dh0'] : [])];
  const { declarations, names, buffers } = bind({
    ...Object.fromEntries(list.map((name, i) => [name, operand(gpu.inputs, i)])),
    ...Object.fromEntries(results.map((name, i) => [name, operand(gpu.outputs, i)])),
  });
  const { groups, group } = groupsOf(sizes.B * sizes.H, gpu.traits);
  const code = `${declarations}
${head(sizes, group, names)}
  var res: array<f32, ${CHUNK + 1}>;
  var ims: array<f32, ${CHUNK + 1}>;
  ${eachMode(sizes, gradientOfMode(sizes, names, attrs))}
}`;
  gpu.dispatch({ label: '', code, buffers, groups });
};
