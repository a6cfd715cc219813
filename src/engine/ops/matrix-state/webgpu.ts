// matrixState and its gradient on webgpu. An invocation has a column of a head's matrix (for the gradients of queries and keys: a row) in registers
// and goes through time; what all columns read of a step lies in workgroup memory, some steps at a time. The gradient makes a pass by rows in each
// direction, one by columns, and where there are decays one that adds up what their logarithms changed, without what a step gives itself.
import { bind, groupsOf, operand, type GpuLowering, type GpuOperand, type GpuWriter } from '../../plan/gpu/lowering.ts';
import { MATH } from '../../plan/gpu/math.wgsl.ts';
import { matrixStateSizes, type MatrixStateAttrs, type MatrixStateSizes } from './sizes.ts';

/** Invocations of a workgroup, and steps of a tile at most. */
const [LANES, STEPS] = [64, 16];

type Workspace = ReturnType<GpuWriter['workspace']>;
type Named = Readonly<Record<string, string>>;

interface Pass {
  readonly label: string;
  readonly operands: Readonly<Record<string, GpuOperand | Workspace | null>>;
  /** Invocations of a head. */
  readonly own: number;
  readonly backwards: boolean;
  /** What a tile holds of a step, as WGSL from `row` (a step of a sample, of all heads) and `d`. */
  readonly tile: (names: Named) => readonly { readonly width: number; readonly at: string }[];
  readonly before: (names: Named) => string;
  /** A step: `row`, its numbers from `tile[at]` on. */
  readonly each: (names: Named) => string;
  readonly after: (names: Named) => string;
}

const over = (n: number, body: string): string => `for (var d = 0u; d < ${n}u; d++) { ${body} }`;

/** Numbers of a tile one after the other, for `steps` steps from `first` on. */
function tileLoads(parts: ReturnType<Pass['tile']>, T: number, steps: number, width: number, rowOf: string): string {
  let column = 0;
  const loads = parts.map(({ width: wide, at }) => {
    const start = column;
    column += wide;
    return `for (var i = lane; i < ${steps * wide}u; i += ${LANES}u) {
      let r = i / ${wide}u;
      let d = i % ${wide}u;
      if (first + r < ${T}u) {
        let row = ${rowOf};
        tile[r * ${width}u + ${start}u + d] = ${at};
      }
    }`;
  });
  return loads.join('\n    ');
}

/** Steps of a tile that fits into workgroup memory. */
const stepsOf = (width: number, { traits }: GpuWriter): number =>
  Math.max(1, Math.min(STEPS, Math.floor((traits.workgroupBytes - 1024) / (4 * Math.max(1, width)))));

function emit(gpu: GpuWriter, { B, T, heads }: MatrixStateSizes, pass: Pass): void {
  const given = Object.entries(pass.operands).filter(
    (entry): entry is [string, GpuOperand | Workspace] => entry[1] !== null,
  );
  const { declarations, names, buffers } = bind(Object.fromEntries(given));
  const parts = pass.tile(names);
  const width = parts.reduce((sum, one) => sum + one.width, 0);
  const steps = stepsOf(width, gpu);
  const across = Math.ceil(pass.own / LANES);
  const { groups, group } = groupsOf(B * heads * across, gpu.traits);
  const rowOf = `(b * ${T}u + ${pass.backwards ? `${T - 1}u - (first + r)` : 'first + r'}) * ${heads}u + h`;
  const code = `${declarations}
${MATH}
var<workgroup> tile: array<f32, ${Math.max(1, steps * width)}>;
@compute @workgroup_size(${LANES})
fn main(@builtin(workgroup_id) wid: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let group = ${group};
  if (group >= ${B * heads * across}u) { return; }
  let own = (group % ${across}u) * ${LANES}u + lane;
  let head = group / ${across}u;
  let b = head / ${heads}u;
  let h = head % ${heads}u;
  let busy = own < ${pass.own}u;
  ${pass.before(names)}
  for (var first = 0u; first < ${T}u; first += ${steps}u) {
    workgroupBarrier();
    ${tileLoads(parts, T, steps, width, rowOf)}
    workgroupBarrier();
    for (var r = 0u; r < ${steps}u && busy && first + r < ${T}u; r++) {
      let row = ${rowOf};
      let at = r * ${width}u;
      ${pass.each(names)}
    }
  }
  if (busy) {
    ${pass.after(names)}
  }
}`;
  gpu.dispatch({ label: pass.label, code, buffers, groups });
}

