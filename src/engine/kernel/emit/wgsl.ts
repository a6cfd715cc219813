// A kernel in WGSL, for the given shapes. A step that is linear in one carried number is cut into chunks of time if that fills the device
// (ops/scan-webgpu.ts); any other step uses one invocation per channel. The device handles 16-bit storage by rewriting reads and writes.
import { bind, flat, operand, real, type GpuLowering, type GpuWriter } from '../../plan/gpu/lowering.ts';
import { MATH } from '../../plan/gpu/math.wgsl.ts';
import { chunksOf, extentsOf, scan, type ScanCode, type SequenceExtents } from '../../ops/scan-webgpu.ts';
import { isPresent, type ScanAttrs } from '../cell.ts';
import type { Expr } from '../expr.ts';
import { linearStep, type LinearStep } from '../linear.ts';
import { inputOperands, outputOperands, resultsOf, type ScanKernel } from '../scan.ts';
import { simplify } from '../simplify.ts';
import { codeOf, placeOf, statementsOf, valueOf, type Language, type Names } from './statements.ts';

const infix = (sign: string) => (x: string, y: string) => `${x} ${sign} ${y}`;
const call =
  (name: string) =>
  (...args: string[]) =>
    `${name}(${args.join(', ')})`;

export const wgslLanguage: Language = {
  constant: real,
  operation: {
    neg: (x) => `-${x}`,
    abs: call('abs'),
    exp: call('exp_of'),
    expHeld: call('exp_of'),
    expm1: call('expm1_of'),
    log: call('log_of'),
    log1p: call('log1p_of'),
    sigmoid: call('sigmoid_of'),
    tanh: call('tanh_of'),
    softplus: call('softplus_of'),
    erf: call('erf_of'),
    normalCdf: call('normal_cdf'),
    normalDensity: call('normal_density'),
    sin: call('sin_of'),
    cos: call('cos_of'),
    reciprocal: (x) => `1f / ${x}`,
    round: call('round'),
    sqrt: call('sqrt'),
    add: infix('+'),
    sub: infix('-'),
    mul: infix('*'),
    div: infix('/'),
    min: call('min'),
    max: call('max'),
    atLeast: call('at_least'),
    atMost: call('at_most'),
    maxOrNan: call('max_or_nan'),
    less: infix('<'),
    lessEqual: infix('<='),
    equal: infix('=='),
    reaches: infix('>='),
    fma: call('fma'),
    select: (condition, yes, no) => `select(${no}, ${yes}, ${condition})`,
  },
  declare: (name, value) => `let ${name} = ${value};`,
};

/** The same on vectors of four elements, where WGSL supports them. */
export const vectorLanguage: Language = {
  ...wgslLanguage,
  constant: (value) => `vec4<f32>(${real(value)})`,
};

/** A kernel for one node: its operands, the names they are bound to, and their sizes. */
interface Bound {
  readonly kernel: ScanKernel;
  readonly extents: SequenceExtents;
  readonly declarations: string;
  readonly buffers: ReturnType<typeof bind>['buffers'];
  /** Buffer of a tensor; null where the node has none. */
  readonly buffer: (name: string) => string | null;
}

function bound(gpu: GpuWriter, whole: ScanKernel, attrs: Partial<ScanAttrs>, results: ReadonlySet<string>): Bound {
  const present = isPresent(attrs);
  const kernel = only(whole, results);
  const named = [
    ...inputOperands(kernel)
      .filter(present)
      .map(({ name }, i) => [placeOf(name), operand(gpu.inputs, i)] as const),
    ...outputOperands(whole)
      .filter(present)
      .map(({ name }, i) => [name, operand(gpu.outputs, i)] as const)
      .filter(([name]) => results.has(name))
      .map(([name, place]) => [placeOf(name), place] as const),
  ];
  const [{ parts, name }] = [...kernel.sequences, ...kernel.outputs] as [{ parts: readonly unknown[]; name: string }];
  const { B, T, H } = extentsOf(new Map(named).get(placeOf(name)) ?? operand(gpu.inputs, 0));
  const { declarations, names, buffers } = bind(Object.fromEntries(named));
  const buffer = (one: string): string | null => names[placeOf(one)] ?? null;
  return { kernel, extents: { B, T, H: H / parts.length }, declarations, buffers, buffer };
}

/** Buffers that the smallest adapter binds at once. */
const mostBuffers = 8;

