// A published number that follows from the models by counting: what is counted for each row, and which printed numbers the counts must give. No run and no
// chance: a part holds or it does not. Pure; the engine counts (models/layer-weights.ts).
import { itemAt } from '../../core/item.ts';
import type { Message } from '../../core/say.ts';
import type { Described } from './preset.ts';

/** `matrices` = of the recurrence alone; `down` = with the projection back to the width; `biases` = all weights that one layer learns here. */
export type Counted = 'matrices' | 'down' | 'biases';
export const countings: readonly Counted[] = ['matrices', 'down', 'biases'];

/** The recurrence of one layer. */
export interface LayerAsked {
  readonly model: string;
  readonly width: number;
  readonly expansion: number;
  readonly counted: Counted;
}

/** One row of the table: the weights of `over` for each weight of `under`. */
export interface RatioRow {
  readonly cells: readonly Message[];
  /** In whole per cent, as printed; absent = the source counts otherwise. */
  readonly published?: number;
  readonly over: LayerAsked;
  readonly under: LayerAsked;
}

/** That all rows it names have the printed number. */
export interface RatioPart {
  readonly says: Message;
  readonly rows: readonly RatioRow[];
}

export interface Computed extends Described {
  readonly kind: 'computed';
  readonly rows: readonly RatioRow[];
  readonly parts: readonly RatioPart[];
}

export interface RatioOutcome {
  readonly row: RatioRow;
  readonly over: number;
  readonly under: number;
  readonly share: number;
}

export interface RatioVerdict {
  readonly part: RatioPart;
  readonly verdict: 'holds' | 'does-not-hold';
  /** Largest distance from a printed number, in per cent points. */
  readonly furthest: number;
}

export interface ComputedOutcome {
  readonly preset: Computed;
  readonly rows: readonly RatioOutcome[];
  readonly parts: readonly RatioVerdict[];
}

/** What has to be counted, in the order in which `computedOutcome` reads it. */
export const layersOf = ({ rows }: Computed): readonly LayerAsked[] => rows.flatMap(({ over, under }) => [over, under]);

/** Half a point: a printed whole number stands for all that round to it, on either side. */
const rounding = 0.5;

function judged(part: RatioPart, rows: readonly RatioOutcome[]): RatioVerdict {
  const distances = rows
    .filter(({ row }) => part.rows.includes(row))
    .map(({ row, share }) => Math.abs(100 * share - (row.published ?? NaN)));
  const furthest = Math.max(...distances);
  return { part, furthest, verdict: furthest <= rounding ? 'holds' : 'does-not-hold' };
}

export function computedOutcome(preset: Computed, weights: readonly number[]): ComputedOutcome {
  const rows = preset.rows.map((row, at) => {
    const [over, under] = [itemAt(weights, 2 * at), itemAt(weights, 2 * at + 1)];
    return { row, over, under, share: over / under };
  });
  return { preset, rows, parts: preset.parts.map((part) => judged(part, rows)) };
}
