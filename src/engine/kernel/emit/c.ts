// A kernel in C for the native module: vectors and functions of device/cpu/native (simd.h, math.h, channels.h), so it gives the same bits
// as hand-written kernels. Neighbouring channels are processed together, with their state in a row of its own.
import { inputOperands, outputOperands, resultsOf, type KernelOperand, type ScanKernel } from '../scan.ts';
import {
  codeOf,
  literal,
  placeOf,
  plus,
  statementsOf,
  times,
  valueOf,
  type Language,
  type Names,
} from './statements.ts';

const infix = (sign: string) => (x: string, y: string) => `${x} ${sign} ${y}`;
const call = (name: string) => (x: string) => `${name}(${x})`;

export const cLanguage: Language = {
  constant: (value) => `splat(${literal(value)}f)`,
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
    sin: call('vsin'),
    cos: call('vcos'),
    reciprocal: (x) => `1.0f / ${x}`,
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
    fma: (a, b, c) => `madd(${a}, ${b}, ${c})`,
    select: (condition, yes, no) => `pick(${condition}, ${yes}, ${no})`,
  },
  declare: (name, value, condition) => `const ${condition ? 'vi' : 'vf'} ${name} = ${value};`,
};

const rowOf = (name: string): string => `r_${name}`;
const memoryOf = (name: string): string => `m_${name}`;

/** `KERNEL(name) { … }` for entries (inputs, outputs, T, H). */
export function kernelInC(kernel: ScanKernel): string {
  const places = [...inputOperands(kernel), ...outputOperands(kernel)];
  const { name, reverse, carried } = kernel;
  const count = places.length;
  const code = `
/** Made from the description of ${name}: (${places.map((one) => one.name).join(', ')}, T, H). Unit = one sample and 16 channels. */
KERNEL(${name}) {
${places.map((one, i) => `  ${pointer(kernel, one)} = placeArg(arena, entry, ${i});`).join('\n')}
  const int32_t T = intArg(entry, ${count}), H = intArg(entry, ${count + 1});
${memories(kernel)
  .map((one) => `  float ${memoryOf(one)}[CHANNELS_WIDE];`)
  .join('\n')}
  Channels run;
  (void)thread;
  for (int32_t unit = lo; nextChannels(&unit, hi, H, &run);) {
    const int32_t n = run.to - run.from;
    const size_t sample = (size_t)run.sample;
${memories(kernel)
  .map((one) => `    memset(${memoryOf(one)}, 0, roundUp((size_t)n, LANES) * 4);`)
  .join('\n')}
${starts(kernel)}
    for (int32_t t = ${reverse ? 'T - 1; t >= 0; t--' : '0; t < T; t++'}) {
      const size_t row = sample * T + t;
${rows(kernel)}
      for (int32_t j = 0; j < n; j += LANES) {
        const int32_t left = n - j;
${step(kernel)}
      }
${(rowsOfState(kernel) ?? []).map((row, i) => `      ${memoryOf(carried.names[i] ?? '')} = ${row};`).join('\n')}
    }
${ends(kernel)}
  }
}
`;
  // Parts that a kernel lacks leave empty lines.
  return `\n${code.replaceAll(/\n\s*(?=\n)/g, '')}`;
}

const pointer = (kernel: ScanKernel, { name }: KernelOperand): string => {
  const written = outputOperands(kernel).some((one) => one.name === name);
  return `${written ? '' : 'const '}float *${placeOf(name)}`;
};

/** Rows where the states of a step are stored anyway, from which the next step reads them. Null if not all are stored. */
function rowsOfState({ carried, outputs }: ScanKernel): readonly string[] | null {
  const rows = carried.next.map((one) => {
    const output = outputs.find(({ parts }) => parts.includes(one));
    return output && plus(rowOf(output.name), output.parts.indexOf(one), 'H');
  });
  return rows.every((row) => row !== undefined) ? rows : null;
}

/** The carried state, in rows of its own in the first-level cache. */
const memories = (kernel: ScanKernel): readonly string[] => [
  ...(rowsOfState(kernel) === null ? kernel.carried.names : []),
  ...kernel.totals.map(({ name }) => name),
];

/** Address of part `i` of a [B, parts H] tensor, from the first channel of the run. */
const ofSample = (name: string, parts: number, i: number): string =>
  `${plus(`${placeOf(name)} + ${times(parts, 'sample')} * H`, i, 'H')} + run.from`;

