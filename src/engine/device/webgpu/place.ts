// Puts variables and values into as few buffers as the adapter allows. Pure arithmetic; independent of ops.
import { AppFailure } from '../../core/result.ts';
import { asIs, say } from '../../core/say.ts';
import { bytesOf } from '../../core/tensor.ts';
import type { Variable } from '../../graph/graph.ts';
import { alignUp, placeInArena } from '../../plan/arena.ts';
import type { Liveness, Storage } from '../../plan/liveness.ts';
import type { GpuLimits, GpuRange, PlannedVariable } from './plan.ts';

/** Outputs up to this size come back together: loss and gradient norm cost one wait. */
const SMALL_OUTPUT_BYTES = 4096;

/** Buffers in order; one that would exceed the limit is followed by another. */
export class Buffers {
  readonly sizes: number[] = [];
  readonly #limits: GpuLimits;

  constructor(limits: GpuLimits) {
    this.#limits = limits;
  }

  own(bytes: number): number {
    this.sizes.push(bytes);
    return this.sizes.length - 1;
  }

  /** After the content of buffer `index`, or in a new buffer. */
  append(index: number | null, bytes: number): GpuRange {
    const size = alignUp(bytes, this.#limits.alignment);
    const used = index === null ? Infinity : (this.sizes[index] ?? Infinity);
    if (index === null || used + size > this.#limits.maxBufferBytes) {
      return { buffer: this.own(size), offset: 0, bytes };
    }
    this.sizes[index] = used + size;
    return { buffer: index, offset: used, bytes };
  }
}

interface Variables {
  readonly variables: ReadonlyMap<string, PlannedVariable>;
  readonly outputs: GpuRange | null;
  readonly inputs: GpuRange | null;
}

/** Small outputs first and side by side, then inputs side by side, then all others in their order. */
export function placeVariables(variables: readonly Variable[], buffers: Buffers, limits: GpuLimits): Variables {
  const places = new Map<string, PlannedVariable>();
  const isSmall = ({ role, type }: Variable): boolean => role === 'output' && bytesOf(type) <= SMALL_OUTPUT_BYTES;
  const rank = (one: Variable): number => (isSmall(one) ? 0 : one.role === 'input' ? 1 : 2);
  let current: number | null = null;
  let [outputs, inputs]: [GpuRange | null, GpuRange | null] = [null, null];
  for (const variable of variables.toSorted((a, b) => rank(a) - rank(b))) {
    const bytes = bytesOf(variable.type);
    requireBuffer(variable, bytes, limits);
    const range = buffers.append(current, bytes);
    current = range.buffer;
    const small = isSmall(variable) && current === (outputs?.buffer ?? current);
    if (small) outputs = upTo(outputs, range);
    const input = variable.role === 'input' && current === (inputs?.buffer ?? current);
    if (input) inputs = upTo(inputs, range);
    places.set(variable.name, { range, type: variable.type, small, input });
  }
  return { variables: places, outputs, inputs };
}

function upTo(block: GpuRange | null, { buffer, offset, bytes }: GpuRange): GpuRange {
  const start = block?.offset ?? offset;
  return { buffer, offset: start, bytes: alignUp(offset + bytes - start, 4) };
}

function requireBuffer({ name }: Variable, bytes: number, { maxBufferBytes }: GpuLimits): void {
  if (bytes <= maxBufferBytes) return;
  throw new AppFailure({
    code: 'out-of-memory',
    message: say`webgpu: ${asIs(name)} takes ${bytes} bytes, a buffer of this adapter may have ${maxBufferBytes}`,
    cure: say`Use a smaller model.`,
  });
}

export interface Region {
  readonly bytes: number;
  /** Range of each storage, by entry and storage id. */
  readonly ranges: readonly ReadonlyMap<number, GpuRange>[];
}

/** The arenas of all entries over the same buffers: entries never run at the same time. */
export function placeStorages(
  parts: readonly { readonly live: Liveness }[],
  chosen: (storage: Storage) => boolean,
  buffers: Buffers,
  limits: GpuLimits,
): Region {
  const arenas = parts.map(({ live }) => {
    const storages = live.storages.filter((storage) => storage.variable === null && chosen(storage));
    return placeInArenas(storages, limits);
  });
  const sizes: number[] = [];
  for (const arena of arenas) arena.sizes.forEach((bytes, i) => (sizes[i] = Math.max(sizes[i] ?? 0, bytes)));
  const numbers = sizes.map((bytes) => buffers.own(bytes));
  const ranges = arenas.map(
    ({ places }) =>
      new Map(
        places.map(({ storage, arena, offset }) => [
          storage.id,
          { buffer: numbers[arena] ?? 0, offset, bytes: storage.bytes },
        ]),
      ),
  );
  return { bytes: sizes.reduce((sum, bytes) => sum + bytes, 0), ranges };
}

interface Arenas {
  readonly sizes: readonly number[];
  readonly places: readonly { readonly storage: Storage; readonly arena: number; readonly offset: number }[];
}

/** The smallest number of arenas that each fit into one buffer. */
function placeInArenas(storages: readonly Storage[], { alignment, maxBufferBytes }: GpuLimits): Arenas {
  const sorted = [...storages].sort((a, b) => b.bytes - a.bytes || a.id - b.id);
  for (let count = 1; ; count++) {
    const groups = Array.from({ length: count }, (_, arena) => sorted.filter((_storage, i) => i % count === arena));
    const arenas = groups.map((group) =>
      placeInArena(group.map(({ bytes, first, last }) => ({ bytes: alignUp(bytes, alignment), first, last }))),
    );
    if (arenas.some(({ bytes }) => bytes > maxBufferBytes) && count < sorted.length) continue;
    const places = groups.flatMap((group, arena) =>
      group.map((storage, i) => ({ storage, arena, offset: arenas[arena]?.offsets[i] ?? 0 })),
    );
    return { sizes: arenas.map(({ bytes }) => bytes).filter((bytes) => bytes > 0), places };
  }
}
