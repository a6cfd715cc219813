// The only place that knows the entry files of other processes: TypeScript source in a checkout, out/<part>/main.js in an installed copy.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder that holds package.json: the checkout, or the installed program. */
export function programRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) {
    const parent = dirname(folder);
    if (parent === folder) throw new Error('programRoot: package.json must lie above the program, got none');
    folder = parent;
  }
  return folder;
}

/** True when this code runs as TypeScript from a checkout. */
export const fromSource = (): boolean => import.meta.url.endsWith('.ts');

/** Entry file of an engine process. */
export function engineEntry(): string {
  const root = programRoot();
  return fromSource() ? join(root, 'src/engine-host/main.ts') : join(root, 'out/engine-host/main.js');
}

/** Entry file of the process that looks at a device. */
export function probeEntry(): string {
  const root = programRoot();
  return fromSource() ? join(root, 'src/engine-host/probe.ts') : join(root, 'out/engine-host/probe.js');
}

/** Entry file of the process that tries an installed runtime. */
export function runtimeCheckEntry(): string {
  const root = programRoot();
  return fromSource() ? join(root, 'src/engine-host/check-runtime.ts') : join(root, 'out/engine-host/check-runtime.js');
}

export function programVersion(): string {
  const read: unknown = JSON.parse(readFileSync(join(programRoot(), 'package.json'), 'utf8'));
  return typeof read === 'object' && read !== null && 'version' in read ? String(read.version) : 'unknown';
}

/** Commit of a checkout, read from .git without running git; null in an installed copy. */
export function programCommit(): string | null {
  try {
    const git = join(programRoot(), '.git');
    const head = readFileSync(join(git, 'HEAD'), 'utf8').trim();
    if (!head.startsWith('ref: ')) return head;
    const name = head.slice('ref: '.length);
    if (existsSync(join(git, name))) return readFileSync(join(git, name), 'utf8').trim();
    const packed = readFileSync(join(git, 'packed-refs'), 'utf8');
    return (
      packed
        .split('\n')
        .find((line) => line.endsWith(` ${name}`))
        ?.split(' ')[0] ?? null
    );
  } catch {
    return null;
  }
}
