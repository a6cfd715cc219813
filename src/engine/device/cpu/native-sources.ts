// What the native module is made of: the C files of the device and of every op, and two generated headers that avoid duplicates; the second
// holds the kernels made from descriptions. Must not depend on compilers or caches.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { madeInC } from '../../kernel/emit/modules.ts';
import { handwritten, opcodes } from '../../ops/opcodes.ts';
import * as shared from '../../plan/opcodes.shared.ts';

const engine = fileURLToPath(new URL('../..', import.meta.url));

/** Folder of module.c. */
export const nativeFolder = join(engine, 'device', 'cpu', 'native');

/** C files of a folder, by path, in a fixed order. */
function filesOf(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => /\.[ch]$/.test(name))
    .sort()
    .map((name) => join(folder, name));
}

/** The C files of the ops: one `cpu.c` each, and the headers that only it includes. */
function opFiles(): readonly string[] {
  const ops = join(engine, 'ops');
  return readdirSync(ops, { withFileTypes: true })
    .flatMap((one) => (one.isDirectory() ? [join(ops, one.name)] : []))
    .sort()
    .flatMap(filesOf);
}

/** Every number that planner and kernels share, as C constants. */
const constantsHeader = (): string =>
  Object.entries(shared)
    .map(([name, value]) => `#define ${name} ${value}\n`)
    .join('');

/** The op files, the kernels made from descriptions, and the table from opcode to kernel. */
function kernelsHeader(files: readonly string[], texts: readonly string[]): string {
  const defined = new Set(texts.flatMap((text) => [...text.matchAll(/^KERNEL\((\w+)\)/gm)].map(([, name]) => name)));
  const missing = handwritten.filter((name) => !defined.has(name));
  if (missing.length > 0)
    throw new Error(
      `native: a KERNEL in a cpu.c is required for each name in a record, got none for ${missing.join(', ')}`,
    );
  const lines = [...opcodes].flatMap(([name, opcode]) => (name === 'slab' ? [] : [`  [${opcode}] = ${name},\n`]));
  const includes = files.map((path) => `#include ${JSON.stringify(path.replaceAll('\\', '/'))}\n`);
  return `${includes.join('')}#include "channels.h"\n#include "philox.h"\n${madeInC()}static Kernel *const kernels[] = {\n${lines.join('')}};\n`;
}

export interface NativeSources {
  readonly headers: Readonly<Record<string, string>>;
  /** All files that are compiled, headers included. */
  readonly files: readonly string[];
  /** SHA-256 of everything that is compiled. */
  readonly hash: string;
}

/** Reads all sources. Throws when they are missing or do not cover every kernel of a record. */
export function nativeSources(): NativeSources {
  const device = filesOf(nativeFolder);
  if (!device.some((path) => path.endsWith('module.c')))
    throw new Error('native: the C sources are not beside the program');
  const ops = opFiles();
  const read = (path: string): string => readFileSync(path, 'utf8');
  const files = [...device, ...ops];
  const texts = files.map(read);
  const included = ops.filter((path) => path.endsWith('.c'));
  const headers = { 'opcodes.h': constantsHeader(), 'kernels.h': kernelsHeader(included, texts) };
  const hash = createHash('sha256');
  // The part of kernels.h that does not depend on the program's path.
  for (const text of [...texts, headers['opcodes.h'], madeInC(), JSON.stringify([...opcodes])])
    hash.update(`${text.length}\n${text}`);
  return { headers, files, hash: hash.digest('hex') };
}