function starts(kernel: ScanKernel): string {
  const { names, start } = kernel.carried;
  if (rowsOfState(kernel) !== null) {
    const first = (i: number): string =>
      start === null ? 'noState' : `${placeOf(start)} ? ${ofSample(start, names.length, i)} : noState`;
    return names.map((name, i) => `    const float *${memoryOf(name)} = ${first(i)};`).join('\n');
  }
  if (start === null) return '';
  const copies = names.map(
    (name, i) => `memcpy(${memoryOf(name)}, ${ofSample(start, names.length, i)}, (size_t)n * 4);`,
  );
  return `    if (${placeOf(start)}) {\n${copies.map((line) => `      ${line}`).join('\n')}\n    }`;
}

function ends({ carried: { names, final }, totals }: ScanKernel): string {
  const copy = (to: string, from: string): string => `memcpy(${to}, ${memoryOf(from)}, (size_t)n * 4);`;
  const lines = totals.map(({ name }) => `    ${copy(ofSample(name, 1, 0), name)}`);
  if (final === null) return lines.join('\n');
  const copies = names.map((name, i) => `      ${copy(ofSample(final, names.length, i), name)}`);
  return [...lines, `    if (${placeOf(final)}) {`, ...copies, '    }'].join('\n');
}

/** Pointers to the rows of this step; an omitted operand reads zeros. */
function rows({ sequences, earlier, outputs }: ScanKernel): string {
  const at = (name: string, parts: number): string => `${placeOf(name)} + ${times(parts, 'row')} * H + run.from`;
  const lines = sequences.flatMap(({ name, parts, optional }) =>
    optional === true
      ? parts.map(
          (part, i) =>
            `const float *${rowOf(part)} = ${placeOf(name)} ? ${plus(at(name, parts.length), i, 'H')} : noState;`,
        )
      : [`const float *${rowOf(name)} = ${at(name, parts.length)};`],
  );
  for (const { name, parts } of outputs) lines.push(`float *${rowOf(name)} = ${at(name, parts.length)};`);
  const k = earlier?.parts.length ?? 0;
  earlier?.parts.forEach((part, i) => {
    const first = `${placeOf(earlier.start)} ? ${ofSample(earlier.start, k, i)} : noState`;
    const line = `const float *${rowOf(part)} = t > 0 ? ${plus(`${placeOf(earlier.name)} + ${times(k, '(row - 1)')} * H`, i, 'H')} + run.from : ${first};`;
    lines.push(line);
  });
  return lines.map((line) => `      ${line}`).join('\n');
}

function step(kernel: ScanKernel): string {
  const { sequences, earlier, channels, carried, outputs, totals } = kernel;
  const part = (row: string, i: number): string => `${plus(rowOf(row), i, 'H')} + j`;
  const loads = sequences.flatMap(({ name, parts, optional }) =>
    parts.map((one, i) => [one, `loadPart(${optional === true ? part(one, 0) : part(name, i)}, left)`]),
  );
  for (const one of earlier?.parts ?? []) loads.push([one, `loadPart(${part(one, 0)}, left)`]);
  for (const one of channels) loads.push([one, `loadPart(${placeOf(one)} + run.from + j, left)`]);
  const inRows = rowsOfState(kernel) !== null;
  for (const one of carried.names) {
    loads.push([one, inRows ? `loadPart(${memoryOf(one)} + j, left)` : `load(${memoryOf(one)} + j)`]);
  }
  const names: Names = new Map();
  const lines = statementsOf(resultsOf(kernel), cLanguage, names);
  const kept = inRows ? [] : carried.names;
  const stores = kept.map((name, i) => `store(${memoryOf(name)} + j, ${codeOf(names, carried.next[i])});`);
  for (const { name, parts } of outputs) {
    parts.forEach((one, i) => stores.push(`storePart(${part(name, i)}, ${codeOf(names, one)}, left);`));
  }
  for (const { name, of } of totals) {
    stores.push(`store(${memoryOf(name)} + j, load(${memoryOf(name)} + j) + ${codeOf(names, of)});`);
  }
  const all = [...loads.map(([name, code]) => `const vf ${valueOf(name ?? '')} = ${code};`), ...lines, ...stores];
  return all.map((line) => `        ${line}`).join('\n');
}
