// What a forecast must beat, by the same windows and in the same measure: the mean of the training part, the last known value, and the value
// of the season before.
import { itemAt } from '../core/item.ts';
import type { Floor } from '../spec/floors.ts';
import type { Frame, SeriesPart, TargetColumn } from './forecast-frame.ts';

/** First place of each window, the places after which its forecast begins and ends, and the length of the season; 0 = none. */
export interface FloorWindows {
  readonly starts: readonly number[];
  readonly lookback: number;
  readonly horizon: number;
  readonly season: number;
}

type Guess = (target: TargetColumn, now: number, ahead: number, part: SeriesPart) => number;

const mean: Guess = ({ center }) => center;
const last: Guess = ({ values }, now) => itemAt(values, now);

/** The same place of the newest season that is over; where the series is younger than that, the last value. */
const seasonal =
  (season: number): Guess =>
  (target, now, ahead, part) => {
    const place = now + ahead - season * Math.ceil(ahead / season);
    return place < part.begin ? last(target, now, ahead, part) : itemAt(target.values, place);
  };

/** Over the known targets of all windows; the first is the mean's. */
export function floorsOf(frame: Frame, windows: FloorWindows): readonly [Floor, ...Floor[]] {
  const of = (kind: Floor['kind'], guess: Guess): Floor => ({ kind, ...errors(frame, windows, guess) });
  const { season } = windows;
  return [of('mean', mean), of('last', last), ...(season > 0 ? [of('season', seasonal(season))] : [])];
}

/** Targets of several units have none in common: their absolute errors stay scaled. */
function errors(
  frame: Frame,
  { starts, lookback, horizon }: FloorWindows,
  guess: Guess,
): Pick<Floor, 'loss' | 'absolute'> {
  let [count, squares, absolute] = [0, 0, 0];
  for (const start of starts) {
    const part = frame.series.find(({ begin, end }) => start >= begin && start < end);
    if (part === undefined) throw new Error('forecast: a window must lie in a series');
    const now = start + lookback - 1;
    for (const target of frame.targets) {
      for (let ahead = 1; ahead <= horizon; ahead++) {
        if (target.known[now + ahead] !== 1) continue;
        const off = itemAt(target.values, now + ahead) - guess(target, now, ahead, part);
        count++;
        squares += off * off;
        absolute += Math.abs(off);
      }
    }
  }
  return { loss: squares / count, absolute: (absolute / count) * commonUnit(frame) };
}

/** What an error of 1 is in the unit of the data, if all targets share it. */
export const commonUnit = ({ targets: [first, ...others] }: Frame): number =>
  first !== undefined && others.length === 0 ? first.scale.deviation : 1;
