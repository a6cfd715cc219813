// Kernels of the cpu device as the records name them, and their numbers in the op table: the same for both kernel modules, generated at
// each build, and stored nowhere.
import type { MapKernel } from '../kernel/map.ts';
import { finishOf, type RowKernel } from '../kernel/rows.ts';
import type { ScanKernel } from '../kernel/scan.ts';
import { OP_SLAB } from '../plan/opcodes.shared.ts';
import { records } from './registry.ts';

const used = Object.values(records).map(({ kernels }) => kernels.cpu);

/** Names of the hand-written ones, in AssemblyScript and in C. */
export const handwritten: readonly string[] = used.flatMap(({ entries = [] }) => entries);

/** Those that are made from descriptions. */
export const madeScans: readonly ScanKernel[] = used.flatMap(({ scans = [] }) => scans);
export const madeMaps: readonly MapKernel[] = used.flatMap(({ maps = [] }) => maps);
export const madeRows: readonly RowKernel[] = used.flatMap(({ rows = [] }) => rows);

const finishing = madeRows.filter(({ finish }) => Object.keys(finish).length > 0).map(finishOf);
const made = [...[...madeScans, ...madeMaps, ...madeRows].map(({ name }) => name), ...finishing];

/** Numbers by name. The loop over pieces is done by the walker itself. */
export const opcodes: ReadonlyMap<string, number> = new Map([
  ['slab', OP_SLAB],
  ...[...handwritten, ...made].map((name, i): readonly [string, number] => [name, OP_SLAB + 1 + i]),
]);
