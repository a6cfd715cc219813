// Cases of matmul: sizes around the blocks of its kernels, each operand as it is and transposed; operands of other ranks.
import { normal, type OpCase } from '../cases.ts';

const sizes: readonly (readonly [rows: number, inner: number, columns: number])[] = [
  [1, 1, 1],
  [1, 7, 3],
  [5, 8, 8],
  [6, 9, 17],
  [65, 33, 10],
  [12, 1, 5],
  [130, 64, 40],
];

function productCases(): OpCase<'matmul'>[] {
  const flags = [false, true];
  const made: OpCase<'matmul'>[] = [];
  for (const [rows, inner, columns] of sizes) {
    for (const transA of flags) {
      for (const transB of flags) {
        const bias = (rows + Number(transA) + Number(transB)) % 2 === 0;
        const a = transA ? normal(inner, rows) : normal(rows, inner);
        const b = transB ? normal(columns, inner) : normal(inner, columns);
        made.push({
          name: `matmul ${rows}x${inner}x${columns}${transA ? ' TA' : ''}${transB ? ' TB' : ''}${bias ? ' bias' : ''}`,
          attrs: { transA, transB, bias },
          inputs: bias ? [a, b, normal(columns)] : [a, b],
        });
      }
    }
  }
  return made;
}

const rankCases: OpCase<'matmul'>[] = [
  {
    name: 'matmul of a sequence with bias',
    attrs: { transA: false, transB: true, bias: true },
    inputs: [normal(2, 5, 7), normal(9, 7), normal(9)],
  },
  {
    name: 'matmul of two sequences, transposed',
    attrs: { transA: true, transB: false, bias: false },
    inputs: [normal(2, 5, 7), normal(2, 5, 3)],
  },
  {
    name: 'matmul of one row',
    attrs: { transA: false, transB: false, bias: false },
    inputs: [normal(7), normal(7, 3)],
  },
  {
    name: 'matmul, both transposed, rank 3',
    attrs: { transA: true, transB: true, bias: false },
    inputs: [normal(2, 3, 4), normal(5, 6)],
  },
];

export const matmulCases = (): readonly OpCase<'matmul'>[] => [...productCases(), ...rankCases];
