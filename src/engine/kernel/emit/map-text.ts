// Maps in C and AssemblyScript: a unit is a chunk of elements, processed a vector at a time; what is the same for all elements is computed
// before the loop. The entry is (inputs, outputs, n, extent of a repeated input if any, attributes).
import { inputsOf, walk, type Expr } from '../expr.ts';
import { mapInputs, sharedNames, writtenBy, type MapKernel } from '../map.ts';
import { simplify } from '../simplify.ts';
import { cLanguage } from './c.ts';
import { assemblyScriptLanguage } from './assemblyscript.ts';
import { codeOf, indented, placeOf, statementsOf, valueOf, type Language, type Names } from './statements.ts';

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
    head: [...operands, 'n', ...period, ...kernel.attributes].join(', '),
    has,
  };
}

const placeOfNumber = ({ kernel }: Parts, name: string | null): readonly [place: string, offset: number] => {
  const { tensor = '', offset = 0 } = kernel.numbers.find((one) => one.name === name) ?? {};
  return [placeOf(tensor), offset];
};

/** `KERNEL(name) { … }`. */
export function mapInC(kernel: MapKernel): string {
  const parts = partsOf(kernel, cLanguage);
  const { before, places, count, firstAttribute, head, has, stores } = parts;
  const written = new Set(stores.map(([tensor]) => tensor));
  const [guard, offset] = placeOfNumber(parts, kernel.guard);
  const lines = [
    ...places.map(
      ([name, i]) => `${written.has(name) ? '' : 'const '}float *${placeOf(name)} = placeArg(arena, entry, ${i});`,
    ),
    '(void)thread;',
    ...(kernel.guard === null ? [] : [`if (!(fabsf(${guard}[${offset}]) < INFINITY)) return;`]),
    ...kernel.numbers
      .filter(({ name }) => has(name))
      .map(({ name, tensor, offset: at }) => `const vf ${valueOf(name)} = splat(${placeOf(tensor)}[${at}]);`),
    ...kernel.attributes.map((name, i) => `const vf ${valueOf(name)} = splat(realArg(entry, ${firstAttribute + i}));`),
    ...before,
    `const int32_t end = minInt(intArg(entry, ${count}), hi * CHUNK);`,
    ...(kernel.rows.length === 0 ? loopInC(parts, false) : repeatedInC(parts)),
  ];
  return `
/** Made from the description of ${kernel.name}: (${head}). Unit = chunk. */
KERNEL(${kernel.name}) {
${indented(lines, '  ')}
}
`;
}

function loopInC({ kernel, has, inside, stores }: Parts, rows: boolean): readonly string[] {
  const loads = (names: readonly string[], index: string): string[] =>
    names.filter(has).map((name) => `const vf ${valueOf(name)} = loadPart(${placeOf(name)} + ${index}, left);`);
  return [
    rows
      ? 'for (int32_t i = from, k = column; i < to; i += LANES, k += LANES) {'
      : 'for (int32_t i = lo * CHUNK; i < end; i += LANES) {',
    `  const int32_t left = ${rows ? 'to' : 'end'} - i;`,
    ...[
      ...loads(kernel.tensors, 'i'),
      ...(rows ? loads(kernel.rows, 'k') : []),
      ...inside,
      ...stores.map(([tensor, code]) => `storePart(${placeOf(tensor)} + i, ${code}, left);`),
    ].map((line) => `  ${line}`),
    '}',
  ];
}

/** One number for all, or runs of a row. */
function repeatedInC(parts: Parts): readonly string[] {
  const { kernel, count, has } = parts;
  const numbers = kernel.rows.filter(has).map((name) => `const vf ${valueOf(name)} = splat(${placeOf(name)}[0]);`);
  return [
    `const int32_t period = intArg(entry, ${count + 1});`,
    'if (period == 1) {',
    ...[...numbers, ...loopInC(parts, false), 'return;'].map((line) => `  ${line}`),
    '}',
    'for (int32_t from = lo * CHUNK; from < end;) {',
    '  const int32_t column = from % period, to = minInt(from + period - column, end);',
    ...[...loopInC(parts, true), 'from = to;'].map((line) => `  ${line}`),
    '}',
  ];
}

/** A function of the module that chooses kernels. */
export function mapInAssemblyScript(kernel: MapKernel): string {
  const parts = partsOf(kernel, assemblyScriptLanguage);
  const { before, places, count, firstAttribute, head, has } = parts;
  const [guard, offset] = placeOfNumber(parts, kernel.guard);
  const lines = [
    ...places.map(([name, i]) => `const ${placeOf(name)} = placeArg(entry, ${i});`),
    ...(kernel.guard === null ? [] : [`if (!(abs<f32>(f32.load(${guard}, ${4 * offset})) < Infinity)) return;`]),
    ...kernel.numbers
      .filter(({ name }) => has(name))
      .map(
        ({ name, tensor, offset: at }) =>
          `const ${valueOf(name)} = f32x4.splat(f32.load(${placeOf(tensor)}, ${4 * at}));`,
      ),
    ...kernel.attributes.map(
      (name, i) => `const ${valueOf(name)} = f32x4.splat(realArg(entry, ${firstAttribute + i}));`,
    ),
    ...before,
    `const end = min(intArg(entry, ${count}), hi * CHUNK);`,
    ...(kernel.rows.length === 0 ? loopInAssemblyScript(parts, false) : repeatedInAssemblyScript(parts)),
  ];
  return `
/** (${head}). Unit = chunk. */
export function ${kernel.name}(entry: usize, lo: i32, hi: i32): void {
${indented(lines, '  ')}
}
`;
}

/** Whole vectors are handled separately: their length is a constant, so no check is needed. */
function loopInAssemblyScript({ kernel, has, inside, stores }: Parts, rows: boolean): readonly string[] {
  const loads = (names: readonly string[], by: string): string[] =>
    names.filter(has).map((name) => `const ${valueOf(name)} = loadPart(${placeOf(name)} + ${by}, w);`);
  const [from, to] = rows ? ['from', 'to'] : ['lo * CHUNK', 'end'];
  const body = [
    ...loads(kernel.tensors, 'o'),
    ...(rows ? loads(kernel.rows, 'o + shift') : []),
    ...inside,
    ...stores.map(([tensor, code]) => `storePart(${placeOf(tensor)} + o, ${code}, w);`),
  ];
  return [
    `let i = ${from};`,
    ...(rows ? ['const shift = floats(column) - floats(from);'] : []),
    `for (; i <= ${to} - 4; i += 4) {`,
    ...['const o = floats(i), w = 4;', ...body].map((line) => `  ${line}`),
    '}',
    `if (i < ${to}) {`,
    ...[`const o = floats(i), w = ${to} - i;`, ...body].map((line) => `  ${line}`),
    '}',
  ];
}

function repeatedInAssemblyScript(parts: Parts): readonly string[] {
  const { kernel, count, has } = parts;
  const numbers = kernel.rows
    .filter(has)
    .map((name) => `const ${valueOf(name)} = f32x4.splat(f32.load(${placeOf(name)}));`);
  return [
    `const period = intArg(entry, ${count + 1});`,
    'if (period == 1) {',
    ...[...numbers, ...loopInAssemblyScript(parts, false), 'return;'].map((line) => `  ${line}`),
    '}',
    'for (let from = lo * CHUNK; from < end; ) {',
    '  const column = from % period, to = min(from + period - column, end);',
    ...[...loopInAssemblyScript(parts, true), 'from = to;'].map((line) => `  ${line}`),
    '}',
  ];
}
