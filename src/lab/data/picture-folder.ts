// A folder of pictures as a labelled set: each subfolder is a class, its PNG files are the pictures. All have one size; grey ones beside
// coloured ones are taken as coloured. Errors name the file.
import { readdir } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { itemAt } from '../../engine/core/item.ts';
import { AppFailure, unwrap, type Result } from '../../engine/core/result.ts';
import { asIs, type Message, say } from '../../engine/core/say.ts';
import { labelledSet, mostClasses, mostSequences, mostValues, type LabelledSet } from '../../engine/data/labelled.ts';
import { asFile } from '../files/files.ts';
import { readLimits, readUserFile } from '../files/read-file.ts';
import { readPng, type Points } from './png.ts';

/** What systems leave in folders. */
const isHidden = (name: string): boolean => name.startsWith('.') || /^(thumbs\.db|desktop\.ini)$/iu.test(name);

const refused = (name: string, message: Message, cure: Message): AppFailure =>
  new AppFailure({ code: 'bad-input', message: say`data "${asIs(name)}": ${message}`, field: 'path', cure });

export async function readPictureFolder(path: string): Promise<LabelledSet> {
  const name = basename(path);
  const folders = (await asFile('import', path, () => readdir(path, { withFileTypes: true }))).filter(
    (entry) => entry.isDirectory() && !isHidden(entry.name),
  );
  const names = folders.map((entry) => entry.name).toSorted();
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
    for (const file of await filesOf(name, join(path, one), one)) {
      const shown = `${one}/${file}`;
      const points = unwrap(await pictureOf(join(path, one, file), shown));
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

async function filesOf(name: string, path: string, folder: string): Promise<readonly string[]> {
  const entries = await asFile('import', path, () => readdir(path, { withFileTypes: true }));
  const files = entries.filter((entry) => entry.isFile() && !isHidden(entry.name)).map((entry) => entry.name);
  const other = files.find((file) => extname(file).toLowerCase() !== '.png');
  if (other !== undefined)
    throw refused(
      name,
      say`pictures must be PNG files, got ${asIs<string>(`${folder}/${other}`)}`,
      say`Save them as PNG, for example with ImageMagick: magick mogrify -format png *.jpg.`,
    );
  if (files.length === 0)
    throw refused(
      name,
      say`each class must have a picture, got none in ${asIs(folder)}`,
      say`Remove the empty folder.`,
    );
  return files.toSorted();
}

const pictureOf = async (path: string, shown: string): Promise<Result<Points>> =>
  readPng(shown, await readUserFile('import', path, readLimits.text));

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
