// Small pieces that every kernel uses: partial vectors for tails, sums over lanes. A tail goes through the same vector arithmetic
// as the main path, so results do not depend on where a range is cut.

/** a b + c in two roundings, always: a fused multiply-add would differ between machines. */
// @ts-ignore: decorator
@inline export function madd(a: v128, b: v128, c: v128): v128 {
  return f32x4.add(f32x4.mul(a, b), c);
}

/**
 * 0 where |x| is below the smallest normal number (1.2e-38), else x; NaN stays NaN. A decaying state or gradient would stay denormal, and
 * processors take ten times as long for such numbers, so recurrences flush them to zero.
 */
// @ts-ignore: decorator
@inline export function settle(x: v128): v128 {
  return v128.andnot(x, f32x4.lt(f32x4.abs(x), f32x4.splat(1.17549435e-38)));
}

/** The first `lanes` (1 to 4) floats at `p`; the other lanes are 0. */
// @ts-ignore: decorator
@inline export function loadPart(p: usize, lanes: i32): v128 {
  if (lanes >= 4) return v128.load(p);
  return loadTail(p, lanes);
}

/** Stores the first `lanes` (1 to 4) lanes. */
// @ts-ignore: decorator
@inline export function storePart(p: usize, x: v128, lanes: i32): void {
  if (lanes >= 4) v128.store(p, x);
  else storeTail(p, x, lanes);
}

function loadTail(p: usize, lanes: i32): v128 {
  let x = f32x4.splat(0);
  x = f32x4.replace_lane(x, 0, f32.load(p));
  if (lanes > 1) x = f32x4.replace_lane(x, 1, f32.load(p, 4));
  if (lanes > 2) x = f32x4.replace_lane(x, 2, f32.load(p, 8));
  return x;
}

function storeTail(p: usize, x: v128, lanes: i32): void {
  f32.store(p, f32x4.extract_lane(x, 0));
  if (lanes > 1) f32.store(p, f32x4.extract_lane(x, 1), 4);
  if (lanes > 2) f32.store(p, f32x4.extract_lane(x, 2), 8);
}

/** As loadPart, with `rest` in the lanes beyond. */
// @ts-ignore: decorator
@inline export function loadPartOr(p: usize, lanes: i32, rest: f32): v128 {
  if (lanes >= 4) return v128.load(p);
  return loadTailOr(p, lanes, rest);
}

function loadTailOr(p: usize, lanes: i32, rest: f32): v128 {
  let x = f32x4.splat(rest);
  x = f32x4.replace_lane(x, 0, f32.load(p));
  if (lanes > 1) x = f32x4.replace_lane(x, 1, f32.load(p, 4));
  if (lanes > 2) x = f32x4.replace_lane(x, 2, f32.load(p, 8));
  return x;
}

/** `next` in the first `left` lanes, `before` in the others. */
// @ts-ignore: decorator
@inline export function inside(left: i32, next: v128, before: v128): v128 {
  if (left >= 4) return next;
  return v128.bitselect(next, before, i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(left)));
}

/** Sum of the four lanes, in a fixed order. */
// @ts-ignore: decorator
@inline export function laneSum(x: v128): f32 {
  return f32x4.extract_lane(x, 0) + f32x4.extract_lane(x, 1) + (f32x4.extract_lane(x, 2) + f32x4.extract_lane(x, 3));
}

/** Largest of the four lanes; NaN if one is NaN. */
// @ts-ignore: decorator
@inline export function laneMax(x: v128): f32 {
  return max<f32>(
    max<f32>(f32x4.extract_lane(x, 0), f32x4.extract_lane(x, 1)),
    max<f32>(f32x4.extract_lane(x, 2), f32x4.extract_lane(x, 3)),
  );
}

/** Numbers of the four floats that stand `offset` bytes behind the first of a row. */
// @ts-ignore: decorator
@inline export function columns(offset: usize): v128 {
  return f32x4.convert_i32x4_s(i32x4.add(i32x4.splat(<i32>(offset >> 2)), i32x4(0, 1, 2, 3)));
}

/** Byte size of `n` floats. */
// @ts-ignore: decorator
@inline export function floats(n: i32): usize {
  return <usize>n << 2;
}

/** Bytes of `n` vectors. */
// @ts-ignore: decorator
@inline export function vectors(n: i32): usize {
  return <usize>n << 4;
}

/** Element `n` of four rows of `width` numbers, of which `left` exist; 0 beyond. */
export function acrossRows(rows: usize, width: i32, n: i32, left: i32): v128 {
  let x = f32x4.splat(f32.load(rows + floats(n)));
  x = f32x4.replace_lane(x, 1, left > 1 ? f32.load(rows + floats(width + n)) : 0);
  x = f32x4.replace_lane(x, 2, left > 2 ? f32.load(rows + floats(2 * width + n)) : 0);
  return f32x4.replace_lane(x, 3, left > 3 ? f32.load(rows + floats(3 * width + n)) : 0);
}

export function storeAcrossRows(rows: usize, width: i32, n: i32, left: i32, x: v128): void {
  f32.store(rows + floats(n), f32x4.extract_lane(x, 0));
  if (left > 1) f32.store(rows + floats(width + n), f32x4.extract_lane(x, 1));
  if (left > 2) f32.store(rows + floats(2 * width + n), f32x4.extract_lane(x, 2));
  if (left > 3) f32.store(rows + floats(3 * width + n), f32x4.extract_lane(x, 3));
}
