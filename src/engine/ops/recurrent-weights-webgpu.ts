// Where the recurrent matrix of a cell is kept during the loop over time on webgpu: in workgroup memory, in registers, or in cached global
// memory; and the products with it for each case. Independent of cells and the direction of time.
import type { GpuTraits } from '../plan/gpu/lowering.ts';

/** The products of one step: `sums` numbers for each of `channels` channels, each over `inner` numbers of a vector that all lanes see. */
export interface StepProduct {
  readonly channels: number;
  readonly sums: number;
  readonly inner: number;
  /** Rows of the matrix as it is in memory, [rows, channels]. */
  readonly rows: number;
  /** Numbers of workgroup memory that the loop needs besides the matrix. */
  readonly besides: number;
  /** Neighbouring channels are rows of the matrix, so they are not contiguous in memory. */
  readonly apart: boolean;
}

export interface WeightForm {
  readonly kind: 'memory' | 'workgroup' | 'registers';
  readonly lanes: number;
  /** Neighbouring lanes with one channel each; the inner extent is split over `lanes` / `across` of them. */
  readonly across: number;
  /** Reads a transposed copy, in which neighbouring channels are contiguous. */
  readonly turned: boolean;
}

/** Most matrix elements that a lane keeps, and registers it needs for everything else. */
const MOST_KEPT = 96;
const OTHER_REGISTERS = 24;
/** Registers of the smallest unit that runs one workgroup (a multiprocessor of NVIDIA; others have more). */
const REGISTERS = 65536;
/** Lanes that run in step: they should read the same part of the vector. */
const STEP = 32;

/** For software adapters: 4 and 8 are equally fast on SwiftShader, 8 is twice as fast as 4 on llvmpipe. */
const SOFTWARE_LANES = 8;

/** On hardware chosen by size alone. On a software adapter the matrix is in the processor's caches anyway, and copies only cost time. */
export function weightForm(product: StepProduct, traits: GpuTraits): WeightForm {
  const { channels: H, besides, rows, apart } = product;
  const lanes = lanesFor(H, traits);
  const form = { lanes, across: lanes, turned: false };
  if (traits.software) return { ...form, kind: 'memory' };
  if ((rows * padded(H) + besides) * 4 <= traits.workgroupBytes) return { ...form, kind: 'workgroup' };
  const across = Math.ceil(H / STEP) * STEP;
  for (let parts = 1; across * parts <= traits.maxInvocations; parts *= 2) {
    const kept = product.sums * 4 * quadsFor(product.inner, parts);
    const fits = kept <= MOST_KEPT && across * parts * (kept + OTHER_REGISTERS) <= REGISTERS;
    const shared = 4 * (besides + product.inner + 4 * parts + across * parts * product.sums);
    if (fits && shared <= traits.workgroupBytes) {
      return { kind: 'registers', lanes: across * parts, across, turned: false };
    }
  }
  return { ...form, kind: 'memory', turned: apart };
}

/** Lanes of a workgroup: as many as channels if possible. */
function lanesFor(H: number, { software, maxInvocations }: GpuTraits): number {
  if (software) return Math.min(SOFTWARE_LANES, maxInvocations);
  let lanes = 32;
  while (lanes < H && lanes * 2 <= Math.min(512, maxInvocations)) lanes *= 2;
  return lanes;
}

/** Row length in workgroup memory: odd, so that lanes that read a column meet different banks. */
const padded = (H: number): number => H | 1;

const quadsFor = (inner: number, parts: number): number => Math.ceil(inner / (4 * parts));

const count = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

/** WGSL that loads the matrix before the loop, and its declarations. */
export interface PlacedWeight {
  readonly declarations: string;
  /** Statements of `main` before the loop. */
  readonly load: string;
  /** Expression of element (row, channel) of the matrix. */
  readonly at: (row: string, channel: string) => string;
}

/** For the forms that read element by element; `block` is added to every place in memory. */
export function placeWeight(
  form: WeightForm,
  weight: string,
  { channels: H, rows }: StepProduct,
  block: string,
): PlacedWeight {
  if (form.kind !== 'workgroup') {
    return { declarations: '', load: '', at: (row, channel) => `${weight}[${block}(${row}) * ${H}u + ${channel}]` };
  }
  const stride = padded(H);
  return {
    declarations: `var<workgroup> matrix: array<f32, ${rows * stride}>;`,
    load: `for (var i = lane; i < ${rows * H}u; i += ${form.lanes}u) { matrix[i / ${H}u * ${stride}u + i % ${H}u] = ${weight}[${block}i]; }
  workgroupBarrier();`,
    at: (row, channel) => `matrix[(${row}) * ${stride}u + ${channel}]`,
  };
}

export interface SpreadProduct {
  readonly declarations: string;
  /** Statements of `main` before the loop: `channel` and `part` of this lane, and its share of the matrix in constants. */
  readonly load: string;
  /** Statements by which each lane leaves its share of the sums in workgroup memory. */
  readonly share: string;
  /** Expression of sum `s` of channel `c` after a barrier behind `share`. */
  readonly sum: (s: number) => string;
}

/**
 * For the form in registers: each lane keeps a part of the inner extent of the sums of one channel. `element` is the place in
 * `weight` of what belongs to sum s, number k of the vector and channel c. The vector is `numbers[0 … inner)`, declared here with trailing zeros.
 */
export function spreadProduct(
  { lanes, across }: WeightForm,
  weight: string,
  { channels, sums, inner }: StepProduct,
  element: (s: number, k: string, c: string) => string,
): SpreadProduct {
  const parts = lanes / across;
  const quads = quadsFor(inner, parts);
  const length = 4 * quads * parts;
  const number = (s: number, k: number): string =>
    `select(0f, ${weight}[${element(s, `min(first + ${k}u, ${inner - 1}u)`, 'channel')}], first + ${k}u < ${inner}u)`;
  const kept = count(sums).flatMap((s) =>
    count(quads).map(
      (q) =>
        `let w${s}_${q} = vec4f(${count(4)
          .map((i) => number(s, 4 * q + i))
          .join(', ')});`,
    ),
  );
  return {
    declarations: `var<workgroup> numbers: array<f32, ${length}>;
var<workgroup> shares: array<f32, ${sums * lanes}>;`,
    load: `let channel = min(lane % ${across}u, ${channels - 1}u);
  let first = lane / ${across}u * ${4 * quads}u;
  ${kept.join('\n  ')}
  for (var i = ${inner}u + lane; i < ${length}u; i += ${lanes}u) { numbers[i] = 0f; }`,
    share: shareCode(sums, quads, lanes),
    sum: (s) =>
      count(parts)
        .map((p) => `shares[${s * lanes + p * across}u + c]`)
        .join(' + '),
  };
}

/** Products of the lane's constants with its part of the vector, four at a time, and their sums. */
function shareCode(sums: number, quads: number, lanes: number): string {
  const vector = (q: number): string =>
    `vec4f(${count(4)
      .map((i) => `numbers[first + ${4 * q + i}u]`)
      .join(', ')})`;
  const term = (q: number): string =>
    `{ let v = ${vector(q)}; ${count(sums)
      .map((s) => `share${s} = fma(w${s}_${q}, v, share${s});`)
      .join(' ')} }`;
  const total = (s: number): string => `(share${s}.x + share${s}.y) + (share${s}.z + share${s}.w)`;
  return [
    ...count(sums).map((s) => `var share${s} = vec4f();`),
    ...count(quads).map(term),
    ...count(sums).map((s) => `shares[${s * lanes}u + lane] = ${total(s)};`),
  ].join('\n    ');
}
