// The only way to read a file that a person names: only an ordinary file, only up to a limit, never hanging. Session files are the
// exception: only SQLite may open those.
import { constants, type Stats } from 'node:fs';
import { open, stat, type FileHandle } from 'node:fs/promises';
import { AppFailure } from '../../engine/core/result.ts';
import { asIs, type Message, say, term } from '../../engine/core/say.ts';
import type { Part } from '../../engine/core/terms.ts';
import { longestText } from '../../protocol/text-file.ts';
import { kindOfFile } from '../../session/file-kind.ts';
import { isBeingWritten } from '../../session/files/index.ts';
import { asFile } from './files.ts';

/** Longest text to learn, experiment and other JSON, and file of weights, bytes. */
export const readLimits = { text: longestText, json: 10_000_000, weights: 999_999_000 } as const;

const chunkBytes = 1 << 20;

const bad = (message: Message, cure: Message): AppFailure =>
  new AppFailure({ code: 'bad-input', message, field: 'path', cure });

function needFile(who: Part, path: string, found: Stats): void {
  if (found.isFile()) return;
  throw bad(say`${term(who)}: ${asIs(path)} must be a file, got ${kindOfFile(found)}`, say`Choose an ordinary file.`);
}

const size = (bytes: number): Message => say`${bytes} bytes (${Math.ceil(bytes / 2 ** 20)} MiB)`;

function tooLong(who: Part, path: string, most: number, got: number): AppFailure {
  const came = got > most ? size(got) : say`more`;
  return bad(
    say`${term(who)}: ${asIs(path)} must have at most ${size(most)}, got ${came}`,
    say`Choose a smaller file, or a part of it.`,
  );
}

/**
 * The bytes of the file `who` asks for. Rejects with AppFailure: `not-found`, `permission`, `bad-input` (field `path`) for anything but an
 * ordinary file and for more than `most` bytes.
 */
export function readUserFile(who: Part, path: string, most: number): Promise<Uint8Array> {
  return asFile(who, path, async () => {
    // Checked before it is opened, since opening a device may have side effects.
    needFile(who, path, await stat(path));
    if (isBeingWritten(path))
      throw bad(
        say`${term(who)}: ${asIs(path)} must be a file that is not being written, got an open session`,
        say`Choose another file.`,
      );
    const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    try {
      const found = await file.stat();
      needFile(who, path, found);
      if (found.size > most) throw tooLong(who, path, most, found.size);
      return await readAll(file, found.size, () => tooLong(who, path, most, 0), most);
    } finally {
      await file.close();
    }
  });
}

/** Reads until the end, not until the reported size: a file may grow, and system files report 0. */
async function readAll(
  file: FileHandle,
  expected: number,
  refuse: () => AppFailure,
  most: number,
): Promise<Uint8Array> {
  let bytes = new Uint8Array(expected + 1);
  let filled = 0;
  for (;;) {
    const { bytesRead } = await file.read(bytes, filled, Math.min(chunkBytes, bytes.length - filled));
    if (bytesRead === 0) return bytes.subarray(0, filled);
    filled += bytesRead;
    if (filled > most) throw refuse();
    if (filled < bytes.length) continue;
    const larger = new Uint8Array(Math.min(most + 1, bytes.length + chunkBytes));
    larger.set(bytes);
    bytes = larger;
  }
}
