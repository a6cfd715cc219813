// How results of a product reach memory in WGSL: as they are, or through ops that follow it. Independent of tiles and groups.
import type { Bindings, Epilogue, GpuPlace } from '../../plan/gpu/lowering.ts';

export interface Store {
  /** Where the product itself is stored; null = only the results of the epilogues are stored. */
  readonly c: GpuPlace | null;
  readonly epilogues: readonly Epilogue[];
}

type Named = Readonly<Record<string, GpuPlace>>;

/** What `storeFunction` reads and writes, by name. */
export function storeOperands({ c, epilogues }: Store): Named {
  const named: [string, GpuPlace | null][] = [['c', c]];
  epilogues.forEach(({ operands, result }, link) => {
    operands.forEach((operand, i) => named.push([`other${link}_${i}`, operand]));
    named.push([`result${link}`, result]);
  });
  return Object.fromEntries(named.filter((entry): entry is [string, GpuPlace] => entry[1] !== null));
}

/**
 * `fn finish(at: u32, value: f32)` stores result number `at`; with `wide` four neighbours, `at` in vectors. An operand that is overwritten
 * is read first.
 */
export function storeFunction({ c, epilogues }: Store, names: Bindings['names'], wide: boolean): string {
  const type = wide ? 'vec4f' : 'f32';
  const lines = c ? [`${names['c']}[at] = value;`] : [];
  let value = 'value';
  epilogues.forEach(({ operands, expression, result }, link) => {
    const read = operands.map((operand, i) => (operand ? `of_${link}_${i}` : value));
    operands.forEach((operand, i) => {
      if (operand) lines.push(`let ${read[i]} = ${names[`other${link}_${i}`]}[at];`);
    });
    const lane = (i: number): string => expression(read.map((name) => `${name}[${i}]`));
    const made = wide ? `vec4f(${[0, 1, 2, 3].map(lane).join(', ')})` : expression(read);
    value = `value${link}`;
    lines.push(`let ${value} = ${made};`);
    if (result) lines.push(`${names[`result${link}`]}[at] = ${value};`);
  });
  const functions = epilogues.map((epilogue) => epilogue.functions).join('\n');
  return `${functions}\nfn finish(at: u32, value: ${type}) {\n  ${lines.join('\n  ')}\n}`;
}

/** No epilogue: the product itself is stored. */
export const plain = (c: GpuPlace): Store => ({ c, epilogues: [] });
