// Folders of golden vectors as parsed JSON: the project's own, or one that a person names. Independent of what is in them.
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { AppFailure, unwrap } from '../engine/core/result.ts';
import { asIs, say } from '../engine/core/say.ts';
import { foreignWords, wordsOf } from '../engine/core/system-words.ts';
import { asFile } from '../lab/files/files.ts';
import { readLimits, readUserFile } from '../lab/files/read-file.ts';
import { readText } from '../protocol/text-file.ts';

interface GoldenSource {
  /** File name without extension. */
  readonly name: string;
  readonly content: unknown;
}

/** `tests/golden` of a checkout; installed copies carry it at the same place. */
export const ownGolden = join(import.meta.dirname, '../../tests/golden');

/** Every `*.json` of a folder, by name; rejects with AppFailure if there is none or one is not JSON. */
export async function readGoldenFolder(folder: string): Promise<readonly GoldenSource[]> {
  const names = await asFile('verify', folder, () => readdir(folder));
  const files = names.filter((name) => name.endsWith('.json')).toSorted();
  if (files.length === 0)
    throw new AppFailure({
      code: 'not-found',
      message: say`verify: ${asIs(folder)} must hold golden files (*.json), got none`,
      field: 'golden',
    });
  return Promise.all(files.map((name) => readGolden(join(folder, name))));
}

/** The requested folder, else the project's own; none if the installed copy lacks it. */
export async function goldenFiles(folder: string | undefined): Promise<readonly GoldenSource[]> {
  if (folder !== undefined) return readGoldenFolder(folder);
  return existsSync(ownGolden) ? readGoldenFolder(ownGolden) : [];
}

async function readGolden(path: string): Promise<GoldenSource> {
  const text = unwrap(readText(await readUserFile('verify', path, readLimits.text), path));
  try {
    return { name: basename(path, '.json'), content: JSON.parse(text) };
  } catch (error) {
    throw new AppFailure({
      code: 'bad-input',
      message: say`verify: ${asIs(path)} is not JSON: ${foreignWords(wordsOf(error))}`,
      field: 'golden',
    });
  }
}
