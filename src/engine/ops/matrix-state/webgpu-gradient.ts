// The gradient of matrixState on webgpu: a pass by rows in each direction, one by columns, and where there are decays one that adds up what their
// logarithms changed, without what a step gives itself.
import { operand, type GpuLowering, type GpuOperand } from '../../plan/gpu/lowering.ts';
import type { MatrixStateAttrs } from './sizes.ts';
import { emit, over, type Named, type Workspace } from './webgpu-pass.ts';
import { keptOf, keyTile, placeOf, sidesOf, valueOf, type Sides } from './webgpu-sides.ts';

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
