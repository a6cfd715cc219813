// Writes the statements of a kernel on rows, pass by pass, for rows-text.ts: a vector or a number at a time, with what is the same for a row
// computed before.
import { input, inputsOf, isDear, isOperation, substitute, walk, type Expr } from '../expr.ts';
import { alongRow, column, rowNumbers, width, type RowFold, type RowKernel, type Term } from '../rows.ts';
import type { TextLanguage } from './text-languages.ts';
import { codeOf, placeOf, statementsOf, valueOf, type Names } from './statements.ts';

const sumOf = (name: string): string => `a_${name}`;
export const rowOf = (name: string): string => `r_${name}`;
export const totalOf = (name: string): string => `t_${name}`;

export const deeper = (lines: readonly string[]): readonly string[] => lines.map((line) => `  ${line}`);

const isWithin = (part: Expr, roots: readonly Expr[]): boolean => {
  let found = false;
  walk(roots, (x) => (found ||= x === part));
  return found;
};

/** Whether both are the same operations on the same inputs. */
const isSame = (x: Expr, y: Expr): boolean => JSON.stringify(x) === JSON.stringify(y);

/** The statements of one row. */
export class RowWriter {
  readonly lines: string[] = [];
  readonly #language: TextLanguage;
  readonly #kernel: RowKernel;
  readonly #numbers: Set<string>;
  readonly #scalars: Names = new Map();
  readonly #splats: Names = new Map();
  readonly #isDear: boolean;
  #isKept = false;

  constructor(kernel: RowKernel, language: TextLanguage) {
    this.#kernel = kernel;
    this.#language = language;
    this.#numbers = new Set(rowNumbers(kernel));
    this.#isDear = isDear([...kernel.folds.flatMap(({ of }) => of), ...Object.values(kernel.results)]);
  }

  /** The code of a number of the row. */
  number(x: Expr): string {
    walk([x], (part) => this.#takeKept(part));
    this.lines.push(...statementsOf([x], this.#language.scalar, this.#scalars, [], 's'));
    return codeOf(this.#scalars, x);
  }

  /** A number that is a kept element of the row is read from where that is, not computed again. */
  #takeKept(x: Expr): void {
    const { kept, picks } = this.#kernel;
    if (!kept || !this.#isKept || !isOperation(x) || this.#scalars.has(x)) return;
    const found = picks.find(({ of, name }) => isSame(x, substitute(kept.of, [of], input(name))));
    if (!found) return;
    const name = `${valueOf(kept.name)}_${found.name}`;
    this.lines.push(this.#language.number(name, this.#language.picked(rowOf(kept.in), valueOf(found.at))));
    this.#scalars.set(x, name);
  }

  /** A pass: `write` returns the statements that follow the values of `results`. */
  pass(results: readonly Expr[], write: (code: (x: Expr) => string) => readonly string[]): void {
    const names: Names = new Map();
    walk(results, (x) => this.#compareColumn(x, names));
    for (const x of this.#sameForTheRow(results, names)) names.set(x, this.#splat(x));
    const lines = statementsOf(results, this.#language.vector, names);
    const used = new Set([...names.keys()].flatMap((x) => (x.op === 'input' ? [x.name] : [])));
    const { kept } = this.#kernel;
    const places = alongRow(this.#kernel).map(({ name, extent }) => [
      name,
      extent === 'row' ? rowOf(name) : placeOf(name),
    ]);
    if (kept) places.push([kept.name, rowOf(kept.in)]);
    const loads = places
      .filter(([name = '']) => used.has(name))
      .map(([name = '', from = '']) => this.#language.vector.declare(valueOf(name), this.#language.load(from), false));
    const body = [...loads, ...lines, ...write((x) => codeOf(names, x))];
    this.lines.push(...this.#language.loop(body, used.has(column.name), this.#isDear));
  }

  folds(folds: readonly RowFold[], also: Readonly<Record<string, Term>>): void {
    const { start, fold, reduced, number, store } = this.#language;
    const { kept } = this.#kernel;
    for (const { name, reduce } of folds) this.lines.push(start(sumOf(name), reduce === 'sum' ? 0 : -Infinity));
    this.pass([...folds.flatMap(({ of }) => of), ...Object.values(also).flat()], (code) => [
      ...folds.map(({ name, reduce, of }) => fold(sumOf(name), reduce, of.map(code))),
      ...this.totals(also, code),
      ...(kept && folds.some(({ of }) => isWithin(kept.of, of)) ? [store(rowOf(kept.in), code(kept.of))] : []),
    ]);
    this.#isKept ||= kept !== null && folds.some(({ of }) => isWithin(kept.of, of));
    for (const { name, reduce } of folds) {
      this.lines.push(number(valueOf(name), reduced(sumOf(name), reduce)));
      this.#numbers.add(name);
    }
  }

  totals(terms: Readonly<Record<string, Term>>, code: (x: Expr) => string): readonly string[] {
    const { load, store, add } = this.#language;
    return Object.entries(terms).map(([name, term]) => store(totalOf(name), add(term.map(code), load(totalOf(name)))));
  }

  /** A value that is another number at one place of the row: it is put there afterwards. */
  apart(x: Expr): { readonly value: Expr; readonly at?: Expr; readonly own?: Expr } {
    const [condition, own, value] = isOperation(x) && x.op === 'select' ? x.args : [];
    const [where, at] = condition && isOperation(condition) && condition.op === 'equal' ? condition.args : [];
    const isApart = where?.op === 'input' && where.name === column.name && at && own && value;
    return isApart && this.#isSame(at) && this.#isSame(own) ? { value, at, own } : { value: x };
  }

  putApart(row: string, at: Expr, own: Expr): string {
    const [index, value] = [this.number(at), this.number(own)];
    return `if (${index} >= 0 && ${index} < ${valueOf(width.name)}) ${this.#language.putInRow(row, index, value)}`;
  }

  #isSame(x: Expr): boolean {
    return inputsOf([x]).every((name) => this.#numbers.has(name));
  }

  /** Whether this is the element at a place of the row: asked by whole numbers where the language can. */
  #compareColumn(x: Expr, names: Names): void {
    const { atColumn } = this.#language;
    const [where, place] = isOperation(x) && x.op === 'equal' ? x.args : [];
    if (!atColumn || where?.op !== 'input' || where.name !== column.name || !place || !this.#isSame(place)) return;
    names.set(x, `(${atColumn(this.number(place))})`);
  }

  /** The largest parts of `results` that are the same for the whole row, but for `known` ones. */
  #sameForTheRow(results: readonly Expr[], known: Names): readonly Expr[] {
    const found = new Set<Expr>();
    const seen = new Set<Expr>(known.keys());
    const visit = (x: Expr): void => {
      if (seen.has(x) || x.op === 'constant') return;
      seen.add(x);
      if (this.#isSame(x)) found.add(x);
      else if (isOperation(x)) x.args.forEach(visit);
    };
    results.forEach(visit);
    return [...found];
  }

  #splat(x: Expr): string {
    const known = this.#splats.get(x);
    if (known !== undefined) return known;
    const code = this.number(x);
    const name = `w${this.#splats.size}`;
    this.#splats.set(x, name);
    this.lines.push(this.#language.splat(name, code));
    return name;
  }
}
