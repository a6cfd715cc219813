// Packages that `npm test` fetches into tools/ and `npm ci` does not: found there, or missing with instructions.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { root } from './program.ts';

const find = createRequire(join(root, 'tools/package.json'));

/** Path of what `name` loads, or null: not fetched. */
export function toolPath(name: string): string | null {
  try {
    return find.resolve(name);
  } catch {
    return null;
  }
}

export const notFetched = 'skipped: the tools are not fetched, "npm run tools" fetches them';
