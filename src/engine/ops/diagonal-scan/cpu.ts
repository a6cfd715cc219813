// Lowering of diagonalScan and its gradient: samples and blocks of channels are shared out.
import { operand, whole, type Lowering } from '../../plan/lowering.ts';
import { CHUNK, diagonalSizes, type DiagonalAttrs, type DiagonalGradAttrs } from './sizes.ts';

/** Channels of a block: a multiple of the lanes of every module. */
const BLOCK = 16;

export const diagonalScanCpu: Lowering<DiagonalAttrs> = (table, { initial }) => {
  const [u, system] = [operand(table.inputs, 0), operand(table.inputs, 1)];
  const [y, final, kept] = [operand(table.outputs, 0), operand(table.outputs, 1), operand(table.outputs, 2)];
  const h0 = initial ? operand(table.inputs, 2) : null;
  const { B, T, H, N } = diagonalSizes(u.type, system.type);
  table.scratch(4 * BLOCK * (8 * N + 1 + 2 * CHUNK));
  table.emit({
    kernel: 'diagonalScan',
    units: B * Math.ceil(H / BLOCK),
    args: [u, system, h0, y, final, kept, B, T, H, N, CHUNK],
    reads: [whole(u), whole(system), ...(h0 ? [whole(h0)] : [])],
    writes: [whole(y), whole(final), whole(kept)],
  });
};

export const diagonalScanGradCpu: Lowering<DiagonalGradAttrs> = (table, { initial, final }) => {
  const [u, system, kept, dy] = [0, 1, 2, 3].map((i) => operand(table.inputs, i));
  if (!u || !system || !kept || !dy) throw new Error('diagonalScanGrad: four operands are required');
  const [du, dsystem] = [operand(table.outputs, 0), operand(table.outputs, 1)];
  const dfinal = final ? operand(table.inputs, 4) : null;
  const dh0 = initial ? operand(table.outputs, 2) : null;
  const { B, T, H, N } = diagonalSizes(u.type, system.type);
  table.scratch(4 * BLOCK * (14 * N + 2 + 5 * CHUNK + 2));
  table.emit({
    kernel: 'diagonalScanGrad',
    units: B * Math.ceil(H / BLOCK),
    args: [u, system, kept, dy, dfinal, du, dsystem, dh0, B, T, H, N, CHUNK],
    reads: [whole(u), whole(system), whole(kept), whole(dy), ...(dfinal ? [whole(dfinal)] : [])],
    writes: [whole(du), whole(dsystem), ...(dh0 ? [whole(dh0)] : [])],
  });
};
