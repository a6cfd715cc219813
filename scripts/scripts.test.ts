// What the build and lint scripts promise: the kernel module's shape, rewritten imports, and import zones that lint enforces.
import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import binaryen from 'assemblyscript/binaryen';
import { ESLint } from 'eslint';
import { importX } from 'eslint-plugin-import-x';
import tseslint from 'typescript-eslint';
import { describe, expect, it } from 'vitest';
import { rewriteExtensions } from './build-program.mjs';
import { hasDataSection } from './build-wasm.mjs';
import { complaints } from './check-indexed.mjs';
import { fetchFailure, whyNoWindow } from './choose-shell.mjs';
import { needsTools, users } from './fetch-tools.mjs';
import { filesUnder } from './fresh.mjs';
import { importZones } from './import-zones.mjs';
import { constantsInMemory } from './wasm-constants.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

describe('hasDataSection', () => {
  const header = [0, 97, 115, 109, 1, 0, 0, 0];
  const custom = [0, 0x81, 0x00, ...new Array<number>(1).fill(0)];

  it('finds section 11 behind others and is not misled by bytes inside them', () => {
    expect(hasDataSection(Uint8Array.from([...header, ...custom]))).toBe(false);
    expect(hasDataSection(Uint8Array.from([...header, 0, 3, 11, 1, 0]))).toBe(false);
    expect(hasDataSection(Uint8Array.from([...header, ...custom, 11, 1, 0]))).toBe(true);
  });
});

describe('constantsInMemory', () => {
  const text = `(module
    (import "env" "memory" (memory 1 1))
    (func (export "f") (param f32) (result f32)
      (f32x4.extract_lane 2
        (f32x4.add
          (f32x4.mul (f32x4.splat (local.get 0)) (v128.const f32x4 0.1 0.1 0.1 0.1))
          (f32x4.add (v128.const f32x4 1 2 3 4) (v128.const f32x4 -7.25 -7.25 -7.25 -7.25))))))`;
  const bytes = new Uint8Array(binaryen.parseText(text).emitBinary());
  const exportOf = (code: Uint8Array<ArrayBuffer>, memory: WebAssembly.Memory): ((x: number) => number) => {
    const { f } = new WebAssembly.Instance(new WebAssembly.Module(code), { env: { memory } }).exports;
    return f as (x: number) => number;
  };

  it('reads vectors of equal words from where the section says that they belong, with the same results', () => {
    const moved = new Uint8Array(constantsInMemory(bytes, 192, 2));
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 1 });
    const [section] = WebAssembly.Module.customSections(new WebAssembly.Module(moved), 'constants');
    expect([...new Float32Array(section ?? new ArrayBuffer(0))]).toEqual([Math.fround(0.1), -7.25]);
    const f = exportOf(moved, memory);
    expect(f(3)).toBe(3);
    new Uint8Array(memory.buffer).set(new Uint8Array(section ?? new ArrayBuffer(0)), 192);
    for (const x of [3, -0.7, 1e20]) expect(f(x)).toBe(exportOf(bytes, memory)(x));
  });

  it('refuses more of them than there is room for', () => {
    expect(() => constantsInMemory(bytes, 192, 1)).toThrow(/may use 1 constants, got 2/);
  });
});

describe('rewriteExtensions', () => {
  it('changes relative TypeScript paths only', () => {
    const changed = rewriteExtensions(
      `import a from './a.ts'; import("../b.ts"); new Worker(new URL('./w.ts', import.meta.url));`,
    );
    expect(changed).toBe(`import a from './a.js'; import("../b.js"); new Worker(new URL('./w.js', import.meta.url));`);
    const kept = `import x from 'pkg/x.ts'; const text = 'see a.ts'; import('./data.json');`;
    expect(rewriteExtensions(kept)).toBe(kept);
  });
});

describe('what is read by an index', () => {
  it('is checked in the configured folders, and errors keep their detail lines', () => {
    const output = [
      "src/engine/ops/sgd/cpu.ts(3,1): error TS2532: Object is possibly 'undefined'.",
      '  a kernel',
      "src/lab/lab.ts(4,2): error TS2532: Object is possibly 'undefined'.",
      '  the lab',
      "src/renderer/App.vue(1,1): error TS2532: Object is possibly 'undefined'.",
    ];
    expect(complaints(output.join('\n'))).toEqual(output.slice(2));
  });
});

