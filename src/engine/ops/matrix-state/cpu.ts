// Lowering of matrixState and its gradient: a unit is a head of a sample, with memory for sixteen steps and, backward, a matrix for every sixteen.
import { operand, whole, type Lowering, type Operand, type TableWriter } from '../../plan/lowering.ts';
import { matrixStateSizes, type MatrixStateAttrs, type MatrixStateSizes } from './sizes.ts';

/** Steps that are computed together (MATRIX_STEPS of the kernels), and the widest vector. */
const steps = 16;
const roundUp = (n: number): number => steps * Math.ceil(n / steps);

/** Numbers that both passes have of sixteen steps. */
const stepNumbers = ({ dk, columns }: MatrixStateSizes): number =>
  steps * (8 * roundUp(dk) + roundUp(columns)) + 2 * steps * steps;

const forwardBytes = (sizes: MatrixStateSizes): number =>
  4 * (stepNumbers(sizes) + roundUp(sizes.columns) * (steps + sizes.dk));

function backwardBytes(sizes: MatrixStateSizes): number {
  const { T, dk, columns } = sizes;
  const [K, V] = [roundUp(dk), roundUp(columns)];
  const slopes = steps * (3 * V + 2 * K) + steps * (steps + 1) + dk * V + columns * K;
  return 4 * (stepNumbers(sizes) + slopes + (Math.ceil(T / steps) + 1) * columns * K);
}

const kinds = ['none', 'head', 'key'] as const;

const extents = ({ T, heads, dk, dv, columns }: MatrixStateSizes, { decay }: MatrixStateAttrs) => [
  T,
  heads,
  dk,
  dv,
  columns,
  kinds.indexOf(decay),
];

/** Optional operands from `first` on: decay and start. */
function optional(given: readonly Operand[], attrs: MatrixStateAttrs, first: number) {
  const decay = attrs.decay === 'none' ? null : operand(given, first);
  const start = attrs.initial ? operand(given, first + (decay === null ? 0 : 1)) : null;
  return { decay, start };
}

const there = (values: readonly (Operand | null)[]) =>
  values.flatMap((value) => (value === null ? [] : [whole(value)]));

const emit = (
  table: TableWriter,
  kernel: string,
  sizes: MatrixStateSizes,
  attrs: MatrixStateAttrs,
  reads: readonly (Operand | null)[],
  writes: readonly (Operand | null)[],
  args: readonly (Operand | null)[],
): void =>
  table.emit({
    kernel,
    units: sizes.B * sizes.heads,
    args: [...args, ...extents(sizes, attrs)],
    reads: there(reads),
    writes: there(writes),
  });

export const matrixStateCpu: Lowering<MatrixStateAttrs> = (table, attrs) => {
  const [q, k, v] = [0, 1, 2].map((i) => operand(table.inputs, i));
  const { decay, start } = optional(table.inputs, attrs, 3);
  const o = operand(table.outputs, 0);
  const weight = attrs.sums ? operand(table.outputs, 1) : null;
  const final = operand(table.outputs, attrs.sums ? 2 : 1);
  const sizes = matrixStateSizes(q.type, v.type, attrs);
  table.scratch(forwardBytes(sizes));
  const reads = [q, k, v, decay, start];
  const writes = [o, weight, final];
  emit(table, 'matrixState', sizes, attrs, reads, writes, [...reads, ...writes]);
};

export const matrixStateGradCpu: Lowering<MatrixStateAttrs> = (table, attrs) => {
  const [q, k, v, dout, dfinal] = [0, 1, 2, 3, 4].map((i) => operand(table.inputs, i));
  const dweight = attrs.sums ? operand(table.inputs, 5) : null;
  const { decay, start } = optional(table.inputs, attrs, attrs.sums ? 6 : 5);
  const [dq, dk, dv] = [0, 1, 2].map((i) => operand(table.outputs, i));
  const { decay: ddecay, start: dstart } = optional(table.outputs, attrs, 3);
  const sizes = matrixStateSizes(q.type, v.type, attrs);
  table.scratch(backwardBytes(sizes));
  const reads = [q, k, v, decay, start, dout, dfinal, dweight];
  const writes = [dq, dk, dv, ddecay, dstart];
  emit(table, 'matrixStateGrad', sizes, attrs, reads, writes, [...reads, ...writes]);
};
