// Cells and rows of CSV as RFC 4180 has them, safe in a spreadsheet. Pure.

/** Marks a file as UTF-8 for Excel. */
export const byteOrderMark = '\uFEFF';

/** A text that a spreadsheet would run as a formula (`=1+2`, `+1`, `-1`, `@SUM`, a leading tab or line end). */
const formula = /^[=+\-@\t\r\n]/;

/** Numbers unchanged, null empty; texts quoted if necessary, with a leading apostrophe if they would be a formula. */
export function csvCell(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const text = formula.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

export const csvRow = (cells: readonly (string | number | null)[]): string => `${cells.map(csvCell).join(',')}\r\n`;
