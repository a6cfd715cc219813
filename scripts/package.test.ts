// A package built by electron-builder from the real configuration, around a stand-in for Electron's binary that has only its fuse wire (CI
// checks the real one with the same script): the fuses must be set correctly and the archive must be complete.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { notFetched, toolPath } from '../tests/support/fetched-tools.ts';
import { checkPackage, fuseWire } from './check-package.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'minrnn-package-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const put = (path: string, data: string | Uint8Array, mode = 0o644): void => {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), data, { mode });
};

/** The defaults of Electron: all features for developers are on. */
const shipped = Buffer.concat([
  Buffer.alloc(5000, 7),
  Buffer.from('dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX'),
  Buffer.from([1, 8]),
  Buffer.from('10110001'),
  Buffer.alloc(3000, 9),
]);
const binary = process.platform === 'win32' ? 'electron.exe' : 'electron';
// macOS packages are bundles whose parts electron-builder renames: CI checks them as a whole.
const builder = process.platform === 'linux' ? toolPath('electron-builder/cli.js') : null;
const why = process.platform === 'linux' ? notFetched : 'skipped: packages of other systems are checked by CI';

beforeAll(() => {
  if (builder === null) return;
  put(`electron/${binary}`, shipped, 0o755);
  put('electron/resources/keep', '');
  put(
    'app/package.json',
    '{"name":"minrnn-lab","version":"0.1.0","type":"module","main":"out/main/index.js","description":"d","author":"a"}',
  );
  const parts = [
    'out/main/index.js',
    'out/preload/index.cjs',
    'out/renderer/index.html',
    'out/lab/main.js',
    'bin/minrnn.mjs',
  ];
  for (const path of [...parts, 'out/wasm/kernels.wasm', 'examples/a.json', 'LICENSE']) put(`app/${path}`, path);
  const config = [
    `--config=${join(root, 'electron-builder.yml')}`,
    `--config.directories.output=${join(folder, 'dist')}`,
    `--config.electronDist=${join(folder, 'electron')}`,
    '--config.electronVersion=38.0.0',
  ];
  const built = spawnSync(
    process.execPath,
    [builder, '--dir', '--publish=never', `--project=${join(folder, 'app')}`, ...config],
    {
      encoding: 'utf8',
    },
  );
  if (built.status !== 0) throw new Error(built.stdout + built.stderr);
});

describe.skipIf(builder === null)(builder === null ? why : 'a package', () => {
  it('has its fuses set, and only its own parts in the archive', () => {
    expect(checkPackage(join(folder, 'dist'))).toEqual([]);
    const program = readFileSync(join(folder, 'dist/linux-unpacked/minrnn-lab'));
    expect(fuseWire(program)).toBe('01001100');
  });

  it('with Electron’s defaults is reported fuse by fuse', () => {
    writeFileSync(join(folder, 'dist/linux-unpacked/minrnn-lab'), shipped);
    expect(checkPackage(join(folder, 'dist'))).toEqual([
      'fuse runAsNode must be 0, got 1',
      'fuse enableCookieEncryption must be 1, got 0',
      'fuse enableNodeOptionsEnvironmentVariable must be 0, got 1',
      'fuse enableNodeCliInspectArguments must be 0, got 1',
      'fuse enableEmbeddedAsarIntegrityValidation must be 1, got 0',
      'fuse onlyLoadAppFromAsar must be 1, got 0',
      'fuse grantFileProtocolExtraPrivileges must be 0, got 1',
    ]);
  });
});
