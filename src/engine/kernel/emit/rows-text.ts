// Kernels on rows in C and AssemblyScript, by one writer and a table for each language. A row (or, where sums over rows are wanted, a chunk
// of rows) is a unit; each pass goes over the row a vector at a time. What is the same for a row is computed as one number before the pass.
// A kernel that makes tensors of sums is two: the second adds the partial sums and is one unit.
import { inputsOf } from '../expr.ts';
import {
  alongRow,
  finishOf,
  hasPartials,
  madeByRow,
  passesOf,
  sameForRow,
  simplified,
  usedBy,
  width,
  type RowKernel,
  type Term,
} from '../rows.ts';
import { inAssemblyScript } from './assemblyscript.ts';
import { inC } from './c.ts';
import type { TextLanguage } from './text-languages.ts';
import { codeOf, indented, placeOf, statementsOf, valueOf, type Names } from './statements.ts';
import { rowOf, totalOf, deeper, RowWriter } from './rows-writer.ts';

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
