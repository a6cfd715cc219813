// Imports a file of the user as a data set: a text, a table, labelled series, pictures with their classes in a second file or in folders. The kind is detected
// from the content; errors name the file and the place.
import { dirname, basename, join } from 'node:path';
import { existsSync, statSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { AppFailure, unwrap, type Result } from '../../engine/core/result.ts';
import { asIs, say } from '../../engine/core/say.ts';
import { looksLikeIdx, looksLikeNpy, readIdx, readNpy, type NumberArray } from '../../engine/data/array-files.ts';
import type { TaskData } from '../../engine/data/labelled.ts';
import { labelledArrays } from '../../engine/data/labelled-arrays.ts';
import { seriesFormats } from '../../engine/data/series-files.ts';
import { looksLikeTable, readTableText } from '../../engine/data/table-text.ts';
import type { TextChange } from '../../engine/spec/catalogue.ts';
import { cleanText, decodeText, type DecodedText } from '../../protocol/text-file.ts';
import { looksLikeParquet, readParquet } from './parquet-table.ts';
import { readPictureFolder } from './picture-folder.ts';
import { readLimits, readUserFile } from '../files/read-file.ts';

export interface ImportedData {
  readonly data: TaskData;
  readonly changes: readonly TextChange[];
}

/** How a person wants a file read, where it can be read in several ways: letter by letter, or as a table. */
export type ImportAs = 'text' | 'table' | undefined;

interface TextFormat {
  readonly looksLike: (name: string, text: string) => boolean;
  readonly read: (name: string, text: string) => Result<TaskData>;
}

/** The first that takes a file reads it. */
const textFormats: readonly TextFormat[] = [...seriesFormats, { looksLike: looksLikeTable, read: readTableText }];

/** A text without a file. */
export const dataOfText = (name: string, text: string, as: ImportAs): ImportedData =>
  dataOf(name, unwrap(cleanText(text, name)), as);

function dataOf(name: string, { text, changes }: DecodedText, as: ImportAs): ImportedData {
  if (as === 'table') return { data: unwrap(readTableText(name, text)), changes };
  const format = as === 'text' ? undefined : textFormats.find((one) => one.looksLike(name, text));
  return { data: format === undefined ? text : unwrap(format.read(name, text)), changes };
}

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;

/** The content of a file that needs no other beside it. */
export async function dataOfBytes(name: string, bytes: Uint8Array, as: ImportAs): Promise<ImportedData> {
  if (as !== 'text' && looksLikeParquet(bytes)) return { data: unwrap(await readParquet(name, bytes)), changes: [] };
  return dataOf(name, unwrap(decodeText(bytes, name)), as);
}

export async function dataOfFile(path: string, as: ImportAs): Promise<ImportedData> {
  if (isFolder(path)) return { data: await readPictureFolder(path), changes: [] };
  const bytes = await plainBytes(path);
  const name = basename(path);
  if (as !== undefined || !(looksLikeIdx(bytes) || looksLikeNpy(bytes)))
    return dataOfBytes(name.replace(/\.gz$/iu, ''), bytes, as);
  const items = arrayOf(name, bytes);
  if (items.shape.length === 1) {
    throw new AppFailure({
      code: 'bad-input',
      message: say`data "${asIs(name)}": it must hold sequences or pictures, got one number for each: these are classes`,
      field: 'path',
      cure: say`Choose the file of the sequences; the classes are read from the file beside it.`,
    });
  }
  const beside = labelsBeside(path);
  const labels = arrayOf(basename(beside), await plainBytes(beside));
  return { data: unwrap(labelledArrays(name, items, labels)), changes: [] };
}

const arrayOf = (name: string, bytes: Uint8Array): NumberArray =>
  unwrap(looksLikeNpy(bytes) ? readNpy(name, bytes) : readIdx(name, bytes));

/** Unpacked if gzipped, limited to the largest allowed text. */
async function plainBytes(path: string): Promise<Uint8Array> {
  const bytes = await readUserFile('import', path, readLimits.text);
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  try {
    return gunzipSync(bytes, { maxOutputLength: readLimits.text });
  } catch {
    throw new AppFailure({
      code: 'bad-input',
      message: say`data "${asIs(basename(path))}": a file packed by gzip must unpack to at most ${readLimits.text} bytes, got one that is damaged or longer`,
      field: 'path',
      cure: say`Copy the file again, or unpack it and choose a part of it.`,
    });
  }
}

const renamings: readonly (readonly [RegExp, string])[] = [
  [/images/iu, 'labels'],
  [/^x(?=[_.-])/iu, 'y'],
  [/(?<=[_.-])x(?=[_.-])/iu, 'y'],
  [/(data|features|series)/iu, 'labels'],
];

/** The file of the classes, by common naming conventions. */
function labelsBeside(path: string): string {
  const name = basename(path);
  const candidates = renamings.flatMap(([from, to]) => {
    if (!from.test(name)) return [];
    const renamed = name.replace(from, to).replace('idx3', 'idx1').replace('idx4', 'idx1');
    return [renamed, renamed.replace(/\.gz$/iu, ''), `${renamed}.gz`];
  });
  const found = candidates.find((one) => existsSync(join(dirname(path), one)));
  if (found !== undefined) return join(dirname(path), found);
  throw new AppFailure({
    code: 'not-found',
    message: say`data "${asIs(name)}": the file of the classes must be beside it, got none called ${asIs(candidates[0] ?? 'labels')}`,
    field: 'path',
    cure: say`Name the two as MNIST does (…images…, …labels…) or x_….npy and y_….npy.`,
  });
}