/** The same kernel without the results that are not named. */
const only = (kernel: ScanKernel, results: ReadonlySet<string>): ScanKernel => {
  const { outputs, totals, carried } = kernel;
  const final = carried.final !== null && results.has(carried.final) ? carried.final : null;
  return {
    ...kernel,
    outputs: outputs.filter(({ name }) => results.has(name)),
    totals: totals.filter(({ name }) => results.has(name)),
    carried: { ...carried, final },
  };
};

/**
 * The results of a node by dispatch: all in one, or where that binds too many buffers as many as there is room for. Sequences come last, since
 * one may take the place of an input.
 */
function passesOf(kernel: ScanKernel, attrs: Partial<ScanAttrs>): readonly ReadonlySet<string>[] {
  const present = isPresent(attrs);
  const names = outputOperands(kernel)
    .filter(present)
    .map(({ name }) => name);
  const room = mostBuffers - inputOperands(kernel).filter(present).length;
  if (names.length <= room) return [new Set(names)];
  const sequences = kernel.outputs.map(({ name }) => name);
  const others = names.slice(sequences.length);
  const count = Math.ceil(others.length / room);
  const passes = Array.from({ length: count }, (_, i) => new Set(others.slice(i * room, (i + 1) * room)));
  return [...passes, new Set(sequences)];
}

/** Lowers one node. */
export const scanWebgpu =
  <A extends object>(kernelOf: (attrs: A) => ScanKernel): GpuLowering<A> =>
  (gpu, attrs) => {
    const kernel = kernelOf(attrs);
    for (const results of passesOf(kernel, attrs)) {
      const node = bound(gpu, kernel, attrs, results);
      const step = chunksOf(node.extents, gpu.traits) > 1 ? linearStep(kernel) : null;
      if (step && kernel.carried.names.length <= 2) linear(gpu, node, step);
      else sequential(gpu, node);
    }
  };

/** Element of part `i` of a tensor with `parts`, at a row (of a step or of a sample). */
const at = (buffer: string, { H }: SequenceExtents, parts: number, i: number, row: string): string =>
  `${buffer}[${row} * ${parts * H}u${i === 0 ? '' : ` + ${i * H}u`} + c]`;

/** Statements that read the inputs of a step, except the carried state. */
function loads({ kernel, extents, buffer }: Bound): readonly string[] {
  const { sequences, earlier, channels } = kernel;
  const lines = sequences.flatMap(({ name, parts }) =>
    parts.map((part, i) => {
      const from = buffer(name);
      return `let ${valueOf(part)} = ${from === null ? '0f' : at(from, extents, parts.length, i, 'row')};`;
    }),
  );
  for (const one of channels) lines.push(`let ${valueOf(one)} = ${buffer(one) ?? ''}[c];`);
  if (!earlier) return lines;
  const k = earlier.parts.length;
  const start = buffer(earlier.start);
  earlier.parts.forEach((part, i) => {
    const name = valueOf(part);
    lines.push(`var ${name} = ${start === null ? real(earlier.from?.[i] ?? 0) : at(start, extents, k, i, 'n')};`);
    lines.push(`if (t > 0u) { ${name} = ${at(buffer(earlier.name) ?? '', extents, k, i, '(row - 1u)')}; }`);
  });
  return lines;
}

/** Statements that store the results of a step. */
const stores = ({ kernel, extents, buffer }: Bound, codes: (x: Expr) => string): readonly string[] =>
  kernel.outputs.flatMap(({ name, parts }) =>
    parts.map((one, i) => `${at(buffer(name) ?? '', extents, parts.length, i, 'row')} = ${codes(one)};`),
  );

const startOf = ({ kernel: { carried }, extents, buffer }: Bound, i: number): string => {
  const start = carried.start === null ? null : buffer(carried.start);
  return start === null ? real(carried.from?.[i] ?? 0) : at(start, extents, carried.names.length, i, 'n');
};

/** One number alone, or two as a vector and their factors as a matrix, which WGSL writes column by column. */
const vectorOf = (codes: readonly string[]): string =>
  codes.length === 1 ? (codes[0] ?? '') : `vec2<f32>(${codes.join(', ')})`;
const matrixOf = (rows: readonly (readonly string[])[]): string =>
  rows.length === 1
    ? (rows[0]?.[0] ?? '')
    : `mat2x2<f32>(${rows.map((_, i) => rows.map((row) => row[i]).join(', ')).join(', ')})`;
const component = (vector: string, count: number, i: number): string =>
  count === 1 ? vector : `${vector}.${i === 0 ? 'x' : 'y'}`;

