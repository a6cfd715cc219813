// Lowering of selectiveScan and its gradient: samples and blocks of channels are shared out; the gradient of what all channels share is added up
// over the channels of a part, parts afterwards.
import { at, operand, pieces, whole, type Lowering } from '../../plan/lowering.ts';
import { CHUNK, selectiveSizes, type SelectiveAttrs, type SelectiveGradAttrs } from './sizes.ts';

/** Channels of a block: a multiple of the lanes of every module. */
const BLOCK = 16;
/** Units that a gradient is made of at least, where there are enough channels. */
const UNITS = 4;

export const selectiveScanCpu: Lowering<SelectiveAttrs> = (table, { initial }) => {
  const [x, bc, system] = [0, 1, 2].map((i) => operand(table.inputs, i));
  const [y, final, kept] = [0, 1, 2].map((i) => operand(table.outputs, i));
  if (!x || !bc || !system || !y || !final || !kept) throw new Error('selectiveScan: six operands are required');
  const h0 = initial ? operand(table.inputs, 3) : null;
  const { B, T, D, N } = selectiveSizes(x.type, bc.type);
  table.scratch(2 * N * BLOCK * 4);
  table.emit({
    kernel: 'selectiveScan',
    units: B * Math.ceil(D / BLOCK),
    args: [x, bc, system, h0, y, final, kept, T, D, N, CHUNK],
    reads: [whole(x), whole(bc), whole(system), ...(h0 ? [whole(h0)] : [])],
    writes: [whole(y), whole(final), whole(kept)],
  });
};

export const selectiveScanGradCpu: Lowering<SelectiveGradAttrs> = (table, { initial, final }) => {
  const [x, bc, system, kept, dy] = [0, 1, 2, 3, 4].map((i) => operand(table.inputs, i));
  const [dx, dbc, dsystem] = [0, 1, 2].map((i) => operand(table.outputs, i));
  if (!x || !bc || !system || !kept || !dy || !dx || !dbc || !dsystem)
    throw new Error('selectiveScanGrad: eight operands are required');
  const dfinal = final ? operand(table.inputs, 5) : null;
  const dh0 = initial ? operand(table.outputs, 3) : null;
  const { B, T, D, N } = selectiveSizes(x.type, bc.type);
  const blocks = Math.ceil(D / BLOCK);
  const perPart = Math.ceil(blocks / Math.min(blocks, Math.ceil(UNITS / B)));
  const parts = Math.ceil(blocks / perPart);
  const channels = perPart * BLOCK;
  table.scratch(4 * ((4 * CHUNK + 1) * N * BLOCK + (3 * N + 2) * channels));
  const sums = parts === 1 ? dbc : table.workspace(parts * dbc.bytes);
  table.emit({
    kernel: 'selectiveScanGrad',
    units: B * parts,
    args: [x, bc, system, kept, dy, dfinal, dx, sums, dsystem, dh0, B, T, D, N, CHUNK, parts, channels],
    reads: [whole(x), whole(bc), whole(system), whole(kept), whole(dy), ...(dfinal ? [whole(dfinal)] : [])],
    writes: [whole(dx), { place: sums, bytes: parts * dbc.bytes }, whole(dsystem), ...(dh0 ? [whole(dh0)] : [])],
  });
  if (parts === 1) return;
  table.emit({
    kernel: 'selectiveScanFinish',
    units: B * T,
    args: [sums, parts, dbc, B * T, 2 * N],
    reads: [{ place: at(sums, 0), bytes: parts * dbc.bytes }],
    writes: [pieces(dbc, 2 * N * 4)],
  });
};
