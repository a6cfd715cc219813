// Times of dispatches by time stamps: recorded one pass a dispatch, read when a run is done. Independent of the order of calls.
import type { OpTime } from '../device.ts';
import type { PlannedDispatch } from './plan.ts';
import { encodePass, type Clock, type RecordedDispatch } from './recorded.ts';

const MAP_READ = 1;

/** One pass a dispatch: time stamps are taken at the borders of passes. */
export function encodeTimed(encoder: GPUCommandEncoder, clock: Clock, dispatches: readonly RecordedDispatch[]): void {
  if (dispatches.length === 0) return;
  dispatches.forEach((dispatch, i) => {
    const timestampWrites = {
      querySet: clock.queries,
      beginningOfPassWriteIndex: 2 * i,
      endOfPassWriteIndex: 2 * i + 1,
    };
    encodePass(encoder.beginComputePass({ timestampWrites }), [dispatch]);
  });
  encoder.resolveQuerySet(clock.queries, 0, 2 * dispatches.length, clock.resolved, 0);
  encoder.copyBufferToBuffer(clock.resolved, 0, clock.staging, 0, 16 * dispatches.length);
}

export async function readTimes({ staging }: Clock, planned: readonly PlannedDispatch[]): Promise<readonly OpTime[]> {
  await staging.mapAsync(MAP_READ);
  const stamps = new BigUint64Array(staging.getMappedRange().slice(0));
  staging.unmap();
  return planned.map(({ label, op, ranges, flops }, i): OpTime => {
    const nanoseconds = (stamps[2 * i + 1] ?? 0n) - (stamps[2 * i] ?? 0n);
    const milliseconds = Math.max(0, Number(nanoseconds)) / 1e6;
    const bytes = ranges.reduce((sum, range) => sum + range.bytes, 0);
    return { label, op, milliseconds, bytes, flops };
  });
}
