// What C (c.ts) and AssemblyScript (assemblyscript.ts) must be able to say: loops over rows, over time, over elements. Independent of kernels:
// scan-text.ts, map-text.ts and rows-text.ts write them.
import type { RowFold } from '../rows.ts';
import type { Language } from './statements.ts';

type Operations = Language['operation'];

/** A vector of a row: the one the loop over the row is at, or behind the address itself: one alone (`null`), or one of several whole ones. */
export type Vector = number | null | undefined;

export interface TextLanguage {
  readonly vector: Language;
  /** One number, as `vector` means it, and one in float64. */
  readonly scalar: Language;
  readonly double: Language;
  /** Declarations: of an integer that stays and one that counts, of numbers, of a vector with one value in all lanes. */
  readonly int: string;
  readonly counter: string;
  readonly number: (name: string, value: string) => string;
  readonly splat: (name: string, value: string) => string;
  /** A variable vector with one value in all lanes, and a variable in float64 that is 0. */
  readonly start: (name: string, value: number) => string;
  readonly startDouble: (name: string) => string;
  readonly asNumber: (int: string) => string;
  readonly asDouble: (number: string) => string;
  readonly rounded: (double: string) => string;
  /** Arguments of an entry. */
  readonly place: (name: string, isMade: boolean, index: number) => string;
  readonly intArg: (index: number) => string;
  readonly realArg: (index: number) => string;
  readonly smaller: (a: string, b: string) => string;
  readonly fold: (sum: string, reduce: RowFold['reduce'], term: readonly string[]) => string;
  readonly reduced: (sum: string, reduce: RowFold['reduce']) => string;
  /** The loop over a row around `body`, which knows how much of it is `left`. */
  readonly loop: (body: readonly string[], needsColumn: boolean, isDear?: boolean) => readonly string[];
  /** Whether an element is the one at this place of the row; null = columns are compared as numbers. */
  readonly atColumn: ((place: string) => string) | null;
  /** The loop over elements of tensors, with `isShifted` also of a row whose first is element `column`. */
  readonly elements: (
    body: readonly string[],
    range: readonly [from: string, to: string],
    isShifted: boolean,
  ) => readonly string[];
  readonly loadShifted: (place: string) => string;
  readonly isFinite: (number: string) => string;
  readonly load: (place: string, vector?: Vector) => string;
  readonly store: (place: string, value: string, vector?: Vector) => string;
  readonly add: (term: readonly string[], to: string) => string;
  /** Where the elements of a tensor begin that are behind `offset` elements, and setting N of them to 0. */
  readonly pointer: (name: string, from: string, offset: string, isMade: boolean) => string;
  readonly clear: (name: string, count: string) => string;
  /** Element `index` of a tensor of numbers, of whole numbers, of float64; and of the row `name` at a number that is held within it. */
  readonly element: (name: string, index: string) => string;
  readonly index: (name: string, index: string) => string;
  readonly double64: (name: string, index: string) => string;
  readonly picked: (row: string, at: string) => string;
  readonly put: (name: string, index: string, value: string) => string;
  /** Sets the element of a row at a number that is a whole one. */
  readonly putInRow: (row: string, index: string, value: string) => string;
  readonly putDouble: (name: string, index: string, value: string) => string;
  /** How many numbers of one long row are added up before float64 takes over. */
  readonly block: string;
  /** A vector with the bits of a whole number in all lanes. */
  readonly bits: (name: string, int: string) => string;
  /** Room for random words and the number of the first element of a tensor; and the words of elements `from` to `to`. */
  readonly drawing: (counter: string, first: string, perSample: string) => readonly string[];
  readonly drawn: (name: string, counter: string, stream: string) => string;
  /** Says that these values need not be used. */
  readonly unused: (names: readonly string[]) => readonly string[];
  /** Channels of one sample that are taken together, around statements that know `sample`, `first` channel and N, how many they are. */
  readonly channels: (body: readonly string[]) => readonly string[];
  /** Rows that are kept from step to step in the first-level cache, and a row of zeros where one is needed. */
  readonly memories: (names: readonly string[], needsZeros: boolean) => readonly string[];
  readonly fillMemory: (name: string, value: number) => readonly string[];
  /** A variable vector for a state, and whether states are better kept so than in memory. */
  readonly register: (name: string, value: number) => string;
  readonly prefersRegisters: boolean;
  /** What is between the first row of a sequence of H and a row, and between it and the next one. */
  readonly step: (row: string) => string;
  readonly next: string;
  readonly loadMemory: (name: string) => string;
  readonly storeMemory: (name: string, value: string) => string;
  readonly copy: (to: string, from: string, count: string) => string;
  /** An address: `count` rows of H behind another, and one that may be missing: then zeros. */
  readonly rowsOn: (place: string, count: number) => string;
  readonly address: (place: string, offset: string) => string;
  readonly declareAddress: (name: string, value: string, isMade: boolean) => string;
  readonly variableAddress: (name: string, value: string) => string;
  readonly isThere: (place: string) => string;
  readonly none: string;
  /** Statements for results that are larger than the caches and are stored past them, and how; null where that is not possible. */
  readonly past: ((results: readonly string[], body: readonly string[]) => readonly string[]) | null;
  readonly storePast: (place: string, value: string) => string;
  /** The loop over channels whose states stay in variables: `most` vectors at once where that is faster, then one. */
  readonly together: (most: number, body: (vectors: readonly Vector[]) => readonly string[]) => readonly string[];
  /** A kernel around its statements. */
  readonly kernel: (name: string, text: string, body: string) => string;
}

const infix = (sign: string) => (x: string, y: string) => `${x} ${sign} ${y}`;

/** What C and AssemblyScript write alike for one number. */
const arithmetic = {
  neg: (x: string) => `-${x}`,
  add: infix('+'),
  sub: infix('-'),
  mul: infix('*'),
  div: infix('/'),
  less: infix('<'),
  lessEqual: infix('<='),
  equal: infix('=='),
  select: (condition: string, yes: string, no: string) => `${condition} ? ${yes} : ${no}`,
};

/** How one number is computed: as each lane is, so that the bits are the same. */
export function scalarOf(vector: Language, lane: (code: string) => string, splat: (x: string) => string): Operations {
  const through = Object.entries(vector.operation).map(([op, write]) => [
    op,
    (...args: string[]) => lane(write(...args.map(splat))),
  ]);
  return { ...(Object.fromEntries(through) as Operations), ...arithmetic };
}

/** Few operations are needed in float64, behind the sums. */
export function doubleOf(vector: Language, squareRoot: Operations['sqrt']): Operations {
  const missing = Object.keys(vector.operation).map((op) => [
    op,
    () => {
      throw new Error(`kernel: what follows from sums must be arithmetic, got ${op}`);
    },
  ]);
  return { ...(Object.fromEntries(missing) as Operations), ...arithmetic, sqrt: squareRoot };
}

export const declared =
  (type: string, condition: string) =>
  (name: string, value: string, isCondition: boolean): string =>
    `const ${isCondition ? condition : type} ${name} = ${value};`;
