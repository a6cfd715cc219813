// attention and its gradient on webgpu. An invocation has a query (for the gradients of keys and values: a key) in registers, and a workgroup
// goes through the rows of the other side tile by tile in its memory. No tile of scores is stored. The gradient computes scores twice, once
// by queries and once by keys, so that no two invocations add to one number.
import {
  bind,
  groupsOf,
  operand,
  real,
  type GpuLowering,
  type GpuOperand,
  type GpuWriter,
} from '../../plan/gpu/lowering.ts';
import { MATH } from '../../plan/gpu/math.wgsl.ts';
import { backShare, logOf, over, share } from './shares-webgpu.ts';
import { attentionSizes, type AttentionAttrs, type AttentionSizes } from './sizes.ts';

/** Invocations of a workgroup. */
const LANES = 64;
/** Rows of a tile at most. */
const ROWS = 32;

type Workspace = ReturnType<GpuWriter['workspace']>;
type Named = Readonly<Record<string, string>>;

interface Loop {
  /** Columns of a row that a tile holds, as WGSL from `row` (an index over B x rows) and `d`, in the order of its columns. */
  readonly columns: readonly { readonly width: number; readonly at: string }[];
  /** Rows of a sample on that side. */
  readonly rows: number;
  /** First and last row (exclusive) that any invocation of the group needs. */
  readonly from: string;
  readonly until: string;
  /** Numbers of a row besides its columns. */
  readonly extra?: string;
  /** What an invocation does with row `other`, whose columns are `tile[r + …]`. */
  readonly each: string;
}

const widthOf = ({ columns }: Loop): number => columns.reduce((sum, { width }) => sum + width, 0);

/** Rows of a tile that fits into workgroup memory. */
const tileRows = (width: number, { traits }: GpuWriter): number =>
  Math.max(1, Math.min(ROWS, Math.floor((traits.workgroupBytes - 1024) / (4 * (width + 2)))));

/** Tiles of the other side one after the other; `busy` says whether an invocation has work. */
function loopCode(loop: Loop, rows: number, width: number): string {
  let column = 0;
  const loads = loop.columns.map(({ width: wide, at }) => {
    const start = column;
    column += wide;
    return `for (var i = lane; i < ${rows * wide}u; i += ${LANES}u) {
      let r = i / ${wide}u;
      let d = i % ${wide}u;
      let row = b * ${loop.rows}u + first + r;
      if (first + r < ${loop.rows}u) { tile[r * ${width}u + ${start}u + d] = ${at}; }
    }`;
  });
  return `for (var first = ${loop.from}; first < ${loop.until}; first += ${rows}u) {
    workgroupBarrier();
    ${loads.join('\n    ')}
    if (lane < ${rows}u && first + lane < ${loop.rows}u) {
      let row = b * ${loop.rows}u + first + lane;
      ${loop.extra ?? ''}
    }
    workgroupBarrier();
    for (var r = 0u; r < ${rows}u && busy && first + r < ${loop.rows}u; r++) {
      let other = first + r;
      let at = r * ${width}u;
      ${loop.each}
    }
  }`;
}

interface Pass {
  readonly label: string;
  readonly operands: Readonly<Record<string, GpuOperand | Workspace | undefined>>;
  /** Rows that have invocations: of a sample and head. */
  readonly own: number;
  readonly before: (names: Named) => string;
  readonly loops: (names: Named) => readonly Loop[];
  readonly after: (names: Named) => string;
}

function emit(gpu: GpuWriter, { B, heads }: AttentionSizes, pass: Pass): void {
  const { declarations, names, buffers } = bind(pass.operands);
  const loops = pass.loops(names);
  const width = Math.max(...loops.map(widthOf));
  const rows = tileRows(width, gpu);
  const across = Math.ceil(pass.own / LANES);
  const { groups, group } = groupsOf(B * heads * across, gpu.traits);
  const code = `${declarations}
${MATH}
var<workgroup> tile: array<f32, ${rows * width}>;
var<workgroup> one: array<f32, ${rows}>;
var<workgroup> two: array<f32, ${rows}>;
@compute @workgroup_size(${LANES})
fn main(@builtin(workgroup_id) wid: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let group = ${group};
  if (group >= ${B * heads * across}u) { return; }
  let start = (group % ${across}u) * ${LANES}u;
  let head = group / ${across}u;
  let b = head / ${heads}u;
  let h = head % ${heads}u;
  let own = start + lane;
  let busy = own < ${pass.own}u;
  let mine = b * ${pass.own}u + min(own, ${pass.own - 1}u);
  ${pass.before(names)}
  ${loops.map((loop) => loopCode(loop, rows, width)).join('\n  ')}
  if (busy) {
    ${pass.after(names)}
  }
}`;
  gpu.dispatch({ label: pass.label, code, buffers, groups });
}

