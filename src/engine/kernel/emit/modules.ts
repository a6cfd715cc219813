// All kernels that are made from descriptions, as the sources of a kernel module: for AssemblyScript a module of functions, for C the text
// that follows the hand-written kernels.
import { madeMaps, madeRows, madeScans } from '../../ops/opcodes.ts';
import { mapInAssemblyScript, mapInC } from './map-text.ts';
import { rowsInAssemblyScript, rowsInC } from './rows-text.ts';
import { scanInAssemblyScript, scanInC } from './scan-text.ts';

/** Every `KERNEL(…)`. */
export const madeInC = (): string =>
  [...madeScans.map(scanInC), ...madeMaps.map(mapInC), ...madeRows.map(rowsInC)].join('');

/** A module with one function `name(entry, lo, hi)` per kernel. `folder` = the path to src/engine. */
export function madeInAssemblyScript(folder: string): string {
  const functions = [
    ...madeScans.map(scanInAssemblyScript),
    ...madeMaps.map(mapInAssemblyScript),
    ...madeRows.map(rowsInAssemblyScript),
  ];
  return `// Made from descriptions (src/engine/kernel). Changes are lost: change the description.
import { CHANNEL_BLOCK, CHANNELS_WIDE, CHUNK, WORDS_DRAWN } from '${folder}/plan/opcodes.shared.ts';
import { blocksOf } from '${folder}/device/cpu/wasm/channels.as';
import { intArg, placeArg, realArg, scratch } from '${folder}/device/cpu/wasm/entry.as';
import { drawWords } from '${folder}/device/cpu/wasm/philox.as';
import { cos4, erf4, exp4, expHeld, expm14, log1p4, log4, normalCdf4, normalDensity4, sigmoid4, sin4, softplus4, tanh4 } from '${folder}/device/cpu/wasm/math.as';
import { columns, floats, inside, laneMax, laneSum, loadPart, madd, settle, storePart } from '${folder}/device/cpu/wasm/simd.as';

${functions.join('')}`;
}
