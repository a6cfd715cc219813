// How C and AssemblyScript express the parts of a kernel on rows. Independent of kernels: rows-text.ts writes them.
import { width, type RowFold } from '../rows.ts';
import { assemblyScriptLanguage } from './assemblyscript.ts';
import { cLanguage } from './c.ts';
import { indented, literal, placeOf, valueOf, type Language } from './statements.ts';

export interface RowLanguage {
  readonly vector: Language;
  /** One number, as `vector` means it. */
  readonly scalar: Language;
  readonly number: (name: string, value: string) => string;
  readonly splat: (name: string, value: string) => string;
  /** A variable vector with one value in all lanes. */
  readonly start: (name: string, value: number) => string;
  readonly fold: (sum: string, reduce: RowFold['reduce'], term: readonly string[]) => string;
  readonly reduced: (sum: string, reduce: RowFold['reduce']) => string;
  /** The loop over a row around `body`, which gets the number of elements `left`. */
  readonly loop: (body: readonly string[]) => readonly string[];
  readonly load: (place: string) => string;
  readonly store: (place: string, value: string) => string;
  readonly add: (term: readonly string[], to: string) => string;
  /** Where the row of a tensor begins; element `row` of it, and writing that. */
  readonly row: (name: string, isMade: boolean) => string;
  readonly element: (name: string) => string;
  readonly put: (name: string, value: string) => string;
  /** Around the statements of a row. */
  readonly kernel: (shape: KernelShape) => string;
}

interface KernelShape {
  readonly name: string;
  readonly inputs: readonly string[];
  readonly made: readonly string[];
  readonly attributes: readonly string[];
  /** Tensors of sums over rows. */
  readonly totals: readonly string[];
  readonly body: readonly string[];
}

export const rowOf = (name: string): string => `r_${name}`;
export const totalOf = (name: string): string => `t_${name}`;

const comparison = (sign: string) => (x: string, y: string) => `${x} ${sign} ${y}`;

/** How a scalar is computed: as in each lane, so that the bits are the same. */
function scalarOf(
  vector: Language,
  lane: (code: string) => string,
  splat: (x: string) => string,
): Language['operation'] {
  const through = Object.entries(vector.operation).map(([op, write]) => [
    op,
    (...args: string[]) => lane(write(...args.map(splat))),
  ]);
  return {
    ...(Object.fromEntries(through) as Language['operation']),
    neg: (x) => `-${x}`,
    add: (x, y) => `${x} + ${y}`,
    sub: (x, y) => `${x} - ${y}`,
    mul: (x, y) => `${x} * ${y}`,
    div: (x, y) => `${x} / ${y}`,
    less: comparison('<'),
    lessEqual: comparison('<='),
    equal: comparison('=='),
    select: (condition, yes, no) => `${condition} ? ${yes} : ${no}`,
  };
}

export const inC: RowLanguage = {
  vector: cLanguage,
  scalar: {
    constant: (value) => `${literal(value)}f`,
    operation: {
      ...scalarOf(
        cLanguage,
        (code) => `(${code})[0]`,
        (x) => `splat(${x})`,
      ),
      sqrt: (x) => `sqrtf(${x})`,
      abs: (x) => `fabsf(${x})`,
      reciprocal: (x) => `1.0f / ${x}`,
    },
    declare: (name, value, condition) => `const ${condition ? 'bool' : 'float'} ${name} = ${value};`,
  },
  number: (name, value) => `const float ${name} = ${value};`,
  splat: (name, value) => `const vf ${name} = splat(${value});`,
  start: (name, value) => `vf ${name} = splat(${value === 0 ? '0' : '-INFINITY'});`,
  fold: (sum, reduce, term) =>
    `${sum} = inside(left, ${reduce === 'max' ? `largerOrNan(${sum}, ${term[0]})` : inC.add(term, sum)}, ${sum});`,
  reduced: (sum, reduce) => `${reduce === 'sum' ? 'laneSum' : 'laneMax'}(${sum})`,
  loop: (body) => [
    'for (int32_t j = 0; j < N; j += LANES) {',
    ...['const int32_t left = N - j;', ...body].map((line) => `  ${line}`),
    '}',
  ],
  load: (place) => `loadPart(${place} + j, left)`,
  store: (place, value) => `storePart(${place} + j, ${value}, left);`,
  add: ([x = '', by], to) => (by === undefined ? `${to} + ${x}` : `madd(${x}, ${by}, ${to})`),
  row: (name, isMade) => `${isMade ? '' : 'const '}float *${rowOf(name)} = ${placeOf(name)} + (size_t)row * N;`,
  element: (name) => `${placeOf(name)}[row]`,
  put: (name, value) => `${placeOf(name)}[row] = ${value};`,
  kernel: ({ name, inputs, made, attributes, totals, body }) => {
    const count = inputs.length + made.length;
    const summed = totals.length > 0;
    const first = count + (summed ? 4 : 1);
    const pointer = (one: string, i: number, isMade: boolean): string =>
      `${isMade ? '' : 'const '}float *${placeOf(one)} = placeArg(arena, entry, ${i});`;
    const heads = [
      ...inputs.map((one, i) => pointer(one, i, false)),
      ...made.map((one, i) => pointer(one, inputs.length + i, true)),
      `const int32_t N = intArg(entry, ${summed ? count + 2 : count});`,
      `const float ${valueOf(width.name)} = (float)N;`,
      ...attributes.map((one, i) => `const float ${valueOf(one)} = realArg(entry, ${first + i});`),
      `(void)thread, (void)${valueOf(width.name)};`,
    ];
    const work = summed
      ? [
          `const int32_t chunk = intArg(entry, ${count + 3});`,
          'for (int32_t p = lo; p < hi; p++) {',
          ...totals.map(
            (one, i) =>
              `  float *${totalOf(one)} = placeArg(arena, entry, ${count}) + ((size_t)p * ${totals.length} + ${i}) * N;`,
          ),
          `  memset(${totalOf(totals[0] ?? '')}, 0, (size_t)N * ${4 * totals.length});`,
          `  const int32_t end = minInt(intArg(entry, ${count + 1}), (p + 1) * chunk);`,
          '  for (int32_t row = p * chunk; row < end; row++) {',
          ...body.map((line) => `    ${line}`),
          '  }',
          '}',
        ]
      : ['for (int32_t row = lo; row < hi; row++) {', ...body.map((line) => `  ${line}`), '}'];
    return `
/** Made from the description of ${name}: (${entryOf(inputs, made, attributes, summed)}). Unit = ${summed ? 'chunk of rows' : 'row'}. */
KERNEL(${name}) {
${indented([...heads, ...work], '  ')}
}
`;
  },
};

