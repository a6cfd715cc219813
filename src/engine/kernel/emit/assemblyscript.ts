// A kernel in AssemblyScript for the embedded module: vectors and functions of device/cpu/wasm, so it gives the same bits as hand-written
// kernels. Four channels at a time run through the whole sequence, with their state in registers.
import { linearStep } from '../linear.ts';
import { inputOperands, outputOperands, resultsOf, type ScanKernel } from '../scan.ts';
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

const call =
  (name: string) =>
  (...args: string[]) =>
    `${name}(${args.join(', ')})`;

const splat = (value: number): string => `f32x4.splat(${literal(value)})`;

export const assemblyScriptLanguage: Language = {
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
    sin: call('sin4'),
    cos: call('cos4'),
    reciprocal: (x) => `f32x4.div(${splat(1)}, ${x})`,
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
    fma: call('madd'),
    select: (condition, yes, no) => `v128.bitselect(${yes}, ${no}, ${condition})`,
  },
  declare: (name, value) => `const ${name} = ${value};`,
  // A decaying state is set to zero before it becomes denormal (simd.as.ts).
  carry: call('settle'),
};

const rowOf = (name: string): string => `r_${name}`;

/** Both functions of a kernel for entries (inputs, outputs, T, H). */
export function kernelInAssemblyScript(kernel: ScanKernel): string {
  const { name } = kernel;
  const places = [...inputOperands(kernel), ...outputOperands(kernel)].map((one) => one.name);
  const count = places.length;
  return `
/** (${places.join(', ')}, T, H). Unit = one sample and 16 channels. */
export function ${name}(entry: usize, lo: i32, hi: i32): void {
  const H = intArg(entry, ${count + 1}), blocks = blocksOf(H);
  for (let unit = lo; unit < hi; unit++) {
    const sample = unit / blocks, from = (unit % blocks) * CHANNEL_BLOCK, end = min(H, from + CHANNEL_BLOCK);
    for (let c = from; c < end; c += 4) {
      if (end - c >= 4) ${name}Lanes(entry, sample, c, H, 4);
      else ${name}Lanes(entry, sample, c, H, end - c);
    }
  }
}

// @ts-ignore: decorator
@inline function ${name}Lanes(entry: usize, sample: i32, channel: i32, H: i32, lanes: i32): void {
  const T = intArg(entry, ${count}), row = floats(H), first = ${kernel.reverse ? 'sample * T + T - 1' : 'sample * T'};
${places.map((one, i) => `  const ${placeOf(one)} = placeArg(entry, ${i});`).join('\n')}
${body(kernel)}
}
`;
}

/** Bytes to part `i` of a sample in a [B, parts H] tensor. */
const ofSample = (parts: number, i: number): string =>
  `floats(${plus(`${times(parts, 'sample')} * H`, i, 'H')} + channel)`;

function body(kernel: ScanKernel): string {
  const lines = [...starts(kernel)];
  const [from, on] = kernel.reverse ? ['T - 1; t >= 0; t--', '-='] : ['0; t < T; t++', '+='];
  lines.push(`for (let t = ${from}) {`, ...step(kernel).map((line) => `  ${line}`));
  for (const [name, parts] of streams(kernel)) lines.push(`  ${rowOf(name)} ${on} ${times(parts, 'row')};`);
  lines.push('}', ...ends(kernel));
  return lines.map((line) => `  ${line}`).join('\n');
}

/** Every tensor that is gone through step by step, and its parts. */
function streams({ sequences, earlier, outputs }: ScanKernel): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const { name, parts } of [...sequences, ...outputs]) found.set(name, parts.length);
  if (earlier) found.set(earlier.name, earlier.parts.length);
  return found;
}

function starts(kernel: ScanKernel): readonly string[] {
  const { carried, channels, totals } = kernel;
  const zero = splat(0);
  const k = carried.names.length;
  const rows = [...streams(kernel)].map(
    ([name, parts]) => `let ${rowOf(name)} = ${placeOf(name)} + floats(${times(parts, 'first')} * H + channel);`,
  );
  const carriedStarts = carried.names.map((name, i) => {
    const start = carried.start;
    if (start === null) return `let ${valueOf(name)} = ${zero};`;
    return `let ${valueOf(name)} = ${placeOf(start)} == 0 ? ${zero} : loadPart(${placeOf(start)} + ${ofSample(k, i)}, lanes);`;
  });
  return [
    ...rows,
    ...channels.map((name) => `const ${valueOf(name)} = loadPart(${placeOf(name)} + floats(channel), lanes);`),
    ...carriedStarts,
    ...totals.map(({ name }) => `let total_${name} = ${zero};`),
  ];
}

/** Whether the carried state may decay; a plain sum does not. */
function fades(kernel: ScanKernel): boolean {
  const factors = linearStep(kernel)?.decay ?? [];
  return factors.length !== 1 || factors.flat().some((x) => x.op !== 'constant' || x.value !== 1);
}

function step(kernel: ScanKernel): readonly string[] {
  const { sequences, carried, outputs, totals } = kernel;
  const at = (name: string, i: number): string => plus(rowOf(name), i, 'row');
  const loads = sequences.flatMap(({ name, parts, optional }) =>
    parts.map((part, i) => {
      const load = `loadPart(${at(name, i)}, lanes)`;
      return `const ${valueOf(part)} = ${optional === true ? `${placeOf(name)} == 0 ? ${splat(0)} : ${load}` : load};`;
    }),
  );
  const names: Names = new Map();
  const lines = statementsOf(resultsOf(kernel), assemblyScriptLanguage, names, fades(kernel) ? carried.next : []);
  const stores = outputs.flatMap(({ name, parts }) =>
    parts.map((one, i) => `storePart(${at(name, i)}, ${codeOf(names, one)}, lanes);`),
  );
  const sums = totals.map(({ name, of }) => `total_${name} = f32x4.add(total_${name}, ${codeOf(names, of)});`);
  const moves = carried.next.map((one, i) => `${valueOf(carried.names[i] ?? '')} = ${codeOf(names, one)};`);
  return [...loads, ...earlierLoads(kernel), ...lines, ...stores, ...sums, ...moves];
}

function earlierLoads({ earlier }: ScanKernel): readonly string[] {
  if (!earlier) return [];
  const { name, parts, start } = earlier;
  const k = parts.length;
  const declared = parts.map((part) => `let ${valueOf(part)} = ${splat(0)};`);
  const inside = parts.map((part, i) => `${valueOf(part)} = loadPart(${rowOf(name)} - ${times(k - i, 'row')}, lanes);`);
  const first = parts.map((part, i) => `${valueOf(part)} = loadPart(${placeOf(start)} + ${ofSample(k, i)}, lanes);`);
  return [...declared, `if (t > 0) { ${inside.join(' ')} }`, `else if (${placeOf(start)} != 0) { ${first.join(' ')} }`];
}

function ends({ carried: { names, final }, totals }: ScanKernel): readonly string[] {
  const lines = totals.map(({ name }) => `storePart(${placeOf(name)} + ${ofSample(1, 0)}, total_${name}, lanes);`);
  if (final === null) return lines;
  const stores = names.map(
    (name, i) => `storePart(${placeOf(final)} + ${ofSample(names.length, i)}, ${valueOf(name)}, lanes);`,
  );
  return [...lines, `if (${placeOf(final)} != 0) { ${stores.join(' ')} }`];
}
