// The stated facts of the built-in data are correct.
import { expect, it } from 'vitest';
import { builtIn, builtInData } from './built-in-data.ts';
import { aboutOf, bytesOf, hashOf, kindOf } from './task-data.ts';

it.each(builtIn.map((info) => [info.id, info] as const))(
  '%s is as large and of the content that is stated',
  (id, info) => {
    const data = builtInData(id);
    if (data === null) throw new Error(`${id} must be there, got none`);
    expect(info).toMatchObject({ bytes: bytesOf(data).byteLength, kind: kindOf(data), sha256: hashOf(data) });
    expect({ holds: info.holds, table: info.table }).toEqual({ holds: undefined, table: undefined, ...aboutOf(data) });
  },
);

it('there is nothing under any other name', () => {
  for (const name of ['', 'constructor', 'drawn']) expect(builtInData(name)).toBeNull();
});