describe('tools that are fetched', () => {
  it('are fetched for all tests and for those that need them, and for no others', () => {
    expect(needsTools([])).toBe(true);
    expect(needsTools(['src/lab/exporting', 'src/engine'])).toBe(true);
    expect(needsTools(['scripts/package.test.ts'])).toBe(true);
    expect(needsTools(['src/engine/ops', 'tests/race'])).toBe(false);
  });

  it('are fetched for every test file that loads one', () => {
    const folders = ['scripts', 'src', 'tests'].map((name) => join(root, name));
    const files = folders.flatMap((folder) => filesUnder(folder)).filter((file) => file.endsWith('.test.ts'));
    const loading = files.filter((file) => /^import .*\b(toolPath|onnxRuntime)\b/m.test(readFileSync(file, 'utf8')));
    expect(loading.map((file) => relative(root, file).replaceAll('\\', '/')).sort()).toEqual(users.toSorted());
  });
});

describe('npm start', () => {
  const able = {
    args: ['node', 'start.mjs'],
    platform: 'linux',
    env: { DISPLAY: ':0' },
    uid: 1000,
    hasBinary: true,
    fetchBinary: () => Promise.resolve(null),
  };
  const failing = () => Promise.resolve('not fetched');

  it('opens a window where there is a display and a binary, or one can be fetched', async () => {
    expect(await whyNoWindow(able)).toBeNull();
    expect(await whyNoWindow({ ...able, env: { WAYLAND_DISPLAY: 'wayland-0' } })).toBeNull();
    expect(await whyNoWindow({ ...able, hasBinary: false })).toBeNull();
    expect(await whyNoWindow({ ...able, platform: 'darwin', env: {}, uid: 0 })).toBeNull();
  });

  it('says why it cannot', async () => {
    expect(await whyNoWindow({ ...able, args: ['--browser'] })).toBe('the browser was asked for');
    expect(await whyNoWindow({ ...able, env: {}, fetchBinary: failing })).toBe('there is no display here');
    expect(await whyNoWindow({ ...able, uid: 0 })).toContain('root');
    expect(await whyNoWindow({ ...able, hasBinary: false, fetchBinary: failing })).toBe('not fetched');
    expect(fetchFailure('Downloading\nTypeError: fetch failed\n    at x')).toContain('(TypeError: fetch failed)');
    expect(fetchFailure('')).toContain('no answer');
  });
});

describe('import zones', () => {
  const eslint = new ESLint({
    cwd: root,
    overrideConfigFile: true,
    overrideConfig: {
      files: ['**/*.ts'],
      languageOptions: { parser: tseslint.parser },
      plugins: { 'import-x': importX },
      rules: { 'import-x/no-restricted-paths': ['error', { zones: importZones }] },
    } as ESLint.Options['overrideConfig'],
  });
  const complaints = async (file: string, imported: string): Promise<string[]> => {
    const [result] = await eslint.lintText(`import { x } from '${imported}';\n`, { filePath: join(root, file) });
    return result?.messages.map(({ message }) => message) ?? [];
  };

  it.each([
    ['src/protocol/x.ts', '../session/store.ts', 'messages are plain data'],
    ['src/renderer/stores/x.ts', '../../engine/graph/graph.ts', 'a window draws what the lab says'],
    ['src/engine/graph/x.ts', '../models/model.ts', 'engine folders import downward only'],
    ['src/engine/core/x.ts', '../../protocol/lab.ts', 'the engine is a library of its own'],
    ['src/main/x.ts', '../session/store.ts', 'Electron main is thin'],
    ['src/session/x.ts', '../engine/tasks/task.ts', 'a session file is read without an engine'],
  ])('%s may not import %s', async (file, imported, reason) => {
    expect((await complaints(file, imported)).join()).toContain(reason);
  });

  it.each([
    ['src/engine/models/x.ts', '../graph/graph.ts'],
    ['src/renderer/stores/x.ts', '../../engine/spec/metrics.ts'],
    ['src/lab/x.ts', '../session/store.ts'],
    ['src/main/x.ts', '../protocol/ipc.ts'],
  ])('%s may import %s', async (file, imported) => {
    expect(await complaints(file, imported)).toEqual([]);
  });
});
