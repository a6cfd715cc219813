// The view of the Race screen as the query of an address, and back. Only differences from the default view are written; unreadable parts
// are ignored and reported. Pure.
import { parts, plainView, type Part, type ViewState } from './view-state.ts';

/** Names in the address, if they differ from the names here. */
const short: Partial<Record<keyof ViewState, string>> = {
  axis: 'x',
  logX: 'logx',
  range: 'zoom',
  yRanges: 'zoomy',
  logY: 'logy',
  lossMetric: 'loss',
  speedMetric: 'speed',
  extra: 'also',
  tables: 'table',
  alone: 'chart',
  smoothing: 'smooth',
  atStep: 'at',
  groupBy: 'group',
  selection: 'select',
  scatterColour: 'shade',
};

const keys = Object.keys(plainView) as (keyof ViewState)[];
const nameOf = (key: keyof ViewState): string => short[key] ?? key;
/** The part of a key, typed by that key. */
const partOf = (key: keyof ViewState): Part<unknown> => parts[key] as Part<unknown>;

export type Query = Readonly<Record<string, string>>;

export function encodeView(state: ViewState): Query {
  const written = keys.map(
    (key) => [nameOf(key), partOf(key).write(state[key]), partOf(key).write(plainView[key])] as const,
  );
  return Object.fromEntries(written.filter(([, text, plain]) => text !== plain).map(([name, text]) => [name, text]));
}

export interface Decoded {
  readonly state: ViewState;
  /** Parts that could not be read: `zoom=abc`. */
  readonly ignored: readonly string[];
}

/** `others` are names that mean something else in the same address. */
export function decodeView(query: Readonly<Record<string, unknown>>, others: readonly string[] = []): Decoded {
  const known = new Map(keys.map((key) => [nameOf(key), key]));
  const read: Partial<Record<keyof ViewState, unknown>> = {};
  const ignored: string[] = [];
  for (const [name, text] of Object.entries(query)) {
    if (others.includes(name)) continue;
    const key = known.get(name);
    const value = key === undefined || typeof text !== 'string' ? null : partOf(key).read(text);
    if (key === undefined || value === null)
      ignored.push(typeof text === 'string' ? `${name}=${text}`.slice(0, 60) : name);
    else read[key] = value;
  }
  return { state: { ...plainView, ...(read as Partial<ViewState>) }, ignored };
}
