import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { barriers, firstUnit } from './barriers.ts';
import type { Access, Command, Place } from './lowering.ts';

const resolve = (place: Place): number => place.offset;
const bytes = (offset: number, size: number, stride?: number, group?: number): Access => ({
  place: { value: null, offset },
  bytes: size,
  ...(stride === undefined ? {} : { stride }),
  ...(group === undefined ? {} : { group }),
});
const command = (units: number, reads: readonly Access[], writes: readonly Access[]): Command => ({
  kernel: 'any',
  units,
  args: [],
  reads,
  writes,
});

const between = (first: Command, second: Command, threads = 2): boolean =>
  barriers([first, second], resolve, threads)[1] === true;

describe('barriers', () => {
  test('stand between a write and a read, a read and a write, a write and a write of the same bytes', () => {
    const writer = command(8, [], [bytes(0, 64)]);
    const reader = command(8, [bytes(0, 64)], []);
    expect(between(writer, reader)).toBe(true);
    expect(between(reader, writer)).toBe(true);
    expect(between(writer, writer)).toBe(true);
    expect(between(reader, reader)).toBe(false);
  });

  test('are not needed where each thread reads what it wrote itself', () => {
    const writer = command(8, [], [bytes(0, 64, 8)]);
    expect(between(writer, command(8, [bytes(0, 64, 8)], []))).toBe(false);
    expect(between(writer, command(7, [bytes(0, 64, 8)], []))).toBe(true);
    expect(between(writer, command(8, [bytes(8, 64, 8)], []))).toBe(true);
  });

  test('are not needed where different unit sizes split at the same byte', () => {
    const rows = command(16, [], [bytes(0, 128, 8)]);
    const samples = command(4, [bytes(0, 128, 64, 2)], []);
    expect(between(rows, samples)).toBe(false);
    expect(between(rows, samples, 3)).toBe(true);
  });

  test('are not needed for one thread or for single units of one thread', () => {
    const writer = command(1, [], [bytes(0, 64)]);
    expect(between(writer, command(1, [bytes(0, 64)], []))).toBe(false);
    expect(between(command(8, [], [bytes(0, 64)]), command(8, [bytes(0, 64)], []), 1)).toBe(false);
  });

  test('no two threads ever touch the same byte between barriers when one of them writes', () => {
    const access = fc
      .record({
        offset: fc.nat(20),
        size: fc.integer({ min: 1, max: 24 }),
        stride: fc.option(fc.integer({ min: 1, max: 6 })),
        group: fc.option(fc.integer({ min: 1, max: 4 })),
      })
      .map(({ offset, size, stride, group }) => bytes(offset, size, stride ?? undefined, group ?? undefined));
    const some = fc
      .record({
        units: fc.integer({ min: 1, max: 9 }),
        reads: fc.array(access, { maxLength: 2 }),
        writes: fc.array(access, { maxLength: 2 }),
      })
      .map(({ units, reads, writes }) => command(units, reads, writes));
    fc.assert(
      fc.property(fc.array(some, { maxLength: 8 }), fc.integer({ min: 2, max: 4 }), (commands, threads) => {
        const fences = barriers(commands, resolve, threads);
        let touched: { thread: number; byte: number; write: boolean }[] = [];
        commands.forEach((entry, i) => {
          if (fences[i]) touched = [];
          const now = touches(entry, threads);
          for (const a of now) {
            for (const b of touched) {
              expect(a.byte === b.byte && a.thread !== b.thread && (a.write || b.write)).toBe(false);
            }
          }
          touched.push(...now);
        });
      }),
    );
  });
});

/** Byte by byte, what each thread of an entry may touch. */
function touches(entry: Command, threads: number): { thread: number; byte: number; write: boolean }[] {
  const found: { thread: number; byte: number; write: boolean }[] = [];
  for (let thread = 0; thread < threads; thread++) {
    for (
      let unit = firstUnit(entry.units, thread, threads);
      unit < firstUnit(entry.units, thread + 1, threads);
      unit++
    ) {
      for (const [list, write] of [
        [entry.reads, false],
        [entry.writes, true],
      ] as const) {
        for (const { place, bytes: size, stride, group = 1 } of list) {
          const from = stride === undefined ? 0 : Math.floor(unit / group) * stride;
          const to = stride === undefined ? size : Math.min(size, from + stride);
          for (let byte = from; byte < to; byte++) found.push({ thread, byte: place.offset + byte, write });
        }
      }
    }
  }
  return found;
}
