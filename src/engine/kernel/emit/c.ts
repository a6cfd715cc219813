// The language of kernels in C, for the native module: vectors and functions of device/cpu/native (simd.h, math.h), so its bits are those of
// kernels written by hand with them.
import { literal, placeOf, plus, type Language } from './statements.ts';
import { declared, doubleOf, scalarOf, type TextLanguage } from './text-languages.ts';

const infix = (sign: string) => (x: string, y: string) => `${x} ${sign} ${y}`;
const call = (name: string) => (x: string) => `${name}(${x})`;

const cLanguage: Language = {
  constant: (value) => `splat(${value === -Infinity ? '-INFINITY' : `${literal(value)}f`})`,
  operation: {
    neg: (x) => `-${x}`,
    abs: call('absolute'),
    exp: call('vexp'),
    expHeld: call('vexpHeld'),
    expm1: call('vexpm1'),
    log: call('vlog'),
    log1p: call('vlog1p'),
    sigmoid: call('vsigmoid'),
    tanh: call('vtanh'),
    softplus: call('vsoftplus'),
    erf: call('verf'),
    normalCdf: call('vnormalCdf'),
    normalDensity: call('vnormalDensity'),
    sin: call('vsin'),
    cos: call('vcos'),
    reciprocal: (x) => `1.0f / ${x}`,
    round: call('vround'),
    sqrt: call('squareRoot'),
    add: infix('+'),
    sub: infix('-'),
    mul: infix('*'),
    div: infix('/'),
    min: (x, y) => `smaller(${x}, ${y})`,
    max: (x, y) => `larger(${x}, ${y})`,
    atLeast: (x, y) => `larger(${x}, ${y})`,
    atMost: (x, y) => `smaller(${x}, ${y})`,
    maxOrNan: (x, y) => `largerOrNan(${x}, ${y})`,
    less: infix('<'),
    lessEqual: infix('<='),
    equal: infix('=='),
    reaches: (x, y) => `(vi)((vu)${x} >= (vu)${y})`,
    fma: (a, b, c) => `madd(${a}, ${b}, ${c})`,
    select: (condition, yes, no) => `pick(${condition}, ${yes}, ${no})`,
  },
  declare: (name, value, condition) => `const ${condition ? 'vi' : 'vf'} ${name} = ${value};`,
};

