// Kernels on rows in WGSL, for the given shapes: a workgroup a row, its lanes side by side in the row. With sums over all rows a workgroup takes
// several rows and keeps the sums of its columns, which are added up afterwards; sums of a number of each row are added up by one workgroup.
// One long row is cut into runs of an invocation each.
import { lastOf, rowsOf as countRows, sizeOf } from '../../core/tensor.ts';
import { finishSums, groupHead, lanesFor, partsOf, reduction } from '../../ops/reduce-webgpu.ts';
import {
  bind,
  flat,
  groupsOf,
  operand,
  real,
  type GpuLowering,
  type GpuPlace,
  type GpuWriter,
} from '../../plan/gpu/lowering.ts';
import { MATH } from '../../plan/gpu/math.wgsl.ts';
import { inputsOf, isOperation, walk, type Expr } from '../expr.ts';
import { attributeOf } from '../map.ts';
import {
  alongRow,
  column,
  madeByRow,
  outputOf,
  passesOf,
  rowNumbers,
  sameForRow,
  simplified,
  usedBy,
  width,
  withoutKept,
  type RowFold,
  type RowKernel,
  type RowsOf,
  type Term,
} from '../rows.ts';
import { codeOf, indented, placeOf, statementsOf, valueOf, type Names } from './statements.ts';
import { wgslLanguage } from './wgsl.ts';

/** Numbers of one long row that an invocation adds up. */
const RUN = 32;

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
    const loads = alongRow(kernel)
      .filter(({ name }) => used.has(name))
      .map(({ name, extent }) => {
        const index = extent === 'row' && !kernel.flat ? 'base + k' : 'k';
        return `let ${valueOf(name)} = ${names[placeOf(name)] ?? ''}[${index}];`;
      });
    if (used.has(column.name)) loads.unshift(`let ${valueOf(column.name)} = f32(k);`);
    const body = [...loads, ...lines, ...write((x) => codeOf(codes, x))];
    if (kernel.flat) {
      const end = `min(index * ${RUN}u + ${RUN}u, ${N}u)`;
      this.lines.push(`for (var k = index * ${RUN}u; k < ${end}; k++) {`, ...body.map((line) => `  ${line}`), '}');
      return;
    }
    this.lines.push(
      `for (var j = 0u; j < ${Math.ceil(N / lanes)}u; j++) {`,
      `  let k = j * ${lanes}u + lane;`,
      `  if (k < ${N}u) {`,
      ...body.map((line) => `    ${line}`),
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
      const own = sumOf(name);
      this.lines.push(`let ${valueOf(name)} = ${this.#node.kernel.flat ? own : `reduce_${reduce}(lane, ${own})`};`);
      this.#numbers.add(name);
    }
  }
}

/** Numbers of a row that are the same for all of its elements, before any fold. */
function headsOf({ kernel, names, N }: Node): readonly string[] {
  const at = (name: string, index: string): string => `${names[placeOf(name)] ?? ''}[${index}]`;
  const code = { index: (name: string) => `f32(${at(name, 'row')})`, single: (name: string) => at(name, '0') };
  const used = usedBy(kernel);
  const same = sameForRow(kernel).filter(({ name }) => used.has(name));
  const numbers = same.map(({ name, extent }) => {
    const read = extent === 'index' || extent === 'single' ? code[extent](name) : at(name, 'row');
    return `let ${valueOf(name)} = ${read};`;
  });
  const picks = kernel.picks.map(
    ({ name, of, at: index }) =>
      `let ${valueOf(name)} = ${at(of, `base + u32(clamp(${valueOf(index)}, 0f, ${N - 1}f))`)};`,
  );
  return [...numbers, ...picks];
}

