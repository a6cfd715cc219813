// WGSL of matmul. Sizes are literals in the code. Independent of places and groups.
import type { Bindings, GpuTraits } from '../../plan/gpu/lowering.ts';
import type { Product } from './webgpu.ts';
import { storeFunction } from './webgpu-store.ts';

/** The shape of a product, and whether it has a bias. */
export type Extents = Omit<Product, 'a' | 'b'>;

/** Each group of 16 x 16 invocations computes one tile; each invocation `perRow` rows of four columns. */
export interface Tile {
  readonly rows: number;
  readonly columns: number;
  readonly depth: number;
  readonly perInvocation: 4 | 8;
  /** Operands that are read or written four neighbours at a time. */
  readonly wideA: boolean;
  readonly wideB: boolean;
  readonly wideC: boolean;
}

const SIDE = 16;
const DEPTH = 16;
/** From this many rows, tiles of 128 rows still occupy a whole GPU. */
const MANY_ROWS = 8192;

/** `same`: both operands are one buffer, which then has one element type. */
export function tileOf({ rows, inner, columns, transA, transB }: Extents, traits: GpuTraits, same: boolean): Tile {
  const perInvocation = rows * Math.ceil(columns / 64) >= MANY_ROWS * 2 && traits.workgroupBytes >= 16384 ? 8 : 4;
  return {
    rows: SIDE * perInvocation,
    columns: SIDE * 4,
    depth: DEPTH,
    perInvocation,
    wideA: !same && (transA ? rows : inner) % 4 === 0,
    wideB: !same && (transB ? inner : columns) % 4 === 0,
    wideC: columns % 4 === 0,
  };
}

interface Source {
  readonly name: string;
  /** Its binding in the code. */
  readonly buffer: string;
  /** Extent along the tile (rows of a, columns of b), and the inner one. */
  readonly extent: number;
  readonly inner: number;
  /** Neighbours in memory lie along the tile. */
  readonly along: boolean;
  readonly wide: boolean;
}

interface Side extends Source {
  /** Vectors of four along the tile. */
  readonly vectors: number;
  readonly base: string;
}

/** WGSL of neighbour `i` along the tile at inner place k, somewhere inside. */
function element({ buffer, extent, inner, along, wide }: Source, i: number): string {
  const last = extent * inner - 1;
  if (along) return `${buffer}[min(k * ${extent}u + m + ${i}u, ${last}u)]`;
  if (!wide) return `${buffer}[min((m + ${i}u) * ${inner}u + k, ${last}u)]`;
  return `${buffer}[min((m + ${i}u) * ${inner / 4}u + k / 4u, ${(last + 1) / 4 - 1}u)][k % 4u]`;
}

/** A function that gives four neighbours along the tile at inner place k; zeros outside. */
function fetchCode(source: Source): string {
  const { name, buffer, extent, inner, along, wide } = source;
  const one = (i: number): string => `select(0f, ${element(source, i)}, m + ${i}u < ${extent}u)`;
  const value =
    wide && along
      ? `select(vec4f(0f), ${buffer}[min((k * ${extent}u + m) / 4u, ${(extent * inner) / 4 - 1}u)], m < ${extent}u)`
      : `vec4f(${[0, 1, 2, 3].map(one).join(', ')})`;
  return `fn fetch_${name}(m: u32, k: u32, end: u32) -> vec4f {
  return select(vec4f(0f), ${value}, k < end);
}`;
}

/** Fills the shared tile: neighbouring invocations read neighbours in memory. */
function fillCode(side: Side): string {
  const { name, along, wide, vectors, base } = side;
  if (wide && !along) return fillTurned(side);
  const lines: string[] = [];
  for (let part = 0; part < (vectors * DEPTH) / (SIDE * SIDE); part++) {
    const item = `(i + ${part * SIDE * SIDE}u)`;
    const vector = along ? `${item} % ${vectors}u` : `${item} / ${DEPTH}u`;
    const k = along ? `${item} / ${vectors}u` : `${item} % ${DEPTH}u`;
    lines.push(
      `    tile_${name}[(${k}) * ${vectors}u + ${vector}] = fetch_${name}(${base} + 4u * (${vector}), k0 + ${k}, end);`,
    );
  }
  return lines.join('\n');
}

/** Blocks of four by four: read along the inner extent, four at once, and stored along the tile. */
function fillTurned({ name, buffer, extent, inner, vectors, base }: Side): string {
  const rows = [0, 1, 2, 3];
  const items = (vectors * DEPTH) / 4;
  const read = (r: number): string =>
    `select(vec4f(0f), ${buffer}[min((m + ${r}u) * ${inner / 4}u + k / 4u, ${(extent * inner) / 4 - 1}u)], k < end && m + ${r}u < ${extent}u)`;
  return `    if (i < ${items}u) {
      let vector = i / ${DEPTH / 4}u;
      let depth = i % ${DEPTH / 4}u * 4u;
      let m = ${base} + 4u * vector;
      let k = k0 + depth;
${rows.map((r) => `      let row_${r} = ${read(r)};`).join('\n')}
${rows.map((c) => `      tile_${name}[(depth + ${c}u) * ${vectors}u + vector] = vec4f(${rows.map((r) => `row_${r}[${c}]`).join(', ')});`).join('\n')}
    }`;
}

