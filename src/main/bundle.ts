// Answers the window's requests for its own files under minrnn://app/. A custom scheme instead of file: gives the page an origin, the
// content policy as a header, and no access to other files.
import { readFile } from 'node:fs/promises';
import { extname, join, normalize, sep } from 'node:path';
import { contentPolicy } from '../protocol/content-policy.ts';

export const scheme = 'minrnn';
export const pageUrl = `${scheme}://app/index.html`;

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.json': 'application/json',
};

export interface BundleAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array<ArrayBuffer>;
}

const refuse = (status: number, text: string): BundleAnswer => ({
  status,
  headers: { 'content-type': 'text/plain; charset=utf-8' },
  body: new TextEncoder().encode(text),
});

/** Path inside the bundle, or null when the URL is not one of ours or leads out of the folder. */
export function bundlePath(url: string): string | null {
  const parsed = URL.parse(url);
  if (parsed === null || parsed.protocol !== `${scheme}:` || parsed.host !== 'app') return null;
  let path: string;
  try {
    path = decodeURIComponent(parsed.pathname);
  } catch {
    return null;
  }
  const relative = normalize(path).replace(/^[\\/]+/, '');
  if (/[\0\\]/.test(path) || relative.split(sep).includes('..')) return null;
  return relative === '' ? 'index.html' : relative;
}

/** Answers from the bundle in `folder`. */
export async function answerFromBundle(folder: string, url: string): Promise<BundleAnswer> {
  const path = bundlePath(url);
  if (path === null) return refuse(403, 'not part of the program');
  const type = types[extname(path)];
  if (type === undefined) return refuse(404, 'no such file');
  try {
    const body = new Uint8Array(await readFile(join(folder, path)));
    return {
      status: 200,
      headers: {
        'content-type': type,
        'content-security-policy': contentPolicy(),
        'x-content-type-options': 'nosniff',
      },
      body,
    };
  } catch {
    return refuse(404, 'no such file');
  }
}
