// The build of the native kernels: what it is made from, what it remembers, and what an installed copy without a compiler uses.
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import * as opcodes from '../../plan/opcodes.shared.ts';
import { buildNative, buildPrebuilt, findCompiler, instructionSets, prebuiltLibrary } from './native-build.ts';
import { nativeModule } from './native-module.ts';
import { kernelName, nativeSources } from './native-sources.ts';

/** Whether this machine builds and runs the kernels at all, asked before a test changes the environment. */
const native = await nativeModule();
const why = 'why' in native ? native.why : null;
const compiler = await findCompiler();

let home = '';

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'minrnn-native-'));
  vi.stubEnv('MINRNN_HOME', home);
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(home, { recursive: true, force: true });
});

describe('sources', () => {
  test('every opcode has a kernel, and its number reaches C', () => {
    const { headers } = nativeSources();
    for (const name of Object.keys(opcodes).filter((one) => one.startsWith('OP_') && one !== 'OP_SLAB')) {
      expect(headers['kernels.h']).toContain(`[${name}] = ${kernelName(name)},`);
    }
    expect(headers['opcodes.h']).toContain(`#define OP_MATMUL_DOT ${opcodes.OP_MATMUL_DOT}\n`);
  });

  test('kernels are named like their opcodes', () => {
    expect(kernelName('OP_LOG_CUMULATIVE_SUM_EXP_GRAD')).toBe('logCumulativeSumExpGrad');
  });
});

describe('build', () => {
  test('a compiler that says no is remembered with its words and leaves nothing else behind', async () => {
    const refusing = { command: 'false', version: 'none' };
    const built = await buildNative(nativeSources(), refusing, 'sse');
    expect(built).toEqual({ why: expect.stringMatching(/^the build with false failed/) });
    expect(readdirSync(join(home, 'native'))).toEqual([expect.stringMatching(/^sse-.*\.failed$/)]);
    expect(await buildNative(nativeSources(), refusing, 'sse')).toEqual(built);
  });

  test('another compiler or instruction set is another library', async () => {
    await buildNative(nativeSources(), { command: 'false', version: '1' }, 'sse');
    await buildNative(nativeSources(), { command: 'false', version: '2' }, 'sse');
    await buildNative(nativeSources(), { command: 'false', version: '2' }, 'avx2');
    expect(readdirSync(join(home, 'native'))).toHaveLength(3);
  });

  const brought = 'an installed copy without a compiler computes with the library that was brought';
  test(brought, async ({ skip }) => {
    if (why !== null) return skip(why);
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
