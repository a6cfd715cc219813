// The language of kernels in AssemblyScript, for the embedded module: vectors and functions of device/cpu/wasm, so its bits are those of kernels
// written by hand with them.
import { literal, placeOf, plus, type Language } from './statements.ts';
import { doubleOf, scalarOf, type TextLanguage } from './text-languages.ts';

const call =
  (name: string) =>
  (...args: string[]) =>
    `${name}(${args.join(', ')})`;

const splat = (value: number): string => `f32x4.splat(${literal(value)})`;

const assemblyScriptLanguage: Language = {
  constant: splat,
  operation: {
    neg: call('f32x4.neg'),
    abs: call('f32x4.abs'),
    exp: call('exp4'),
    expHeld: call('expHeld'),
    expm1: call('expm14'),
    log: call('log4'),
    log1p: call('log1p4'),
    sigmoid: call('sigmoid4'),
    tanh: call('tanh4'),
    softplus: call('softplus4'),
    erf: call('erf4'),
    normalCdf: call('normalCdf4'),
    normalDensity: call('normalDensity4'),
    sin: call('sin4'),
    cos: call('cos4'),
    reciprocal: (x) => `f32x4.div(${splat(1)}, ${x})`,
    round: call('f32x4.nearest'),
    sqrt: call('f32x4.sqrt'),
    add: call('f32x4.add'),
    sub: call('f32x4.sub'),
    mul: call('f32x4.mul'),
    div: call('f32x4.div'),
    min: call('f32x4.min'),
    max: call('f32x4.max'),
    atLeast: call('f32x4.pmax'),
    atMost: call('f32x4.pmin'),
    maxOrNan: call('f32x4.max'),
    less: call('f32x4.lt'),
    lessEqual: call('f32x4.le'),
    equal: call('f32x4.eq'),
    reaches: call('i32x4.ge_u'),
    fma: call('madd'),
    // A choice between a value and 0 is one operation, any other three.
    select: (condition, yes, no) => {
      if (no === splat(0)) return `v128.and(${yes}, ${condition})`;
      return yes === splat(0) ? `v128.andnot(${no}, ${condition})` : `v128.bitselect(${yes}, ${no}, ${condition})`;
    },
  },
  declare: (name, value) => `const ${name} = ${value};`,
  // A decaying state is set to zero before it becomes denormal (simd.as.ts).
  carry: call('settle'),
};

