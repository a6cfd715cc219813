// Files in the folder of the page are served, and nothing outside it, however the path is spelled.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { staticFile } from './static-files.ts';

const home = mkdtempSync(join(tmpdir(), 'minrnn-static-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));
const folder = join(home, 'page');
for (const inside of ['page/assets', 'page-of-another']) mkdirSync(join(home, inside), { recursive: true });
writeFileSync(join(folder, 'index.html'), 'page');
writeFileSync(join(folder, 'assets/main.js'), 'script');
writeFileSync(join(folder, 'notes.rnnlab'), 'session');
writeFileSync(join(home, 'secret.json'), 'secret');
writeFileSync(join(home, 'page-of-another/secret.json'), 'secret');

describe('the folder of the page', () => {
  it('is served: the page by every name it has, what is bundled for long', async () => {
    for (const path of ['/', '/index.html', '/%69ndex.html', '/./index.html', '//index.html']) {
      expect(await staticFile(folder, path), path).toMatchObject({ isPage: true, lasting: false });
    }
    expect(await staticFile(folder, '/assets/main.js')).toMatchObject({ isPage: false, lasting: true });
  });

  it.each([
    '/../secret.json',
    '/%2e%2e/secret.json',
    '/..%2fsecret.json',
    '/assets/../../secret.json',
    '/assets/..%2f..%2fsecret.json',
    '..',
    '../secret.json',
    '../page-of-another/secret.json',
    '/..\\secret.json',
    '/notes.rnnlab',
    '/assets',
    '/nothing.js',
    '/index.html%00.js',
    '/%zz',
  ])('does not give %s', async (path) => {
    expect(await staticFile(folder, path)).toBeNull();
  });
});
