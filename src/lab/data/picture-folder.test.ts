// Pictures of a person's own: PNG files of every kind are read to the point, a folder of them is a labelled set, and errors name the file.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unwrap, type Result } from '../../engine/core/result.ts';
import { english } from '../../engine/core/say.ts';
import { pngOf, type Drawn } from '../../../tests/support/png.ts';
import { scratchFolder } from '../../../tests/support/program.ts';
import { saying } from '../../../tests/support/saying.ts';
import { pictureSetOf, readPictureFolder } from './picture-folder.ts';
import { readPng } from './png.ts';

const points = (drawn: Drawn): number[] => [...unwrap(readPng('x.png', pngOf(drawn))).bytes];
const said = (result: Result<unknown>): string => (result.ok ? '' : english(result.error.message));

describe('a PNG file', () => {
  it('has the points that were written, whatever the filter of each row', () => {
    const picture = fc.record({ width: fc.integer({ min: 1, max: 9 }), height: fc.integer({ min: 1, max: 6 }) });
    const kinds = fc.constantFrom<[number, number]>([0, 8], [2, 8], [0, 1], [0, 2], [0, 4], [0, 16], [2, 16]);
    const drawn = fc.tuple(picture, kinds).chain(([{ width, height }, [colour, depth]]) => {
      const length = width * height * (colour === 2 ? 3 : 1);
      return fc.record({
        width: fc.constant(width),
        height: fc.constant(height),
        colour: fc.constant(colour),
        depth: fc.constant(depth),
        samples: fc.array(fc.nat(2 ** depth - 1), { minLength: length, maxLength: length }),
        filters: fc.array(fc.nat(4), { minLength: height, maxLength: height }),
      });
    });
    fc.assert(
      fc.property(drawn, (one) => {
        const scaled = (value: number): number =>
          one.depth === 16 ? Math.floor(value / 256) : Math.round((value * 255) / (2 ** one.depth - 1));
        expect(points(one)).toEqual(one.samples.map(scaled));
      }),
    );
  });

  it('may have a palette, and what is see-through lies on white', () => {
    const two = { width: 2, height: 1 };
    const palette = [10, 20, 30, 200, 100, 0];
    expect(points({ ...two, colour: 3, depth: 1, samples: [0, 1], palette })).toEqual(palette);
    expect(points({ ...two, colour: 3, samples: [0, 1], palette, transparent: [0] })).toEqual([
      255, 255, 255, 200, 100, 0,
    ]);
    expect(points({ ...two, colour: 4, samples: [0, 51, 100, 255] })).toEqual([204, 100]);
    expect(points({ ...two, colour: 6, samples: [0, 10, 20, 255, 0, 0, 0, 0] })).toEqual([0, 10, 20, 255, 255, 255]);
    expect(points({ ...two, colour: 0, samples: [7, 8], transparent: [0, 7] })).toEqual([255, 8]);
  });

  it('is refused where a byte is wrong, it ends early, or is of a kind that is not read', () => {
    const drawn = { width: 2, height: 2, samples: [1, 2, 3, 4] };
    const whole = pngOf(drawn);
    for (let at = 8; at < whole.length; at++) {
      const broken = Uint8Array.from(whole);
      broken[at] ^= 16;
      expect(said(readPng('x.png', broken)), `byte ${at}`).toContain('picture "x.png": ');
      expect(said(readPng('x.png', whole.subarray(0, at))), `${at} bytes`).toContain('cut off or damaged');
    }
    expect(said(readPng('x.png', pngOf({ ...drawn, interlaced: true })))).toContain('must not be interlaced');
    expect(said(readPng('x.png', pngOf({ ...drawn, height: 3 })))).toContain('cut off or damaged');
    expect(said(readPng('x.png', pngOf({ ...drawn, width: 5000 })))).toContain(
      'at most 4,096 points a side, got 5,000 x 2',
    );
    expect(said(readPng('x.png', pngOf({ ...drawn, colour: 3, palette: [0, 0, 0] })))).toContain(
      'every colour it uses',
    );
  });
});

describe('a folder of pictures', () => {
  const folder = (files: Readonly<Record<string, Uint8Array | string>>): string => {
    const path = join(scratchFolder(), 'animals');
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(join(path, name, '..'), { recursive: true });
      writeFileSync(join(path, name), content);
    }
    return path;
  };
  /** The same files, read by a page. */
  const uploaded = (files: Readonly<Record<string, Uint8Array | string>>) =>
    pictureSetOf(
      'animals',
      Object.entries(files).map(([path, content]) => ({ path, data: Buffer.from(content).toString('base64') })),
    );
  const grey = (...samples: number[]): Buffer => pngOf({ width: 2, height: 1, samples });

  it('is a set with a class for each folder; grey pictures beside coloured ones are coloured', async () => {
    const files = {
      'dog/b.png': grey(0, 255),
      'dog/a.png': grey(51, 0),
      'cat/1.PNG': grey(255, 255),
      'cat/.DS_Store': 'x',
    };
    const set = await readPictureFolder(folder(files));
    expect(await uploaded(files)).toEqual(set);
    expect(set).toMatchObject({
      kind: 'images',
      shape: [1, 2, 1],
      names: ['cat', 'dog'],
      classes: Int32Array.of(0, 1, 1),
    });
    expect([...set.values]).toEqual([1, 1, 0.2, 0, 0, 1].map(Math.fround));
    const colour = pngOf({ width: 2, height: 1, colour: 2, samples: [255, 0, 0, 0, 0, 255] });
    const mixed = await readPictureFolder(folder({ ...files, 'cat/2.png': colour }));
    expect(mixed.shape).toEqual([1, 2, 3]);
    expect([...mixed.values.subarray(0, 12)]).toEqual([1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 1]);
  });

  it.each<[string, Readonly<Record<string, Uint8Array | string>>, RegExp]>([
    ['one class', { 'cat/1.png': grey(1, 2) }, /from 2 to 4,096 folders in it, one for each class, got 1/],
    ['a JPEG', { 'cat/1.png': grey(1, 2), 'dog/1.jpg': 'x' }, /pictures must be PNG files, got dog\/1\.jpg/],
    [
      'another size',
      { 'cat/1.png': grey(1, 2), 'dog/1.png': pngOf({ width: 1, height: 1, samples: [0] }) },
      /all pictures must have 2 x 1 points as the first, got 1 x 1 in dog\/1\.png/,
    ],
    ['a damaged file', { 'cat/1.png': grey(1, 2), 'dog/1.png': 'not a picture' }, /picture "dog\/1\.png": .* damaged/],
    ['an empty class', { 'cat/1.png': grey(1, 2), 'dog/.keep': '' }, /each class must have a picture, got none in dog/],
  ])('with %s is refused by file', async (_, files, words) => {
    const refused = { appError: { code: 'bad-input', message: saying(words) } };
    await expect(readPictureFolder(folder(files))).rejects.toMatchObject(refused);
    await expect(uploaded(files)).rejects.toMatchObject(refused);
  });
});
