// Builds the fault shim with the machine's C compiler and controls it: which calls on which files fail, from which one on, and with which
// error. If it cannot be built, its tests are skipped with the reason.
import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';

/** Sets of calls, with the bits of shim.c. */
export const operations = {
  write: 1,
  sync: 2,
  truncate: 4,
  rename: 8,
  link: 16,
  open: 32,
  unlink: 64,
  read: 128,
} as const;
export type Operation = keyof typeof operations;

export type Effect = 'EIO' | 'ENOSPC' | 'EACCES' | 'kill';
const killEffect = 9999;
const numberOf = (effect: Effect): number => (effect === 'kill' ? killEffect : constants.errno[effect]);

export interface Plan {
  readonly operations: readonly Operation[];
  /** Part of the path of every file concerned. */
  readonly path: string;
  readonly effect: Effect;
  /** The first call that fails, from 1. */
  readonly first?: number;
  /** How many fail from there; 0 = all. One when absent. */
  readonly count?: number;
}

export interface Shim {
  /** Environment variables that put a process under the shim. */
  readonly env: Readonly<Record<string, string>>;
  arm(plan: Plan): void;
  /** Stops failing; returns how many calls matched and how many failed since `arm`. */
  disarm(): { readonly seen: number; readonly struck: number };
}

const bytes = 64 + 1024;
const at = { operations: 0, first: 1, count: 2, effect: 3, seen: 4, struck: 5 } as const;

function steer(library: string, control: string): Shim {
  const file = openSync(control, 'w+');
  const put = (content: Buffer): void => void writeSync(file, content, 0, content.length, 0);
  put(Buffer.alloc(bytes));
  afterAll(() => closeSync(file));
  const words = (): Int32Array => {
    const read = Buffer.alloc(64);
    readSync(file, read, 0, 64, 0);
    return new Int32Array(read.buffer, read.byteOffset, 16);
  };
  const disarm: Shim['disarm'] = () => {
    put(Buffer.alloc(4));
    const now = words();
    return { seen: now[at.seen] ?? 0, struck: now[at.struck] ?? 0 };
  };
  return {
    env: { LD_PRELOAD: library, FAULT_CONTROL: control },
    disarm,
    arm: (plan) => {
      disarm();
      const content = Buffer.alloc(bytes);
      const set = new Int32Array(content.buffer, content.byteOffset, 16);
      set[at.first] = plan.first ?? 1;
      set[at.count] = plan.count ?? 1;
      set[at.effect] = numberOf(plan.effect);
      content.write(plan.path, 64, 1023);
      put(content);
      // Written last, since it activates the rest.
      const mask = plan.operations.reduce((all, name) => all | operations[name], 0);
      put(Buffer.from(Int32Array.of(mask).buffer));
    },
  };
}

export interface ShimBuild {
  readonly library: string | null;
  /** Why the shim is unavailable. */
  readonly reason: string;
  /** A control file of its own. */
  make(): Shim;
}

/** Compiles the shim once for a test file; removed afterwards. */
export function buildShim(): ShimBuild {
  const none = (reason: string): ShimBuild => ({
    library: null,
    reason,
    make: () => {
      throw new Error(`the fault shim is not there: ${reason}`);
    },
  });
  if (process.platform !== 'linux') return none('needs Linux');
  const folder = mkdtempSync(join(tmpdir(), 'minrnn-shim-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const library = join(folder, 'shim.so');
  const source = fileURLToPath(new URL('shim.c', import.meta.url));
  const built = spawnSync('cc', ['-shared', '-fPIC', '-O1', '-o', library, source, '-ldl'], { encoding: 'utf8' });
  if (built.error) return none('needs a C compiler');
  if (built.status !== 0) throw new Error(`shim.c must compile:\n${built.stderr}`);
  let made = 0;
  return { library, reason: '', make: () => steer(library, join(folder, `control-${++made}`)) };
}
