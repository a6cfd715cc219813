// The build of the native kernels: its sources, what it remembers, and what an installed copy without a compiler uses.
import { english } from '../../core/say.ts';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { smallDisk } from '../../../../tests/support/program.ts';
import { opcodes } from '../../ops/opcodes.ts';
import { OP_SLAB } from '../../plan/opcodes.shared.ts';
import { buildNative, buildPrebuilt, findCompiler, instructionSets, prebuiltLibrary } from './native-build.ts';
import { nativeModule } from './native-module.ts';
import { nativeFolder, nativeSources } from './native-sources.ts';

/** Whether this machine can build and run the kernels, determined before a test changes the environment. */
const native = await nativeModule();
const why = 'why' in native ? native.why : null;
const compiler = await findCompiler();

const posix = process.platform !== 'win32';
let home = '';

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'minrnn-native-'));
  vi.stubEnv('MINRNN_NATIVE_CACHE', '');
  vi.stubEnv('MINRNN_HOME', home);
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(home, { recursive: true, force: true });
});

describe('sources', () => {
  test('every kernel of a record has a number, and the constants of the op table reach C', () => {
    const { headers } = nativeSources();
    for (const [name, opcode] of opcodes)
      if (name !== 'slab') expect(headers['kernels.h']).toContain(`[${opcode}] = ${name},`);
    expect(headers['opcodes.h']).toContain(`#define OP_SLAB ${OP_SLAB}\n`);
  });

  test('every file that one of them includes belongs to them, so that a change in it is a new library', () => {
    const { files, headers } = nativeSources();
    const includes = files.flatMap((path) =>
      [...readFileSync(path, 'utf8').matchAll(/^#include "(.+)"/gm)].map(([, name = '']) => ({ path, name })),
    );
    const ofAnOp = includes.filter(({ path }) => basename(path) === 'cpu.c');
    expect(ofAnOp.map(({ name }) => name)).toContain('tiles.h');
    for (const { path, name } of includes) {
      const places = [dirname(path), nativeFolder].map((folder) => join(folder, name));
      expect(name in headers || places.some((place) => files.includes(place)), `${path}: ${name}`).toBe(true);
    }
  });
});

describe('build', () => {
  /** A fake compiler that prints `words` and exits with a given code. */
  const saying = (words: string, ending = 'exit 1') => {
    const command = join(home, 'compiler');
    writeFileSync(
      command,
      `#!/bin/sh\necho ran >> ${join(home, 'runs')}\ncat >&2 <<'END'\n${words}\nEND\n${ending}\n`,
      {
        mode: 0o755,
      },
    );
    return { command, version: words + ending };
  };
  const runs = (): number => readFileSync(join(home, 'runs'), 'utf8').split('\n').length - 1;
  const no = 'kernel.h:3:1: error: unknown type name';

  test.runIf(posix)('a compiler that says no is remembered with its words and leaves nothing else behind', async () => {
    const refusing = saying(no);
    const built = await buildNative(nativeSources(), refusing, 'sse');
    expect(built).toEqual({ why: expect.stringContaining(no) });
    expect(readdirSync(join(home, 'native'))).toEqual([expect.stringMatching(/^sse-.*\.failed$/)]);
    expect(await buildNative(nativeSources(), refusing, 'sse')).toEqual(built);
    expect(runs()).toBe(1);
  });

  test.runIf(posix)('a build takes away what a killed one left, and nothing of a build under way', async () => {
    const stalled = saying('', 'exec sleep 600');
    const sleeper = join(home, 'sleeper.mjs');
    writeFileSync(
      sleeper,
      `const { buildNative } = await import(${JSON.stringify(new URL('native-build.ts', import.meta.url).href)});
       const { nativeSources } = await import(${JSON.stringify(new URL('native-sources.ts', import.meta.url).href)});
       await buildNative(nativeSources(), ${JSON.stringify(stalled)}, 'sse');`,
    );
    const child = spawn(process.execPath, [sleeper], { stdio: 'inherit', detached: true });
    const parts = (): string[] => readdirSync(join(home, 'native')).filter((name) => name.endsWith('.parts'));
    await vi.waitUntil(() => existsSync(join(home, 'runs')) && parts().length === 1, { timeout: 600_000 });
    const refusing = saying(no);
    await buildNative(nativeSources(), refusing, 'sse');
    expect(parts()).toHaveLength(1);
    process.kill(-(child.pid ?? 0), 'SIGKILL');
    await once(child, 'exit');
    expect(parts()).toHaveLength(1);
    await buildNative(nativeSources(), refusing, 'avx2');
    expect(parts()).toEqual([]);
  });

  test.runIf(posix).each([
    ["an option it does not know is the compiler's no", "cc: error: unrecognized command-line option '-march=x'", true],
    ['a value it does not know too', "error: bad value 'x86-64-v4' for '-march=' switch", true],
    ['clang says it in other words', "clang: error: unsupported argument 'x86-64-v9' to option '-march='", true],
    ['a full disk', 'k.c:1:1: fatal error: error writing to /tmp/cc.s: No space left on device', false],
    ['a quota', '/usr/bin/ld: final link failed: Disk quota exceeded', false],
    ['a disk for reading only', 'cc: error: /x/kernels.node: Read-only file system', false],
    ['a folder of somebody else', '/usr/bin/ld: cannot open output file kernels.node: Permission denied', false],
    ['a broken disk', '/usr/bin/ld: error: read failed: Input/output error', false],
    ['a header that is not installed', 'module.c:4:10: fatal error: stdlib.h: No such file or directory', false],
    ['a library that is not installed', '/usr/bin/ld: cannot find -lm', false],
    ['memory', 'cc: fatal error: Killed signal terminated program cc1', false],
    ['no words at all', '', false],
  ])('%s', async (_what, words, remembered) => {
    const compiler = saying(words);
    await buildNative(nativeSources(), compiler, 'sse');
    await buildNative(nativeSources(), compiler, 'sse');
    expect(runs()).toBe(remembered ? 1 : 2);
    expect(readdirSync(join(home, 'native'))).toHaveLength(remembered ? 1 : 0);
  });

  test.runIf(posix)('a signal, a folder that cannot be made, and half a note are not remembered', async () => {
    const killed = saying('', 'kill -9 $$');
    for (let i = 0; i < 2; i++) await buildNative(nativeSources(), killed, 'sse');
    expect(runs()).toBe(2);
    writeFileSync(join(home, 'file'), '');
    vi.stubEnv('MINRNN_HOME', join(home, 'file'));
    expect(await buildNative(nativeSources(), killed, 'sse')).toEqual({ why: expect.stringMatching(/ENOTDIR|EEXIST/) });
    vi.stubEnv('MINRNN_HOME', home);
    const refusing = saying(no);
    await buildNative(nativeSources(), refusing, 'sse');
    const [note] = readdirSync(join(home, 'native'));
    writeFileSync(join(home, 'native', note ?? ''), 'the build wi');
    await buildNative(nativeSources(), refusing, 'sse');
    expect(runs()).toBe(4);
  });

  test('a disk that was full and has room again gets its library', async ({ skip }) => {
    if (compiler === null) return skip('no C compiler (CC, cc, gcc or clang) was found');
    const disk = smallDisk(join(home, 'disk'));
    if (disk === null) return skip('a test may not mount a file system here');
    vi.stubEnv('MINRNN_HOME', join(home, 'disk'));
    writeFileSync(join(home, 'disk', 'filler'), new Uint8Array(99 * 4096));
    const isa = process.arch === 'arm64' ? 'neon' : 'sse';
    expect(await buildNative(nativeSources(), compiler, isa)).toHaveProperty('why');
    disk.grow();
    expect(await buildNative(nativeSources(), compiler, isa)).toEqual({ path: expect.stringMatching(/\.node$/) });
    spawnSync('umount', ['-l', join(home, 'disk')]);
  });

  test.runIf(posix)('another compiler or instruction set is another library', async () => {
    await buildNative(nativeSources(), { ...saying(no), version: '1' }, 'sse');
    await buildNative(nativeSources(), { ...saying(no), version: '2' }, 'sse');
    await buildNative(nativeSources(), { ...saying(no), version: '2' }, 'avx2');
    expect(readdirSync(join(home, 'native'))).toHaveLength(3);
  });

  const brought = 'an installed copy without a compiler computes with the library that was brought';
  test(brought, async ({ skip }) => {
    if (why !== null) return skip(english(why));
    if (compiler === null) return skip('no C compiler (CC, cc, gcc or clang) was found');
    const sources = nativeSources();
    const isa = process.arch === 'arm64' ? 'neon' : 'sse';
    const path = prebuiltLibrary(sources, isa);
    const before = readdirSync(join(path, '..', '..')).includes('prebuilt');
    try {
      await buildPrebuilt(sources, compiler, [isa]);
      vi.stubEnv('CC', join(home, 'no-such-compiler'));
      vi.stubEnv('MINRNN_NATIVE_ISA', isa);
      vi.resetModules();
      const fresh = await import('./native-module.ts');
      expect(await fresh.nativeModule()).toEqual({ state: 'ready', isa, path });
      expect(fresh.loadedNative()?.kernels.lanes).toBe(4);
    } finally {
      if (!before) rmSync(join(path, '..'), { recursive: true });
    }
  });

  test('without a compiler there is none, and an unknown instruction set is refused in words', async () => {
    vi.stubEnv('CC', join(home, 'no-such-compiler'));
    expect(await findCompiler()).toBeNull();
    vi.stubEnv('MINRNN_NATIVE_ISA', 'abacus');
    expect(instructionSets).toThrow('MINRNN_NATIVE_ISA: avx512, avx2, sse, neon, got abacus');
    vi.stubEnv('MINRNN_NATIVE_ISA', 'avx2');
    expect(instructionSets()).toEqual(['avx2']);
  });
});
