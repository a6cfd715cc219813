// Writes the kernels of all cells in AssemblyScript, for build-wasm.mjs: node write-cells.mjs FILE. Needs a Node that reads TypeScript.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { moduleInAssemblyScript } from '../src/engine/kernel/emit/assemblyscript.ts';
import { cellKernels } from '../src/engine/ops/cells.ts';

export function writeCells(file) {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, moduleInAssemblyScript(cellKernels, '../../src/engine'));
}

if (process.argv[1] === import.meta.filename) writeCells(process.argv[2]);
