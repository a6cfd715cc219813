// The laws of the registry: a record is found by its kind, each kernel is named once and exists in both modules, and the list of ops is up to date.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { kernelsInAssemblyScript } from '../device/cpu/wasm-sources.ts';
import { handwritten, opcodes } from './opcodes.ts';
import { records } from './registry.ts';

test('a record is found by its kind, and only gradients have no cases', () => {
  for (const [kind, record] of Object.entries(records)) {
    expect(record.kind).toBe(kind);
    expect(record.cases === undefined, kind).toBe(kind.endsWith('Grad'));
    if (record.cases) expect(record.cases().length, kind).toBeGreaterThan(0);
    else expect(records[kind.slice(0, -'Grad'.length)], kind).toHaveProperty('gradient');
  }
});

test('a kernel has one name and one number, and each that is written is used', () => {
  expect(new Set(opcodes.values()).size).toBe(opcodes.size);
  expect(new Set(handwritten).size).toBe(handwritten.length);
  const folders = readdirSync(import.meta.dirname, { withFileTypes: true }).filter((one) => one.isDirectory());
  const texts = folders.flatMap(({ name }) =>
    readdirSync(join(import.meta.dirname, name)).flatMap((file) =>
      file === 'cpu.c' ? [readFileSync(join(import.meta.dirname, name, file), 'utf8')] : [],
    ),
  );
  const inC = texts.flatMap((text) => [...text.matchAll(/^KERNEL\((\w+)\)/gm)].map(([, name]) => name));
  expect(handwritten).toEqual(expect.arrayContaining(inC));
  const module = kernelsInAssemblyScript('.');
  for (const [name, opcode] of opcodes)
    if (name !== 'slab') expect(module).toContain(`case ${opcode}: { ${name}(entry`);
});

test('OPS.md lists every op', async () => {
  const rows = Object.values(records).map(({ kind, meaning, tolerance }) => {
    const cells = [`\`${kind}\``, meaning.replaceAll('|', '\\|'), String(tolerance.relative)];
    return `| ${cells.join(' | ')} |`;
  });
  const text = `# All ops

Made of the records by registry.test.ts (\`npx vitest run -u src/engine/ops/registry.test.ts\`). Letters as in [kinds.ts](kinds.ts); the last column is how far a float32 device may be from the reference.

| op | (inputs) -> outputs | tolerance |
| --- | --- | --: |
${rows.join('\n')}
`;
  await expect(text).toMatchFileSnapshot('OPS.md');
});
