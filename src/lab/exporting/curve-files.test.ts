// Curve files as read by other programs: Parquet through hyparquet, event files through an independent reading of TFRecord and of
// TensorFlow's published messages with protobufjs.
import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import protobuf from 'protobufjs';
import { describe, expect, it } from 'vitest';
import { unwrap } from '../../engine/core/result.ts';
import { sessionFiles, type SessionStore } from '../../session/index.ts';
import { testFolder } from '../../session/testing/folder.ts';
import { columnsOf, someHead, someRun } from '../../session/testing/samples.ts';
import { crc32c, maskedCrc32c } from './crc32c.ts';
import { parquetOf } from './parquet.ts';
import { eventFiles } from './tensorboard.ts';

const folder = testFolder();
const environment = {
  version: '0.1.0',
  commit: null,
  node: 'v24',
  platform: 'linux-x64',
  cpu: 'a cpu',
  device: 'cpu',
  module: 'wasm simd128',
  threads: 2,
  exclusive: true,
  started: '2026-11-23T00:00:00.000Z',
};
const odd = [0.5, null, 1e-30, -3.25, 1e30];

async function filled(): Promise<SessionStore> {
  const store = unwrap(await sessionFiles.create(folder.file(), someHead));
  await store.addRuns([someRun('a', { name: '=cmd|"日本"', environment }), someRun('b', { facts: null })]);
  await store.appendMetrics('a', [
    columnsOf('train/loss', 0, 3000),
    columnsOf('val/loss', 0, odd.length, (i) => odd[i] ?? null),
  ]);
  await store.appendMetrics('b', [columnsOf('val/accuracy', 0, 3, () => 0.25)]);
  return store;
}

describe('Parquet', () => {
  it('holds every point with its axes; what is not known or was not finite is null', async () => {
    const store = await filled();
    const bytes = await parquetOf(store, 'minRNN Lab test');
    await store.close();
    const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer;
    const rows: Record<string, unknown>[] = await parquetReadObjects({ file });
    expect(parquetMetadata(file).created_by).toBe('minRNN Lab test');
    expect(rows).toHaveLength(3000 + odd.length + 3);
    const held = rows.filter((row) => row['metric'] === 'val/loss');
    expect(held.map((row) => row['value'])).toEqual(odd);
    expect(held[3]).toEqual({
      run_id: 'a',
      run_name: '=cmd|"日本"',
      model: 'minGru',
      implementation: 'fused',
      seed: 1n,
      metric: 'val/loss',
      step: 3n,
      tokens: 3 * 128,
      samples: 3 * 4,
      flops: 3 * 128 * 7404,
      active_seconds: expect.closeTo(0.3, 6),
      wall_seconds: 0.75,
      value: -3.25,
    });
    const last = rows.at(-1);
    expect([last?.['run_id'], last?.['tokens'], last?.['value']]).toEqual(['b', null, 0.25]);
  });
});

/** As TensorFlow publishes them (event.proto, summary.proto), with the fields of scalars. */
const { root } = protobuf.parse(`
  syntax = "proto3";
  message Event { double wall_time = 1; int64 step = 2; oneof what { string file_version = 3; Summary summary = 5; } }
  message Summary { message Value { string tag = 1; oneof value { float simple_value = 2; } } repeated Value value = 1; }
`);
const Event = root.lookupType('Event');

interface ReadEvent {
  readonly wallTime: number;
  readonly step: number;
  readonly fileVersion?: string;
  readonly summary?: { readonly value: readonly { readonly tag: string; readonly simpleValue: number }[] };
}

/** Computed bit by bit, independent of the writer's table. */
function checksum(bytes: Uint8Array): number {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  }
  const plain = ~crc >>> 0;
  return (((plain >>> 15) | (plain << 17)) + 0xa282ead8) >>> 0;
}

function readEvents(bytes: Uint8Array): ReadEvent[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const events: ReadEvent[] = [];
  for (let at = 0; at < bytes.length;) {
    const length = Number(view.getBigUint64(at, true));
    expect(view.getUint32(at + 8, true)).toBe(checksum(bytes.subarray(at, at + 8)));
    const data = bytes.subarray(at + 12, at + 12 + length);
    expect(view.getUint32(at + 12 + length, true)).toBe(checksum(data));
    const read: unknown = Event.toObject(Event.decode(data), { longs: Number });
    events.push(read as ReadEvent);
    at += 16 + length;
  }
  return events;
}

describe('TensorBoard', () => {
  it.each([
    ['no bytes', new Uint8Array(0), 0],
    ['32 zeros', new Uint8Array(32), 0x8a9136aa],
    ['32 times 255', new Uint8Array(32).fill(255), 0x62a8ab43],
    ['0 to 31', Uint8Array.from({ length: 32 }, (_, i) => i), 0x46dd794e],
    ['the digits 1 to 9', new TextEncoder().encode('123456789'), 0xe3069283],
  ])('CRC-32C of %s is the known one (RFC 3720, appendix B.4)', (_, bytes, known) => {
    expect(crc32c(bytes)).toBe(known);
    expect(maskedCrc32c(bytes)).toBe(checksum(bytes));
  });

  it('reads every point: tag, step, wall time from the start of the run, and gaps as NaN', async () => {
    const store = await filled();
    const files = await eventFiles(store, new Map([['a', 'first run']]));
    await store.close();
    expect(files.map(({ suffix }) => suffix)).toEqual([
      'first run/events.out.tfevents.1795392000.minrnn',
      'b/events.out.tfevents.0000000000.minrnn',
    ]);
    const [version, ...events] = readEvents(files[0]?.data as Uint8Array);
    expect(version).toEqual({ wallTime: 1795392000, fileVersion: 'brain.Event:2' });
    const held = events.filter((event) => event.summary?.value[0]?.tag === 'val/loss');
    expect(held.map((event) => event.summary?.value[0]?.simpleValue)).toEqual(
      odd.map((value) => (value === null ? Number.NaN : Math.fround(value))),
    );
    expect(held[3]).toMatchObject({ step: 3, wallTime: 1795392000.75 });
    expect(events).toHaveLength(3000 + odd.length);
    const steps = events.map((event) => event.step ?? 0);
    expect(steps).toEqual(steps.toSorted((a, b) => a - b));
  });
});