function sidesOf(
  { rows, inner, columns, transA, transB }: Extents,
  tile: Tile,
  names: Bindings['names'],
): [Side, Side] {
  return [
    {
      ...{ name: 'a', buffer: names['a'] ?? 'a', extent: rows, inner, along: transA, wide: tile.wideA },
      ...{ vectors: tile.rows / 4, base: 'row0' },
    },
    {
      ...{ name: 'b', buffer: names['b'] ?? 'b', extent: columns, inner, along: !transB, wide: tile.wideB },
      ...{ vectors: tile.columns / 4, base: 'column0' },
    },
  ];
}

export interface Splits {
  /** The share of the inner extent in a split. */
  readonly depth: number;
  /** Distance between the results of two splits, in numbers. */
  readonly stride: number;
}

/** c[split] = op(a)[:, part] op(b)[part, :] (+ bias). */
export function tiledCode(product: Extents, tile: Tile, bound: Bindings, { depth, stride }: Splits): string {
  const { inner, columns, bias } = product;
  const { perInvocation: per } = tile;
  const until = Math.min(depth, Math.ceil(inner / DEPTH) * DEPTH);
  const lines = Array.from({ length: per }, (_, r) => r);
  const [a, b] = sidesOf(product, tile, bound.names);
  const parts = lines.slice(0, per / 4);
  return `${bound.declarations}
var<workgroup> tile_a: array<vec4f, ${a.vectors * DEPTH}>;
var<workgroup> tile_b: array<vec4f, ${b.vectors * DEPTH}>;
${[a, b].map((side) => (side.wide && !side.along ? '' : fetchCode(side))).join('\n')}
${storeCode(product, tile, bound.names, stride)}
@compute @workgroup_size(${SIDE}, ${SIDE})
fn main(@builtin(workgroup_id) wid: vec3<u32>, @builtin(local_invocation_id) lid: vec3<u32>,
        @builtin(local_invocation_index) i: u32) {
  let row0 = wid.y * ${tile.rows}u;
  let column0 = wid.x * ${tile.columns}u;
  let start = wid.z * ${depth}u;
  let end = min(start + ${depth}u, ${inner}u);
${lines.map((r) => `  var sum${r} = vec4f(0f);`).join('\n')}
  for (var k0 = start; k0 < start + ${until}u; k0 += ${DEPTH}u) {
${fillCode(a)}
${fillCode(b)}
    workgroupBarrier();
    for (var k = 0u; k < ${DEPTH}u; k++) {
${parts.map((v) => `      let left${v} = tile_a[k * ${a.vectors}u + lid.y * ${per / 4}u + ${v}u];`).join('\n')}
      let right = tile_b[k * ${b.vectors}u + lid.x];
${lines.map((r) => `      sum${r} += left${r >> 2}[${r % 4}] * right;`).join('\n')}
    }
    workgroupBarrier();
  }
  let row = row0 + lid.y * ${per}u;
  let column = column0 + lid.x * 4u;
${bias ? biasCode(tile, columns) : ''}
${lines.map((r) => `  store(wid.z, row + ${r}u, column, sum${r}${bias ? ' + added' : ''});`).join('\n')}
}`;
}

function biasCode({ wideC }: Tile, columns: number): string {
  if (wideC) return `  let added = bias[min(column / 4u, ${columns / 4 - 1}u)];`;
  const at = (i: number): string => `bias[min(column + ${i}u, ${columns - 1}u)]`;
  return `  let added = vec4f(${[0, 1, 2, 3].map(at).join(', ')});`;
}

function storeCode(
  { rows, columns, store }: Extents,
  { wideC }: Tile,
  names: Bindings['names'],
  stride: number,
): string {
  const place = `split * ${stride}u + row * ${columns}u + column`;
  const scalar = [0, 1, 2, 3]
    .map((i) => `  if (column + ${i}u < ${columns}u) { finish(at + ${i}u, sum[${i}]); }`)
    .join('\n');
  const write = wideC ? `  if (column < ${columns}u) { finish(at / 4u, sum); }` : scalar;
  return `${storeFunction(store, names, wideC)}
fn store(split: u32, row: u32, column: u32, sum: vec4f) {
  if (row >= ${rows}u) { return; }
  let at = ${place};
${write}
}`;
}

/**
 * The product without shared memory: each invocation computes four rows of four columns, relying on the caches. For software adapters,
 * where a barrier costs more than reading again.
 */
export function directCode(product: Extents, tile: Tile, { declarations, names }: Bindings, head: string): string {
  const { inner, columns, rows, bias } = product;
  const [a, b] = sidesOf(product, tile, names);
  const lines = [0, 1, 2, 3];
  return `${declarations}
${fetchCode(a)}
${fetchCode(b)}
${storeCode(product, tile, names, rows * columns)}
${head}
  let row = index / ${Math.ceil(columns / 4)}u * 4u;
  let column = index % ${Math.ceil(columns / 4)}u * 4u;
${lines.map((r) => `  var sum${r} = vec4f(0f);`).join('\n')}
  for (var k = 0u; k < ${inner}u; k++) {
    let left = fetch_a(row, k, ${inner}u);
    let right = fetch_b(column, k, ${inner}u);
${lines.map((r) => `    sum${r} += left[${r}] * right;`).join('\n')}
  }
${bias ? biasCode(tile, columns) : ''}
${lines.map((r) => `  store(0u, row + ${r}u, column, sum${r}${bias ? ' + added' : ''});`).join('\n')}
}`;
}
