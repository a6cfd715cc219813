// rotary on webgpu. Turns are whole numbers of 2^-32 of a circle, whose products with positions wrap around exactly; floats would lose what
// positions of thousands leave of an angle.
import { bind, flat, operand, type GpuLowering } from '../../plan/gpu/lowering.ts';
import { MATH } from '../../plan/gpu/math.wgsl.ts';
import { angleOf, rotarySizes, type RotaryAttrs, type RotarySizes } from './angles.ts';

const circle = 2 ** 32;

/** A turn in units of 2^-32 and of 2^-64 of a circle. */
export function unitsOf(turn: number): readonly [number, number] {
  const whole = Math.floor(turn * circle);
  return [whole, Math.floor((turn * circle - whole) * circle)];
}

/** The pair that number `within` of a row belongs to, turned. */
function turnCode(attrs: RotaryAttrs, { T, N, pairs }: RotarySizes, from: string, to: string): string {
  const at = attrs.halves ? 'i' : '2u * i';
  const apart = attrs.halves ? `${pairs}u` : '1u';
  return `let i = within % ${Math.max(1, pairs)}u;
    let one = row * ${N}u + (within / ${Math.max(1, pairs)}u) * ${attrs.width}u + ${at};
    let two = one + ${apart};
    let position = ${attrs.offset}u + row % ${T}u;
    let fine = u32(f32(position) * f32(FINE[i]) * ${1 / circle}f);
    let angle = f32(bitcast<i32>(position * TURNS[i] + fine)) * ${(2 * Math.PI) / circle}f;
    let c = cos_of(angle);
    let s = ${attrs.inverse ? '-' : ''}sin_of(angle);
    let a = ${from}[one];
    let b = ${from}[two];
    ${to}[one] = a * c - b * s;
    ${to}[two] = a * s + b * c;
    return;`;
}

export const rotaryWebgpu: GpuLowering<RotaryAttrs> = (gpu, attrs) => {
  const [x, y] = [operand(gpu.inputs, 0), operand(gpu.outputs, 0)];
  const sizes = rotarySizes(x.type, attrs);
  const { rows, N, pairs, heads } = sizes;
  const { declarations, names, buffers } = bind({ given: x, turned: y });
  const [from = 'given', to = 'turned'] = [names['given'], names['turned']];
  const perRow = pairs * heads;
  const stays = N - 2 * perRow;
  const units = Array.from({ length: Math.max(1, pairs) }, (_, i) => unitsOf(angleOf(attrs, i) / (2 * Math.PI)));
  const list = (which: 0 | 1): string => units.map((one) => `${one[which]}u`).join(', ');
  const { groups, head } = flat(rows * (perRow + stays), gpu.traits);
  // What stays: the last number of heads of an odd width, then the columns behind the heads.
  const left = attrs.width - 2 * pairs;
  const code = `${declarations}
${MATH}
var<private> TURNS: array<u32, ${units.length}> = array<u32, ${units.length}>(${list(0)});
var<private> FINE: array<u32, ${units.length}> = array<u32, ${units.length}>(${list(1)});
${head}
  let row = index / ${perRow + stays}u;
  let within = index % ${perRow + stays}u;
  if (within < ${perRow}u) {
    ${turnCode(attrs, sizes, from, to)}
  }
  let rest = within - ${perRow}u;
  var column = rest + ${2 * perRow}u;
  if (rest < ${left * heads}u) { column = rest * ${attrs.width}u + ${2 * pairs}u; }
  ${to}[row * ${N}u + column] = ${from}[row * ${N}u + column];
}`;
  gpu.dispatch({ label: '', code, buffers, groups });
};