const entryOf = (
  inputs: readonly string[],
  made: readonly string[],
  attributes: readonly string[],
  summed: boolean,
): string => [...inputs, ...made, ...(summed ? ['partials', 'rows', 'N', 'chunk'] : ['N']), ...attributes].join(', ');

export const inAssemblyScript: RowLanguage = {
  vector: assemblyScriptLanguage,
  scalar: {
    constant: (value) => `<f32>${literal(value)}`,
    operation: {
      ...scalarOf(
        assemblyScriptLanguage,
        (code) => `f32x4.extract_lane(${code}, 0)`,
        (x) => `f32x4.splat(${x})`,
      ),
      sqrt: (x) => `sqrt<f32>(${x})`,
      abs: (x) => `abs<f32>(${x})`,
      reciprocal: (x) => `1 / ${x}`,
    },
    declare: (name, value, condition) => `const ${name}: ${condition ? 'bool' : 'f32'} = ${value};`,
  },
  number: (name, value) => `const ${name}: f32 = ${value};`,
  splat: (name, value) => `const ${name} = f32x4.splat(${value});`,
  start: (name, value) => `let ${name} = f32x4.splat(${value});`,
  fold: (sum, reduce, term) =>
    `${sum} = inside(left, ${reduce === 'max' ? `f32x4.max(${sum}, ${term[0]})` : inAssemblyScript.add(term, sum)}, ${sum});`,
  reduced: (sum, reduce) => `${reduce === 'sum' ? 'laneSum' : 'laneMax'}(${sum})`,
  // Whole vectors are handled separately: their length is a constant, so no check is needed.
  loop: (body) => [
    'for (let j = 0; j <= N - 4; j += 4) {',
    ...['const left = 4, o = floats(j);', ...body].map((line) => `  ${line}`),
    '}',
    'if ((N & 3) != 0) {',
    ...['const left = N & 3, o = floats(N & ~3);', ...body].map((line) => `  ${line}`),
    '}',
  ],
  load: (place) => `loadPart(${place} + o, left)`,
  store: (place, value) => `storePart(${place} + o, ${value}, left);`,
  add: ([x = '', by], to) => (by === undefined ? `f32x4.add(${to}, ${x})` : `madd(${x}, ${by}, ${to})`),
  row: (name) => `const ${rowOf(name)} = ${placeOf(name)} + floats(row * N);`,
  element: (name) => `f32.load(${placeOf(name)} + floats(row))`,
  put: (name, value) => `f32.store(${placeOf(name)} + floats(row), ${value});`,
  kernel: ({ name, inputs, made, attributes, totals, body }) => {
    const count = inputs.length + made.length;
    const summed = totals.length > 0;
    const first = count + (summed ? 4 : 1);
    const heads = [
      ...[...inputs, ...made].map((one, i) => `const ${placeOf(one)} = placeArg(entry, ${i});`),
      `const N = intArg(entry, ${summed ? count + 2 : count});`,
      `const ${valueOf(width.name)} = <f32>N;`,
      ...attributes.map((one, i) => `const ${valueOf(one)} = realArg(entry, ${first + i});`),
    ];
    const work = summed
      ? [
          `const chunk = intArg(entry, ${count + 3});`,
          'for (let p = lo; p < hi; p++) {',
          ...totals.map(
            (one, i) =>
              `  const ${totalOf(one)} = placeArg(entry, ${count}) + floats((p * ${totals.length} + ${i}) * N);`,
          ),
          `  memory.fill(${totalOf(totals[0] ?? '')}, 0, floats(N * ${totals.length}));`,
          `  const end = min(intArg(entry, ${count + 1}), (p + 1) * chunk);`,
          '  for (let row = p * chunk; row < end; row++) {',
          ...body.map((line) => `    ${line}`),
          '  }',
          '}',
        ]
      : ['for (let row = lo; row < hi; row++) {', ...body.map((line) => `  ${line}`), '}'];
    return `
/** (${entryOf(inputs, made, attributes, summed)}). Unit = ${summed ? 'chunk of rows' : 'row'}. */
export function ${name}(entry: usize, lo: i32, hi: i32): void {
${indented([...heads, ...work], '  ')}
}
`;
  },
};
