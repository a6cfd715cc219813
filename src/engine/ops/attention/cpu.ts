// Lowering of attention and its gradient: how queries are shared out, and the memory that a thread needs for its tiles.
import { operand, real, whole, type Lowering, type TableWriter } from '../../plan/lowering.ts';
import { attentionSizes, type AttentionAttrs, type AttentionSizes } from './sizes.ts';

/** Panels of queries that are processed together (CHUNK_PANELS of the kernels). */
const PANELS = 8;

const roundUp = (n: number, to: number): number => Math.ceil(n / to) * to;

/** Keys of a tile: a tile of scores and its keys stay in the first-level cache. */
const keysOf = ({ kernels: { panel, row } }: TableWriter): number => (row === null ? 2 : 1) * panel;

/** Floats of `keys` rows of width `K`, packed. */
const rowStrips = ({ kernels: { kc, row } }: TableWriter, keys: number, K: number): number =>
  row === null ? roundUp(keys, 4) * K : keys * row * Math.ceil(K / kc);

/** Floats of the transposition of `keys` rows of width `K`, packed. */
const transposed = ({ kernels: { row } }: TableWriter, keys: number, K: number): number =>
  keys * (row === null ? roundUp(K, 4) : K);

function forwardBytes(table: TableWriter, { keyWidth, valueWidth }: AttentionSizes): number {
  const { panel, fixedBytes } = table.kernels;
  const [keys, queries] = [keysOf(table), PANELS * panel];
  const kept = queries * (keyWidth + valueWidth + 2) + keys * panel;
  return fixedBytes + 4 * (kept + rowStrips(table, keys, keyWidth) + transposed(table, keys, valueWidth));
}

function backwardBytes(table: TableWriter, { keyWidth, valueWidth }: AttentionSizes): number {
  const { panel, lanes, row, fixedBytes } = table.kernels;
  const [keys, queries] = [keysOf(table), PANELS * panel];
  const panels = queries * (2 * keyWidth + valueWidth + 2);
  const rows = queries * (roundUp(keyWidth, lanes) + roundUp(valueWidth, lanes));
  // Shares and gradients of scores: as tiles, as strips and, where strips are cut from them, as rows.
  const tiles = 2 * keys * panel + 2 * keys * (row ?? queries) + (row === null ? rowStrips(table, keys, queries) : 0);
  const strips = rowStrips(table, keys, keyWidth) + rowStrips(table, keys, valueWidth);
  return fixedBytes + 4 * (panels + rows + tiles + strips + transposed(table, keys, keyWidth));
}

const extentArgs = (
  table: TableWriter,
  { T, P, heads, keyWidth, valueWidth }: AttentionSizes,
  { scale, shares }: AttentionAttrs,
) => [T, P, heads, keyWidth, valueWidth, real(scale), keysOf(table), shares === 'squaredRelu' ? 1 : 0];

export const attentionCpu: Lowering<AttentionAttrs> = (table, attrs) => {
  const qkv = operand(table.inputs, 0);
  const [past, filled] = attrs.past ? [1, 2].map((i) => operand(table.inputs, i)) : [];
  const [o, lse] = [0, 1].map((i) => operand(table.outputs, i));
  const sizes = attentionSizes(qkv.type, past?.type, attrs);
  const chunks = Math.ceil(sizes.T / (PANELS * table.kernels.panel));
  const pairs = Math.ceil(chunks / 2);
  table.scratch(forwardBytes(table, sizes));
  table.emit({
    kernel: 'attention',
    units: sizes.B * sizes.heads * pairs,
    args: [qkv, past ?? null, filled ?? null, o, lse, ...extentArgs(table, sizes, attrs), pairs],
    reads: [qkv, past, filled].flatMap((value) => (value === undefined ? [] : [whole(value)])),
    writes: [whole(o), whole(lse)],
  });
};

export const attentionGradCpu: Lowering<AttentionAttrs> = (table, attrs) => {
  const [qkv, o, lse, dout] = [0, 1, 2, 3].map((i) => operand(table.inputs, i));
  const [past, filled] = attrs.past ? [4, 5].map((i) => operand(table.inputs, i)) : [];
  const dqkv = operand(table.outputs, 0);
  const dpast = attrs.past ? operand(table.outputs, 1) : null;
  const sizes = attentionSizes(qkv.type, past?.type, attrs);
  table.scratch(backwardBytes(table, sizes));
  table.emit({
    kernel: 'attentionGrad',
    units: sizes.B * sizes.heads,
    args: [...[qkv, past ?? null, filled ?? null, o, lse, dout, dqkv, dpast], ...extentArgs(table, sizes, attrs)],
    reads: [qkv, o, lse, dout, past, filled].flatMap((value) => (value === undefined ? [] : [whole(value)])),
    writes: [whole(dqkv), ...(dpast ? [whole(dpast)] : [])],
  });
};
