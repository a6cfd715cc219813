// Tokens kept in a file: what was cut once is known from then on, and nothing is believed that does not spell the text.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { knowsTokens, rememberTokens, tokenCodes } from '../../engine/tasks/token-codes.ts';
import { scratchFolder } from '../../../tests/support/program.ts';
import { keepTokens, recallTokens, tokenFileOf } from './token-file.ts';

const text = 'Call me Ishmael. naïve 鲸 <|endoftext|> lighthouses\n'.repeat(40);
const forget = (): void => rememberTokens('', new Uint32Array());

describe('the file of tokens', () => {
  let path = '';
  let codes = new Uint32Array();
  beforeEach(() => {
    forget();
    codes = Uint32Array.from(tokenCodes(text));
    path = tokenFileOf(join(scratchFolder(), 'abc.txt'));
  });

  it('lies beside the text and gives back its tokens', async () => {
    expect(await recallTokens(path, text)).toBe(false);
    await keepTokens(path, text);
    expect(path).toMatch(/abc\.gpt2$/);
    forget();
    expect(await recallTokens(path, text)).toBe(true);
    expect(knowsTokens(text)).toBe(true);
    expect(tokenCodes(text)).toEqual(codes);
  });

  const damages: readonly (readonly [string, (bytes: Uint8Array) => Uint8Array])[] = [
    ['cut off within a token', (bytes) => bytes.subarray(0, 7)],
    ['cut off between tokens', (bytes) => bytes.subarray(0, 40)],
    ['empty', () => new Uint8Array()],
    ['of another text', () => new Uint8Array(Uint32Array.from(tokenCodes('Another text.')).buffer)],
    ['with a token that is none', (bytes) => bytes.map((byte, at) => (at === 3 ? 255 : byte))],
  ];
  it.each(damages)('is not believed when it is %s, and written anew', async (_, damage) => {
    await keepTokens(path, text);
    writeFileSync(path, damage(readFileSync(path)));
    forget();
    expect(await recallTokens(path, text)).toBe(false);
    expect(knowsTokens(text)).toBe(false);
    await keepTokens(path, text);
    expect([...new Uint32Array(Uint8Array.from(readFileSync(path)).buffer)]).toEqual([...codes]);
  });

  it('is not needed: a folder that cannot be made keeps nothing back', async () => {
    const folder = join(scratchFolder(), 'data');
    writeFileSync(folder, 'a file where the folder should be');
    await keepTokens(join(folder, 'abc.gpt2'), text);
    expect(tokenCodes(text)).toEqual(codes);
  });

  it('is left alone where a folder has its name', async () => {
    mkdirSync(path);
    await keepTokens(path, text);
    expect(existsSync(path)).toBe(true);
    expect(tokenCodes(text)).toEqual(codes);
  });
});
