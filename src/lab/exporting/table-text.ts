// The run table as text of four kinds. Machines get values that are not rounded; people get rounded ones, the best of a column in bold.
import { byteOrderMark, csvRow } from '../../engine/core/csv.ts';
import { printable } from '../../engine/core/printable.ts';
import { forPeople, isBest, shown, type Column, type RunTable } from './run-table.ts';

export function tableCsv<Row>({ columns, runs }: RunTable<Row>, bom = false): string {
  const rows = runs.map((run) => csvRow(columns.map((column) => column.of(run))));
  return [bom ? byteOrderMark : '', csvRow(columns.map(({ id }) => id)), ...rows].join('');
}

/** For people, for the clipboard: spreadsheets separate cells at tabs. */
export function tableTsv(table: RunTable): string {
  const { columns, runs } = forPeople(table);
  const line = (cells: readonly string[]): string => `${cells.map(tsvCell).join('\t')}\n`;
  const rows = runs.map((run) => line(columns.map((column) => shown(column, run))));
  return [line(columns.map(({ title }) => title)), ...rows].join('');
}

/** One line, and nothing a spreadsheet would run as a formula. */
function tsvCell(value: string): string {
  const text = printable(value);
  return /^[=+@]|^-(?![\d.])/.test(text) ? `'${text}` : text;
}

const isText = <Row>(column: Column<Row>, { runs }: RunTable<Row>): boolean =>
  runs.some((run) => typeof column.of(run) === 'string');

const markdownCell = (text: string): string => printable(text).replace(/[\\`*_{}[\]<>|~&]/g, '\\$&');

export function tableMarkdown<Row>(table: RunTable<Row>): string {
  const { columns, runs } = forPeople(table);
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |\n`;
  const rows = runs.map((run) =>
    line(
      columns.map((column) => {
        const text = markdownCell(shown(column, run));
        return isBest(column, run, runs) ? `**${text}**` : text;
      }),
    ),
  );
  const rule = line(columns.map((column) => (isText(column, table) ? '---' : '---:')));
  return [line(columns.map(({ title }) => markdownCell(title))), rule, ...rows].join('');
}

const latexLetters: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}',
  '~': '\\textasciitilde{}',
  '^': '\\textasciicircum{}',
  '<': '\\textless{}',
  '>': '\\textgreater{}',
  '|': '\\textbar{}',
  '"': '\\textquotedbl{}',
  '–': '--',
  '·': '\\textperiodcentered{}',
  '…': '\\ldots{}',
};

/** Escapes the special characters of TeX. */
export const latexText = (text: string): string =>
  printable(text).replace(/[\\~^<>|"–·…]|[&%$#_{}]/g, (letter) => latexLetters[letter] ?? `\\${letter}`);

/** A `tabular` of package booktabs, to be put into a `table`. */
export function tableLatex<Row>(table: RunTable<Row>): string {
  const { columns, runs } = forPeople(table);
  const line = (cells: readonly string[]): string => `  ${cells.join(' & ')} \\\\\n`;
  const rows = runs.map((run) =>
    line(
      columns.map((column) => {
        const words = latexText(shown(column, run));
        return isBest(column, run, runs) ? `\\textbf{${words}}` : words;
      }),
    ),
  );
  return [
    '% needs \\usepackage{booktabs}; with pdfLaTeX also \\usepackage[T1]{fontenc}\n',
    `\\begin{tabular}{${columns.map((column) => (isText(column, table) ? 'l' : 'r')).join('')}}\n`,
    '  \\toprule\n',
    line(columns.map(({ title }) => latexText(title))),
    '  \\midrule\n',
    ...rows,
    '  \\bottomrule\n',
    '\\end{tabular}\n',
  ].join('');
}