/** Places of a row of qkv and of the past. */
function placesOf({ heads, keyWidth: dk, valueWidth: dv, N }: AttentionSizes) {
  const M = N - heads * dk;
  return {
    query: (row: string) => `(${row}) * ${N}u + h * ${dk}u`,
    key: (row: string) => `(${row}) * ${N}u + ${heads * dk}u + h * ${dk}u`,
    value: (row: string) => `(${row}) * ${N}u + ${2 * heads * dk}u + h * ${dv}u`,
    pastKey: (row: string) => `(${row}) * ${M}u + h * ${dk}u`,
    pastValue: (row: string) => `(${row}) * ${M}u + ${heads * dk}u + h * ${dv}u`,
    out: (row: string) => `((${row}) * ${heads}u + h) * ${dv}u`,
    number: (row: string) => `(${row}) * ${heads}u + h`,
  };
}

/** The loops of a query over the keys before it: of the past, and of the sequence. */
function keyLoops(sizes: AttentionSizes, names: Named, each: (full: string) => string): readonly Loop[] {
  const { T, P, keyWidth: dk, valueWidth: dv } = sizes;
  const at = placesOf(sizes);
  const sequence: Loop = {
    columns: [
      { width: dk, at: `${names['qkv']}[${at.key('row')} + d]` },
      { width: dv, at: `${names['qkv']}[${at.value('row')} + d]` },
    ],
    rows: T,
    from: '0u',
    until: `min(${T}u, start + ${LANES}u)`,
    each: `if (other <= own) { ${each('1f')} }`,
  };
  if (P === 0) return [sequence];
  const past: Loop = {
    columns: [
      { width: dk, at: `${names['past']}[${at.pastKey('row')} + d]` },
      { width: dv, at: `${names['past']}[${at.pastValue('row')} + d]` },
    ],
    rows: P,
    from: 'start',
    until: `${P}u`,
    extra: `one[lane] = ${names['filled']}[row];`,
    each: `if (other > own && one[r] != 0f) { ${each('one[r]')} }`,
  };
  return [past, sequence];
}

const pastOf = (gpu: GpuWriter, attrs: AttentionAttrs, first: number) =>
  attrs.past ? { past: operand(gpu.inputs, first), filled: operand(gpu.inputs, first + 1) } : {};

export const attentionWebgpu: GpuLowering<AttentionAttrs> = (gpu, attrs) => {
  const qkv = operand(gpu.inputs, 0);
  const given = pastOf(gpu, attrs, 1);
  const sizes = attentionSizes(qkv.type, given.past?.type, attrs);
  const { T, keyWidth: dk, valueWidth: dv } = sizes;
  const at = placesOf(sizes);
  emit(gpu, sizes, {
    label: '',
    operands: { qkv, ...given, o: operand(gpu.outputs, 0), lse: operand(gpu.outputs, 1) },
    own: T,
    before: ({ qkv: from }) => `var q: array<f32, ${dk}>;
  var sum: array<f32, ${dv}>;
  ${over(dk, `q[d] = ${from}[${at.query('mine')} + d] * ${real(attrs.scale)};`)}
  var most = -1e30f;
  var total = 0f;`,
    loops: (names) =>
      keyLoops(
        sizes,
        names,
        (full) => `var score = 0f;
        ${over(dk, 'score = fma(q[d], tile[at + d], score);')}
        ${share(attrs.shares, full, dv)}
        ${over(dv, `sum[d] = fma(share, tile[at + ${dk}u + d], sum[d]);`)}`,
      ),
    after: ({ o, lse }) => `${over(dv, `${o}[${at.out('mine')} + d] = sum[d] / total;`)}
    ${lse}[${at.number('mine')}] = ${attrs.shares === 'softmax' ? 'most + log_of(total)' : '1f / total'};`,
  });
};

export const attentionGradWebgpu: GpuLowering<AttentionAttrs> = (gpu, attrs) => {
  const sizes = attentionSizes(
    operand(gpu.inputs, 0).type,
    attrs.past ? operand(gpu.inputs, 4).type : undefined,
    attrs,
  );
  const delta = gpu.workspace(4 * sizes.B * sizes.T * sizes.heads);
  queryGradient(gpu, attrs, sizes, delta);
  keyGradient(gpu, attrs, sizes, delta, false);
  if (attrs.past) keyGradient(gpu, attrs, sizes, delta, true);
};

