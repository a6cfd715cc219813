// Bytes in binary units, always written KiB, MiB, GiB so that they are not mistaken for powers of ten.

const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const;

export interface ByteParts {
  readonly amount: string;
  readonly unit: string;
}

/** Amount and unit apart, for layouts that grey the unit. Three significant digits; a dash for unknown. */
export function byteParts(bytes: number | null | undefined): ByteParts {
  if (bytes === null || bytes === undefined || !Number.isFinite(bytes)) return { amount: '–', unit: '' };
  let amount = Math.abs(bytes);
  let index = 0;
  while (amount >= 999.5 && index < units.length - 1) {
    amount /= 1024;
    index += 1;
  }
  const digits = index === 0 || amount >= 99.95 ? 0 : amount >= 9.995 ? 1 : 2;
  return { amount: `${bytes < 0 ? '−' : ''}${amount.toFixed(digits)}`, unit: units[index] ?? 'B' };
}

/** `809 MiB`, `3.25 GiB`, `512 B`. */
export function formatBytes(bytes: number | null | undefined): string {
  const { amount, unit } = byteParts(bytes);
  return unit === '' ? amount : `${amount} ${unit}`;
}

/** Mebibytes as a bare number for a column or axis headed MiB: `809`, `1,290`, `4.2`. */
export function formatMebibytes(bytes: number | null | undefined): string {
  if (bytes === null || bytes === undefined || !Number.isFinite(bytes)) return '–';
  if (bytes === 0) return '0';
  const amount = bytes / 2 ** 20;
  if (amount >= 99.95) return Math.round(amount).toLocaleString('en-US');
  return amount >= 0.995 ? String(Number(amount.toPrecision(3))) : amount.toFixed(2);
}
