// matrixState on webgpu: one pass, each invocation with a column of a head's matrix.
import { operand, type GpuLowering } from '../../plan/gpu/lowering.ts';
import type { MatrixStateAttrs } from './sizes.ts';
import { emit, over } from './webgpu-pass.ts';
import { keyTile, placeOf, sidesOf, valueOf } from './webgpu-sides.ts';

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
