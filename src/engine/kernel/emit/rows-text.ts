// Kernels on rows in C and AssemblyScript, by one writer and a table for each language. A row (or, where sums over rows are wanted, a chunk
// of rows) is a unit; each pass goes over the row a vector at a time. What is the same for a row is computed as one number before the pass.
// A kernel that makes tensors of sums is two: the second adds the partial sums and is one unit.
import { input, inputsOf, isDear, isOperation, substitute, walk, type Expr } from '../expr.ts';
import {
  alongRow,
  column,
  finishOf,
  hasPartials,
  madeByRow,
  passesOf,
  rowNumbers,
  sameForRow,
  simplified,
  usedBy,
  width,
  type RowFold,
  type RowKernel,
  type Term,
} from '../rows.ts';
import { inAssemblyScript } from './assemblyscript.ts';
import { inC } from './c.ts';
import type { TextLanguage } from './text-languages.ts';
import { codeOf, indented, placeOf, statementsOf, valueOf, type Names } from './statements.ts';

const sumOf = (name: string): string => `a_${name}`;
const rowOf = (name: string): string => `r_${name}`;
const totalOf = (name: string): string => `t_${name}`;

const deeper = (lines: readonly string[]): readonly string[] => lines.map((line) => `  ${line}`);

const isWithin = (part: Expr, roots: readonly Expr[]): boolean => {
  let found = false;
  walk(roots, (x) => (found ||= x === part));
  return found;
};

/** Whether both are the same operations on the same inputs. */
const isSame = (x: Expr, y: Expr): boolean => JSON.stringify(x) === JSON.stringify(y);

