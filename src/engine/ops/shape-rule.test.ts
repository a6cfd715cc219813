// Shape patterns: matching extents are bound and returned, anything else is refused with the reason.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { f32, i32 } from '../core/tensor.ts';
import { shapeRule, shapesOf } from './shape-rule.ts';

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
  expect(() => shapeRule('op', [f32(2), f32(2)], { x: '[4]' })).toThrow('1 inputs required (x), got 2');
  expect(() => shapeRule('op', [f32(0, 3)], { x: '[A, B]' })).toThrow('got [0, 3]');
});

test('products and sums of letters are bound by any input that has them, in any order', () => {
  fc.assert(
    fc.property(extent, extent, extent, fc.integer({ min: 1, max: 9 }), fc.boolean(), (b, h, n, plus, late) => {
      const given = {
        state: [f32(b, h, n), '[B, H, N]'],
        u: [f32(b, h * n), '[B, H*N]'],
        joined: [f32(3 * h + n + plus), `[3*H+N+${plus}]`],
        last: [f32(h), '[H]'],
      } as const;
      const order = late ? (['u', 'joined', 'last', 'state'] as const) : (['state', 'u', 'joined', 'last'] as const);
      const types = order.map((name) => given[name][0]);
      const resolve = shapeRule('op', types, Object.fromEntries(order.map((name) => [name, given[name][1]])));
      expect(resolve('[B, N*H, 2*H*N-1, 2N+H]').shape).toEqual([b, n * h, 2 * h * n - 1, 2 * n + h]);
    }),
  );
});

test('a product that does not come out is refused with its numbers, an unbound one by its letters', () => {
  const patterns = { state: '[H, N]', u: '[B, H*N]' };
  const build = () => shapeRule('op', [f32(3, 4), f32(2, 11)], patterns);
  expect(build).toThrow('op: u must be [B, H*N] = [2, 12], got [2, 11]');
  expect(() => shapeRule('op', [f32(12)], { u: '[H*N]' })).toThrow('op: u is [H*N], and no input binds its letters');
  expect(() => shapeRule('op', [f32(7), f32(3)], { u: '[H*N]', h: '[H]' })).toThrow('op: u must be [H*N], got [7]');
  expect(() => shapeRule('op', [f32(2)], { u: '[2+H]' })).toThrow('op: u must be [2+H], got [2]');
  for (const bad of ['[h]', '[H**N]', '[2.5H]', '[H+]'])
    expect(() => shapeRule('op', [f32(2)], { u: bad })).toThrow('an extent must be like 2H, K-1, H*N, 3*D or 4');
});

test('optional inputs and outputs are all there or none is', () => {
  const shapes = shapesOf('op', {
    inputs: { u: '[B, T, 2H]', 'h0?': '[B, H]' },
    outputs: { y: '[B, T, H]', final: '[B, H]', 'dh0?': '[B, H]' },
  });
  fc.assert(
    fc.property(extent, extent, extent, (b, t, h) => {
      const [u, h0] = [f32(b, t, 2 * h), f32(b, h)];
      const always = [f32(b, t, h), f32(b, h)];
      expect(shapes([u])).toEqual(always);
      expect(shapes([u, h0], true)).toEqual([...always, f32(b, h)]);
    }),
  );
  expect(() => shapes([f32(2, 3, 4)], true)).toThrow('op: 2 inputs required (u, h0), got 1');
  expect(() => shapes([f32(2, 3, 4), f32(2, 2)])).toThrow('op: 1 inputs required (u), got 2');
  expect(() => shapes([f32(2, 3, 4), f32(2, 3)], true)).toThrow('op: h0 must be [B, H] = [2, 2], got [2, 3]');
});
