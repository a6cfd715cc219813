// Formats numbers for every screen, table and axis. Independent of languages (except for the grouping comma) and of units.

const dash = '–';
const minus = '−';

const isReal = (value: number | null | undefined): value is number =>
  value !== null && value !== undefined && Number.isFinite(value);

/** Created once, since creating it is slow and tables of a thousand runs use it often. */
const grouped = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

/** `12,345`; a dash for nothing or not finite. */
export function formatInt(value: number | null | undefined): string {
  return isReal(value) ? grouped.format(Math.round(value)) : dash;
}

const siSteps: readonly (readonly [number, string])[] = [
  [1e24, 'Y'],
  [1e21, 'Z'],
  [1e18, 'E'],
  [1e15, 'P'],
  [1e12, 'T'],
  [1e9, 'G'],
  [1e6, 'M'],
  [1e3, 'k'],
];

/** Three significant digits with an SI prefix: `1.98 M`, `640`, `0.52`. */
export function formatSi(value: number | null | undefined): string {
  if (!isReal(value)) return dash;
  const rounded = Number(value.toPrecision(3));
  const size = Math.abs(rounded);
  for (const [factor, prefix] of siSteps) {
    if (size >= factor) return `${Number((rounded / factor).toPrecision(3))} ${prefix}`;
  }
  return String(rounded);
}

/** A loss with four significant places above one and four decimals below: `2.415`, `0.0146`; tiny values scientific. */
export function formatLoss(value: number | null | undefined): string {
  if (!isReal(value)) return dash;
  const size = Math.abs(value);
  if (size >= 1e5) return value.toExponential(2);
  if (size >= 1) return value.toFixed(size >= 100 ? 1 : size >= 10 ? 2 : 3);
  if (size >= 1e-3 || size === 0) return value.toFixed(4);
  return value.toExponential(2);
}

/** Fraction as per cent with one decimal and no sign: `98.2`. */
export function formatPercent(fraction: number | null | undefined, digits = 1): string {
  return isReal(fraction) ? (fraction * 100).toFixed(digits) : dash;
}

/** Signed with a true minus: `+14.1`, `−0.5`, `0.0`. */
export function formatSigned(value: number | null | undefined, digits: number): string {
  if (!isReal(value)) return dash;
  const text = Math.abs(value).toFixed(digits);
  if (Number(text) === 0) return text;
  return `${value < 0 ? minus : '+'}${text}`;
}

/** A difference of losses with three decimals, `−0.125`; a smaller one in powers of ten, never as zero: `−3.3e-5`. */
export function formatLossDifference(value: number | null | undefined): string {
  if (!isReal(value) || value === 0 || Math.abs(value) >= 5e-4) return formatSigned(value, 3);
  return `${value < 0 ? minus : '+'}${Math.abs(value).toExponential(1)}`;
}

/** `2.83×`, `14.7×`, `175×`. */
export function formatRatio(value: number | null | undefined): string {
  if (!isReal(value)) return dash;
  const digits = value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
  return `${value.toFixed(digits)}×`;
}

/** One rule for all numbers: below 0.01 in powers of ten, unless that is longer. */
function shortest(value: number): string {
  const plain = String(value);
  const scientific = value.toExponential().replace('e+', 'e');
  return Math.abs(value) < 0.01 && scientific.length <= plain.length + 1 ? scientific : plain;
}

/** A setting as a person would type it: `3e-3`, `0.01`, `1`, `12000`. Parsing it returns the same number. */
export function formatSetting(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  if (size !== 0 && !Number.isInteger(value)) return shortest(value);
  return size >= 1e21 ? String(value).replace('e+', 'e') : String(value);
}

/** Axis tick: short, exact for round numbers. `10 k`, `0.01`, `1e-4`. */
export function formatTick(value: number): string {
  if (value === 0) return '0';
  return Math.abs(value) >= 1000 ? formatSi(value) : shortest(Number(value.toPrecision(4)));
}
