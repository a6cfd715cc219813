// Every cell that is written in the language of kernels: the only list. Kinds, definitions, references, kernels, opcodes and rules of all
// devices follow from it; a new one is its folder and a line here.
import type { CellOp, ScanAttrs } from '../kernel/cell.ts';
import type { ScanKernel } from '../kernel/scan.ts';
import type { MapKernel } from '../kernel/map.ts';
import type { RowKernel } from '../kernel/rows.ts';
import { FIRST_CELL, FIRST_MAP, FIRST_ROWS } from '../plan/opcodes.shared.ts';
import { adamKernel } from './adam/cell.ts';
import { affineKernel } from './affine/kernel.ts';
import { accumulateKernel } from './assign/kernel.ts';
import { binaryKernels } from './binary/kernel.ts';
import { complexScan } from './complex-scan/cell.ts';
import { hgrn } from './hgrn/cell.ts';
import { layerNormKernels } from './layer-norm/kernel.ts';
import { squaredErrorGradKernel } from './mean-squared-error/kernel.ts';
import { minGruKernels } from './min-gru/cell.ts';
import { minLstmKernels } from './min-lstm/cell.ts';
import { rmsNormKernels } from './rms-norm/kernel.ts';
import { sgdKernel } from './sgd/cell.ts';
import { qrnn } from './qrnn/cell.ts';
import { unaryKernels } from './unary/kernel.ts';

export const cells = { qrnn, hgrn, complexScan };

export type CellKind = keyof typeof cells;
/** Each cell is two ops. */
export type CellOpKind = CellKind | `${CellKind}Grad`;
export type CellOpAttrs = Readonly<Record<CellOpKind, ScanAttrs>>;

/** Kernels by opcode: those of the cells in the order of the list, then those of ops that are described by hand but for their kernels. */
export const cellKernels: ReadonlyMap<number, ScanKernel> = new Map(
  Object.values(cells)
    .flatMap(({ forward, backward }) => [forward.kernel, backward.kernel])
    .concat(minGruKernels, minLstmKernels)
    .map((kernel, i) => [FIRST_CELL + i, kernel]),
);

/** Kernels that make each number by itself, by opcode. Those of binary come first: the planner knows their numbers. */
export const mapKernels: ReadonlyMap<number, MapKernel> = new Map(
  [
    ...binaryKernels,
    adamKernel,
    sgdKernel,
    ...unaryKernels,
    affineKernel,
    accumulateKernel,
    squaredErrorGradKernel,
  ].map((kernel, i) => [FIRST_MAP + i, kernel]),
);

/** Kernels that work on rows, by opcode. */
export const rowKernels: ReadonlyMap<number, RowKernel> = new Map(
  [...rmsNormKernels, ...layerNormKernels].map((kernel, i) => [FIRST_ROWS + i, kernel]),
);

type AnyKernel = ScanKernel | MapKernel | RowKernel;

const opcodes = new Map<AnyKernel, number>(
  [...cellKernels, ...mapKernels, ...rowKernels].map(([opcode, kernel]) => [kernel, opcode]),
);

export function opcodeOf(kernel: AnyKernel): number {
  const opcode = opcodes.get(kernel);
  if (opcode === undefined) throw new Error(`cells: ${kernel.name} must be in the list of kernels`);
  return opcode;
}

/** Something for each op of each cell, by kind. */
export function forCells<T>(make: (op: CellOp, isGradient: boolean) => T): Readonly<Record<CellOpKind, T>> {
  const entries = Object.values(cells).flatMap(({ forward, backward }) => [
    [forward.kernel.name, make(forward, false)],
    [backward.kernel.name, make(backward, true)],
  ]);
  // A kernel is named like its kind: cells.test.ts.
  return Object.fromEntries(entries) as Record<CellOpKind, T>;
}