export const inC: TextLanguage = {
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
    declare: declared('float', 'bool'),
  },
  double: {
    constant: (value) => (Number.isNaN(value) ? 'NAN' : Number.isFinite(value) ? `(double)${value}` : 'INFINITY'),
    operation: doubleOf(cLanguage, (x) => `sqrt(${x})`),
    declare: declared('double', 'bool'),
  },
  int: 'const int32_t',
  counter: 'int32_t',
  number: (name, value) => `const float ${name} = ${value};`,
  splat: (name, value) => `const vf ${name} = splat(${value});`,
  start: (name, value) => `vf ${name} = splat(${value === 0 ? '0' : '-INFINITY'});`,
  startDouble: (name) => `double ${name} = 0;`,
  asNumber: (int) => `(float)${int}`,
  asDouble: (number) => `(double)${number}`,
  rounded: (double) => `(float)${double}`,
  place: (name, isMade, index) =>
    `${isMade ? '' : 'const '}float *${placeOf(name)} = placeArg(arena, entry, ${index});`,
  intArg: (index) => `intArg(entry, ${index})`,
  realArg: (index) => `realArg(entry, ${index})`,
  smaller: (a, b) => `minInt(${a}, ${b})`,
  fold: (sum, reduce, term) =>
    `${sum} = inside(left, ${reduce === 'max' ? `largerOrNan(${sum}, ${term[0]})` : inC.add(term, sum)}, ${sum});`,
  reduced: (sum, reduce) => `${reduce === 'sum' ? 'laneSum' : 'laneMax'}(${sum})`,
  // Whole vectors apart, where nothing asks how much is left; but functions are long, and their constants are better kept for all of a row.
  loop: (body, needsColumn, isDear = false) => {
    const all = [...(needsColumn ? ['const vf v_column = toFloats(laneNumbers() + j);'] : []), ...body];
    if (isDear) {
      const inside = ['const int32_t left = N - j;', ...all].map((line) => `  ${line}`);
      return ['for (int32_t j = 0; j < N; j += LANES) {', ...inside, '}'];
    }
    return [
      'for (int32_t j = 0; j <= N - LANES; j += LANES) {',
      ...['enum { left = LANES };', ...all].map((line) => `  ${line}`),
      '}',
      'if (N % LANES != 0) {',
      ...['const int32_t left = N % LANES, j = N - left;', ...all].map((line) => `  ${line}`),
      '}',
    ];
  },
  atColumn: (place) => `laneNumbers() == (int32_t)${place} - j`,
  elements: (body, [from, to], isShifted) => [
    isShifted
      ? `for (int32_t j = ${from}, k = column; j < ${to}; j += LANES, k += LANES) {`
      : `for (int32_t j = ${from}; j < ${to}; j += LANES) {`,
    `  const int32_t left = ${to} - j;`,
    ...body.map((line) => `  ${line}`),
    '}',
  ],
  loadShifted: (place) => `loadPart(${place} + k, left)`,
  isFinite: (number) => `fabsf(${number}) < INFINITY`,
  load: (place, vector) => `loadPart(${place}${vector === null ? '' : ' + j'}, left)`,
  store: (place, value, vector) => `storePart(${place}${vector === null ? '' : ' + j'}, ${value}, left);`,
  add: ([x = '', by], to) => (by === undefined ? `${to} + ${x}` : `madd(${x}, ${by}, ${to})`),
  pointer: (name, from, offset, isMade) => `${isMade ? '' : 'const '}float *${name} = ${from} + (size_t)${offset};`,
  clear: (name, count) => `memset(${name}, 0, (size_t)${count} * 4);`,
  element: (name, index) => `${placeOf(name)}[${index}]`,
  index: (name, index) => `(float)((const int32_t *)${placeOf(name)})[${index}]`,
  double64: (name, index) => `((const double *)${placeOf(name)})[${index}]`,
  picked: (row, at) => `${row}[within((int32_t)${at}, N)]`,
  put: (name, index, value) => `${placeOf(name)}[${index}] = ${value};`,
  putInRow: (row, index, value) => `${row}[(int32_t)${index}] = ${value};`,
  putDouble: (name, index, value) => `((double *)${placeOf(name)})[${index}] = ${value};`,
  block: 'CHUNK',
  channels: (body) => [
    'Channels run;',
    'for (int32_t unit = lo; nextChannels(&unit, hi, H, &run);) {',
    '  const int32_t N = run.to - run.from, first = run.from;',
    '  const size_t sample = (size_t)run.sample;',
    ...body.map((line) => `  ${line}`),
    '}',
  ],
  memories: (names) => names.map((name) => `_Alignas(LANES * 4) float ${name}[CHANNELS_WIDE];`),
  fillMemory: (name, value) =>
    value === 0
      ? [`memset(${name}, 0, roundUp((size_t)N, LANES) * 4);`]
      : [`for (int32_t j = 0; j < N; j += LANES) store(${name} + j, ${cLanguage.constant(value)});`],
  past: ([result = ''], body) => [
    'const bool large = (size_t)entry[1] * CHANNEL_BLOCK * (size_t)T * 4 > PAST_CACHES;',
    `if (large && H % CHANNEL_BLOCK == 0 && (uintptr_t)${result} % (LANES * 4) == 0) {`,
    ...[...body, 'fenceStores();', 'return;'].map((line) => `  ${line}`),
    '}',
  ],
  storePast: (place, value) => `storePast(${place} + j, ${value});`,
  together: (_most, body) => inC.loop(body([null]), false),
  register: (name, value) => `vf ${name} = ${cLanguage.constant(value)};`,
  prefersRegisters: false,
  step: (row) => `size_t step = (${row}) * H;`,
  next: 'H',
  loadMemory: (name) => `load(${name} + j)`,
  storeMemory: (name, value) => `store(${name} + j, ${value});`,
  copy: (to, from, count) => `memcpy(${to}, ${from}, (size_t)${count} * 4);`,
  rowsOn: (place, count) => plus(place, count, 'H'),
  address: (place, offset) => `${place} + ${offset}`,
  declareAddress: (name, value, isMade) => `${isMade ? '' : 'const '}float *${name} = ${value};`,
  variableAddress: (name, value) => `const float *${name} = ${value};`,
  isThere: (place) => place,
  none: 'NULL',
  bits: (name, int) => `const vf ${name} = (vf)splatInt(${int});`,
  drawing: (counter, first, perSample) => [
    '_Alignas(LANES * 4) float words[WORDS_DRAWN + 32];',
    `const uint64_t number = (uint64_t)${first} + (uint64_t)((const uint32_t *)${counter})[4] * (uint64_t)${perSample};`,
  ],
  drawn: (name, counter, stream) =>
    `const float *${name} = drawWords(words, ${counter}, ${stream}, number + (uint64_t)from, to - from);`,
  unused: (names) => [`${['thread', ...names].map((name) => `(void)${name}`).join(', ')};`],
  kernel: (name, text, body) => `
/** Made from the description of ${text} */
KERNEL(${name}) {
${body}
}
`,
};