interface Sides {
  readonly gpu: GpuWriter;
  readonly attrs: MatrixStateAttrs;
  readonly sizes: MatrixStateSizes;
  readonly q: GpuOperand;
  readonly k: GpuOperand;
  readonly v: GpuOperand;
  readonly decay: GpuOperand | null;
  readonly start: GpuOperand | null;
}

function sidesOf(gpu: GpuWriter, attrs: MatrixStateAttrs, first: number): Sides {
  const [q, k, v] = [0, 1, 2].map((i) => operand(gpu.inputs, i)) as [GpuOperand, GpuOperand, GpuOperand];
  const decay = attrs.decay === 'none' ? null : operand(gpu.inputs, first);
  const start = attrs.initial ? operand(gpu.inputs, first + (decay === null ? 0 : 1)) : null;
  return { gpu, attrs, sizes: matrixStateSizes(q.type, v.type, attrs), q, k, v, decay, start };
}

/** What is kept of row `i` at `row`. */
const keptOf = ({ attrs, sizes }: Sides, of: Named, i: string): string => {
  if (attrs.decay === 'none') return '1f';
  return `exp_of(${of['decay']}[${attrs.decay === 'key' ? `row * ${sizes.dk}u + ${i}` : 'row'}])`;
};

/** Value of column j at `row`, or its gradient: `sums` is that of the column behind the values. */
const valueOf = ({ sizes: { dv, columns } }: Sides, name: string | undefined, j: string, sums: string): string =>
  columns === dv
    ? `${name}[row * ${dv}u + ${j}]`
    : `select(${sums}, ${name}[row * ${dv}u + min(${j}, ${dv - 1}u)], ${j} < ${dv}u)`;

/** Of the tile of queries, keys and factors. */
const keyTile = (sides: Sides, of: Named) => {
  const { dk } = sides.sizes;
  return [
    { width: dk, at: `${of['q']}[row * ${dk}u + d]` },
    { width: dk, at: `${of['k']}[row * ${dk}u + d]` },
    ...(sides.decay === null ? [] : [{ width: dk, at: keptOf(sides, of, 'd') }]),
  ];
};

/** Place of (i, j) in the matrix of a head. */
const placeOf = ({ sizes: { dk, columns } }: Sides, i: string, j: string): string =>
  `head * ${dk * columns}u + ${i} * ${columns}u + ${j}`;

export const matrixStateWebgpu: GpuLowering<MatrixStateAttrs> = (gpu, attrs) => {
  const sides = sidesOf(gpu, attrs, 3);
  const { q, k, v, decay, start, sizes } = sides;
  const { dk, dv, columns } = sizes;
  const weight = attrs.sums ? operand(gpu.outputs, 1) : null;
  const final = operand(gpu.outputs, attrs.sums ? 2 : 1);
  const fade = decay === null ? '' : `s[d] *= tile[at + ${2 * dk}u + d];`;
  emit(gpu, sizes, {
    label: '',
    operands: { q, k, v, decay, start, o: operand(gpu.outputs, 0), weight, last: final },
    own: columns,
    backwards: false,
    tile: (of) => keyTile(sides, of),
    before: (of) => `var s: array<f32, ${dk}>;
  ${start === null ? '' : `if (busy) { ${over(dk, `s[d] = ${of['start']}[${placeOf(sides, 'd', 'own')}];`)} }`}`,
    each: (of) => `let value = ${valueOf(sides, of['v'], 'own', '1f')};
      var sum = 0f;
      ${over(dk, `${fade} s[d] = fma(tile[at + ${dk}u + d], value, s[d]); sum = fma(tile[at + d], s[d], sum);`)}
      ${weight === null ? '' : `if (own == ${dv}u) { ${of['weight']}[row] = sum; } else`} { ${of['o']}[row * ${dv}u + own] = sum; }`,
    after: (of) => over(dk, `${of['last']}[${placeOf(sides, 'd', 'own')}] = s[d];`),
  });
};

