// The launcher as a person starts it: from a checkout and from an installed copy, on a Node that is new enough and on one that is not.
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { findPackagedNode } from '../bin/packaged-node.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const program = `export async function main(argv${'/*types*/'}) {
  console.log(JSON.stringify({ argv, node: process.versions.node }));
  if (argv[0] === 'wait') {
    process.on('SIGTERM', () => process.exit(7));
    console.log('waiting');
    await new Promise((resolve) => setTimeout(resolve, 240_000));
  }
  return Number(argv[0] ?? 0);
}
`;

/** A copy of the launcher around a small program; `parts` are further files. */
function copy(parts: { source?: boolean; built?: boolean; packages?: boolean; below?: string }): string {
  const home = join(mkdtempSync(join(tmpdir(), 'minrnn-launch-')), parts.below ?? '.');
  mkdirSync(home, { recursive: true });
  cpSync(join(root, 'bin'), join(home, 'bin'), { recursive: true });
  cpSync(join(root, 'scripts'), join(home, 'scripts'), { recursive: true });
  writeFileSync(join(home, 'package.json'), '{"type":"module"}');
  const write = (folder: string, name: string, text: string): void => {
    mkdirSync(join(home, folder), { recursive: true });
    writeFileSync(join(home, folder, name), text);
  };
  if (parts.source) write('src/cli', 'main.ts', program.replace('/*types*/', ': string[]'));
  if (parts.built) write('out/cli', 'main.js', program);
  if (parts.packages) symlinkSync(join(root, 'node_modules'), join(home, 'node_modules'));
  return join(home, 'bin', 'minrnn.mjs');
}

const start = (node: string, launcher: string, ...args: string[]) =>
  spawnSync(node, [launcher, ...args], { encoding: 'utf8', timeout: 240_000 });

/** A Node older than 22 on this machine, to hand over from. */
function findOldNode(): string | null {
  const name = process.platform === 'win32' ? 'node.exe' : 'node';
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const path = join(folder, name);
    if (!existsSync(path)) continue;
    const version = spawnSync(path, ['--version'], { encoding: 'utf8' }).stdout;
    if (/^v(20|21)\./.test(version)) return path;
  }
  return null;
}

describe('the launcher', () => {
  it('runs the TypeScript of a checkout and passes arguments and exit code', () => {
    const { status, stdout } = start(process.execPath, copy({ source: true, packages: true }), '3', '--json');
    expect(JSON.parse(stdout)).toMatchObject({ argv: ['3', '--json'] });
    expect(status).toBe(3);
  });

  it('runs the built program of an installed copy, where Node reads no TypeScript', () => {
    const { status, stdout } = start(
      process.execPath,
      copy({ source: true, built: true, below: 'node_modules/minrnn-lab' }),
      '0',
    );
    expect(JSON.parse(stdout)).toMatchObject({ argv: ['0'] });
    expect(status).toBe(0);
  });

  it('says what is missing and what to do', () => {
    const { status, stderr } = start(process.execPath, copy({}));
    expect(status).toBe(1);
    expect(stderr).toContain('npm ci');
  });
});

describe('on a Node that is too old', () => {
  const old = findOldNode();
  const packaged = findPackagedNode([root]);
  const why =
    old === null ? 'no Node 20 or 21 on the path' : packaged === null ? 'no packaged Node for this platform' : null;

  it('hands over to the packaged Node', (context) => {
    if (old === null || why !== null) return context.skip(why ?? '');
    const { status, stdout } = start(old, copy({ source: true, packages: true }), '5');
    const said = JSON.parse(stdout) as { node: string };
    expect(Number(said.node.split('.')[0])).toBeGreaterThanOrEqual(24);
    expect(status).toBe(5);
  });

  it('passes signals on', async (context) => {
    if (old === null || why !== null) return context.skip(why ?? '');
    const child = spawn(old, [copy({ source: true, packages: true }), 'wait'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    child.stdout.on('data', (text: Buffer) => {
      if (text.toString().includes('waiting')) child.kill('SIGTERM');
    });
    const code = await new Promise((resolve) => child.on('exit', resolve));
    expect(code).toBe(7);
  });

  it('without a packaged one names the version it needs and the cure', (context) => {
    if (old === null) return context.skip('no Node 20 or 21 on the path');
    const { status, stderr } = start(old, copy({ source: true }));
    expect(status).toBe(1);
    expect(stderr).toMatch(/Node 22\.18 or newer is required, got 2[01]\./);
    expect(stderr).toContain('npm ci');
  });
});
