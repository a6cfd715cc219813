// Recurrences over time without a matrix, on webgpu: one dispatch each. With few channels a workgroup takes some channels and splits time
// into chunks (fold each chunk, fold the preceding chunks, process the chunk again). With many channels each has one invocation.
// Independent of ops.
import type { GpuPlace, GpuTraits, GpuWriter } from '../plan/gpu/lowering.ts';
import { MATH } from '../plan/gpu/math.wgsl.ts';

export interface SequenceExtents {
  readonly B: number;
  readonly T: number;
  readonly H: number;
}

/** [B, T, H] of a sequence. */
export function extentsOf({ type }: { readonly type: { readonly shape: readonly number[] } }): SequenceExtents {
  const [B = 1, T = 1, H = 1] = type.shape;
  return { B, T, H };
}

/** WGSL of state = step(a, b, state) and of two steps in one. `linear`: a s + b. `pair`: the same of two numbers, a a matrix. `log`: log(exp(a + s) + exp b). */
export type Semiring = 'linear' | 'pair' | 'log';

const SEMIRINGS = {
  pair: {
    steps: 'mat2x2<f32>',
    state: 'vec2<f32>',
    one: 'mat2x2<f32>(1f, 0f, 0f, 1f)',
    zero: 'vec2<f32>(0f, 0f)',
    functions: `fn advance(a: mat2x2<f32>, b: vec2<f32>, s: vec2<f32>) -> vec2<f32> { return a * s + b; }
fn join(earlier: mat2x2<f32>, later: mat2x2<f32>) -> mat2x2<f32> { return later * earlier; }`,
  },
  linear: {
    steps: 'f32',
    state: 'f32',
    one: '1f',
    zero: '0f',
    functions:
      'fn advance(a: f32, b: f32, s: f32) -> f32 { return fma(a, s, b); }\nfn join(a: f32, b: f32) -> f32 { return a * b; }',
  },
  log: {
    steps: 'f32',
    state: 'f32',
    one: '0f',
    zero: '(-infinity())',
    functions: `fn log_add(a: f32, b: f32) -> f32 {
  let larger = max(a, b);
  if (!finite(larger)) { return a + b; }
  return larger + log1p_unit(exp_of(min(a, b) - larger));
}
fn advance(a: f32, b: f32, s: f32) -> f32 {
  if (s == -infinity()) { return b; }
  if (b == -infinity()) { return a + s; }
  return log_add(a + s, b);
}
fn join(a: f32, b: f32) -> f32 { return a + b; }`,
  },
} as const;

export interface ScanCode {
  readonly extents: SequenceExtents;
  readonly reverse: boolean;
  readonly semiring?: Semiring;
  readonly declarations: string;
  readonly buffers: readonly GpuPlace[];
  /** Statements that declare `let a` and `let b` (and what `save` needs) for sample `n`, step `t`, channel `c`; `row` = n T + t. */
  readonly load: string;
  /** Statements that store results; `before` and `after` = the state around this step. */
  readonly save: string;
  /** Expression of the state before the first step, for `n` and `c`; omitted = the semiring's zero. */
  readonly start?: string;
  /** Statements with the state `s` after the last step. */
  readonly finish?: string;
  /** Sums over time: `save` adds to a variable of that name, `store` are statements with the sum in it. */
  readonly totals?: readonly { readonly name: string; readonly store: string }[];
}

/** Channels side by side in a workgroup. */
const CHANNELS = 16;
/** Invocations that fill a large GPU. */
const ENOUGH = 262144;

/** Chunks of time: a power of two, at least 8 steps each, no more than needed to fill the device. 1 = no chunks. */
export function chunksOf({ B, T, H }: SequenceExtents, { software, maxInvocations }: GpuTraits): number {
  if (software) return 1;
  let chunks = 1;
  const most = Math.min(32, Math.floor(maxInvocations / CHANNELS));
  while (2 * chunks <= most && 16 * chunks <= T && 2 * chunks * B * H <= ENOUGH) chunks *= 2;
  return chunks;
}

/** Emits the dispatch of a recurrence. */
export function scan(gpu: GpuWriter, code: ScanCode): void {
  const chunks = chunksOf(code.extents, gpu.traits);
  const { functions, ...semiring } = SEMIRINGS[code.semiring ?? 'linear'];
  const head = `${code.declarations}\n${MATH}\n${functions}`;
  const start = code.start ?? semiring.zero;
  const text = chunks === 1 ? sequential(code, start) : chunked(code, { ...semiring, start, chunks });
  const { B, H } = code.extents;
  const perGroup = chunks === 1 ? sequentialWidth(gpu.traits) : CHANNELS;
  const groups = B * Math.ceil(H / perGroup);
  const columns = Math.min(groups, gpu.traits.maxGroups);
  gpu.dispatch({
    label: '',
    code: `${head}\n${text.replaceAll('COLUMNS', `${columns}u`)}`,
    buffers: code.buffers,
    groups: [columns, Math.ceil(groups / columns), 1],
  });
}