/** dq, and delta = the product of a result and its gradient, which all gradients of its scores need. */
function queryGradient(gpu: GpuWriter, attrs: AttentionAttrs, sizes: AttentionSizes, delta: Workspace): void {
  const { T, keyWidth: dk, valueWidth: dv } = sizes;
  const at = placesOf(sizes);
  const [qkv, o, lse, dout] = [0, 1, 2, 3].map((i) => operand(gpu.inputs, i));
  emit(gpu, sizes, {
    label: 'queries',
    operands: { qkv, o, lse, dout, ...pastOf(gpu, attrs, 4), dqkv: operand(gpu.outputs, 0), delta },
    own: T,
    before: (of) => `var q: array<f32, ${dk}>;
  var g: array<f32, ${dv}>;
  var dq: array<f32, ${dk}>;
  ${over(dk, `q[d] = ${of['qkv']}[${at.query('mine')} + d] * ${real(attrs.scale)};`)}
  var along = 0f;
  ${over(dv, `g[d] = ${of['dout']}[${at.out('mine')} + d]; along = fma(g[d], ${of['o']}[${at.out('mine')} + d], along);`)}
  let whole = ${of['lse']}[${at.number('mine')}];`,
    loops: (names) =>
      keyLoops(
        sizes,
        names,
        (full) => `var score = 0f;
        ${over(dk, 'score = fma(q[d], tile[at + d], score);')}
        var slope = 0f;
        ${over(dv, `slope = fma(g[d], tile[at + ${dk}u + d], slope);`)}
        ${backShare(attrs.shares, logOf(full), full, 'whole', 'along')}
        ${over(dk, 'dq[d] = fma(dscore, tile[at + d], dq[d]);')}`,
      ),
    after: (of) => `${over(dk, `${of['dqkv']}[${at.query('mine')} + d] = dq[d] * ${real(attrs.scale)};`)}
    ${of['delta']}[${at.number('mine')}] = along;`,
  });
}

/** The loop of a key over the queries that see it. */
function queryLoop(sizes: AttentionSizes, of: Named, ofPast: boolean, shares: AttentionAttrs['shares']): Loop {
  const { T, keyWidth: dk, valueWidth: dv } = sizes;
  const at = placesOf(sizes);
  return {
    columns: [
      { width: dk, at: `${of['qkv']}[${at.query('row')} + d]` },
      { width: dv, at: `${of['dout']}[${at.out('row')} + d]` },
    ],
    rows: T,
    from: ofPast ? '0u' : 'start',
    until: ofPast ? `min(${T}u, start + ${LANES}u)` : `${T}u`,
    extra: `one[lane] = ${of['lse']}[${at.number('row')}]; two[lane] = ${of['delta']}[${at.number('row')}];`,
    each: `if (other ${ofPast ? '<' : '>='} own && full != 0f) {
        var score = 0f;
        ${over(dk, 'score = fma(k[d], tile[at + d], score);')}
        var slope = 0f;
        ${over(dv, `slope = fma(v[d], tile[at + ${dk}u + d], slope);`)}
        ${backShare(shares, 'bias', 'full', 'one[r]', 'two[r]')}
        ${over(dk, 'dk[d] = fma(dscore, tile[at + d], dk[d]);')}
        ${over(dv, `dv[d] = fma(share, tile[at + ${dk}u + d], dv[d]);`)}
      }`,
  };
}

/** Gradients of the keys and values of the sequence, or of the past: a key goes through all queries that see it. */
function keyGradient(
  gpu: GpuWriter,
  attrs: AttentionAttrs,
  sizes: AttentionSizes,
  delta: Workspace,
  ofPast: boolean,
): void {
  const { T, P, keyWidth: dk, valueWidth: dv } = sizes;
  const at = placesOf(sizes);
  const [qkv, lse, dout] = [0, 2, 3].map((i) => operand(gpu.inputs, i));
  const result = operand(gpu.outputs, ofPast ? 1 : 0);
  const [key, value] = ofPast ? [at.pastKey('mine'), at.pastValue('mine')] : [at.key('mine'), at.value('mine')];
  emit(gpu, sizes, {
    label: ofPast ? 'past' : 'keys',
    operands: { qkv, lse, dout, delta, ...(ofPast ? pastOf(gpu, attrs, 4) : {}), result },
    own: ofPast ? P : T,
    before: (of) => `var k: array<f32, ${dk}>;
  var v: array<f32, ${dv}>;
  var dk: array<f32, ${dk}>;
  var dv: array<f32, ${dv}>;
  ${over(dk, `k[d] = ${of[ofPast ? 'past' : 'qkv']}[${key} + d] * ${real(attrs.scale)};`)}
  ${over(dv, `v[d] = ${of[ofPast ? 'past' : 'qkv']}[${value} + d];`)}
  let full = ${ofPast ? `${of['filled']}[mine]` : '1f'};
  let bias = log_of(full);`,
    loops: (of) => [queryLoop(sizes, of, ofPast, attrs.shares)],
    after: (of) => `${over(dk, `${of['result']}[${key} + d] = dk[d] * ${real(attrs.scale)};`)}
    ${over(dv, `${of['result']}[${value} + d] = dv[d];`)}`,
  });
}
