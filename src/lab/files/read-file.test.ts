// A path from a person may lead anywhere: anything but an ordinary file, or a file that is too long, is refused with a message and never hangs.
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readLimits, readUserFile } from './read-file.ts';
import { saying } from '../../../tests/support/saying.ts';

const folder = mkdtempSync(join(tmpdir(), 'minrnn-read-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const at = (name: string): string => join(folder, name);
const posix = process.platform !== 'win32';

const refusal = (path: string, most = 100): Promise<unknown> =>
  readUserFile('import', path, most).then(
    (bytes) => bytes.length,
    (error: { appError?: unknown }) => error.appError ?? error,
  );

describe('readUserFile', () => {
  it('reads a file whole, by a link as well, up to the limit and not beyond', async () => {
    writeFileSync(at('text'), 'x'.repeat(100));
    symlinkSync(at('text'), at('link'));
    expect(Buffer.from(await readUserFile('import', at('text'), 100)).toString()).toBe('x'.repeat(100));
    expect(await refusal(at('link'))).toBe(100);
    expect(await refusal(at('text'), 99)).toMatchObject({
      code: 'bad-input',
      field: 'path',
      message: saying(/at most 99 bytes.*got 100 bytes/),
    });
  });

  it('names the limit for 600 MB and reads none of it', async () => {
    writeFileSync(at('large'), '');
    truncateSync(at('large'), 600_000_000);
    expect(await refusal(at('large'), readLimits.text)).toMatchObject({
      code: 'bad-input',
      message: saying(/at most 268,435,456 bytes \(256 MiB\), got 600,000,000 bytes/),
      cure: saying(/./),
    });
  });

  it('refuses folders and paths that lead nowhere', async () => {
    mkdirSync(at('folder'));
    expect(await refusal(at('folder'))).toMatchObject({
      code: 'bad-input',
      message: saying(/a folder/),
    });
    expect(await refusal(at('nothing'))).toMatchObject({ code: 'not-found' });
    expect(await refusal(join(at('text'), 'below'))).toMatchObject({ code: 'not-found' });
  });

  it.skipIf(!posix)('refuses pipes, sockets and devices without waiting for them', async () => {
    execFileSync('mkfifo', [at('pipe')]);
    expect(await refusal(at('pipe'))).toMatchObject({
      code: 'bad-input',
      message: saying(/a named pipe/),
    });
    const server = createServer().listen(at('socket'));
    await new Promise((resolve) => server.once('listening', resolve));
    expect(await refusal(at('socket'))).toMatchObject({
      code: 'bad-input',
      message: saying(/a socket/),
    });
    server.close();
    for (const device of ['/dev/zero', '/dev/null', '/dev/tty']) {
      expect(await refusal(device)).toMatchObject({ code: 'bad-input', message: saying(/a device/) });
    }
  });

  it.skipIf(process.platform !== 'linux')('reads a file whose size the system gives as 0, to the limit', async () => {
    expect(await refusal('/proc/self/status', 100)).toMatchObject({ message: saying(/at most 100/) });
    expect(await refusal('/proc/self/status', 1_000_000)).toBeGreaterThan(100);
  });

  it.skipIf(!posix)('says so when the file belongs to somebody else', async () => {
    writeFileSync(at('private'), 'secret');
    chmodSync(at('private'), 0o000);
    const root = process.geteuid?.() === 0;
    if (root) process.seteuid?.(65534);
    const said = await refusal(at('private')).finally(() => root && process.seteuid?.(0));
    expect(said).toMatchObject({ code: 'permission', message: saying(at('private')) });
  });
});
