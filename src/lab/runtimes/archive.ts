// What the readers of archives share: a file in one, and the failure of one that is not what it should be.
import type { Readable } from 'node:stream';
import { AppFailure } from '../../engine/core/result.ts';
import { asIs, say, type Message } from '../../engine/core/say.ts';

/** One file of an archive. Its content is read at most once, before the next file is asked for. */
export interface ArchiveFile {
  readonly name: string;
  readonly size: number;
  readonly content: () => AsyncIterable<Uint8Array> | Readable;
}

/** Names that begin with the first are wanted, and go to the second. */
export type Take = readonly (readonly [from: string, to: string])[];

export const damagedArchive = (path: string, why: Message): AppFailure =>
  new AppFailure({
    code: 'damaged-file',
    message: say`runtimes: ${asIs(path)} must be an archive as it is described, got ${why}`,
    cure: say`Install it again; if it stays like this, report it.`,
  });

/** What zlib throws for bytes that are none of its own becomes that failure; the rest stays what it is. */
export const orDamaged = (path: string, error: unknown): unknown =>
  error instanceof Error && 'code' in error && String(error.code).startsWith('Z_')
    ? damagedArchive(path, say`damaged bytes`)
    : error;
