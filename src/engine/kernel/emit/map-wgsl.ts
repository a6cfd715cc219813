// How a map becomes WGSL: elementwise, as a dispatch of its own or fused into the store of a product, and updates inside the single
// dispatch that changes all parameters.
import { elementwise } from '../../ops/elementwise/webgpu.ts';
import { updateAll } from '../../ops/update-webgpu.ts';
import { sizeOf } from '../../core/tensor.ts';
import {
  bind,
  flat,
  operand,
  real,
  type ElementCode,
  type GpuLowering,
  type GpuRun,
  type GpuWriter,
} from '../../plan/gpu/lowering.ts';
import { MATH } from '../../plan/gpu/math.wgsl.ts';
import { PHILOX } from '../../plan/gpu/philox.wgsl.ts';
import { inputsOf, isOperation, walk, type Expr } from '../expr.ts';
import {
  attributeOf,
  mapInputs,
  numberTensors,
  writtenBy,
  type Draw,
  type MapAttributes,
  type MapKernel,
  type MapOf,
} from '../map.ts';
import { simplify } from '../simplify.ts';
import { elementsOfSample } from '../words.ts';
import { codeOf, placeOf, statementsOf, valueOf, type Names } from './statements.ts';
import { vectorLanguage, wgslLanguage } from './wgsl.ts';

/** Operations built into WGSL, which can be written where their value is used. */
const PLAIN = new Set(['neg', 'abs', 'add', 'sub', 'mul', 'div', 'reciprocal', 'sqrt', 'fma']);
/** Other built-in operations. */
const CHOICES = new Set(['less', 'lessEqual', 'equal', 'reaches', 'select']);

function needsMath(value: Expr): boolean {
  let needed = false;
  walk([value], (x) => (needed ||= isOperation(x) && !PLAIN.has(x.op) && !CHOICES.has(x.op)));
  return needed;
}

/** Whether each operation is used once and needs no function: then the value is one short expression. */
function isPlain(value: Expr): boolean {
  const used = new Map<Expr, number>();
  let plain = true;
  walk([value], (x) => {
    if (!isOperation(x)) return;
    plain &&= PLAIN.has(x.op);
    for (const one of x.args) used.set(one, (used.get(one) ?? 0) + 1);
  });
  return plain && [...used].every(([x, count]) => count === 1 || !isOperation(x));
}

function inlined(x: Expr, codes: ReadonlyMap<string, string>): string {
  if (x.op === 'input') return codes.get(x.name) ?? '';
  if (!isOperation(x)) return real(x.value);
  return `(${wgslLanguage.operation[x.op](...x.args.map((one) => inlined(one, codes)))})`;
}

/** The single value that a map computes. */
function valueMade(kernel: MapKernel): Expr {
  const [[, value] = [], ...others] = writtenBy(kernel);
  if (value === undefined || others.length > 0)
    throw new Error(`kernel: ${kernel.name} must make one tensor on webgpu, got ${writtenBy(kernel).length}`);
  const [simple = value] = simplify([value]);
  return simple;
}

/** The value of a map as an expression of its operands, through a function if it is longer than a line. */
function codeFor(kernel: MapKernel, values: MapAttributes, draw?: Draw): ElementCode {
  const value = valueMade(kernel);
  const { random } = kernel;
  const operands = [...mapInputs(kernel), ...(random ? [random.word] : [])];
  const attributes = kernel.attributes.map((name) => [name, real(attributeOf(values, name))] as const);
  if (isPlain(value)) {
    return {
      functions: '',
      expression: (codes) =>
        inlined(value, new Map([...operands.map((name, i) => [name, codes[i] ?? ''] as const), ...attributes])),
    };
  }
  const used = new Set(inputsOf([value]));
  const read = operands.map((name, i) => [name, i] as const).filter(([name]) => used.has(name));
  const names: Names = new Map();
  const lines = [
    ...attributes.map(([name, code]) => `let ${valueOf(name)} = ${code};`),
    ...(random && draw ? [`let ${valueOf(random.threshold)} = ${draw.threshold}u;`] : []),
    ...statementsOf([value], wgslLanguage, names),
    `return ${codeOf(names, value)};`,
  ];
  const name = `${kernel.name}_value`;
  return {
    functions: `${needsMath(value) ? MATH : ''}
fn ${name}(${read.map(([one]) => `${valueOf(one)}: ${one === random?.word ? 'u32' : 'f32'}`).join(', ')}) -> f32 {
  ${lines.join('\n  ')}
}`,
    expression: (codes) => `${name}(${read.map(([, i]) => codes[i] ?? '').join(', ')})`,
  };
}

