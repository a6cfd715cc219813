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
import type { TextLanguage } from './text-languages.ts';

const rowOf = (name: string): string => `r_${name}`;
const memoryOf = (name: string): string => `m_${name}`;
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
    return [...(this.#rows === null ? carried.names : []), ...totals.map(({ name }) => name)].map(memoryOf);
  }

  /** Those that are in memory. */
  get memories(): readonly string[] {
    return this.#inRegisters ? [] : this.#kept;
  }

  /** Whether a row may be missing, and is read as zeros. */
  get needsZeros(): boolean {
    const { sequences, earlier } = this.#kernel;
    return earlier !== null || this.#rows !== null || sequences.some((one) => one.optional === true);
  }

  /** Part `i` of a [B, parts H] tensor, from the first channel on. */
  #ofSample(name: string, parts: number, i: number): string {
    const { address } = this.#language;
    return address(placeOf(name), `${plus(`${times(parts, 'sample')} * H`, i, 'H')} + first`);
  }

  #orZeros(place: string, there: string): string {
    return `${this.#language.isThere(place)} ? ${there} : noState`;
  }

  /** All steps of some channels. */
  run(): readonly string[] {
    const { reverse } = this.#kernel;
    const { counter, loop, step } = this.#language;
    const inside = this.#step();
    const time = [
      `for (${counter} t = ${reverse ? 'T - 1; t >= 0; t--' : '0; t < T; t++'}) {`,
      ...deeper([step, ...this.#pointers(), ...(this.#inRegisters ? inside : loop(inside, false)), ...this.#moves()]),
      '}',
    ];
    const all = [...this.#starts(), ...time, ...this.#ends()];
    return this.#inRegisters ? loop(all, false) : all;
  }

  /** What makes the row that was stored last the row that the next step reads. */
  #moves(): readonly string[] {
    return this.#rows?.map((row, i) => `${memoryOf(this.#kernel.carried.names[i] ?? '')} = ${row};`) ?? [];
  }

  #load(name: string): string {
    return this.#inRegisters ? memoryOf(name) : this.#language.loadMemory(memoryOf(name));
  }

  #store(name: string, value: string): string {
    return this.#inRegisters ? `${memoryOf(name)} = ${value};` : this.#language.storeMemory(memoryOf(name), value);
  }

  /** A result of the whole sequence: from its row, or from its variable. */
  #give(to: string, name: string): string {
    const { copy, store } = this.#language;
    return this.#inRegisters ? store(to, memoryOf(name)) : copy(to, memoryOf(name), 'N');
  }

  #starts(): readonly string[] {
    const { names, start, from = 0 } = this.#kernel.carried;
    const { variableAddress, copy, isThere, register, load, fillMemory } = this.#language;
    const k = names.length;
    if (this.#rows !== null) {
      const first = (i: number): string =>
        start === null ? 'noState' : this.#orZeros(placeOf(start), this.#ofSample(start, k, i));
      return names.map((name, i) => variableAddress(memoryOf(name), first(i)));
    }
    const initial = new Map(names.map((name) => [memoryOf(name), from]));
    const cleared = this.#kept.flatMap((name) => {
      const value = initial.get(name) ?? 0;
      return this.#inRegisters ? [register(name, value)] : fillMemory(name, value);
    });
    if (start === null) return cleared;
    const taken = names.map((name, i) => {
      const place = this.#ofSample(start, k, i);
      return this.#inRegisters ? `${memoryOf(name)} = ${load(place)};` : copy(memoryOf(name), place, 'N');
    });
    return [...cleared, `if (${isThere(placeOf(start))}) {`, ...deeper(taken), '}'];
  }

  /** Addresses of the rows of this step; what is left out reads zeros. */
  #pointers(): readonly string[] {
    const { sequences, earlier, outputs } = this.#kernel;
    const { address, declareAddress, rowsOn } = this.#language;
    const at = (name: string, parts: number, step: string): string =>
      address(placeOf(name), `${times(parts, step)} + first`);
    const lines = sequences.flatMap(({ name, parts, optional }) => {
      const row = at(name, parts.length, 'step');
      if (optional !== true) return [declareAddress(rowOf(name), row, false)];
      return parts.map((part, i) => declareAddress(rowOf(part), this.#orZeros(placeOf(name), rowsOn(row, i)), false));
    });
    lines.push(...outputs.map(({ name, parts }) => declareAddress(rowOf(name), at(name, parts.length, 'step'), true)));
    const k = earlier?.parts.length ?? 0;
    const before = earlier?.parts.map((part, i) => {
      const first = this.#orZeros(placeOf(earlier.start), this.#ofSample(earlier.start, k, i));
      return declareAddress(rowOf(part), `t > 0 ? ${rowsOn(at(earlier.name, k, '(step - H)'), i)} : ${first}`, false);
    });
    return [...lines, ...(before ?? [])];
  }

  /** One step of one vector of channels. */
  #step(): readonly string[] {
    const { sequences, earlier, channels, carried, outputs, totals } = this.#kernel;
    const { load, store, storePast, vector, rowsOn, address, add } = this.#language;
    const loads = sequences.flatMap(({ name, parts, optional }) =>
      parts.map((one, i) => [one, load(optional === true ? rowOf(one) : rowsOn(rowOf(name), i))] as const),
    );
    for (const one of earlier?.parts ?? []) loads.push([one, load(rowOf(one))]);
    for (const one of channels) loads.push([one, load(address(placeOf(one), 'first'))]);
    for (const one of carried.names) loads.push([one, this.#rows === null ? this.#load(one) : load(memoryOf(one))]);
    const names: Names = new Map();
    const results = resultsOf(this.#kernel);
    const lines = statementsOf(results, vector, names, fades(this.#kernel) ? carried.next : []);
    const code = (x: Expr | undefined): string => codeOf(names, x);
    const kept = this.#rows === null ? carried.names : [];
    return [
      ...loads.map(([name, value]) => vector.declare(valueOf(name), value, false)),
      ...lines,
      ...outputs.flatMap(({ name, parts }) =>
        parts.map((one, i) => (this.#past ? storePast : store)(rowsOn(rowOf(name), i), code(one))),
      ),
      ...totals.map(({ name, of }) => this.#store(name, add([code(of)], this.#load(name)))),
      ...kept.map((name, i) => this.#store(name, code(carried.next[i]))),
    ];
  }

  #ends(): readonly string[] {
    const { names, final } = this.#kernel.carried;
    const lines = this.#kernel.totals.map(({ name }) => this.#give(this.#ofSample(name, 1, 0), name));
    if (final === null) return lines;
    const given = names.map((name, i) => this.#give(this.#ofSample(final, names.length, i), name));
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
  const few = new ScanWriter(kernel, language, 'registers').run();
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
    // Of few channels the states stay in registers: a vector of the native module holds them all.
    ...(isBound && !language.prefersRegisters
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
