// A folder of pictures as a labelled set: each subfolder is a class, its PNG files are the pictures. All have one size; grey ones beside
// coloured ones are taken as coloured. Errors name the file. The folder is on this machine, or a page has read it.
import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { itemAt } from '../../engine/core/item.ts';
import { AppFailure, unwrap, type Result } from '../../engine/core/result.ts';
import { asIs, type Message, say } from '../../engine/core/say.ts';
import { labelledSet, mostClasses, mostSequences, mostValues, type LabelledSet } from '../../engine/data/labelled.ts';
import type { UploadedPicture } from '../../protocol/lab.ts';
import { asFile } from '../files/files.ts';
import { readLimits, readUserFile } from '../files/read-file.ts';
import { readPng, type Points } from './png.ts';

/** What systems leave in folders. */
const isHidden = (name: string): boolean => name.startsWith('.') || /^(thumbs\.db|desktop\.ini)$/iu.test(name);

const refused = (name: string, message: Message, cure: Message): AppFailure =>
  new AppFailure({ code: 'bad-input', message: say`data "${asIs(name)}": ${message}`, field: 'path', cure });

interface PictureFile {
  readonly name: string;
  readonly read: () => Promise<Uint8Array>;
}

/** The files of each class, hidden ones included. */
type Classes = ReadonlyMap<string, readonly PictureFile[]>;

export async function readPictureFolder(path: string): Promise<LabelledSet> {
  const entriesOf = (folder: string): Promise<Dirent[]> =>
    asFile('import', folder, () => readdir(folder, { withFileTypes: true }));
  const folders = (await entriesOf(path)).filter((entry) => entry.isDirectory());
  const classes = new Map<string, readonly PictureFile[]>();
  for (const { name: one } of folders) {
    const files = (await entriesOf(join(path, one))).filter((entry) => entry.isFile());
    const read = (name: string) => () => readUserFile('import', join(path, one, name), readLimits.text);
    classes.set(
      one,
      files.map(({ name }) => ({ name, read: read(name) })),
    );
  }
  return pictureSet(basename(path), classes);
}

/** The same of files that a page has read, by their paths in the folder that was chosen: `cat/1.png`. */
export function pictureSetOf(name: string, files: readonly UploadedPicture[]): Promise<LabelledSet> {
  const classes = new Map<string, PictureFile[]>();
  for (const { path, data } of files) {
    const [folder = '', file, ...deeper] = path.split('/');
    if (file === undefined) continue;
    const found = classes.get(folder) ?? [];
    classes.set(folder, found);
    if (deeper.length === 0) found.push({ name: file, read: () => Promise.resolve(Buffer.from(data, 'base64')) });
  }
  return pictureSet(name, classes);
}

async function pictureSet(name: string, all: Classes): Promise<LabelledSet> {
  const names = [...all.keys()].filter((one) => !isHidden(one)).toSorted();
  if (names.length < 2 || names.length > mostClasses)
    throw refused(
      name,
      say`a folder of pictures must have from 2 to ${mostClasses} folders in it, one for each class, got ${names.length}`,
      say`Put the pictures of each class into a folder of its own.`,
    );
  const pictures: Points[] = [];
  const classes: number[] = [];
  let values = 0;
  for (const [at, one] of names.entries()) {
    for (const file of picturesIn(name, one, all.get(one) ?? [])) {
      const shown = `${one}/${file.name}`;
      const points = unwrap(readPng(shown, await file.read()));
      needSameSize(name, shown, points, pictures[0]);
      values += points.height * points.width * 3;
      if (pictures.length >= mostSequences || values > 3 * mostValues)
        throw refused(
          name,
          say`a set must have at most ${mostSequences} sequences and ${mostValues} values, got more`,
          say`Choose fewer or smaller pictures.`,
        );
      pictures.push(points);
      classes.push(at);
    }
  }
  return unwrap(joined(name, pictures, classes, names));
}

function picturesIn(name: string, folder: string, all: readonly PictureFile[]): readonly PictureFile[] {
  const files = all.filter((file) => !isHidden(file.name));
  const other = files.find((file) => extname(file.name).toLowerCase() !== '.png');
  if (other !== undefined)
    throw refused(
      name,
      say`pictures must be PNG files, got ${asIs<string>(`${folder}/${other.name}`)}`,
      say`Save them as PNG, for example with ImageMagick: magick mogrify -format png *.jpg.`,
    );
  if (files.length === 0)
    throw refused(
      name,
      say`each class must have a picture, got none in ${asIs(folder)}`,
      say`Remove the empty folder.`,
    );
  return files.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

function needSameSize(name: string, shown: string, { height, width }: Points, first: Points | undefined): void {
  if (first === undefined || (first.height === height && first.width === width)) return;
  throw refused(
    name,
    say`all pictures must have ${first.width} x ${first.height} points as the first, got ${width} x ${height} in ${asIs(shown)}`,
    say`Scale them to one size, for example with ImageMagick: magick mogrify -resize 64x64! *.png.`,
  );
}

function joined(
  name: string,
  pictures: readonly Points[],
  classes: readonly number[],
  names: readonly string[],
): Result<LabelledSet> {
  const [{ height, width }] = pictures as readonly [Points];
  const channels = pictures.some((one) => one.channels === 3) ? 3 : 1;
  const each = height * width * channels;
  const values = new Float32Array(pictures.length * each);
  pictures.forEach((one, at) => {
    const repeat = channels / one.channels;
    for (let i = 0; i < each; i++) values[at * each + i] = itemAt(one.bytes, Math.floor(i / repeat)) / 255;
  });
  return labelledSet(name, {
    kind: 'images',
    shape: [height, width, channels],
    width: each,
    lengths: new Int32Array(pictures.length).fill(1),
    values,
    classes: Int32Array.from(classes),
    names,
  });
}