export const mapElement =
  <A extends object>(mapOf: MapOf<A>): ((attrs: A) => ElementCode) =>
  (attrs) => {
    const { kernel, values = {} } = mapOf(attrs);
    return codeFor(kernel, values);
  };

/**
 * A map of one tensor and its random words: one block of Philox, four words, an invocation. Where the first element is not the first of a block,
 * the first block has fewer.
 */
function drawn(gpu: GpuWriter, { functions, expression }: ElementCode, { stream }: Draw): void {
  const x = operand(gpu.inputs, 0);
  const size = sizeOf(x.type.shape);
  const counter = { ...operand(gpu.inputs, 1), dtype: 'u32' as const };
  const { declarations, names, buffers } = bind({ x, counter, y: operand(gpu.outputs, 0) });
  const { groups, head } = flat(Math.ceil((size + 3) / 4), gpu.traits, 64);
  const perSample = `${elementsOfSample(x.type.shape)}u`;
  const code = `${declarations}
${PHILOX}
${functions}
${head}
  let low = counter[4] * ${perSample};
  let block = ((low >> 2u) | (multiply_high(counter[4], ${perSample}) << 30u)) + index;
  let words = philox(vec4<u32>(block, 0u, counter[2], counter[3]), counter[0], ${stream >>> 0}u ^ counter[1]);
  for (var i = 0u; i < 4u; i++) {
    let at = 4u * index + i - (low & 3u);
    if (at >= ${size}u) { continue; }
    ${names['y']}[at] = ${expression([`${names['x']}[at]`, '', 'words[i]'])};
  }
}`;
  gpu.dispatch({ label: '', code, buffers, groups });
}

/** The dispatch of a map with one output. Numbers read from memory are in scalar tensors. */
export const mapWebgpu =
  <A extends object>(mapOf: MapOf<A>): GpuLowering<A> =>
  (gpu, attrs) => {
    const { kernel, values = {}, draw } = mapOf(attrs);
    const code = codeFor(kernel, values, draw);
    if (draw) {
      drawn(gpu, code, draw);
      return;
    }
    const { functions, expression } = code;
    const inputs = mapInputs(kernel);
    // Not the bare names: some are keywords of WGSL.
    const reads = Object.fromEntries(inputs.map((name, i) => [placeOf(name), operand(gpu.inputs, i)]));
    const changed = inputs.findIndex((name) => name in kernel.changes);
    const result = changed < 0 ? operand(gpu.outputs, 0) : operand(gpu.inputs, changed);
    elementwise(gpu, {
      reads,
      result,
      functions,
      expression: (codes) => expression(inputs.map((name) => codes[placeOf(name)] ?? '')),
    });
  };

/** Numbers come from the clipping factor (`share`, which is the guard) and from the hyperparameters after it. */
export const updateWebgpu =
  <A extends object>(mapOf: MapOf<A>): GpuRun<A> =>
  (gpu, nodes) => {
    const [first] = nodes;
    if (!first) return;
    const { kernel } = mapOf(first.attrs);
    updateAll(gpu, {
      nodes,
      names: kernel.tensors,
      step: (attrs, at, hyper) => {
        const { values = {} } = mapOf(attrs);
        const [factor] = numberTensors(kernel);
        const vector = (code: string): string => `vec4<f32>(${code})`;
        const names: Names = new Map();
        const lines = [
          ...kernel.tensors.map((name) => `let ${valueOf(name)} = ${at(name)};`),
          ...kernel.numbers.map(
            ({ name, tensor, offset }) =>
              `let ${valueOf(name)} = ${vector(tensor === factor ? 'share' : hyper(offset))};`,
          ),
          ...kernel.attributes.map((name) => `let ${valueOf(name)} = ${vector(real(attributeOf(values, name)))};`),
          ...statementsOf(Object.values(kernel.changes), vectorLanguage, names),
        ];
        for (const [name, value] of Object.entries(kernel.changes))
          lines.push(`${at(name)} = ${codeOf(names, value)};`);
        return lines.join('\n  ');
      },
    });
  };