interface Gradient extends Sides {
  readonly dout: GpuOperand;
  readonly dfinal: GpuOperand;
  readonly dweight: GpuOperand | null;
  /** For decays: v_t do_t of each step and head, then the matrices after the last step. */
  readonly kept: Workspace | null;
}

export const matrixStateGradWebgpu: GpuLowering<MatrixStateAttrs> = (gpu, attrs) => {
  const sides = sidesOf(gpu, attrs, attrs.sums ? 6 : 5);
  const { B, T, heads, dk, columns } = sides.sizes;
  const gradient: Gradient = {
    ...sides,
    dout: operand(gpu.inputs, 3),
    dfinal: operand(gpu.inputs, 4),
    dweight: attrs.sums ? operand(gpu.inputs, 5) : null,
    kept: sides.decay === null ? null : gpu.workspace(4 * B * heads * (T + dk * columns)),
  };
  queryGradient(gradient);
  keyGradient(gradient);
  valueGradient(gradient);
  if (gradient.kept !== null) decayGradient(gradient, gradient.kept);
};

/** Of the tile of values and gradients of results. */
const valueTile = (sides: Sides, of: Named) => {
  const { columns } = sides.sizes;
  return [
    { width: columns, at: valueOf(sides, of['v'], 'd', '1f') },
    { width: columns, at: valueOf(sides, of['dout'], 'd', `${of['dweight']}[row]`) },
  ];
};

/** dq; with decays without what a step reads of itself, which is added in the last pass. */
function queryGradient(g: Gradient): void {
  const { gpu, sizes, k, v, decay, start, dout, dweight, kept } = g;
  const { B, T, heads, dk, columns } = sizes;
  const first = B * T * heads;
  emit(gpu, sizes, {
    label: 'queries',
    operands: { k, v, decay, start, dout, dweight, dq: operand(gpu.outputs, 0), kept },
    own: dk,
    backwards: false,
    tile: (of) => valueTile(g, of),
    before: (of) => `var s: array<f32, ${columns}>;
  ${start === null ? '' : `if (busy) { ${over(columns, `s[d] = ${of['start']}[${placeOf(g, 'own', 'd')}];`)} }`}`,
    each: (of) => `let key = ${of['k']}[row * ${dk}u + own];
      let left = ${keptOf(g, of, 'own')};
      var old = 0f;
      var along = 0f;
      ${over(
        columns,
        `let value = tile[at + d]; let slope = tile[at + ${columns}u + d]; s[d] *= left; old = fma(s[d], slope, old); along = fma(value, slope, along); s[d] = fma(key, value, s[d]);`,
      )}
      ${of['dq']}[row * ${dk}u + own] = ${kept === null ? 'fma(key, along, old)' : 'old'};
      ${kept === null ? '' : `if (own == 0u) { ${of['kept']}[row] = along; }`}`,
    after: (of) => (kept === null ? '' : over(columns, `${of['kept']}[${first}u + ${placeOf(g, 'own', 'd')}] = s[d];`)),
  });
}

