// Exponential smoothing over x-distance. Treats the data as straight lines between points, so additional points on those lines change
// nothing: the result depends on the curve and not on its sampling.
import { itemAt } from '../../engine/core/item.ts';
import type { Points } from './points.ts';

/**
 * y(x) = ∫ v(u) e^{-(x-u)/tau} du / ∫ e^{-(x-u)/tau} du over the data up to x, v piecewise linear.
 * The divisor removes the start-up bias, so a constant stays that constant. A gap adds nothing and is kept as a gap.
 * `position` maps x to the axis the distance is measured on (log10 on a logarithmic axis). tau <= 0 returns y unchanged.
 */
export function smooth(points: Points, tau: number, position: (x: number) => number = (x) => x): Float64Array {
  const out = Float64Array.from(points.y);
  if (!(tau > 0)) return out;
  let sum = 0;
  let weight = 0;
  let lastPosition = Number.NaN;
  let lastValue = Number.NaN;
  for (let index = 0; index < out.length; index += 1) {
    const value = itemAt(points.y, index);
    const at = position(itemAt(points.x, index));
    if (!Number.isFinite(at)) continue;
    const distance = Number.isNaN(lastPosition) ? 0 : Math.max(0, (at - lastPosition) / tau);
    const share = -Math.expm1(-distance);
    sum *= 1 - share;
    weight *= 1 - share;
    if (Number.isFinite(value) && Number.isFinite(lastValue) && distance > 0) {
      sum += linearPart(lastValue, value, distance, share);
      weight += share;
    }
    if (Number.isFinite(value)) out[index] = weight > 0 ? sum / weight : value;
    lastPosition = at;
    lastValue = value;
  }
  return out;
}

/** ∫_0^d (b + (a-b) s/d) e^{-s} ds with s the distance back from the newer point b; share = 1 - e^{-d}. */
function linearPart(a: number, b: number, d: number, share: number): number {
  const firstMoment = d < 1e-4 ? d / 2 - (d * d) / 3 : (share - d * (1 - share)) / d;
  return b * share + (a - b) * firstMoment;
}

/** Slider value 0..1 to a smoothing length: 0 = none, 0.3 = about 0.3 %, 0.9 = about 12 % of the span. */
export function smoothingLength(amount: number, span: number): number {
  if (!(amount > 0) || !(span > 0)) return 0;
  return (span * 0.05 * amount ** 2.5) / (1 - 0.75 * Math.min(amount, 1));
}
