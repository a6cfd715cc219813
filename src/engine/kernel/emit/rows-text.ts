// Kernels on rows in C and AssemblyScript, by one writer and a table for each language. A row (or, where sums over rows are wanted, a chunk
// of rows) is a unit; each pass goes over the row a vector at a time. What is constant within a row is computed as a scalar before the
// pass. The entry is (inputs, outputs without sums, N, attributes), with sums (…, partial sums, rows, N, rows of a chunk, attributes).
import { inputsOf, isOperation, type Expr } from '../expr.ts';
import { passesOf, rowNumbers, simplified, type RowFold, type RowKernel, type Term } from '../rows.ts';
import { inAssemblyScript, inC, rowOf, totalOf, type RowLanguage } from './rows-languages.ts';
import { codeOf, placeOf, statementsOf, valueOf, type Names } from './statements.ts';

const sumOf = (name: string): string => `a_${name}`;

/** The statements of one row. */
class RowWriter {
  readonly lines: string[] = [];
  readonly #language: RowLanguage;
  readonly #kernel: RowKernel;
  readonly #numbers: Set<string>;
  readonly #scalars: Names = new Map();
  readonly #splats: Names = new Map();

  constructor(kernel: RowKernel, language: RowLanguage) {
    this.#kernel = kernel;
    this.#language = language;
    this.#numbers = new Set(rowNumbers(kernel));
  }

  /** The code of a number of the row. */
  number(x: Expr): string {
    this.lines.push(...statementsOf([x], this.#language.scalar, this.#scalars, [], 's'));
    return codeOf(this.#scalars, x);
  }

  /** A pass: `write` returns the statements that follow the values of `results`. */
  pass(results: readonly Expr[], write: (code: (x: Expr) => string) => readonly string[]): void {
    const names: Names = new Map();
    for (const x of this.#sameForTheRow(results)) names.set(x, this.#splat(x));
    const lines = statementsOf(results, this.#language.vector, names);
    const used = new Set(inputsOf(results));
    const { inputs } = this.#kernel;
    const loads = inputs
      .filter(({ name, extent }) => extent !== 'number' && used.has(name))
      .map(({ name, extent }) => {
        const from = extent === 'row' ? rowOf(name) : placeOf(name);
        return this.#language.vector.declare(valueOf(name), this.#language.load(from), false);
      });
    const body = [...loads, ...lines, ...write((x) => codeOf(names, x))];
    this.lines.push(...this.#language.loop(body));
  }

  folds(folds: readonly RowFold[], also: Readonly<Record<string, Term>>): void {
    const { start, fold, reduced, number } = this.#language;
    for (const { name, reduce } of folds) this.lines.push(start(sumOf(name), reduce === 'sum' ? 0 : -Infinity));
    this.pass([...folds.flatMap(({ of }) => of), ...Object.values(also).flat()], (code) => [
      ...folds.map(({ name, reduce, of }) => fold(sumOf(name), reduce, of.map(code))),
      ...this.totals(also, code),
    ]);
    for (const { name, reduce } of folds) {
      this.lines.push(number(valueOf(name), reduced(sumOf(name), reduce)));
      this.#numbers.add(name);
    }
  }

  totals(terms: Readonly<Record<string, Term>>, code: (x: Expr) => string): readonly string[] {
    const { load, store, add } = this.#language;
    return Object.entries(terms).map(([name, term]) => store(totalOf(name), add(term.map(code), load(totalOf(name)))));
  }

  #isSame(x: Expr): boolean {
    return inputsOf([x]).every((name) => this.#numbers.has(name));
  }

  /** The largest parts of `results` that are the same for the whole row. */
  #sameForTheRow(results: readonly Expr[]): readonly Expr[] {
    const found = new Set<Expr>();
    const seen = new Set<Expr>();
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

function rowKernel(given: RowKernel, language: RowLanguage): string {
  const kernel = simplified(given);
  const { name, inputs, attributes, results, values, totals } = kernel;
  const writer = new RowWriter(kernel, language);
  const passes = passesOf(kernel);
  const folded = new Set(kernel.folds.map((fold) => fold.name));
  const isEarly = (term: Term): boolean => passes.length > 0 && !inputsOf(term).some((one) => folded.has(one));
  const byTime = (early: boolean): Record<string, Term> =>
    Object.fromEntries(Object.entries(totals).filter(([, term]) => isEarly(term) === early));
  passes.forEach((folds, i) => writer.folds(folds, i === 0 ? byTime(true) : {}));
  for (const [one, value] of Object.entries(values)) writer.lines.push(language.put(one, writer.number(value)));
  const late = byTime(false);
  writer.pass([...Object.values(results), ...Object.values(late).flat()], (code) => [
    ...Object.entries(results).map(([one, value]) => language.store(rowOf(one), code(value))),
    ...writer.totals(late, code),
  ]);
  const heads = [
    ...inputs.filter(({ extent }) => extent === 'row').map((one) => language.row(one.name, false)),
    ...Object.keys(results).map((one) => language.row(one, true)),
    ...inputs
      .filter(({ extent }) => extent === 'number')
      .map((one) => language.number(valueOf(one.name), language.element(one.name))),
  ];
  return language.kernel({
    name,
    inputs: inputs.map((one) => one.name),
    made: [...Object.keys(results), ...Object.keys(values)],
    attributes,
    totals: Object.keys(totals),
    body: [...heads, ...writer.lines],
  });
}

/** `KERNEL(name) { … }`. */
export const rowsInC = (kernel: RowKernel): string => rowKernel(kernel, inC);

/** A function of the module that chooses kernels. */
export const rowsInAssemblyScript = (kernel: RowKernel): string => rowKernel(kernel, inAssemblyScript);