/** The statements of one row. */
class RowWriter {
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

/** Arguments of an entry: tensors, then what the loops need, then attributes. */
function rowArguments(kernel: RowKernel): readonly string[] {
  const { inputs, attributes, flat } = kernel;
  const loops = flat ? ['n', 'chunk'] : hasPartials(kernel) ? ['rows', 'N', 'chunk'] : ['N'];
  const partials = hasPartials(kernel) ? ['partials'] : [];
  return [...inputs.map(({ name }) => name), ...madeByRow(kernel), ...partials, ...loops, ...attributes];
}

/** Where a row begins, and its numbers. */
function rowHeads(kernel: RowKernel, language: TextLanguage): readonly string[] {
  const { pointer, number, picked } = language;
  const used = usedBy(kernel);
  const at = kernel.flat ? 'from' : 'row * N';
  const rows = alongRow(kernel).filter(({ extent }) => extent === 'row');
  const numbers = sameForRow(kernel).filter(({ name, extent }) => extent !== 'single' && used.has(name));
  return [
    ...rows.map(({ name }) => pointer(rowOf(name), placeOf(name), at, false)),
    ...Object.keys(kernel.results).map((name) => pointer(rowOf(name), placeOf(name), at, true)),
    ...numbers.map(({ name, extent }) =>
      number(valueOf(name), language[extent === 'index' ? 'index' : 'element'](name, 'row')),
    ),
    ...kernel.picks.map(({ name, of, at: index }) => number(valueOf(name), picked(rowOf(of), valueOf(index)))),
  ];
}

/** Statements of the row `row`, or of N numbers from `from` on. */
function rowBody(kernel: RowKernel, language: TextLanguage): readonly string[] {
  const { results, values, totals, sums, skip } = kernel;
  const writer = new RowWriter(kernel, language);
  if (skip) {
    const cleared = Object.keys(results).map((name) => language.clear(rowOf(name), 'N'));
    writer.lines.push(`if (${writer.number(skip)}) {`, ...deeper([...cleared, 'continue;']), '}');
  }
  const passes = passesOf(kernel);
  const folded = new Set(kernel.folds.map((fold) => fold.name));
  const isEarly = (term: Term): boolean => passes.length > 0 && !inputsOf(term).some((one) => folded.has(one));
  const byTime = (early: boolean): Record<string, Term> =>
    Object.fromEntries(Object.entries(totals).filter(([, term]) => isEarly(term) === early));
  passes.forEach((folds, i) => writer.folds(folds, i === 0 ? byTime(true) : {}));
  for (const [one, value] of Object.entries(values)) writer.lines.push(language.put(one, 'row', writer.number(value)));
  for (const [one, value] of Object.entries(sums))
    writer.lines.push(`${totalOf(one)} += ${language.asDouble(writer.number(value))};`);
  const late = byTime(false);
  const made = Object.entries(results).map(([one, value]) => ({ one, ...writer.apart(value) }));
  const last = [...made.map(({ value }) => value), ...Object.values(late).flat()];
  if (last.length > 0) {
    writer.pass(last, (code) => [
      ...made.map(({ one, value }) => language.store(rowOf(one), code(value))),
      ...writer.totals(late, code),
    ]);
  }
  for (const { one, at, own } of made) if (at && own) writer.lines.push(writer.putApart(rowOf(one), at, own));
  return [...rowHeads(kernel, language), ...writer.lines];
}

/** Loops over the units around a row. */
function loopsOf(kernel: RowKernel, language: TextLanguage): readonly string[] {
  const { int, counter, smaller, pointer, clear, startDouble, putDouble, block } = language;
  const [totals, sums] = [Object.keys(kernel.totals), Object.keys(kernel.sums)];
  const body = deeper(rowBody(kernel, language));
  if (!hasPartials(kernel)) return [`for (${counter} row = lo; row < hi; row++) {`, ...body, '}'];
  const loop = kernel.flat
    ? [
        `for (${counter} from = p * chunk; from < end; from += ${block}) {`,
        `  ${int} N = ${smaller(block, 'end - from')};`,
      ]
    : [`for (${counter} row = p * chunk; row < end; row++) {`];
  return [
    `for (${counter} p = lo; p < hi; p++) {`,
    ...deeper([
      ...totals.map((one, i) => pointer(totalOf(one), placeOf('partials'), `(p * ${totals.length} + ${i}) * N`, true)),
      ...(totals.length > 0 ? [clear(totalOf(totals[0] ?? ''), `(N * ${totals.length})`)] : []),
      ...sums.map((one) => startDouble(totalOf(one))),
      `${int} end = ${smaller(kernel.flat ? 'n' : 'rows', '(p + 1) * chunk')};`,
      ...loop,
      ...body,
      '}',
      ...sums.map((one, i) => putDouble('partials', `p * ${sums.length} + ${i}`, totalOf(one))),
    ]),
    '}',
  ];
}

function rowKernel(given: RowKernel, language: TextLanguage): string {
  const kernel = simplified(given);
  const { name, inputs, attributes, flat } = kernel;
  const all = rowArguments(kernel);
  const used = usedBy(kernel);
  const index = (one: string): number => all.indexOf(one);
  const places = [...inputs.map((one) => one.name), ...madeByRow(kernel), ...(hasPartials(kernel) ? ['partials'] : [])];
  const numbers = all.slice(places.length, all.length - attributes.length);
  const lines = [
    ...places.flatMap((one, i) =>
      i >= inputs.length || used.has(one) ? [language.place(one, i >= inputs.length, i)] : [],
    ),
    ...numbers.map((one) => `${language.int} ${one} = ${language.intArg(index(one))};`),
    ...(flat ? [] : [language.number(valueOf(width.name), language.asNumber('N'))]),
    ...attributes.map((one) => language.number(valueOf(one), language.realArg(index(one)))),
    ...inputs
      .filter(({ extent }) => extent === 'single')
      .map((one) => language.number(valueOf(one.name), language.element(one.name, '0'))),
    ...language.unused([...(flat ? [] : [valueOf(width.name)]), ...attributes.map(valueOf)]),
    ...loopsOf(kernel, language),
  ];
  const unit = flat ? 'chunk of numbers' : hasPartials(kernel) ? 'chunk of rows' : 'row';
  const [head, body] = [`${name}: (${all.join(', ')}). Unit = ${unit}.`, indented(lines, '  ')];
  return language.kernel(name, head, body) + finishKernel(kernel, language);
}

/** Arguments of the entry that adds up: partial sums and their number, the tensors that are made, attributes. */
const finishArguments = ({ finish, attributes }: RowKernel): readonly string[] => [
  'partials',
  'units',
  ...Object.keys(finish),
  ...attributes,
];

function finishKernel(kernel: RowKernel, language: TextLanguage): string {
  const { sums, finish, attributes } = kernel;
  if (Object.keys(finish).length === 0) return '';
  const all = finishArguments(kernel);
  const index = (one: string): number => all.indexOf(one);
  const { int, counter, startDouble, double64, asDouble, rounded, realArg, double } = language;
  const names = Object.keys(sums);
  const lines = [
    ...['partials', ...Object.keys(finish)].map((one) => language.place(one, one !== 'partials', index(one))),
    `${int} units = ${language.intArg(index('units'))};`,
    ...attributes.map((one) => double.declare(valueOf(one), asDouble(realArg(index(one))), false)),
    ...language.unused([...attributes.map(valueOf), 'lo', 'hi']),
    ...names.map((one) => startDouble(valueOf(one))),
    `for (${counter} p = 0; p < units; p++) {`,
    ...names.map((one, i) => `  ${valueOf(one)} += ${double64('partials', `p * ${names.length} + ${i}`)};`),
    '}',
  ];
  const known: Names = new Map();
  const needed = new Set(inputsOf(Object.values(finish).flat()));
  for (const [one, values] of Object.entries(finish)) {
    lines.push(...statementsOf(values, double, known));
    values.forEach((value, i) => lines.push(language.put(one, String(i), rounded(codeOf(known, value)))));
    if (needed.has(one)) lines.push(double.declare(valueOf(one), asDouble(language.element(one, '0')), false));
  }
  return language.kernel(
    finishOf(kernel),
    `${finishOf(kernel)}: (${all.join(', ')}). One unit.`,
    indented(lines, '  '),
  );
}

/** `KERNEL(name) { … }`. */
export const rowsInC = (kernel: RowKernel): string => rowKernel(kernel, inC);

/** A function of the module that chooses kernels. */
export const rowsInAssemblyScript = (kernel: RowKernel): string => rowKernel(kernel, inAssemblyScript);