function rowCode(node: Node): readonly string[] {
  const { kernel, names } = node;
  const code = new RowCode(node);
  for (const folds of passesOf(kernel)) code.folds(folds);
  const skipped = kernel.skip ? code.number(kernel.skip) : null;
  const numbers = [
    ...Object.entries(kernel.values).map(
      ([name, value]) => `${names[placeOf(name)] ?? ''}[row] = ${code.number(value)};`,
    ),
    ...Object.values(kernel.sums).map(
      (value, i, { length }) => `parts[row * ${length}u + ${i}u] = ${code.number(value)};`,
    ),
  ];
  if (numbers.length > 0) code.lines.push(`if (lane == 0u && used) { ${numbers.join(' ')} }`);
  const totals = Object.entries<Term>(kernel.totals);
  const last = [...Object.values(kernel.results), ...totals.flatMap(([, term]) => term)];
  if (last.length > 0) {
    code.pass(last, (codeFor) => [
      'if (!used) { continue; }',
      ...Object.entries(kernel.results).map(([name, value]) => {
        const kept = skipped === null ? codeFor(value) : `select(${codeFor(value)}, 0f, ${skipped})`;
        return `${names[placeOf(name)] ?? ''}[base + k] = ${kept};`;
      }),
      ...totals.map(([name, term]) => `${totalOf(name)}[j] = ${addTo(`${totalOf(name)}[j]`, term.map(codeFor))};`),
    ]);
  }
  return [`let base = row * ${node.N}u;`, ...headsOf(node), ...code.lines];
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
function placed(gpu: GpuWriter, kernel: RowKernel, parts: number, sums: GpuPlace | null) {
  const used = usedBy(kernel);
  const partials = Object.keys(kernel.totals).map(
    (name) => [placeOf(name), gpu.partialSums(outputOf(kernel, gpu.outputs, name), parts)] as const,
  );
  const bound = bind({
    ...Object.fromEntries(
      kernel.inputs.flatMap(({ name }, i) => (used.has(name) ? [[placeOf(name), operand(gpu.inputs, i)]] : [])),
    ),
    ...Object.fromEntries(madeByRow(kernel).map((name) => [placeOf(name), outputOf(kernel, gpu.outputs, name)])),
    ...Object.fromEntries(partials.map(([name, { place }]) => [name, place])),
    ...(sums ? { parts: sums } : {}),
  });
  return { ...bound, stride: partials[0]?.[1].stride ?? 0 };
}

type Values = Readonly<Record<string, number>>;

const attributesOf = (kernel: RowKernel, values: Values): readonly string[] =>
  kernel.attributes.map((name) => `let ${valueOf(name)} = ${real(attributeOf(values, name))};`);

/** Adds up what `count` rows or runs left in `parts` and makes the tensors that follow. */
function finish(gpu: GpuWriter, kernel: RowKernel, values: Values, parts: GpuPlace, count: number): void {
  const names: Names = new Map();
  const made = Object.keys(kernel.finish);
  const lines = [...attributesOf(kernel, values)];
  for (const [name, numbers] of Object.entries(kernel.finish)) {
    lines.push(...statementsOf(numbers, wgslLanguage, names));
    numbers.forEach((value, i) => lines.push(`${placeOf(name)}[${i}] = ${codeOf(names, value)};`));
    lines.push(`let ${valueOf(name)} = ${placeOf(name)}[0];`);
  }
  finishSums(gpu, {
    parts,
    sums: Object.keys(kernel.sums).map(valueOf),
    count,
    results: Object.fromEntries(made.map((name) => [placeOf(name), outputOf(kernel, gpu.outputs, name)])),
    store: lines.join(' '),
  });
}

/** Runs of one long row. */
function flatRow(gpu: GpuWriter, kernel: RowKernel, values: Values): void {
  const N = sizeOf(operand(gpu.inputs, 0).type.shape);
  const count = Math.ceil(N / RUN);
  const sums = Object.values(kernel.sums);
  const parts = gpu.workspace(count * sums.length * 4);
  const { declarations, names, buffers } = placed(gpu, kernel, 0, parts);
  const row = new RowCode({ kernel, N, rows: 1, lanes: 1, parts: 1, names, stride: 0 });
  for (const folds of passesOf(kernel)) row.folds(folds);
  const stores = sums.map((value, i) => `parts[${sums.length}u * index + ${i}u] = ${row.number(value)};`);
  const { groups, head } = flat(count, gpu.traits, 64);
  const body = indented([...attributesOf(kernel, values), ...row.lines, ...stores], '  ');
  gpu.dispatch({ label: '', code: `${declarations}\n${MATH}\n${head}\n${body}\n}`, buffers, groups });
  finish(gpu, kernel, values, parts, count);
}

export const rowsWebgpu =
  <A extends object>(rowsOf: RowsOf<A>): GpuLowering<A> =>
  (gpu, attrs) => {
    const { shape } = operand(gpu.inputs, 0).type;
    const [N, rows] = [lastOf(shape), countRows(shape)];
    const { kernel: given, values = {} } = rowsOf(attrs, N);
    const kernel = simplified(withoutKept(given));
    if (kernel.flat) {
      flatRow(gpu, kernel, values);
      return;
    }
    const lanes = lanesFor(N, gpu.traits);
    const parts = partsOf(rows, gpu.traits);
    const count = Object.keys(kernel.sums).length;
    const sums = count > 0 ? gpu.workspace(rows * count * 4) : null;
    const { declarations, names, buffers, stride } = placed(gpu, kernel, parts, sums);
    const single = groupsOf(rows, gpu.traits);
    const kinds = [...new Set(kernel.folds.map(({ reduce }) => reduce))];
    const code = `${declarations}
${MATH}
${kinds.map((kind) => reduction(kind, lanes, gpu.traits)).join('\n')}
${groupHead(lanes)}
${indented([`let ${valueOf(width.name)} = ${N}f;`, ...attributesOf(kernel, values)], '  ')}
${mainOf({ kernel, N, rows, lanes, parts, names, stride }, single.group)}
}`;
    const summed = Object.keys(kernel.totals).length > 0;
    gpu.dispatch({ label: '', code, buffers, groups: summed ? [parts, 1, 1] : single.groups });
    if (sums) finish(gpu, kernel, values, sums, rows);
  };
