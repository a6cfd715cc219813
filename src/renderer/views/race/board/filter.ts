// The filter line of the run table: words, or comparisons like `lr > 1e-3`. Pure.

export interface FilterRow {
  /** Words that a plain term is looked for in. */
  readonly text: string;
  /** Values by every name a person may use for them, in lower case. */
  readonly values: Readonly<Record<string, number | string | boolean | null>>;
}

type Test = (row: FilterRow) => boolean;
const comparison = /^(.+?)\s*(<=|>=|!=|=|<|>)\s*(.+)$/;

function compare(left: number | string | boolean | null, operator: string, right: string): boolean {
  if (left === null) return operator === '!=';
  const number = Number(right);
  if (typeof left === 'number' && right.trim() !== '' && !Number.isNaN(number)) {
    switch (operator) {
      case '<':
        return left < number;
      case '<=':
        return left <= number;
      case '>':
        return left > number;
      case '>=':
        return left >= number;
      case '!=':
        return left !== number;
      default:
        return left === number;
    }
  }
  const same = String(left).toLowerCase() === right.trim().toLowerCase();
  return operator === '!=' ? !same : operator === '=' && same;
}

function termOf(term: string): Test {
  const [, name, operator, value] = comparison.exec(term.trim()) ?? [];
  if (name === undefined || operator === undefined || value === undefined) {
    const words = term.trim().toLowerCase().split(/\s+/);
    return (row) => words.every((word) => row.text.toLowerCase().includes(word));
  }
  const key = name.trim().toLowerCase();
  return (row) => key in row.values && compare(row.values[key] ?? null, operator, value);
}

/** All parts between commas, semicolons or "and" must hold; an empty line keeps every row. */
export function parseFilter(line: string): Test {
  const terms = line.split(/[,;]|\band\b/i).filter((term) => term.trim() !== '');
  const tests = terms.map(termOf);
  return (row) => tests.every((test) => test(row));
}
