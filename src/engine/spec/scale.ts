// Axis ranges and tick positions, linear and logarithmic. Pure; a range always covers all the data it is given.
/** Smallest and largest value of what is drawn. */
interface Extent {
  readonly min: number;
  readonly max: number;
}

/** Round positions (1, 2, 5 times a power of ten) inside [min, max], about `count` of them. */
export function linearTicks(min: number, max: number, count: number): number[] {
  if (!(max > min)) return [min];
  const raw = (max - min) / Math.max(1, count);
  const power = 10 ** Math.floor(Math.log10(raw));
  const factor = raw / power;
  const step = (factor < 1.5 ? 1 : factor < 3.5 ? 2 : factor < 7.5 ? 5 : 10) * power;
  const first = Math.ceil(min / step - 1e-9);
  const last = Math.floor(max / step + 1e-9);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) =>
    Number(((first + index) * step).toPrecision(12)),
  );
}

/** Powers of ten inside [min, max], thinned to `count`; with 2 and 5 between when they span less than about two decades. */
export function logTicks(min: number, max: number, count: number): number[] {
  const low = Math.floor(Math.log10(min) + 1e-9);
  const high = Math.ceil(Math.log10(max) - 1e-9);
  const inside = (value: number): boolean => value >= min * 0.9999 && value <= max * 1.0001;
  const build = (every: number, factors: readonly number[]): number[] => {
    const out: number[] = [];
    for (let power = low; power <= high; power += 1) {
      if (power % every !== 0) continue;
      for (const factor of factors) out.push(Number((factor * 10 ** power).toPrecision(12)));
    }
    return out.filter(inside);
  };
  const span = Math.log10(max) - Math.log10(min);
  if (span < 0.6) {
    const close = linearTicks(min, max, count);
    if (close.length >= 2) return close;
  }
  if (span <= 2.2) {
    const fine = build(1, [1, 2, 5]);
    return fine.length <= count * 2 ? fine : build(1, [1]);
  }
  return build(Math.max(1, Math.ceil((high - low) / Math.max(1, count))), [1]);
}

/** The range an axis shows: all data with a small margin. Optionally zero is the lower end for positive data. */
export function paddedRange(
  extent: Extent | null,
  options: { readonly log: boolean; readonly fromZero?: boolean; readonly air?: number },
): Extent {
  const air = options.air ?? 0.06;
  if (options.log) {
    const safe = extent === null || !(extent.max > 0) ? { min: 0.1, max: 1 } : extent;
    const low = Math.log10(safe.min > 0 ? safe.min : safe.max / 10);
    const high = Math.log10(safe.max);
    const pad = high - low > 1e-3 ? (high - low) * air : 0.15;
    return { min: 10 ** (low - pad), max: 10 ** (high + pad) };
  }
  if (extent === null) return { min: 0, max: 1 };
  const base = options.fromZero === true && extent.min >= 0 ? 0 : extent.min;
  const size = extent.max - base;
  const pad = size > Math.abs(extent.max) * 1e-6 ? size * air : Math.max(Math.abs(extent.max) * 0.1, 1e-9);
  return { min: options.fromZero === true && extent.min >= 0 ? 0 : base - pad, max: extent.max + pad };
}
