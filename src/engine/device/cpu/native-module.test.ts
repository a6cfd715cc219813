import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import * as opcodes from '../../plan/opcodes.shared.ts';
import { buildNative, buildPrebuilt, findCompiler, instructionSets, prebuiltLibrary } from './native-build.ts';
import { kernelName, nativeSources } from './native-sources.ts';

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
    const compiler = { command: 'false', version: 'none' };
    const built = await buildNative(nativeSources(), compiler, 'sse');
    expect(built).toEqual({ why: expect.stringMatching(/^the build with false failed/) });
    expect(readdirSync(join(home, 'native'))).toEqual([expect.stringMatching(/^sse-.*\.failed$/)]);
    expect(await buildNative(nativeSources(), compiler, 'sse')).toEqual(built);
  });

  test('another compiler or instruction set is another library', async () => {
    await buildNative(nativeSources(), { command: 'false', version: '1' }, 'sse');
    await buildNative(nativeSources(), { command: 'false', version: '2' }, 'sse');
    await buildNative(nativeSources(), { command: 'false', version: '2' }, 'avx2');
    expect(readdirSync(join(home, 'native'))).toHaveLength(3);
  });

  test('an installed copy without a compiler computes with the library that was brought', async () => {
    const sources = nativeSources();
    const compiler = await findCompiler();
    if (!compiler) throw new Error('test: a C compiler is required');
    const path = prebuiltLibrary(sources, 'sse');
    const before = readdirSync(join(path, '..', '..')).includes('prebuilt');
    try {
      await buildPrebuilt(sources, compiler, ['sse']);
      vi.stubEnv('CC', join(home, 'no-such-compiler'));
      vi.stubEnv('MINRNN_NATIVE_ISA', 'sse');
      vi.resetModules();
      const fresh = await import('./native-module.ts');
      expect(await fresh.nativeModule()).toEqual({ state: 'ready', isa: 'sse', path });
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
