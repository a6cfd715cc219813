// What a person can set about a forecast, and how it is explained (forecast.ts says what it does). Roles of columns are read in spec/table.ts.
import type { Fields } from '../spec/fields.ts';
import { testField } from './test-part.ts';

const columns = (label: string, help: string): Fields[string] => ({
  kind: 'text',
  label,
  help: `${help} Names apart by commas; empty = as recognised, - = none.`,
  default: '',
  maxLength: 4000,
});

/** Settings of forecasting: columns and their roles, window, horizon, split and scale. */
export const forecastFields = {
  dataset: {
    kind: 'text',
    label: 'Table',
    help: 'The table to learn: the one that the program draws, or a file of your own (.csv, .tsv, .parquet).',
    default: 'drawn-demand',
    maxLength: 200,
  },
  target: columns('Forecast', 'Columns to forecast.'),
  inputs: columns('Known so far', 'Further columns to read, known up to the present.'),
  ahead: columns('Known ahead', 'Columns known in advance, such as a calendar.'),
  time: { ...columns('Time', 'The column that orders the rows.'), advanced: true },
  series: { ...columns('Series', 'The column whose values tell several series apart.'), advanced: true },
  horizon: {
    kind: 'int',
    label: 'Horizon',
    help: 'Rows to forecast.',
    unit: 'rows',
    default: 24,
    min: 1,
    max: 4096,
  },
  lookback: {
    kind: 'int',
    label: 'Window',
    help: 'Rows that are read before a forecast.',
    symbol: 'T',
    unit: 'rows',
    default: 168,
    min: 1,
    max: 65536,
  },
  answer: {
    kind: 'choice',
    label: 'Answer',
    help: 'Whether training asks for a forecast after each row of a window, or only at its end. Held-out data always ask at the end.',
    default: 'each',
    choices: [
      { value: 'each', label: 'after each row' },
      { value: 'last', label: 'at the end' },
    ],
  },
  season: {
    kind: 'int',
    label: 'Season',
    help: 'Rows after which values repeat, for the comparison with the season before; 0 = none.',
    unit: 'rows',
    default: 24,
    min: 0,
    max: 65536,
    advanced: true,
  },
  scale: {
    kind: 'choice',
    label: 'Scale',
    help: 'Numbers of each column are scaled by mean and deviation of the part to learn from, or read as they are.',
    default: 'train',
    choices: [
      { value: 'train', label: 'by the training part' },
      { value: 'none', label: 'as they are' },
    ],
    advanced: true,
  },
  heldOut: {
    kind: 'float',
    label: 'Held-out share',
    help: 'Share of the rows, the latest, that is kept for validation.',
    default: 0.2,
    min: 0.01,
    max: 0.5,
    advanced: true,
  },
  test: testField('Share of the rows, the very latest, that training and validation never see.'),
  evalSequences: {
    kind: 'int',
    label: 'Held-out sequences',
    help: 'How many held-out windows, evenly spread, each evaluation uses.',
    unit: 'sequences',
    default: 128,
    min: 1,
    max: 65536,
    advanced: true,
  },
} as const satisfies Fields;
