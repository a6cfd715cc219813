// Curves as TensorBoard's event files: TFRecords of Event messages, one folder a run as TensorBoard wants it. Writes no file.
// Record: u64 length, masked CRC-32C of it, the message, masked CRC-32C of that; all little-endian.
// Event (tensorflow/core/util/event.proto): 1 wall_time, 2 step, 3 file_version, 5 summary. Summary: 1 value. Value: 1 tag, 2 simple_value.
import { itemAt } from '../../engine/core/item.ts';
import type { MetricColumns } from '../../engine/spec/metrics.ts';
import { columnsOf, metricsOfRun, type Exportable, type StoredRun } from '../../session/index.ts';
import { maskedCrc32c } from './crc32c.ts';
import { Message } from './protobuf.ts';
import type { ExportFile } from './source.ts';

function record(data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(16 + data.length);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(data.length), true);
  view.setUint32(8, maskedCrc32c(bytes.subarray(0, 8)), true);
  bytes.set(data, 12);
  view.setUint32(12 + data.length, maskedCrc32c(data), true);
  return bytes;
}

const event = (seconds: number): Message => new Message().double(1, seconds);

function scalars(columns: MetricColumns, start: number): readonly { step: number; bytes: Uint8Array }[] {
  return columns.step.map((step, i) => {
    const value = new Message().text(1, columns.metric).float(2, itemAt(columns.value, i) ?? Number.NaN);
    const summary = new Message().message(1, value);
    const made = event(start + itemAt(columns.wall, i))
      .int(2, step)
      .message(5, summary);
    return { step, bytes: record(made.finish()) };
  });
}

/** Seconds since 1970 when the run first started; 0 where that is not known. */
const startOf = ({ environment }: StoredRun): number => {
  const at = environment === null ? Number.NaN : Date.parse(environment.started);
  return Number.isFinite(at) ? at / 1000 : 0;
};

/** The events of one run in the order of steps; a value that was not finite is NaN, which TensorBoard shows as such. */
async function eventsOf(store: Exportable, run: StoredRun): Promise<Uint8Array> {
  const start = startOf(run);
  const all: { readonly step: number; readonly bytes: Uint8Array }[] = [];
  for (const metric of await metricsOfRun(store, run.id))
    all.push(...scalars(await columnsOf(store, run.id, metric), start));
  all.sort((a, b) => a.step - b.step);
  const version = record(event(start).text(3, 'brain.Event:2').finish());
  return joined([version, ...all.map(({ bytes }) => bytes)]);
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** Path within the folder, and bytes, of each run's file. `names` are folder names, one per run. */
export async function eventFiles(
  store: Exportable,
  names: ReadonlyMap<string, string>,
): Promise<readonly ExportFile[]> {
  const files: ExportFile[] = [];
  for (const run of await store.runs()) {
    const seconds = String(Math.floor(startOf(run))).padStart(10, '0');
    const suffix = `${names.get(run.id) ?? run.id}/events.out.tfevents.${seconds}.minrnn`;
    files.push({ suffix, data: await eventsOf(store, run) });
  }
  return files;
}
