// What a lab knows of one runtime, how it is reported, and what is said when it cannot be changed. Independent of folders and work.
import { AppFailure, type AppError } from '../../engine/core/result.ts';
import { asIs, say, type Message } from '../../engine/core/say.ts';
import type { RuntimeReport, RuntimeWork } from '../../protocol/runtimes.ts';
import { fetchBytes, type RuntimeSource } from './source.ts';
import type { RuntimeRecord } from './store.ts';

/** What is known of one. */
export interface Known {
  readonly source: RuntimeSource;
  impossible: AppError | null;
  record: RuntimeRecord | null;
  damage: Message | null;
  failed: AppError | null;
  work: RuntimeWork | null;
  cancel: AbortController | null;
  done: Promise<void>;
}

/** Why an installed one cannot be used; null when it can. */
export const whyBroken = ({ record, damage }: Known): Message | null => damage ?? record?.broken ?? null;

/** `folder` is where it is installed. */
export function reportOf(known: Known, folder: string): RuntimeReport {
  const { source, record } = known;
  const { id, title, version, package: name, diskBytes } = source;
  return {
    id,
    title,
    version,
    package: name,
    fetchBytes: fetchBytes(source),
    diskBytes,
    impossible: known.impossible,
    work: known.work,
    failed: known.failed,
    installed: record && {
      at: record.at,
      version: record.version,
      packageVersion: record.packageVersion,
      bytes: record.bytes,
      folder,
      check: record.check,
      broken: whyBroken(known),
    },
  };
}

export const conflict = (message: Message, cure: Message): AppFailure =>
  new AppFailure({ code: 'conflict', message, cure });

export const underWay = ({ title }: RuntimeSource, elsewhere: boolean): AppFailure =>
  conflict(
    say`runtimes: one lab at a time may change ${asIs(title)}, got ${elsewhere ? say`another lab that does` : say`work on it that is under way`}`,
    say`Wait until it has finished, or cancel it.`,
  );

export const notInstalled = ({ title }: RuntimeSource): AppFailure =>
  new AppFailure({
    code: 'not-found',
    message: say`runtimes: ${asIs(title)} must be installed, got nothing in the data folder`,
  });