/** dk, likewise, and the gradient of the matrices before the first step. */
function keyGradient(g: Gradient): void {
  const { gpu, sizes, q, v, decay, dout, dweight, dfinal, kept, attrs } = g;
  const { dk, columns } = sizes;
  const dstart = attrs.initial ? operand(gpu.outputs, decay === null ? 3 : 4) : null;
  emit(gpu, sizes, {
    label: 'keys',
    operands: { q, v, decay, dout, dweight, dfinal, dk: operand(gpu.outputs, 1), dstart },
    own: dk,
    backwards: true,
    tile: (of) => valueTile(g, of),
    before: (of) => `var s: array<f32, ${columns}>;
  if (busy) { ${over(columns, `s[d] = ${of['dfinal']}[${placeOf(g, 'own', 'd')}];`)} }`,
    each: (of) => `let query = ${of['q']}[row * ${dk}u + own];
      let left = ${keptOf(g, of, 'own')};
      var old = 0f;
      var along = 0f;
      ${over(
        columns,
        `let value = tile[at + d]; let slope = tile[at + ${columns}u + d]; old = fma(s[d], value, old); along = fma(value, slope, along); s[d] = left * fma(query, slope, s[d]);`,
      )}
      ${of['dk']}[row * ${dk}u + own] = ${kept === null ? 'fma(query, along, old)' : 'old'};`,
    after: (of) => (dstart === null ? '' : over(columns, `${of['dstart']}[${placeOf(g, 'own', 'd')}] = s[d];`)),
  });
}

function valueGradient(g: Gradient): void {
  const { gpu, sizes, q, k, decay, dout, dfinal } = g;
  const { dk, dv } = sizes;
  const fade = decay === null ? '' : `s[d] *= tile[at + ${2 * dk}u + d];`;
  emit(gpu, sizes, {
    label: 'values',
    operands: { q, k, decay, dout, dfinal, dv: operand(gpu.outputs, 2) },
    own: dv,
    backwards: true,
    tile: (of) => keyTile(g, of),
    before: (of) => `var s: array<f32, ${dk}>;
  if (busy) { ${over(dk, `s[d] = ${of['dfinal']}[${placeOf(g, 'd', 'own')}];`)} }`,
    each: (of) => `let slope = ${of['dout']}[row * ${dv}u + own];
      var sum = 0f;
      ${over(dk, `s[d] = fma(tile[at + d], slope, s[d]); sum = fma(tile[at + ${dk}u + d], s[d], sum); ${fade}`)}
      ${of['dv']}[row * ${dv}u + own] = sum;`,
    after: () => '',
  });
}

/** Sums of q dq - k dk from the end, from what the last matrix and its gradient make together; dq and dk get what a step gives itself. */
function decayGradient(g: Gradient, kept: Workspace): void {
  const { gpu, sizes, attrs, q, k, dfinal } = g;
  const { B, T, heads, dk, columns } = sizes;
  const perKey = attrs.decay === 'key';
  const rows = (body: string): string =>
    perKey ? `{ let i = own; ${body} }` : `for (var i = 0u; i < ${dk}u; i++) { ${body} }`;
  emit(gpu, sizes, {
    label: 'decays',
    operands: {
      q,
      k,
      dfinal,
      kept,
      dq: operand(gpu.outputs, 0),
      dk: operand(gpu.outputs, 1),
      ddecay: operand(gpu.outputs, 3),
    },
    own: perKey ? dk : 1,
    backwards: true,
    tile: () => [],
    before: (of) => `var sum = 0f;
  if (busy) {
    ${rows(over(columns, `let place = ${placeOf(g, 'i', 'd')}; sum = fma(${of['kept']}[${B * T * heads}u + place], ${of['dfinal']}[place], sum);`))}
  }`,
    each: (of) => `let along = ${of['kept']}[row];
      ${rows(`let place = row * ${dk}u + i;
        let query = ${of['q']}[place];
        let key = ${of['k']}[place];
        sum += query * ${of['dq']}[place] - key * ${of['dk']}[place];
        ${of['dq']}[place] = fma(key, along, ${of['dq']}[place]);
        ${of['dk']}[place] = fma(query, along, ${of['dk']}[place]);`)}
      ${of['ddecay']}[${perKey ? `row * ${dk}u + own` : 'row'}] = sum;`,
    after: () => '',
  });
}