export const inAssemblyScript: TextLanguage = {
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
  double: {
    constant: (value) => `<f64>${value}`,
    operation: doubleOf(assemblyScriptLanguage, (x) => `sqrt<f64>(${x})`),
    declare: (name, value, condition) => `const ${name}: ${condition ? 'bool' : 'f64'} = ${value};`,
  },
  int: 'const',
  counter: 'let',
  number: (name, value) => `const ${name}: f32 = ${value};`,
  splat: (name, value) => `const ${name} = f32x4.splat(${value});`,
  start: (name, value) => `let ${name} = f32x4.splat(${value});`,
  startDouble: (name) => `let ${name}: f64 = 0;`,
  asNumber: (int) => `<f32>${int}`,
  asDouble: (number) => `<f64>${number}`,
  rounded: (double) => `<f32>${double}`,
  place: (name, _isMade, index) => `const ${placeOf(name)} = placeArg(entry, ${index});`,
  intArg: (index) => `intArg(entry, ${index})`,
  realArg: (index) => `realArg(entry, ${index})`,
  smaller: (a, b) => `min(${a}, ${b})`,
  fold: (sum, reduce, term) =>
    `${sum} = inside(left, ${reduce === 'max' ? `f32x4.max(${sum}, ${term[0]})` : inAssemblyScript.add(term, sum)}, ${sum});`,
  reduced: (sum, reduce) => `${reduce === 'sum' ? 'laneSum' : 'laneMax'}(${sum})`,
  // Whole vectors apart: what is left of a row is a constant there, so nothing asks for it.
  loop: (body, needsColumn) => {
    const all = [...(needsColumn ? ['const v_column = columns(o);'] : []), ...body].map((line) => `  ${line}`);
    return [
      'for (let j = 0; j <= N - 4; j += 4) {',
      ...['  const left = 4, o = floats(j);', ...all],
      '}',
      'if ((N & 3) != 0) {',
      ...['  const left = N & 3, o = floats(N & ~3);', ...all],
      '}',
    ];
  },
  atColumn: null,
  elements: (body, [from, to], isShifted) => [
    `let j = ${from};`,
    ...(isShifted ? ['const shift = floats(column) - floats(from);'] : []),
    `for (; j <= ${to} - 4; j += 4) {`,
    ...['const o = floats(j), left = 4;', ...body].map((line) => `  ${line}`),
    '}',
    `if (j < ${to}) {`,
    ...[`const o = floats(j), left = ${to} - j;`, ...body].map((line) => `  ${line}`),
    '}',
  ],
  loadShifted: (place) => `loadPart(${place} + shift + o, left)`,
  isFinite: (number) => `abs<f32>(${number}) < Infinity`,
  load: (place, vector) => {
    if (typeof vector === 'number') return `v128.load(${place}, ${16 * vector})`;
    return `loadPart(${place}${vector === null ? '' : ' + o'}, left)`;
  },
  store: (place, value, vector) => {
    if (typeof vector === 'number') return `v128.store(${place}, ${value}, ${16 * vector});`;
    return `storePart(${place}${vector === null ? '' : ' + o'}, ${value}, left);`;
  },
  add: ([x = '', by], to) => (by === undefined ? `f32x4.add(${to}, ${x})` : `madd(${x}, ${by}, ${to})`),
  pointer: (name, from, offset) => `const ${name} = ${from} + floats(${offset});`,
  clear: (name, count) => `memory.fill(${name}, 0, floats(${count}));`,
  element: (name, index) => `f32.load(${placeOf(name)} + floats(${index}))`,
  index: (name, index) => `<f32>i32.load(${placeOf(name)} + floats(${index}))`,
  double64: (name, index) => `f64.load(${placeOf(name)} + (<usize>(${index}) << 3))`,
  picked: (row, at) => `f32.load(${row} + floats(min(max(<i32>${at}, 0), N - 1)))`,
  put: (name, index, value) => `f32.store(${placeOf(name)} + floats(${index}), ${value});`,
  putInRow: (row, index, value) => `f32.store(${row} + floats(<i32>${index}), ${value});`,
  putDouble: (name, index, value) => `f64.store(${placeOf(name)} + (<usize>(${index}) << 3), ${value});`,
  block: '256',
  channels: (body) => [
    'const row = floats(H), blocks = blocksOf(H);',
    'for (let unit = lo; unit < hi; ) {',
    '  const block = unit % blocks, last = min(blocks, min(block + CHANNELS_WIDE / CHANNEL_BLOCK, block + hi - unit));',
    '  const sample = unit / blocks, first = block * CHANNEL_BLOCK, N = min(H, last * CHANNEL_BLOCK) - first;',
    ...body.map((line) => `  ${line}`),
    '  unit += last - block;',
    '}',
  ],
  memories: (names, needsZeros) => [
    ...names.map((name, i) => `const ${name} = scratch(thread) + ${i} * floats(CHANNELS_WIDE);`),
    ...(needsZeros
      ? [
          `const noState = scratch(thread) + ${names.length} * floats(CHANNELS_WIDE);`,
          'memory.fill(noState, 0, floats(min(H, CHANNELS_WIDE)));',
        ]
      : []),
  ],
  fillMemory: (name, value) =>
    value === 0
      ? [`memory.fill(${name}, 0, floats(N));`]
      : [`for (let j = 0; j < N; j++) f32.store(${name} + floats(j), ${value});`],
  past: null,
  storePast: (place, value) => `storePart(${place} + o, ${value}, left);`,
  together: (most, body) => {
    const within = (lines: readonly string[]): readonly string[] => lines.map((line) => `  ${line}`);
    const alone = body([null]);
    return [
      'let j = 0;',
      `for (; j <= N - ${4 * most}; j += ${4 * most}) {`,
      ...within(body(Array.from({ length: most }, (_, i) => i))),
      '}',
      'for (; j <= N - 4; j += 4) {',
      ...within(['const left = 4;', ...alone]),
      '}',
      'if (j < N) {',
      ...within(['const left = N - j;', ...alone]),
      '}',
    ];
  },
  register: (name, value) => `let ${name} = f32x4.splat(${value});`,
  prefersRegisters: true,
  step: (row) => `let step = floats((${row}) * H);`,
  next: 'row',
  loadMemory: (name) => `loadPart(${name} + o, left)`,
  storeMemory: (name, value) => `storePart(${name} + o, ${value}, left);`,
  copy: (to, from, count) => `memory.copy(${to}, ${from}, floats(${count}));`,
  rowsOn: (place, count) => plus(place, count, 'row'),
  address: (place, offset) => `${place} + floats(${offset})`,
  declareAddress: (name, value) => `const ${name} = ${value};`,
  variableAddress: (name, value) => `let ${name}: usize = ${value};`,
  isThere: (place) => `${place} != 0`,
  none: '0',
  bits: (name, int) => `const ${name} = i32x4.splat(${int});`,
  drawing: (counter, first, perSample) => [
    'const words = scratch(thread);',
    `const number = <i64>${first} + i64.load32_u(${counter}, 16) * <i64>${perSample};`,
  ],
  drawn: (name, counter, stream) =>
    `const ${name} = drawWords(words, ${counter}, ${stream}, number + <i64>from, to - from);`,
  unused: () => [],
  kernel: (name, text, body) => `
/** ${text} */
export function ${name}(entry: usize, lo: i32, hi: i32, thread: i32): void {
${body}
}
`,
};