/** A linear step as code: the loads, factors `a` and summands `b`, and the results by expression. */
function linearCode(node: Bound, { decay, added }: LinearStep): Pick<ScanCode, 'load' | 'save'> {
  const { kernel } = node;
  const { carried, outputs, totals } = kernel;
  const k = carried.names.length;
  const all = simplify([...decay.flat(), ...added, ...resultsOf(kernel)]);
  const [from, to] = [k * k + k, k * k + 2 * k];
  const [factors, sums, next, results] = [
    all.slice(0, k * k),
    all.slice(k * k, from),
    all.slice(from, to),
    all.slice(to),
  ];
  const names: Names = new Map();
  const first = statementsOf([...factors, ...sums], wgslLanguage, names);
  const code = (x: Expr | undefined): string => codeOf(names, x);
  const load = [
    ...loads(node),
    ...first,
    `let a = ${matrixOf(decay.map((row, i) => row.map((_, j) => code(factors[k * i + j]))))};`,
    `let b = ${vectorOf(sums.map(code))};`,
  ];
  next.forEach((x, i) => names.set(x, component('after', k, i)));
  const then = statementsOf(results, wgslLanguage, names);
  const made = outputs.flatMap(({ parts }) => parts);
  const unique = new Map(made.map((one, i) => [one, results[i] ?? one]));
  const save = [
    ...carried.names.map((name, i) => `let ${valueOf(name)} = ${component('before', k, i)};`),
    ...then,
    ...stores(node, (x) => code(unique.get(x))),
    ...totals.map(({ name }, i) => `total_${name} += ${code(results[made.length + i])};`),
  ];
  return { load: load.join('\n    '), save: save.join('\n    ') };
}

function linear(gpu: GpuWriter, node: Bound, step: LinearStep): void {
  const { kernel, extents, declarations, buffers, buffer } = node;
  const { carried, totals } = kernel;
  const k = carried.names.length;
  const final = carried.final === null ? null : buffer(carried.final);
  const ends = carried.names.map((_, i) =>
    final === null ? '' : `${at(final, extents, k, i, 'n')} = ${component('s', k, i)};`,
  );
  scan(gpu, {
    extents,
    reverse: kernel.reverse,
    semiring: k === 1 ? 'linear' : 'pair',
    declarations,
    buffers,
    ...linearCode(node, step),
    start: vectorOf(carried.names.map((_, i) => startOf(node, i))),
    finish: ends.join(' '),
    totals: totals.map(({ name }) => ({
      name: `total_${name}`,
      store: `${at(buffer(name) ?? '', extents, 1, 0, 'n')} = total_${name};`,
    })),
  });
}

function sequential(gpu: GpuWriter, node: Bound): void {
  const { kernel, extents, declarations, buffers, buffer } = node;
  const { B, T, H } = extents;
  const { carried, totals } = kernel;
  const names: Names = new Map();
  const lines = statementsOf(resultsOf(kernel), wgslLanguage, names);
  const { groups, head } = flat(B * H, gpu.traits, 64);
  const final = carried.final === null ? null : buffer(carried.final);
  const code = `${declarations}
${MATH}
${head}
  let n = index / ${H}u;
  let c = index % ${H}u;
${carried.names.map((one, i) => `  var s_${one} = ${startOf(node, i)};`).join('\n')}
${totals.map(({ name }) => `  var total_${name} = 0f;`).join('\n')}
  for (var i = 0u; i < ${T}u; i++) {
    let t = ${kernel.reverse ? `${T - 1}u - i` : 'i'};
    let row = n * ${T}u + t;
    ${[
      ...loads(node),
      ...carried.names.map((one) => `let ${valueOf(one)} = s_${one};`),
      ...lines,
      ...stores(node, (x) => codeOf(names, x)),
      ...totals.map(({ name, of }) => `total_${name} += ${codeOf(names, of)};`),
      ...carried.next.map((one, i) => `s_${carried.names[i] ?? ''} = ${codeOf(names, one)};`),
    ].join('\n    ')}
  }
${totals.map(({ name }) => `  ${at(buffer(name) ?? '', extents, 1, 0, 'n')} = total_${name};`).join('\n')}
${final === null ? '' : carried.names.map((one, i) => `  ${at(final, extents, carried.names.length, i, 'n')} = s_${one};`).join('\n')}
}`;
  gpu.dispatch({ label: '', code, buffers, groups });
}
