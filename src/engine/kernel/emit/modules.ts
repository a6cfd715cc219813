// All kernels that are made from descriptions, as the sources of a kernel module: for AssemblyScript a module that chooses by opcode, for C what
// stands behind the kernels that are written by hand.
import { cellKernels, mapKernels, rowKernels } from '../../ops/cells.ts';
import { kernelInAssemblyScript } from './assemblyscript.ts';
import { kernelInC } from './c.ts';
import { mapInAssemblyScript, mapInC } from './map-text.ts';
import { rowsInAssemblyScript, rowsInC } from './rows-text.ts';

/** Names of the kernels by opcode. */
export const madeKernels: ReadonlyMap<number, string> = new Map(
  [...cellKernels, ...mapKernels, ...rowKernels].map(([opcode, { name }]) => [opcode, name]),
);

/** Every `KERNEL(…)`. */
export const madeInC = (): string =>
  [
    ...[...cellKernels.values()].map(kernelInC),
    ...[...mapKernels.values()].map(mapInC),
    ...[...rowKernels.values()].map(rowsInC),
  ].join('');

/** A module with a function `name(entry, lo, hi)` a kernel, and `performMade`, which chooses by opcode. `folder` = the way to src/engine. */
export function madeInAssemblyScript(folder: string): string {
  const cases = [...madeKernels].map(
    ([opcode, name]) => `    case ${opcode}: { ${name}(entry, lo, hi); return true; }`,
  );
  const functions = [
    ...[...cellKernels.values()].map(kernelInAssemblyScript),
    ...[...mapKernels.values()].map(mapInAssemblyScript),
    ...[...rowKernels.values()].map(rowsInAssemblyScript),
  ];
  return `// Made from descriptions (src/engine/kernel). Changes are lost: change the description.
import { CHANNEL_BLOCK, CHUNK } from '${folder}/plan/opcodes.shared.ts';
import { blocksOf } from '${folder}/device/cpu/wasm/channels.as';
import { intArg, placeArg, realArg } from '${folder}/device/cpu/wasm/entry.as';
import { cos4, erf4, exp4, expHeld, expm14, log1p4, log4, normalCdf4, sigmoid4, sin4, softplus4, tanh4 } from '${folder}/device/cpu/wasm/math.as';
import { floats, inside, laneMax, laneSum, loadPart, madd, settle, storePart } from '${folder}/device/cpu/wasm/simd.as';

/** Units [lo, hi) of an entry; false where no kernel here has that opcode. */
export function performMade(opcode: i32, entry: usize, lo: i32, hi: i32): bool {
  switch (opcode) {
${cases.join('\n')}
    default: return false;
  }
}
${functions.join('')}`;
}
