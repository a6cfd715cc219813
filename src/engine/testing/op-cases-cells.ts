// Cases of every cell, made from its description: each awkward sequence, with and without an initial state. Knows no cell but by the size of
// numbers that it bears.
import type { KernelOperand } from '../kernel/scan.ts';
import { inputOperands } from '../kernel/scan.ts';
import { cells, type CellKind } from '../ops/cells.ts';
import { awkwardSequences, normal, small, unit, type CaseInput, type OpCase } from './cases.ts';

/** Cells whose decays are numbers of a sequence as they are: larger ones would grow without bound. */
const tame: ReadonlySet<CellKind> = new Set<CellKind>(['complexScan']);

const kinds = Object.keys(cells) as CellKind[];

function inputOf(
  kind: CellKind,
  { extent, parts }: KernelOperand,
  [b, t, h]: readonly [number, number, number],
): CaseInput {
  if (extent === 'channel') return unit(h);
  if (extent === 'sample') return normal(b, parts * h);
  return (tame.has(kind) ? small : normal)(b, t, parts * h);
}

const casesOf = (kind: CellKind): readonly OpCase<CellKind>[] =>
  awkwardSequences.flatMap((shape) =>
    [false, true].map((initial) => ({
      name: `${kind} [${shape.join(', ')}]${initial ? ' from a state' : ''}`,
      attrs: { initial },
      inputs: inputOperands(cells[kind].forward.kernel)
        .filter(({ when }) => when === undefined || initial)
        .map((operand) => inputOf(kind, operand, shape)),
    })),
  );

export const cellCases = Object.fromEntries(kinds.map((kind) => [kind, casesOf(kind)])) as {
  readonly [K in CellKind]: readonly OpCase<K>[];
};
