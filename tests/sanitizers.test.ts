// The native kernels under the address and undefined-behaviour sanitizers of gcc: every op at odd shapes and every model, forward and
// backward, with the bytes around each tensor poisoned. An out-of-bounds access, or an undefined shift or overflow, ends the test.
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { isAbsolute, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findCompiler } from '../src/engine/device/cpu/native-build.ts';
import { nativeFolder, nativeSources } from '../src/engine/device/cpu/native-sources.ts';
import { root, scratchFolder } from './support/program.ts';

const folder = scratchFolder();
const compiler = process.platform === 'linux' ? await findCompiler() : null;
const headers = (createRequire(import.meta.url)('node-api-headers') as { readonly include_dir: string }).include_dir;
const flags = [
  '-std=gnu11',
  '-O1',
  '-g',
  '-fno-omit-frame-pointer',
  '-ffp-contract=off',
  '-fPIC',
  '-shared',
  '-pthread',
  '-w',
];
const machine = process.arch === 'x64' ? ['-march=native'] : [];

const cc = (...args: string[]) => spawnSync(compiler?.command ?? 'cc', args, { encoding: 'utf8' });

/** The sanitizers' own libraries, to be loaded before Node's; null where the compiler has none. */
function preloads(): readonly string[] | null {
  if (compiler === null) return null;
  const paths = ['libasan.so', 'libubsan.so'].map((name) => cc(`-print-file-name=${name}`).stdout.trim());
  return paths.every((path) => isAbsolute(path)) ? paths : null;
}

function build(output: string, source: string, ...more: string[]): string {
  const path = join(folder, output);
  const built = cc(...flags, ...more, '-I', headers, source, '-o', path, '-lm');
  if (built.status !== 0) throw new Error(built.stderr);
  return path;
}

const found = preloads();
const why = process.platform !== 'linux' ? 'only on Linux' : 'no C compiler with libasan and libubsan (gcc) was found';

describe('native kernels under sanitizers', () => {
  it.skipIf(found === null)(
    `touch nothing but their tensors${found === null ? ` (skipped: ${why})` : ''}`,
    () => {
      const parts = join(folder, 'parts');
      mkdirSync(parts);
      for (const [name, text] of Object.entries(nativeSources().headers)) writeFileSync(join(parts, name), text);
      const quoted = ['-iquote', parts, '-iquote', nativeFolder];
      const strict = ['-fsanitize=address,undefined', '-fno-sanitize-recover=all'];
      const library = build('kernels.node', join(nativeFolder, 'module.c'), ...strict, ...machine, ...quoted);
      const poison = build('poison.node', join(root, 'tests/sanitizers/poison.c'), '-fsanitize=address');
      const run = (...more: string[]) =>
        spawnSync(
          process.execPath,
          [
            '--disable-warning=ExperimentalWarning',
            join(root, 'tests/sanitizers/run-kernels.ts'),
            library,
            poison,
            ...more,
          ],
          {
            encoding: 'utf8',
            env: {
              ...process.env,
              LD_PRELOAD: found?.join(' '),
              // Node itself leaks memory until the process ends.
              ASAN_OPTIONS: 'detect_leaks=0',
              UBSAN_OPTIONS: 'print_stacktrace=1',
            },
          },
        );
      const clean = run();
      expect(clean.stderr).not.toMatch(/Sanitizer|runtime error/);
      expect([clean.status, clean.signal]).toEqual([0, null]);
      const said = JSON.parse(clean.stdout) as { readonly checks: number; readonly differences: readonly string[] };
      expect(said.differences).toEqual([]);
      expect(said.checks).toBeGreaterThan(10_000);
      // The check works: access to poisoned tensors is detected at once.
      expect(run('bite').stderr).toContain('use-after-poison');
    },
    1_800_000,
  );
});
