// Shape patterns: matching extents are bound and returned, anything else is refused with the reason.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { f32, i32 } from '../core/tensor.ts';
import { optional, shapeRule } from './shape-rule.ts';

const extent = fc.integer({ min: 1, max: 50 });

test('letters carry extents from inputs to outputs', () => {
  fc.assert(
    fc.property(extent, extent, extent, (b, t, h) => {
      const resolve = shapeRule('op', [f32(b, t, 3 * h), f32(3 * h, h), f32(b, h)], {
        u: '[B, T, 3H]',
        weight: '[3H, H]',
        h0: '[B, H]',
      });
      expect(resolve('[B, T, 4H]').shape).toEqual([b, t, 4 * h]);
      expect(resolve('[]').shape).toEqual([]);
    }),
  );
});

test('leading extents of any rank, and their product R', () => {
  fc.assert(
    fc.property(fc.array(extent, { maxLength: 3 }), extent, (leading, n) => {
      const resolve = shapeRule('op', [f32(...leading, n), i32(...leading)], { x: '[…, N]', ids: 'i32 […]' });
      expect(resolve('[…, N]').shape).toEqual([...leading, n]);
      expect(resolve('[R]').shape).toEqual([leading.reduce((product, value) => product * value, 1)]);
    }),
  );
});

test('what does not fit is refused', () => {
  expect(() => shapeRule('op', [f32(2, 5)], { u: '[B, 2H]' })).toThrow('op: u must be [B, 2H], got [2, 5]');
  expect(() => shapeRule('op', [f32(3, 4), f32(2, 2, 3)], { weight: '[C, K]', context: '[B, K-1, C]' })).toThrow(
    'op: context must be [B, K-1, C] = [2, 3, 3], got [2, 2, 3]',
  );
  expect(() => shapeRule('op', [f32(2), f32(2)], { x: '[4]', ...optional(false, { y: '[2]' }) })).toThrow(
    '1 inputs required (x), got 2',
  );
  expect(() => shapeRule('op', [f32(0, 3)], { x: '[A, B]' })).toThrow('got [0, 3]');
});
