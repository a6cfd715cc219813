// Maps in C and AssemblyScript: a chunk of elements a unit, a vector at a time, and what is the same for all elements computed before the loop.
// The entry is (tensors, tensors that numbers are read from, n, attributes).
import { inputsOf, walk, type Expr } from '../expr.ts';
import { mapInputs, sharedNames, type MapKernel } from '../map.ts';
import { simplify } from '../simplify.ts';
import { cLanguage } from './c.ts';
import { assemblyScriptLanguage } from './assemblyscript.ts';
import { codeOf, placeOf, statementsOf, valueOf, type Language, type Names } from './statements.ts';

/** What stands before the loop and in it, and the stores. */
interface MapCode {
  readonly before: readonly string[];
  readonly inside: readonly string[];
  readonly stores: readonly (readonly [tensor: string, code: string])[];
}

function codeFor(kernel: MapKernel, language: Language): MapCode {
  const shared = new Set(sharedNames(kernel));
  const results = simplify(Object.values(kernel.changes));
  const fixed: Expr[] = [];
  walk(results, (x) => {
    if (inputsOf([x]).every((name) => shared.has(name))) fixed.push(x);
  });
  const names: Names = new Map();
  const before = statementsOf(fixed, language, names);
  const inside = statementsOf(results, language, names);
  const stores = Object.keys(kernel.changes).map((tensor, i) => [tensor, codeOf(names, results[i])] as const);
  return { before, inside, stores };
}

const guardPlace = (kernel: MapKernel): readonly [place: number, offset: number] => {
  const { tensor = '', offset = 0 } = kernel.numbers.find(({ name }) => name === kernel.guard) ?? {};
  return [mapInputs(kernel).indexOf(tensor), offset];
};

/** `KERNEL(name) { … }`. */
export function mapInC(kernel: MapKernel): string {
  const { before, inside, stores } = codeFor(kernel, cLanguage);
  const inputs = mapInputs(kernel);
  const count = inputs.length;
  const [guard, offset] = guardPlace(kernel);
  const numbers = kernel.numbers.map(
    ({ name, tensor, offset }) => `${valueOf(name)} = splat(${placeOf(tensor)}[${offset}])`,
  );
  const attributes = kernel.attributes.map((name, i) => `${valueOf(name)} = splat(realArg(entry, ${count + 1 + i}))`);
  const indent = (lines: readonly string[], by: string): string => lines.map((line) => `${by}${line}`).join('\n');
  const pointers = inputs.map(
    (name, i) => `${name in kernel.changes ? '' : 'const '}float *${placeOf(name)} = placeArg(arena, entry, ${i});`,
  );
  return `
/** Made from the description of ${kernel.name}: (${inputs.join(', ')}, n, ${kernel.attributes.join(', ')}). Unit = chunk. */
KERNEL(${kernel.name}) {
${indent(pointers, '  ')}
  (void)thread;
  if (!(fabsf(placeArg(arena, entry, ${guard})[${offset}]) < INFINITY)) return;
${indent(
  [...numbers, ...attributes].map((one) => `const vf ${one};`),
  '  ',
)}
${indent(before, '  ')}
  const int32_t end = minInt(intArg(entry, ${count}), hi * CHUNK);
  for (int32_t i = lo * CHUNK; i < end; i += LANES) {
    const int32_t left = end - i;
${indent(
  kernel.tensors.map((name) => `const vf ${valueOf(name)} = loadPart(${placeOf(name)} + i, left);`),
  '    ',
)}
${indent(inside, '    ')}
${indent(
  stores.map(([tensor, code]) => `storePart(${placeOf(tensor)} + i, ${code}, left);`),
  '    ',
)}
  }
}
`;
}

/** A function of the module that performCell calls. */
export function mapInAssemblyScript(kernel: MapKernel): string {
  const { before, inside, stores } = codeFor(kernel, assemblyScriptLanguage);
  const inputs = mapInputs(kernel);
  const count = inputs.length;
  const [guard, offset] = guardPlace(kernel);
  const shared = [
    ...kernel.numbers.map(
      ({ name, tensor, offset }) =>
        `const ${valueOf(name)} = f32x4.splat(f32.load(placeArg(entry, ${inputs.indexOf(tensor)}), ${4 * offset}));`,
    ),
    ...kernel.attributes.map((name, i) => `const ${valueOf(name)} = f32x4.splat(realArg(entry, ${count + 1 + i}));`),
  ];
  const loads = kernel.tensors.map((name) => `const ${valueOf(name)} = loadPart(${placeOf(name)} + o, w);`);
  const saves = stores.map(([tensor, code]) => `storePart(${placeOf(tensor)} + o, ${code}, w);`);
  return `
/** (${inputs.join(', ')}, n, ${kernel.attributes.join(', ')}). Unit = chunk. */
export function ${kernel.name}(entry: usize, lo: i32, hi: i32): void {
  if (!(abs<f32>(f32.load(placeArg(entry, ${guard}), ${4 * offset})) < Infinity)) return;
${kernel.tensors.map((name, i) => `  const ${placeOf(name)} = placeArg(entry, ${i});`).join('\n')}
${[...shared, ...before].map((line) => `  ${line}`).join('\n')}
  const end = min(intArg(entry, ${count}), hi * CHUNK);
  for (let i = lo * CHUNK; i < end; i += 4) {
    const o = floats(i), w = end - i;
${[...loads, ...inside, ...saves].map((line) => `    ${line}`).join('\n')}
  }
}
`;
}
