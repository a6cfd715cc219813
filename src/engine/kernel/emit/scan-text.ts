// Recurrences over time in C and AssemblyScript, by one writer and a table of how each says things. Channels side by side go through time
// together, so that a step reads one stream of memory; their states are in a row of their own, or in the row of a result that was stored last.
// The entry is (inputs, results, T, H); a unit is one sample and 16 channels.
import { linearStep } from '../linear.ts';
import { CHANNELS_WIDE } from '../../plan/opcodes.shared.ts';
import { inputOperands, isCheap, outputOperands, resultsOf, type ScanKernel } from '../scan.ts';
import type { Expr } from '../expr.ts';
import { codeOf, indented, placeOf, plus, statementsOf, times, valueOf, type Names } from './statements.ts';
import { inAssemblyScript } from './assemblyscript.ts';
import { inC } from './c.ts';
import type { TextLanguage, Vector } from './text-languages.ts';

const rowOf = (name: string): string => `r_${name}`;
const firstOf = (name: string): string => `f_${name}`;
const memoryOf = (name: string): string => `m_${name}`;
/** Of several vectors that are taken together each has a variable of its own. */
const registerOf = (name: string, vector: Vector): string =>
  typeof vector === 'number' ? `${memoryOf(name)}_${vector}` : memoryOf(name);
const deeper = (lines: readonly string[]): readonly string[] => lines.map((line) => `  ${line}`);

/** Where the states of a step are stored anyway: the rows that the next step reads them from. Null where they are not all stored. */
function rowsOfState({ carried, outputs }: ScanKernel, language: TextLanguage): readonly string[] | null {
  const rows = carried.next.map((one) => {
    const output = outputs.find(({ parts }) => parts.includes(one));
    return output && language.rowsOn(rowOf(output.name), output.parts.indexOf(one));
  });
  return rows.every((row) => row !== undefined) ? rows : null;
}

/** Whether what is carried may shrink step by step; a plain sum does not. */
function fades(kernel: ScanKernel): boolean {
  const factors = linearStep(kernel)?.decay ?? [];
  return factors.length !== 1 || factors.flat().some((x) => x.op !== 'constant' || x.value !== 1);
}

/** The statements of one kernel in one language. `past`: results go past the caches, and so states need rows of their own. */
class ScanWriter {
  readonly #kernel: ScanKernel;
  readonly #language: TextLanguage;
  readonly #past: boolean;
  readonly #rows: readonly string[] | null;
  /** Whether a vector of channels goes through all of time with its states in variables; else all channels take a step together. */
  readonly #inRegisters: boolean;

  constructor(kernel: ScanKernel, language: TextLanguage, way: 'usual' | 'past' | 'registers' = 'usual') {
    this.#kernel = kernel;
    this.#language = language;
    this.#past = way === 'past';
    const rows = this.#past || kernel.carried.from !== undefined ? null : rowsOfState(kernel, language);
    const prefers = language.prefersRegisters && (rows === null || !isCheap(kernel));
    this.#inRegisters = way === 'registers' || prefers;
    this.#rows = this.#inRegisters ? null : rows;
  }

  /** Names of what is kept from step to step in rows or variables of its own. */
  get #kept(): readonly string[] {
    const { carried, totals } = this.#kernel;
    return [...(this.#rows === null ? carried.names : []), ...totals.map(({ name }) => name)];
  }

  /** Those that are in memory. */
  get memories(): readonly string[] {
    return this.#inRegisters ? [] : this.#kept.map(memoryOf);
  }

  /** Whether a row may be missing, and is read as zeros. */
  get needsZeros(): boolean {
    const { sequences, earlier } = this.#kernel;
    return earlier !== null || this.#rows !== null || sequences.some((one) => one.optional === true);
  }

  /** Part `i` of a [B, parts H] tensor, from the first channel on. */
  #ofSample(name: string, parts: number, i: number): string {
    const { address } = this.#language;
    return address(placeOf(name), `${plus(`${times(parts, 'sample')} * H`, i, 'H')} + ${this.#here}`);
  }

