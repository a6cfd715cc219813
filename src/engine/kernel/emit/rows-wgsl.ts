// Kernels on rows in WGSL, for the given shapes: one workgroup per row, whose lanes take neighbouring elements. With sums over all rows a
// workgroup takes several rows and keeps the sums of its columns, which are added up afterwards.
import { lastOf, rowsOf as countRows } from '../../core/tensor.ts';
import { groupHead, lanesFor, partsOf, reduction } from '../../ops/reduce-webgpu.ts';
import { bind, groupsOf, operand, real, type GpuLowering, type GpuWriter } from '../../plan/gpu/lowering.ts';
import { MATH } from '../../plan/gpu/math.wgsl.ts';
import { inputsOf, isOperation, walk, type Expr } from '../expr.ts';
import { attributeOf } from '../map.ts';
import {
  passesOf,
  rowNumbers,
  simplified,
  width,
  type RowFold,
  type RowKernel,
  type RowsOf,
  type Term,
} from '../rows.ts';
import { codeOf, indented, placeOf, statementsOf, valueOf, type Names } from './statements.ts';
import { wgslLanguage } from './wgsl.ts';

/** One node: sizes, and the names of its tensors in code. */
interface Node {
  readonly kernel: RowKernel;
  readonly N: number;
  readonly rows: number;
  readonly lanes: number;
  /** Workgroups that share the rows, if sums are needed. */
  readonly parts: number;
  readonly names: Readonly<Record<string, string>>;
  /** Numbers between the partial sums of two workgroups. */
  readonly stride: number;
}

const sumOf = (name: string): string => `a_${name}`;
const totalOf = (name: string): string => `t_${name}`;

const addTo = (sum: string, [x = '', by]: readonly string[]): string =>
  by === undefined ? `${sum} + ${x}` : `fma(${x}, ${by}, ${sum})`;

/** The statements of one row; `numbers` grows with the folds. */
class RowCode {
  readonly lines: string[] = [];
  readonly #node: Node;
  readonly #numbers: Set<string>;
  readonly #same: Names = new Map();

  constructor(node: Node) {
    this.#node = node;
    this.#numbers = new Set(rowNumbers(node.kernel));
  }

