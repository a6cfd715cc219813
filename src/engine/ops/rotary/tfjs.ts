// rotary on the tensorflow device: cosines and sines for all columns from the host, and each number's partner by a product with a matrix of
// 0, 1 and -1.
import type { TfKernel } from '../tfjs-kernel.ts';
import { angleOf, pairAt, rotarySizes, type RotaryAttrs } from './angles.ts';

export const rotaryTfjs: TfKernel<RotaryAttrs> = ({ tf, product }, [x], attrs) => {
  const { rows, T, N, pairs, heads } = rotarySizes({ shape: x.shape, dtype: 'f32' }, attrs);
  const cosines = new Float32Array(T * N).fill(1);
  const sines = new Float32Array(T * N);
  const partners = new Float32Array(N * N);
  for (let i = 0; i < pairs; i++) {
    for (let head = 0; head < heads; head++) {
      const [one, two] = pairAt(attrs, i).map((column) => head * attrs.width + column);
      partners[two * N + one] = -1;
      partners[one * N + two] = 1;
      for (let t = 0; t < T; t++) {
        const turn = (attrs.offset + t) * angleOf(attrs, i) * (attrs.inverse ? -1 : 1);
        for (const column of [one, two]) {
          cosines[t * N + column] = Math.cos(turn);
          sines[t * N + column] = Math.sin(turn);
        }
      }
    }
  }
  const matrix = tf.tensor(partners, [N, N], 'float32');
  const partner = tf.reshape(product(tf.reshape(x, [rows, N]), matrix, false, false), x.shape);
  const [c, s] = [cosines, sines].map((values) => tf.tensor(values, [1, T, N], 'float32'));
  return [tf.add(tf.mul(x, c), tf.mul(partner, s))];
};