  /** The channel that rows begin with. */
  get #here(): string {
    return this.#inRegisters ? 'first + j' : 'first';
  }

  #orZeros(place: string, there: string): string {
    return `${this.#language.isThere(place)} ? ${there} : noState`;
  }

  /** All steps of some channels, `most` vectors at once where states are in variables. */
  run(most = 2): readonly string[] {
    const { loop, together } = this.#language;
    if (!this.#inRegisters) return this.#through([undefined], (step) => loop(step, false));
    return together(most, (vectors) => this.#through(vectors, (step) => step));
  }

  #through(vectors: readonly Vector[], around: (step: readonly string[]) => readonly string[]): readonly string[] {
    const { counter, step, next } = this.#language;
    const { reverse } = this.#kernel;
    const each =
      vectors.length === 1
        ? this.#step(vectors[0])
        : vectors.flatMap((vector) => ['{', ...deeper(this.#step(vector)), '}']);
    return [
      ...this.#firsts(),
      ...this.#starts(vectors),
      step(reverse ? '(sample + 1) * T - 1' : 'sample * T'),
      `for (${counter} t = ${reverse ? 'T - 1; t >= 0; t--' : '0; t < T; t++'}) {`,
      ...deeper([...this.#pointers(), ...around(each), ...this.#moves(), `step ${reverse ? '-' : '+'}= ${next};`]),
      '}',
      ...this.#ends(vectors),
    ];
  }

  /** What makes the row that was stored last the row that the next step reads. */
  #moves(): readonly string[] {
    return this.#rows?.map((row, i) => `${memoryOf(this.#kernel.carried.names[i] ?? '')} = ${row};`) ?? [];
  }

  #load(name: string, vector: Vector): string {
    return this.#inRegisters ? registerOf(name, vector) : this.#language.loadMemory(memoryOf(name));
  }

  #store(name: string, value: string, vector: Vector): string {
    if (this.#inRegisters) return `${registerOf(name, vector)} = ${value};`;
    return this.#language.storeMemory(memoryOf(name), value);
  }

  /** A result of the whole sequence: from its row, or from its variables. */
  #give(to: string, name: string, vectors: readonly Vector[]): readonly string[] {
    const { copy, store } = this.#language;
    if (!this.#inRegisters) return [copy(to, memoryOf(name), 'N')];
    return vectors.map((vector) => store(to, registerOf(name, vector), vector));
  }

  #starts(vectors: readonly Vector[]): readonly string[] {
    const { names, start, from = [] } = this.#kernel.carried;
    const { variableAddress, copy, isThere, register, load, fillMemory } = this.#language;
    const k = names.length;
    if (this.#rows !== null) {
      const first = (i: number): string =>
        start === null ? 'noState' : this.#orZeros(placeOf(start), this.#ofSample(start, k, i));
      return names.map((name, i) => variableAddress(memoryOf(name), first(i)));
    }
    const cleared = this.#kept.flatMap((name) => {
      const { [names.indexOf(name)]: value = 0 } = from;
      if (!this.#inRegisters) return fillMemory(memoryOf(name), value);
      return vectors.map((vector) => register(registerOf(name, vector), value));
    });
    if (start === null) return cleared;
    const taken = names.flatMap((name, i) => {
      const place = this.#ofSample(start, k, i);
      if (!this.#inRegisters) return [copy(memoryOf(name), place, 'N')];
      return vectors.map((vector) => `${registerOf(name, vector)} = ${load(place, vector)};`);
    });
    return [...cleared, `if (${isThere(placeOf(start))}) {`, ...deeper(taken), '}'];
  }

  /** Addresses that are the same for all steps: where the sequences begin at these channels, and what is before the first step. */
  #firsts(): readonly string[] {
    const { sequences, earlier, outputs, channels } = this.#kernel;
    const { address, declareAddress, isThere, none } = this.#language;
    const made = new Set(outputs.map(({ name }) => name));
    const missing = new Set(sequences.flatMap(({ name, optional }) => (optional === true ? [name] : [])));
    const all = new Set([...sequences, ...(earlier ? [earlier] : []), ...outputs].map(({ name }) => name));
    const lines = [...all, ...channels].map((name) => {
      const first = address(placeOf(name), this.#here);
      const value = missing.has(name) ? `${isThere(placeOf(name))} ? ${first} : ${none}` : first;
      return declareAddress(firstOf(name), value, made.has(name));
    });
    const before = earlier?.parts.map((part, i) => {
      const start = this.#orZeros(placeOf(earlier.start), this.#ofSample(earlier.start, earlier.parts.length, i));
      return declareAddress(firstOf(part), start, false);
    });
    return [...lines, ...(before ?? [])];
  }

  /** Addresses of the rows of this step; what is left out reads zeros. */
  #pointers(): readonly string[] {
    const { sequences, earlier, outputs } = this.#kernel;
    const { declareAddress, rowsOn, next } = this.#language;
    const at = (name: string, parts: number, step: string): string => `${firstOf(name)} + ${times(parts, step)}`;
    const lines = sequences.flatMap(({ name, parts, optional }) => {
      const row = at(name, parts.length, 'step');
      if (optional !== true) return [declareAddress(rowOf(name), row, false)];
      return parts.map((part, i) => declareAddress(rowOf(part), this.#orZeros(firstOf(name), rowsOn(row, i)), false));
    });
    lines.push(...outputs.map(({ name, parts }) => declareAddress(rowOf(name), at(name, parts.length, 'step'), true)));
    const before = earlier?.parts.map((part, i) => {
      const row = rowsOn(at(earlier.name, earlier.parts.length, `(step - ${next})`), i);
      return declareAddress(rowOf(part), `t > 0 ? ${row} : ${firstOf(part)}`, false);
    });
    return [...lines, ...(before ?? [])];
  }

  /** A state before this step; before the first one it is the start, or `from` where there is none. */
  #earlier(part: string, from: number, which: Vector): string {
    const { load, isThere, vector } = this.#language;
    const row = load(rowOf(part), which);
    const start = placeOf(this.#kernel.earlier?.start ?? '');
    return from === 0 ? row : `(t > 0 || ${isThere(start)}) ? ${row} : ${vector.constant(from)}`;
  }

  /** One step of one vector of channels. */
  #step(which: Vector): readonly string[] {
    const { sequences, earlier, channels, carried, outputs, totals } = this.#kernel;
    const { load, store, storePast, vector, rowsOn, add } = this.#language;
    const loads = sequences.flatMap(({ name, parts, optional }) =>
      parts.map((one, i) => [one, load(optional === true ? rowOf(one) : rowsOn(rowOf(name), i), which)] as const),
    );
    for (const [i, one] of (earlier?.parts ?? []).entries())
      loads.push([one, this.#earlier(one, earlier?.from?.[i] ?? 0, which)]);
    for (const one of channels) loads.push([one, load(firstOf(one), which)]);
    for (const one of carried.names)
      loads.push([one, this.#rows === null ? this.#load(one, which) : load(memoryOf(one), which)]);
    const names: Names = new Map();
    const results = resultsOf(this.#kernel);
    const lines = statementsOf(results, vector, names, fades(this.#kernel) ? carried.next : []);
    const code = (x: Expr | undefined): string => codeOf(names, x);
    const kept = this.#rows === null ? carried.names : [];
    return [
      ...loads.map(([name, value]) => vector.declare(valueOf(name), value, false)),
      ...lines,
      ...outputs.flatMap(({ name, parts }) =>
        parts.map((one, i) => (this.#past ? storePast : store)(rowsOn(rowOf(name), i), code(one), which)),
      ),
      ...totals.map(({ name, of }) => this.#store(name, add([code(of)], this.#load(name, which)), which)),
      ...kept.map((name, i) => this.#store(name, code(carried.next[i]), which)),
    ];
  }

  #ends(vectors: readonly Vector[]): readonly string[] {
    const { names, final } = this.#kernel.carried;
    const lines = this.#kernel.totals.flatMap(({ name }) => this.#give(this.#ofSample(name, 1, 0), name, vectors));
    if (final === null) return lines;
    const given = names.flatMap((name, i) => this.#give(this.#ofSample(final, names.length, i), name, vectors));
    return [...lines, `if (${this.#language.isThere(placeOf(final))}) {`, ...deeper(given), '}'];
  }
}

function scanKernel(kernel: ScanKernel, language: TextLanguage): string {
  const { name } = kernel;
  const places = [...inputOperands(kernel), ...outputOperands(kernel)].map((one) => one.name);
  const made = new Set(outputOperands(kernel).map((one) => one.name));
  const { int, intArg, place, unused, memories, channels, past } = language;
  const writer = new ScanWriter(kernel, language);
  const isBound = rowsOfState(kernel, language) !== null && kernel.outputs.length === 1 && isCheap(kernel);
  const beyond = new ScanWriter(kernel, language, 'past');
  const few = new ScanWriter(kernel, language, 'registers').run(4);
  const lines = [
    ...places.map((one, i) => place(one, made.has(one), i)),
    `${int} T = ${intArg(places.length)};`,
    `${int} H = ${intArg(places.length + 1)};`,
    ...unused([]),
    ...(past && isBound
      ? past(
          kernel.outputs.map((one) => placeOf(one.name)),
          [...memories(beyond.memories, false), ...channels(beyond.run())],
        )
      : []),
    ...memories(writer.memories, writer.needsZeros),
    // Of few channels the states stay in registers: one vector of the native module holds them, four of the embedded one.
    ...((language.prefersRegisters ? isCheap(kernel) : isBound)
      ? ['if (H <= CHANNEL_BLOCK) {', ...deeper([...channels(few), 'return;']), '}']
      : []),
    ...channels(writer.run()),
  ];
  const head = `${name}: (${places.join(', ')}, T, H). Unit = one sample and 16 channels.`;
  return language.kernel(name, head, indented(lines, '  '));
}

/** Bytes of scratch that the embedded module needs for a kernel. */
export function scanScratch(kernel: ScanKernel): number {
  const { memories, needsZeros } = new ScanWriter(kernel, inAssemblyScript);
  return 4 * CHANNELS_WIDE * (memories.length + (needsZeros ? 1 : 0));
}

/** `KERNEL(name) { … }`. */
export const scanInC = (kernel: ScanKernel): string => scanKernel(kernel, inC);

/** A function of the module that chooses kernels. */
export const scanInAssemblyScript = (kernel: ScanKernel): string => scanKernel(kernel, inAssemblyScript);