  number(x: Expr): string {
    this.lines.push(...statementsOf([x], wgslLanguage, this.#same, [], 's'));
    return codeOf(this.#same, x);
  }

  /** A pass over the elements of this lane; what is constant within the row comes before it. */
  pass(results: readonly Expr[], write: (code: (x: Expr) => string) => readonly string[]): void {
    const { kernel, names, N, lanes } = this.#node;
    walk(results, (x) => {
      if (isOperation(x) && inputsOf([x]).every((name) => this.#numbers.has(name))) this.number(x);
    });
    const codes: Names = new Map(this.#same);
    const lines = statementsOf(results, wgslLanguage, codes);
    const used = new Set(inputsOf(results));
    const loads = kernel.inputs
      .filter(({ name, extent }) => extent !== 'number' && used.has(name))
      .map(({ name, extent }) => {
        const index = extent === 'row' ? 'base + k' : 'k';
        return `let ${valueOf(name)} = ${names[placeOf(name)] ?? ''}[${index}];`;
      });
    this.lines.push(
      `for (var j = 0u; j < ${Math.ceil(N / lanes)}u; j++) {`,
      `  let k = j * ${lanes}u + lane;`,
      `  if (k < ${N}u) {`,
      ...[...loads, ...lines, ...write((x) => codeOf(codes, x))].map((line) => `    ${line}`),
      '  }',
      '}',
    );
  }

  folds(folds: readonly RowFold[]): void {
    for (const { name, reduce } of folds)
      this.lines.push(`var ${sumOf(name)} = ${reduce === 'sum' ? '0f' : '-3.4028234e38f'};`);
    this.pass(
      folds.flatMap(({ of }) => of),
      (code) =>
        folds.map(({ name, reduce, of }) => {
          const sum = sumOf(name);
          const term = of.map(code);
          return `${sum} = ${reduce === 'sum' ? addTo(sum, term) : `max_or_nan(${sum}, ${term[0] ?? ''})`};`;
        }),
    );
    for (const { name, reduce } of folds) {
      this.lines.push(`let ${valueOf(name)} = reduce_${reduce}(lane, ${sumOf(name)});`);
      this.#numbers.add(name);
    }
  }
}

function rowCode(node: Node): readonly string[] {
  const { kernel, names } = node;
  const code = new RowCode(node);
  for (const folds of passesOf(kernel)) code.folds(folds);
  const numbers = Object.entries(kernel.values).map(
    ([name, value]) => `${names[placeOf(name)] ?? ''}[row] = ${code.number(value)};`,
  );
  if (numbers.length > 0) code.lines.push(`if (lane == 0u && used) { ${numbers.join(' ')} }`);
  const totals = Object.entries<Term>(kernel.totals);
  code.pass([...Object.values(kernel.results), ...totals.flatMap(([, term]) => term)], (codeFor) => [
    'if (!used) { continue; }',
    ...Object.entries(kernel.results).map(
      ([name, value]) => `${names[placeOf(name)] ?? ''}[base + k] = ${codeFor(value)};`,
    ),
    ...totals.map(([name, term]) => `${totalOf(name)}[j] = ${addTo(`${totalOf(name)}[j]`, term.map(codeFor))};`),
  ]);
  const heads = kernel.inputs
    .filter(({ extent }) => extent === 'number')
    .map(({ name }) => `let ${valueOf(name)} = ${names[placeOf(name)] ?? ''}[row];`);
  return [`let base = row * ${node.N}u;`, ...heads, ...code.lines];
}

/** `main` up to its end: one row, or several with sums. */
function mainOf(node: Node, group: string): string {
  const { kernel, N, rows, lanes, parts, names, stride } = node;
  const totals = Object.keys(kernel.totals);
  if (totals.length === 0) {
    const head = [`let used = ${group} < ${rows}u;`, `let row = min(${group}, ${rows - 1}u);`];
    return indented([...head, ...rowCode(node)], '  ');
  }
  const each = Math.ceil(N / lanes);
  const lines = [
    ...totals.map((name) => `var ${totalOf(name)}: array<f32, ${each}>;`),
    `for (var i = 0u; i < ${Math.ceil(rows / parts)}u; i++) {`,
    ...[
      `let used = i * ${parts}u + wid.x < ${rows}u;`,
      `let row = min(i * ${parts}u + wid.x, ${rows - 1}u);`,
      ...rowCode(node),
    ].map((line) => `  ${line}`),
    '}',
    `for (var j = 0u; j < ${each}u; j++) {`,
    `  let k = j * ${lanes}u + lane;`,
    `  if (k < ${N}u) {`,
    ...totals.map((name) => `    ${names[placeOf(name)] ?? ''}[wid.x * ${stride}u + k] = ${totalOf(name)}[j];`),
    '  }',
    '}',
  ];
  return indented(lines, '  ');
}

/** The tensors of a node by name, with the places of partial sums. */
function placed(gpu: GpuWriter, kernel: RowKernel, parts: number) {
  const made = [...Object.keys(kernel.results), ...Object.keys(kernel.values)];
  const partials = Object.keys(kernel.totals).map(
    (name, i) => [placeOf(name), gpu.partialSums(operand(gpu.outputs, made.length + i), parts)] as const,
  );
  const bound = bind({
    ...Object.fromEntries(kernel.inputs.map(({ name }, i) => [placeOf(name), operand(gpu.inputs, i)])),
    ...Object.fromEntries(made.map((name, i) => [placeOf(name), operand(gpu.outputs, i)])),
    ...Object.fromEntries(partials.map(([name, { place }]) => [name, place])),
  });
  return { ...bound, stride: partials[0]?.[1].stride ?? 0 };
}

export const rowsWebgpu =
  <A extends object>(rowsOf: RowsOf<A>): GpuLowering<A> =>
  (gpu, attrs) => {
    const { shape } = operand(gpu.inputs, 0).type;
    const [N, rows] = [lastOf(shape), countRows(shape)];
    const { kernel: given, values = {} } = rowsOf(attrs, N);
    const kernel = simplified(given);
    const lanes = lanesFor(N, gpu.traits);
    const parts = partsOf(rows, gpu.traits);
    const { declarations, names, buffers, stride } = placed(gpu, kernel, parts);
    const single = groupsOf(rows, gpu.traits);
    const kinds = [...new Set(kernel.folds.map(({ reduce }) => reduce))];
    const constants = [
      `  let ${valueOf(width.name)} = ${N}f;`,
      ...kernel.attributes.map((name) => `  let ${valueOf(name)} = ${real(attributeOf(values, name))};`),
    ];
    const code = `${declarations}
${MATH}
${kinds.map((kind) => reduction(kind, lanes, gpu.traits)).join('\n')}
${groupHead(lanes)}
${constants.join('\n')}
${mainOf({ kernel, N, rows, lanes, parts, names, stride }, single.group)}
}`;
    const summed = Object.keys(kernel.totals).length > 0;
    gpu.dispatch({ label: '', code, buffers, groups: summed ? [parts, 1, 1] : single.groups });
  };
