// attentionStep on webgpu: a workgroup has a head of a sample. It writes its part of the row, then each invocation goes over every 64th row with a
// running maximum, and the group joins what they have. Turns are whole numbers of 2^-32 of a circle, as in rotary.
import { bind, groupsOf, operand, real, type GpuLowering } from '../../plan/gpu/lowering.ts';
import { MATH } from '../../plan/gpu/math.wgsl.ts';
import { unitsOf } from '../rotary/webgpu.ts';
import { attentionStepSizes, turnOf, type AttentionStepAttrs, type AttentionStepSizes } from './sizes.ts';

/** Invocations of a workgroup. */
const LANES = 64;
/** Columns of values that are added up at a time: what fits beside the others in registers and workgroup memory. */
const COLUMNS = 32;

const over = (n: number, body: string): string => `for (var d = 0u; d < ${n}u; d++) { ${body} }`;

/** Turns of all pairs from one position to the next. */
function turnTables({ pairs }: AttentionStepSizes, attrs: AttentionStepAttrs): string {
  const units = Array.from({ length: Math.max(1, pairs) }, (_, i) =>
    unitsOf(pairs === 0 ? 0 : turnOf(attrs, i) / (2 * Math.PI)),
  );
  const table = (name: string, which: 0 | 1): string =>
    `var<private> ${name}: array<u32, ${units.length}> = array<u32, ${units.length}>(${units.map((one) => `${one[which]}u`).join(', ')});`;
  return `${table('TURNS', 0)}\n${table('FINE', 1)}`;
}

/** Pairs of `x` turned by the position. */
const turnCode = (pairs: number, get: (at: string) => string): string => `for (var i = 0u; i < ${pairs}u; i++) {
    let fine = u32(f32(position) * f32(FINE[i]) * ${2 ** -32}f);
    let angle = f32(bitcast<i32>(position * TURNS[i] + fine)) * ${(2 * Math.PI) / 2 ** 32}f;
    let c = cos_of(angle);
    let s = sin_of(angle);
    let a = ${get('2u * i')};
    let b2 = ${get('2u * i + 1u')};
    ${get('2u * i')} = a * c - b2 * s;
    ${get('2u * i + 1u')} = a * s + b2 * c;
  }`;

/** The sums of all invocations of a group, joined by one for each column. */
const joinCode = (from: number, count: number, { heads, valueWidth: dv }: AttentionStepSizes, o: string): string =>
  `workgroupBarrier();
    mosts[lane] = most;
    totals[lane] = total;
    ${over(count, `sums[lane * ${COLUMNS}u + d] = sum[d];`)}
    workgroupBarrier();
    if (lane < ${count}u) {
      var highest = -1e30f;
      for (var k = 0u; k < ${LANES}u; k++) { highest = max(highest, mosts[k]); }
      var all = 0f;
      var value = 0f;
      for (var k = 0u; k < ${LANES}u; k++) {
        let part = exp_of(mosts[k] - highest);
        all += totals[k] * part;
        value = fma(sums[k * ${COLUMNS}u + lane], part, value);
      }
      ${o}[(b * ${heads}u + h) * ${dv}u + ${from}u + lane] = value / all;
    }`;

/** The running sums of an invocation over its rows, for `count` columns of values from `from` on, and of the group. */
function columnsCode(from: number, count: number, sizes: AttentionStepSizes, cache: string, o: string): string {
  const { P, heads, keyWidth: dk, valueWidth: dv, M } = sizes;
  return `{
    var most = -1e30f;
    var total = 0f;
    var sum: array<f32, ${count}>;
    ${over(count, 'sum[d] = 0f;')}
    for (var j = lane; j < filled; j += ${LANES}u) {
      let row = (b * ${P}u + j) * ${M}u;
      var score = 0f;
      ${over(dk, `score = fma(q[d], ${cache}[row + h * ${dk}u + d], score);`)}
      if (score > most) {
        let fade = exp_of(most - score);
        total *= fade;
        ${over(count, 'sum[d] *= fade;')}
        most = score;
      }
      let share = exp_of(score - most);
      total += share;
      ${over(count, `sum[d] = fma(share, ${cache}[row + ${heads * dk + from}u + h * ${dv}u + d], sum[d]);`)}
    }
    ${joinCode(from, count, sizes, o)}
  }`;
}

/** The query in registers, turned and scaled; the row of this position is written by one invocation. */
function readCode(
  { N, heads, keyWidth: dk, valueWidth: dv, pairs }: AttentionStepSizes,
  attrs: AttentionStepAttrs,
  x: string,
  rows: string,
): string {
  return `var q: array<f32, ${dk}>;
  ${over(dk, `q[d] = ${x}[b * ${N}u + h * ${dk}u + d];`)}
  ${turnCode(pairs, (at) => `q[${at}]`)}
  ${over(dk, `q[d] *= ${real(attrs.scale)};`)}
  if (lane == 0u) {
    ${over(dk, `${rows}[here + h * ${dk}u + d] = ${x}[b * ${N}u + ${heads * dk}u + h * ${dk}u + d];`)}
    ${turnCode(pairs, (at) => `${rows}[here + h * ${dk}u + ${at}]`)}
    ${over(dv, `${rows}[here + ${heads * dk}u + h * ${dv}u + d] = ${x}[b * ${N}u + ${2 * heads * dk}u + h * ${dv}u + d];`)}
  }`;
}

export const attentionStepWebgpu: GpuLowering<AttentionStepAttrs> = (gpu, attrs) => {
  const [qkv, cache, position] = [0, 1, 2].map((i) => operand(gpu.inputs, i));
  const sizes = attentionStepSizes(qkv.type, cache.type, attrs);
  const { B, P, heads, valueWidth: dv, M } = sizes;
  const { declarations, names, buffers } = bind({ qkv, cache, position, o: operand(gpu.outputs, 0) });
  const [x = 'qkv', rows = 'cache', where = 'position', o = 'o'] = [
    names['qkv'],
    names['cache'],
    names['position'],
    names['o'],
  ];
  const { groups, group } = groupsOf(B * heads, gpu.traits);
  const parts = Array.from({ length: Math.ceil(dv / COLUMNS) }, (_, i) =>
    columnsCode(i * COLUMNS, Math.min(COLUMNS, dv - i * COLUMNS), sizes, rows, o),
  );
  const code = `${declarations}
${MATH}
${turnTables(sizes, attrs)}
var<workgroup> mosts: array<f32, ${LANES}>;
var<workgroup> totals: array<f32, ${LANES}>;
var<workgroup> sums: array<f32, ${LANES * COLUMNS}>;
@compute @workgroup_size(${LANES})
fn main(@builtin(workgroup_id) wid: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let group = ${group};
  if (group >= ${B * heads}u) { return; }
  let b = group / ${heads}u;
  let h = group % ${heads}u;
  let position = u32(max(0f, ${where}[b]));
  let filled = min(${P}u, position + 1u);
  let here = (b * ${P}u + position % ${P}u) * ${M}u;
  ${readCode(sizes, attrs, x, rows)}
  storageBarrier();
  ${parts.join('\n  ')}
}`;
  gpu.dispatch({ label: '', code, buffers, groups });
};