const sequentialWidth = ({ maxInvocations }: GpuTraits): number => Math.min(64, maxInvocations);

/** `n`, `c` of this invocation and `time_of(i)` = the i-th step. */
function coordinates({ extents: { B, H } }: ScanCode, width: number): string {
  const blocks = Math.ceil(H / width);
  return `  let block = wid.y * COLUMNS + wid.x;
  let n = block / ${blocks}u;
  let c = (block % ${blocks}u) * ${width}u + lid.x;
  let inside = n < ${B}u && c < ${H}u;`;
}

const stepOf = ({ extents: { T }, reverse }: ScanCode): string =>
  `let t = ${reverse ? `${T - 1}u - i` : 'i'}; let row = n * ${T}u + t;`;

function sequential(code: ScanCode, start: string): string {
  return `@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wid: vec3<u32>, @builtin(local_invocation_id) lid: vec3<u32>) {
${coordinates(code, 64)}
  if (!inside) { return; }
${totalsOf(code)}  var s = ${start};
  for (var i = 0u; i < ${code.extents.T}u; i++) {
    ${stepOf(code)}
    ${code.load}
    let before = s;
    s = advance(a, b, s);
    let after = s;
    ${code.save}
  }
  ${code.finish ?? ''}
  ${(code.totals ?? []).map(({ store }) => store).join('\n  ')}
}`;
}

const totalsOf = ({ totals = [] }: ScanCode): string => totals.map(({ name }) => `  var ${name} = 0f;\n`).join('');

/** Each chunk's part of a sum through workgroup memory, added up by the first chunk. */
function addUp({ totals = [] }: ScanCode, chunks: number): string {
  const at = (chunk: string): string => `chunk_total[${chunk} * ${CHANNELS}u + lid.x]`;
  const lines = totals.map(
    ({ name, store }) => `  ${at('lid.y')} = ${name};
  workgroupBarrier();
  if (inside && lid.y == 0u) {
    for (var k = 1u; k < ${chunks}u; k++) { ${name} += ${at('k')}; }
    ${store}
  }
  workgroupBarrier();`,
  );
  return lines.join('\n');
}

interface ChunkedParts {
  readonly start: string;
  readonly chunks: number;
  /** Types of `a` and of the state, and their neutral values. */
  readonly steps: string;
  readonly state: string;
  readonly one: string;
  readonly zero: string;
}

const sharedOf = ({ totals = [] }: ScanCode, { chunks, steps, state }: ChunkedParts): string =>
  [['a', steps], ['b', state], ...(totals.length > 0 ? [['total', 'f32']] : [])]
    .map(([name, type]) => `var<workgroup> chunk_${name}: array<${type}, ${CHANNELS * chunks}>;`)
    .join('\n');

function chunked(code: ScanCode, parts: ChunkedParts): string {
  const { start, chunks, one, zero } = parts;
  const [{ T }, length] = [code.extents, Math.ceil(code.extents.T / chunks)];
  return `${sharedOf(code, parts)}
@compute @workgroup_size(${CHANNELS}, ${chunks})
fn main(@builtin(workgroup_id) wid: vec3<u32>, @builtin(local_invocation_id) lid: vec3<u32>) {
${coordinates(code, CHANNELS)}
  let first = min(lid.y * ${length}u, ${T}u);
  let last = min(first + ${length}u, ${T}u);
  var through = ${one};
  var s = ${zero};
  if (inside) {
    for (var i = first; i < last; i++) {
      ${stepOf(code)}
      ${code.load}
      through = join(through, a);
      s = advance(a, b, s);
    }
  }
  chunk_a[lid.y * ${CHANNELS}u + lid.x] = through;
  chunk_b[lid.y * ${CHANNELS}u + lid.x] = s;
  workgroupBarrier();
${totalsOf(code)}  if (inside) {
    s = ${start};
    for (var k = 0u; k < lid.y; k++) {
      s = advance(chunk_a[k * ${CHANNELS}u + lid.x], chunk_b[k * ${CHANNELS}u + lid.x], s);
    }
    for (var i = first; i < last; i++) {
      ${stepOf(code)}
      ${code.load}
      let before = s;
      s = advance(a, b, s);
      let after = s;
      ${code.save}
    }
    if (lid.y == ${chunks - 1}u) { ${code.finish ?? ''} }
  }
${addUp(code, chunks)}
}`;
}
