// The census counts what it claims: lines of code by language, and only files that name an op.
import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { filesNaming, linesOf, opLines } from './census/count.mjs';
import { faultsOf, filesOf, namesOf } from './census/walk.mjs';
import { ways } from './census/walks.mjs';
import { filesUnder, root } from './fresh.mjs';

const sources = {
  'src/engine/ops/rms-norm/index.ts': '// Why.\nexport const a = 1;\n\n/** Words.\n * more\n */\nexport const b = 2;\n',
  'src/engine/ops/rms-norm/index.test.ts': 'not(counted);\n',
  'src/engine/ops/rms-norm/README.md': 'not counted\n',
  'src/engine/ops/rms-norm/reference.ts': 'one();\n',
  'src/engine/ops/rms-norm/cpu.as.ts': 'one();\ntwo();\n',
  'src/engine/ops/rms-norm/cpu.c': 'one();\ntwo();\nthree();\n',
  'src/engine/ops/rms-norm/webgpu.ts': '1;\n2;\n3;\n4;\n',
  'src/engine/ops/rms-norm/webgpu-store.ts': '5;\n',
  'src/engine/ops/rms-norm/tfjs.ts': '1;\n2;\n3;\n4;\n5;\n6;\n',
  'src/engine/ops/recurrent-webgpu.ts': '1;\n',
  'src/engine/ops/rms-norm/cell.ts': '1;\n2;\n',
  'src/engine/ops/registry.ts': "import { rmsNorm } from './rms-norm/index.ts';\n",
  'src/engine/ops/rms-norm/cases.ts': 'not(counted);\n',
  'src/engine/models/gru.ts': "build('rmsNorm');\n",
  'src/engine/models/other.ts': 'const rmsNormal = 1;\n',
  'src/engine/models/gru.test.ts': "build('rmsNorm');\n",
  'src/lab/lab.ts': "'rmsNorm'; learningRate; peakLearningRate;\n",
};

describe('the census', () => {
  it('counts lines that do something', () => {
    expect(linesOf('a();\n\n  // no\n/* no */\n b(); // yes\n')).toBe(2);
  });

  it('gives each line of an op to one language', () => {
    const counts = opLines(sources);
    expect([...counts.keys()].sort()).toEqual(['common', 'rms-norm']);
    const own: unknown = counts.get('rms-norm');
    expect(own).toEqual({
      shared: 2,
      description: 2,
      reference: 1,
      AssemblyScript: 2,
      C: 3,
      WGSL: 5,
      'TensorFlow.js': 6,
    });
    expect(counts.get('common')).toMatchObject({ shared: 1, WGSL: 1 });
  });

  it('finds files that name an op outside its folder, without tests and other names', () => {
    expect(filesNaming(sources, 'rms-norm')).toEqual(['src/engine/models/gru.ts', 'src/engine/ops/registry.ts']);
  });

  it('knows the ways of values through the program, as it is now', () => {
    const paths = filesUnder(join(root, 'src')).filter((path) => /\.(ts|vue)$/.test(path));
    const now = Object.fromEntries(
      paths.map((path) => [relative(root, path).replaceAll('\\', '/'), readFileSync(path, 'utf8')]),
    );
    for (const { what, now: stops } of ways) expect(faultsOf(stops, now), what).toEqual([]);
  });

  it('counts a way by its files and names, and says where it is broken', () => {
    const stops = [
      { file: 'a.ts', name: 'rate', begins: true },
      { file: 'b.ts', name: 'rates', begins: false },
      { file: 'a.ts', name: 'rate', begins: false },
    ];
    const a = 'src/a.ts';
    const joined = { [a]: "import { b } from './b.ts';\nrate;", 'src/b.ts': 'rates;' };
    expect([filesOf(stops), namesOf(stops)]).toEqual([
      ['a.ts', 'b.ts'],
      ['rate', 'rates'],
    ]);
    expect(faultsOf(stops, joined)).toEqual([]);
    const apart = 'one must import the other, or both contain the name';
    expect(faultsOf(stops, { ...joined, [a]: 'rate;' })).toEqual([`a.ts -> b.ts: ${apart}`, `b.ts -> a.ts: ${apart}`]);
    expect(faultsOf(stops, { ...joined, 'src/b.ts': '// rates' })).toEqual(['b.ts: its code must contain rates']);
    expect(faultsOf(stops.slice(0, 1), {})).toEqual(['a.ts: it must be there']);
  });
});
