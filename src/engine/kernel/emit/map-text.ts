// Maps in C and AssemblyScript: a unit is a chunk of elements, processed a vector at a time; what is the same for all elements is computed
// before the loop. The entry is (inputs, outputs, n, extent of a repeated input if any, attributes).
import { inputsOf, walk, type Expr } from '../expr.ts';
import { mapInputs, sharedNames, writtenBy, type MapKernel, type RandomWords } from '../map.ts';
import { simplify } from '../simplify.ts';
import { codeOf, indented, placeOf, statementsOf, valueOf, type Language, type Names } from './statements.ts';
import { inAssemblyScript } from './assemblyscript.ts';
import { inC } from './c.ts';
import type { TextLanguage } from './text-languages.ts';

/** The code before the loop and in it, and the stores. */
interface MapCode {
  /** Inputs that the results depend on. */
  readonly used: ReadonlySet<string>;
  readonly before: readonly string[];
  readonly inside: readonly string[];
  readonly stores: readonly (readonly [tensor: string, code: string])[];
}

function codeFor(kernel: MapKernel, language: Language): MapCode {
  const shared = new Set(sharedNames(kernel));
  const written = writtenBy(kernel);
  const results = simplify(written.map(([, value]) => value));
  const fixed: Expr[] = [];
  walk(results, (x) => {
    if (inputsOf([x]).every((name) => shared.has(name))) fixed.push(x);
  });
  const names: Names = new Map();
  const before = statementsOf(fixed, language, names);
  const inside = statementsOf(results, language, names);
  const stores = written.map(([tensor], i) => [tensor, codeOf(names, results[i])] as const);
  return {
    used: new Set([...inputsOf(results), ...(kernel.guard === null ? [] : [kernel.guard])]),
    before,
    inside,
    stores,
  };
}

/** Arguments of the entry: operands, then numbers. */
export const mapOperands = (kernel: MapKernel): readonly string[] => [
  ...mapInputs(kernel),
  ...Object.keys(kernel.results),
];

/** Arguments of random words, after the attributes. */
const DRAW = ['threshold', 'stream', 'first', 'perSample'];

interface Parts extends MapCode {
  readonly kernel: MapKernel;
  /** Names of the entry's operands that the code needs, with their numbers. */
  readonly places: readonly (readonly [name: string, index: number])[];
  readonly count: number;
  readonly firstAttribute: number;
  readonly head: string;
  readonly has: (name: string) => boolean;
}

function partsOf(kernel: MapKernel, language: Language): Parts {
  const code = codeFor(kernel, language);
  const operands = mapOperands(kernel);
  const has = (name: string): boolean => code.used.has(name);
  const read = new Set(kernel.numbers.filter(({ name }) => has(name)).map(({ tensor }) => tensor));
  const written = new Set(code.stores.map(([tensor]) => tensor));
  if (kernel.random) read.add(kernel.random.counter);
  const places = operands
    .map((name, i) => [name, i] as const)
    .filter(([name]) => has(name) || read.has(name) || written.has(name));
  const period = kernel.rows.length > 0 ? ['period'] : [];
  return {
    ...code,
    kernel,
    places,
    count: operands.length,
    firstAttribute: operands.length + 1 + period.length,
    head: [...operands, 'n', ...period, ...kernel.attributes, ...(kernel.random ? DRAW : [])].join(', '),
    has,
  };
}

/** Loads, the loop's own statements and stores for elements from `from` to `to`; rows are read from `column` on. */
function loop({ kernel, has, inside, stores }: Parts, language: TextLanguage, isRepeated: boolean): readonly string[] {
  const { vector, load, loadShifted, store, elements } = language;
  const read = (name: string, value: string): string => vector.declare(valueOf(name), value, false);
  const rows = isRepeated ? [...kernel.rows.filter(has), ...(kernel.random ? [kernel.random.word] : [])] : [];
  return elements(
    [
      ...kernel.tensors.filter(has).map((name) => read(name, load(placeOf(name)))),
      ...rows.map((name) => read(name, loadShifted(placeOf(name)))),
      ...inside,
      ...stores.map(([tensor, code]) => store(placeOf(tensor), code)),
    ],
    isRepeated ? ['from', 'to'] : ['lo * CHUNK', 'end'],
    rows.length > 0,
  );
}

