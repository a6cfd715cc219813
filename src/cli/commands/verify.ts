// `verify`: gradient checks, device against reference, parallel against step, golden vectors; a table of every op and model.
import { availableParallelism } from 'node:os';
import { unwrap, AppFailure } from '../../engine/core/result.ts';
import { asIs, say, unsaid } from '../../engine/core/say.ts';
import type { Capabilities, Device, StorageName } from '../../engine/device/device.ts';
import { definingDevice, deviceInfos, deviceKinds, findInfo } from '../../engine/device/registry.ts';
import { verify as verifyAll, type VerifyRow } from '../../engine/verify/verify.ts';
import { chooseDevice } from '../../engine-host/device-choice.ts';
import { offerInstalled } from '../../lab/runtimes/of-lab.ts';
import type { Command } from '../command.ts';
import { storage } from '../options.ts';
import { severalOf, text, type Options, type Values } from '../typed.ts';
import type { Console } from '../console.ts';
import { exitCodes } from '../exit-codes.ts';
import { goldenFiles } from '../golden-files.ts';
import { onInterrupt } from '../interrupt.ts';
import { table } from '../show.ts';

export const verifyOptions = {
  device: text('<kind>', `auto, ${deviceKinds.join(', ')}`),
  storage,
  golden: text('<folder>', 'use the golden files in this folder instead of the built-in ones'),
  only: severalOf('<what...>', 'run only these kinds of checks', ['op', 'model', 'golden']),
} satisfies Options;

type VerifyOptions = Partial<Values<typeof verifyOptions>>;

type Under = Parameters<typeof verifyAll>[0]['devices'][number];

/** The device with each of its modules that works here, with one thread and with several: results must not depend on the number of threads. */
async function devicesOf({
  device: kind,
  storage: wanted = 'f32',
}: Pick<VerifyOptions, 'device' | 'storage'>): Promise<readonly Under[]> {
  if (kind === definingDevice && wanted === 'f32') return [];
  await offerInstalled();
  const device = unwrap(await chooseDevice(kind ?? 'auto'));
  const found = await device.capabilities();
  const able = requireStorage(device, wanted, found);
  const threads = findInfo(device.kind)?.threaded === true && availableParallelism() > 1 ? [1, 2] : [1];
  const modules = found.modules.filter(({ state }) => state === 'ready');
  const choices = modules.length > 0 ? modules.map(({ name }) => ({ module: name })) : [{}];
  return choices.flatMap((choice) =>
    threads.map((count) => ({ device, options: { threads: count, storage: able, ...choice } })),
  );
}

function requireStorage({ kind }: Device, wanted: string, { storages }: Capabilities): StorageName {
  const found = storages.find((one) => one === wanted);
  if (found !== undefined) return found;
  const able = deviceInfos.filter((one) => one.storages.includes(wanted)).map((one) => one.kind);
  const hasSome = able.some((one) => one === kind);
  const needed = hasSome ? say`an adapter with shader-${asIs(wanted)}` : say`device ${asIs(able.join(', '))}`;
  throw new AppFailure({
    code: 'unsupported',
    message: say`verify: storage ${asIs(wanted)} needs ${needed}, got ${asIs(kind)}${hasSome ? say` without it` : unsaid}`,
    field: 'storage',
  });
}

export const verify: Command<[VerifyOptions]> = async (out, asked) => {
  const { golden, only } = asked;
  const interrupt = onInterrupt();
  const rows: VerifyRow[] = [];
  const devices = await devicesOf(asked);
  const options = { devices, golden: await goldenFiles(golden), ...(only === undefined ? {} : { only }) };
  for await (const row of verifyAll(options)) {
    rows.push(row);
    out.data({ type: 'row', ...row });
    if (out.terminal)
      process.stderr.write(`\r${String(rows.length).padStart(4)} rows, ${row.what} ${row.name}`.padEnd(70));
    if (interrupt.happened()) break;
  }
  if (out.terminal) process.stderr.write(`\r${' '.repeat(70)}\r`);
  interrupt.release();
  return summary(out, rows, interrupt.happened() ? interrupt.code() : null);
};

/** `interrupted` = the exit code of an interrupt, or null. */
function summary(out: Console, rows: readonly VerifyRow[], interrupted: number | null): number {
  const stateOf = (row: VerifyRow): string => (row.skipped !== null ? 'skipped' : row.passed ? 'passed' : 'FAILED');
  const cells = rows.map((row) => [
    row.what,
    row.name,
    row.device,
    String(row.checks),
    row.checks === 0 ? '–' : row.worstError.toExponential(1),
    row.checks === 0 ? '–' : row.tolerance.toExponential(1),
    stateOf(row),
  ]);
  out.say(table(['what', 'name', 'device', 'checks', 'worst', 'allowed', 'result'], cells, [0, 1, 2, 6]));
  for (const row of rows)
    for (const problem of problemsOf(row)) out.say(`\n${row.what} ${row.name}, ${row.device}: ${problem}`);
  const failed = rows.filter((row) => !row.passed && row.skipped === null).length;
  const skipped = rows.filter((row) => row.skipped !== null).length;
  const counts = { passed: rows.length - failed - skipped, failed, skipped };
  out.data({ type: 'end', ...counts, interrupted: interrupted !== null });
  out.say(`\n${counts.passed} passed, ${failed} failed, ${skipped} skipped`);
  if (interrupted !== null) return interrupted;
  return failed === 0 ? exitCodes.done : exitCodes.failed;
}

const problemsOf = (row: VerifyRow): readonly string[] =>
  row.skipped === null ? row.problems : [`skipped: ${row.skipped}`];
