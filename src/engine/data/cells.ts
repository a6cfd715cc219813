// A cell of a table as text: missing, a number, yes or no, a time, or other text. Only what can be read in one way is read: 03/04/2024 may
// be either of two days and stays a text.

const missingMarks: ReadonlySet<string> = new Set(['', 'na', 'n/a', 'nan', 'null', '?']);

export const isMissing = (cell: string): boolean => missingMarks.has(cell.trim().toLowerCase());

const plain = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/iu;
const withComma = /^[+-]?\d+,\d+(?:e[+-]?\d+)?$/iu;

/** NaN if it is none. `comma`: the decimal sign is a comma. */
export function readNumberCell(cell: string, comma: boolean): number {
  const text = cell.trim();
  if (comma && withComma.test(text)) return Number(text.replace(',', '.'));
  return plain.test(text) ? Number(text) : NaN;
}

/** Whether it would be a number with a decimal comma. */
export const hasComma = (cell: string): boolean => withComma.test(cell.trim());

const flags: ReadonlyMap<string, number> = new Map(
  Object.entries({ true: 1, false: 0, yes: 1, no: 0, '1': 1, '0': 0 }),
);

/** NaN if it is none. */
export const readFlagCell = (cell: string): number => flags.get(cell.trim().toLowerCase()) ?? NaN;

const yearFirst = /^(\d{4})([-/])(\d{1,2})(?:\2(\d{1,2}))?(?:[T ]\s*(.+))?$/u;
/** As written with points, where the day always comes first. */
const dayFirst = /^(\d{1,2})\.(\d{1,2})\.(\d{4})(?:,?\s+(.+))?$/u;
const clock = /^(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s*(Z|UTC|[+-]\d{2}:?\d{2})?$/iu;

/** Milliseconds since 1970; without a zone it counts as UTC, so that no hour is missing or double. NaN if it is no time. */
export function readTimeCell(cell: string): number {
  const text = cell.trim();
  const german = dayFirst.exec(text);
  const found = german ?? yearFirst.exec(text);
  if (found === null) return NaN;
  const [year, month, day] =
    german === null ? [found[1], found[3], found[4] ?? '1'] : [german[3], german[2], german[1]];
  const date = dayOf(Number(year), Number(month), Number(day));
  const rest = german === null ? found[5] : german[4];
  return date + (rest === undefined ? 0 : clockOf(rest));
}

/** NaN for a day that is in no calendar. */
function dayOf(year: number, month: number, day: number): number {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? date.getTime() : NaN;
}

function clockOf(text: string): number {
  const found = clock.exec(text);
  if (found === null) return NaN;
  const [, hours, minutes, seconds = '0', part = '', zone = ''] = found;
  if (Number(hours) > 24 || Number(minutes) > 59 || Number(seconds) > 60) return NaN;
  const fraction = Math.round(Number(`0.${part === '' ? '0' : part}`) * 1000);
  const shift = /^([+-])(\d{2}):?(\d{2})$/u.exec(zone);
  const ahead = shift === null ? 0 : (shift[1] === '-' ? -1 : 1) * (Number(shift[2]) * 60 + Number(shift[3]));
  return ((Number(hours) * 60 + Number(minutes) - ahead) * 60 + Number(seconds)) * 1000 + fraction;
}
