// What the page of a person's own data shows of a set: its first rows and the course of its columns, and what a forecast makes of a table.
import type { DatasetInfo } from '../engine/spec/catalogue.ts';
import type { Floor } from '../engine/spec/floors.ts';
import type { TableParts } from '../engine/spec/table.ts';

export interface ColumnLook {
  /** Null for texts and where nothing is known. */
  readonly low: number | null;
  readonly median: number | null;
  readonly high: number | null;
  /** Lowest and highest value in equal stretches of rows, in the order of the file; null where all are missing. */
  readonly course: readonly (readonly [low: number, high: number] | null)[];
}

export interface DatasetLook {
  readonly info: DatasetInfo;
  /** The file that holds it; null where it comes with the program. */
  readonly path: string | null;
  /** Of a table: one for each column. */
  readonly columns: readonly ColumnLook[];
  /** The first rows of a table, numbers as in the file, times in UTC; null = missing. */
  readonly rows: readonly (readonly (string | null)[])[];
  /** The beginning of a text. */
  readonly text: string | null;
}

export interface ForecastLook extends TableParts {
  /** The first target in the order of time; null where several series have no common one. */
  readonly curve: ColumnLook | null;
  /** Numbers that are read in a row, and those that are answered. */
  readonly inputs: number;
  readonly outputs: number;
  readonly floors: readonly Floor[];
}