/** One number for all, or runs of a row. */
function repeated(parts: Parts, language: TextLanguage): readonly string[] {
  const { kernel, count, has } = parts;
  const { int, counter, intArg, splat, element, smaller } = language;
  const numbers = kernel.rows.filter(has).map((name) => splat(valueOf(name), element(name, '0')));
  return [
    `${int} period = ${intArg(count + 1)};`,
    'if (period == 1) {',
    ...[...numbers, ...loop(parts, language, false), 'return;'].map((line) => `  ${line}`),
    '}',
    `for (${counter} from = lo * CHUNK; from < end;) {`,
    `  ${int} column = from % period, to = ${smaller('from + period - column', 'end')};`,
    ...[...loop(parts, language, true), 'from = to;'].map((line) => `  ${line}`),
    '}',
  ];
}

/** Random words, some at a time, read as if they were a tensor. */
function drawn(parts: Parts, language: TextLanguage, { word, counter }: RandomWords): readonly string[] {
  const { int, counter: count, intArg, smaller } = language;
  const [, stream, first, perSample] = DRAW.map((_, i) =>
    intArg(parts.firstAttribute + parts.kernel.attributes.length + i),
  );
  return [
    ...language.drawing(placeOf(counter), first ?? '', perSample ?? ''),
    `for (${count} from = lo * CHUNK; from < end;) {`,
    `  ${int} column = 0, to = ${smaller('from + WORDS_DRAWN', 'end')};`,
    `  ${language.drawn(placeOf(word), placeOf(counter), stream ?? '')}`,
    ...[...loop(parts, language, true), 'from = to;'].map((line) => `  ${line}`),
    '}',
  ];
}

/** The loop of a kernel. */
function loopOf(parts: Parts, language: TextLanguage): readonly string[] {
  const { random, rows } = parts.kernel;
  if (random) return drawn(parts, language, random);
  return rows.length === 0 ? loop(parts, language, false) : repeated(parts, language);
}

function mapKernel(kernel: MapKernel, language: TextLanguage): string {
  const parts = partsOf(kernel, language.vector);
  const { before, places, count, firstAttribute, head, has, stores } = parts;
  const { int, intArg, realArg, splat, element, place, smaller, unused, isFinite } = language;
  const written = new Set(stores.map(([tensor]) => tensor));
  const numberOf = (one: string): string => {
    const { tensor = '', offset = 0 } = kernel.numbers.find(({ name }) => name === one) ?? {};
    return element(tensor, String(offset));
  };
  const lines = [
    ...places.map(([name, i]) => place(name, written.has(name), i)),
    ...unused([]),
    ...(kernel.guard === null ? [] : [`if (!(${isFinite(numberOf(kernel.guard))})) return;`]),
    ...kernel.numbers.filter(({ name }) => has(name)).map(({ name }) => splat(valueOf(name), numberOf(name))),
    ...kernel.attributes.map((name, i) => splat(valueOf(name), realArg(firstAttribute + i))),
    ...(kernel.random
      ? [language.bits(valueOf(kernel.random.threshold), intArg(firstAttribute + kernel.attributes.length))]
      : []),
    ...before,
    `${int} end = ${smaller(intArg(count), 'hi * CHUNK')};`,
    ...loopOf(parts, language),
  ];
  return language.kernel(kernel.name, `${kernel.name}: (${head}). Unit = chunk.`, indented(lines, '  '));
}

/** `KERNEL(name) { … }`. */
export const mapInC = (kernel: MapKernel): string => mapKernel(kernel, inC);

/** A function of the module that chooses kernels. */
export const mapInAssemblyScript = (kernel: MapKernel): string => mapKernel(kernel, inAssemblyScript);
