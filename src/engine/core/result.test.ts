// Thrown values as failures: a defect of the program is never blamed on a person's input.
import { english, say } from './say.ts';
import { describe, expect, it } from 'vitest';
import { exitCodeOf, exitCodes } from '../../cli/exit-codes.ts';
import { errorText } from '../../cli/show.ts';
import { fileError } from '../../lab/files/files.ts';
import { AppFailure, asAppError } from './result.ts';

describe('asAppError', () => {
  it('hands an AppFailure on as it is', () => {
    const error = { code: 'disk-full', message: say`session: the disk is full`, cure: say`Free some space.` } as const;
    expect(asAppError(new AppFailure(error))).toBe(error);
  });

  it.each([
    new TypeError('x is not a function'),
    new Error(''),
    'a text',
    null,
    undefined,
    7,
    Object.create(null) as unknown,
    Symbol('s'),
    { toString: 1 },
  ])('calls everything else a defect, with its stack: %#', (thrown) => {
    const error = asAppError(thrown, 'lab');
    expect(error.code).toBe('bug');
    expect(english(error.message)).toMatch(/^lab: a defect of the program \(./);
    expect(error.stack).toMatch(/./);
    expect(errorText(error)).toContain(error.stack);
  });

  it('has an exit code of its own', () => {
    expect(exitCodeOf('bug')).toBe(70);
    expect(new Set(Object.values(exitCodes)).size).toBe(Object.keys(exitCodes).length);
  });
});

describe('fileError', () => {
  it('tells what the system answered from a mistake in calling it', async () => {
    const { readFile } = await import('node:fs/promises');
    const answered = await readFile('/no/such/file').catch((error: unknown) => fileError('read', 'f', error));
    expect(answered).toMatchObject({ code: 'not-found' });
    const mistaken = await readFile('a\0b').catch((error: unknown) => fileError('read', 'f', error));
    expect(mistaken).toMatchObject({ code: 'bug' });
  });
});
