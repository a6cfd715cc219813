// The generated part of the embedded kernel module: one module made from the op records, with the kernels made from descriptions and the
// dispatch by kernel number. Read by scripts/build-wasm.mjs.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { madeInAssemblyScript } from '../../kernel/emit/modules.ts';
import { handwritten, opcodes } from '../../ops/opcodes.ts';

const engine = fileURLToPath(new URL('../..', import.meta.url));

/** A hand-written kernel: its file, and its parameters besides the entry. */
interface Found {
  readonly file: string;
  readonly takes: string;
}

/** A function `name(entry)`, `name(entry, lo, hi)` or `name(entry, lo, hi, thread)`. */
const kernelForm = /^export function (\w+)\(entry: usize(, lo: i32, hi: i32)?(, thread: i32)?\): void/gm;

/** Kernels by name, from every cpu.as.ts and from what ops share. */
function kernelsByHand(): ReadonlyMap<string, Found> {
  const ops = readdirSync(join(engine, 'ops')).map((folder) => `ops/${folder}/cpu.as`);
  const files = [...ops, 'device/cpu/wasm/recurrent.as'].filter((file) => existsSync(join(engine, `${file}.ts`)));
  const found = new Map<string, Found>();
  for (const file of files.sort()) {
    for (const [, name = '', units = '', thread = ''] of readFileSync(join(engine, `${file}.ts`), 'utf8').matchAll(
      kernelForm,
    ))
      found.set(name, { file, takes: `entry${units}${thread}`.replaceAll(': i32', '') });
  }
  return found;
}

/** The generated module. Throws if a record names a kernel that no file contains. `folder` = the path to src/engine. */
export function kernelsInAssemblyScript(folder: string): string {
  const byHand = kernelsByHand();
  const missing = handwritten.filter((name) => !byHand.has(name));
  if (missing.length > 0)
    throw new Error(
      `kernels: a function (entry, lo, hi) in a cpu.as.ts is required for each name in a record, got none for ${missing.join(', ')}`,
    );
  const used = new Set(handwritten);
  const imports = [...byHand].flatMap(([name, { file }]) =>
    used.has(name) ? [`import { ${name} } from '${folder}/${file}';`] : [],
  );
  const cases = [...opcodes].flatMap(([name, opcode]) => {
    if (name === 'slab') return [];
    return [`    case ${opcode}: { ${name}(${byHand.get(name)?.takes ?? 'entry, lo, hi, thread'}); return; }`];
  });
  return `${madeInAssemblyScript(folder)}${imports.join('\n')}

/** Units [lo, hi) of an entry. Any other number means that the table was overwritten. */
export function performKernel(opcode: i32, entry: usize, lo: i32, hi: i32, thread: i32): void {
  switch (opcode) {
${cases.join('\n')}
    default: unreachable();
  }
}
`;
}
