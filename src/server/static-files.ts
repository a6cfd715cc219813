// The files of the renderer bundle, with the headers of every response. Serves one folder and nothing else.
import { readFile } from 'node:fs/promises';
import { extname, join, normalize, sep } from 'node:path';
import { contentPolicy } from '../protocol/content-policy.ts';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.woff2': 'font/woff2',
};

export const safetyHeaders = (host: string): Readonly<Record<string, string>> => ({
  'content-security-policy': contentPolicy([`ws://${host}`]),
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'x-frame-options': 'DENY',
  'permissions-policy': 'camera=(), microphone=(), geolocation=()',
});

export interface StaticFile {
  readonly body: Buffer;
  readonly type: string;
  /** The page itself under any path to it: the only file whose content differs per request. */
  readonly isPage: boolean;
  /** Bundled file names contain a hash of their content. */
  readonly lasting: boolean;
}

/** The file of a request path, or null: missing, outside the folder, or of a type that is never served. */
export async function staticFile(folder: string, path: string): Promise<StaticFile | null> {
  let name: string;
  try {
    name = normalize(decodeURIComponent(path));
  } catch {
    return null;
  }
  if (name.includes('\0') || name.split(/[\\/]/).includes('..')) return null;
  const file = join(folder, name === sep || name === '/' ? 'index.html' : name);
  const isPage = extname(file).toLowerCase() === '.html';
  const type = types[isPage ? '.html' : extname(file)];
  if (type === undefined || !file.startsWith(folder + sep)) return null;
  const body = await readFile(file).catch(() => null);
  return body === null ? null : { body, type, isPage, lasting: name.includes(`${sep}assets${sep}`) };
}
