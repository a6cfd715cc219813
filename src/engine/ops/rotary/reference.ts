// The definition of rotary: every pair of numbers as a point that is turned about the origin.
import type { ReferenceKernel } from '../reference-kernel.ts';
import { angleOf, pairAt, rotarySizes, type RotaryAttrs } from './angles.ts';

export const rotaryReference: ReferenceKernel<RotaryAttrs> = ([x], [y], attrs) => {
  const { rows, T, N, pairs, heads } = rotarySizes({ shape: x.shape, dtype: 'f32' }, attrs);
  y.data.set(x.data);
  for (let row = 0; row < rows; row++) {
    for (let i = 0; i < pairs; i++) {
      const turn = (attrs.offset + (row % T)) * angleOf(attrs, i) * (attrs.inverse ? -1 : 1);
      const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
      for (let head = 0; head < heads; head++) {
        const [one, two] = pairAt(attrs, i).map((column) => row * N + head * attrs.width + column);
        const [a, b] = [x.data[one], x.data[two]];
        y.data[one] = a * cos - b * sin;
        y.data[two] = a * sin + b * cos;
      }
    }
  }
};
