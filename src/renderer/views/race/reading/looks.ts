// Colours and dashes that show settings: the look of each run. Pure; texts come from the caller.
import type { Catalogue } from '../../../../engine/spec/catalogue.ts';
import type { FieldValue } from '../../../../engine/spec/fields.ts';
import type { RunSpec } from '../../../../engine/spec/run-spec.ts';
import { dashes, identityOf, orderedColour, type Look, type Marker } from '../../../identity/identity.ts';
import type { SettingsColumn } from '../board/settings-columns.ts';
import type { RunGroup } from '../run-groups.ts';

/** `auto`, `run` for a run's own identity, or the id of a settings column. */
export interface Encoding {
  readonly colour: string;
  readonly dash: string;
}

/** The columns shown by colour and dash; null = the run's own identity. */
export interface Carriers {
  readonly colour: SettingsColumn | null;
  readonly dash: SettingsColumn | null;
}

/** Number of identities that colour alone can distinguish. */
const FEW = 8;
export const MOST_DASHES = dashes.length;
const dashMarkers: readonly Marker[] = ['circle', 'ring', 'square', 'diamond'];
const ABSENT = '--text-3';

export const specsOf = (groups: readonly RunGroup[]): readonly RunSpec[] => groups.map(({ first }) => first.spec);

/** The values a column has, each once: numbers in their order, others as they come. */
export function valuesOf(column: SettingsColumn, specs: readonly RunSpec[]): readonly FieldValue[] {
  const values = [...new Set(specs.map(column.valueOf).filter((value) => value !== null))];
  if (!values.every((value) => typeof value === 'number')) return values;
  return values.sort((a, b) => a - b);
}

/** Whether its values have an order that a scale can show. */
export const isOrdered = (column: SettingsColumn, specs: readonly RunSpec[]): boolean =>
  column.numeric && valuesOf(column, specs).every((value) => typeof value === 'number');

/** With few runs each has its identity; with many, colour shows the numeric setting with the most values and dash shows the model. */
function automatic(specs: readonly RunSpec[], columns: readonly SettingsColumn[]): Carriers {
  const count = (column: SettingsColumn): number => valuesOf(column, specs).length;
  const varying = columns.filter((column) => count(column) > 1);
  const numbers = varying.filter((column) => isOrdered(column, specs)).toSorted((a, b) => count(b) - count(a));
  const names = varying.filter((column) => !isOrdered(column, specs));
  const [colour = null, dash = null] = [
    numbers[0] ?? names[0],
    ...names.filter((one) => one !== (numbers[0] ?? names[0])),
  ];
  return { colour, dash: dash !== null && count(dash) <= MOST_DASHES ? dash : null };
}

/** A setting that no longer differs between the runs is not shown. */
export function carriersOf(
  { colour, dash }: Encoding,
  groups: readonly RunGroup[],
  columns: readonly SettingsColumn[],
): Carriers {
  const specs = specsOf(groups);
  const own = groups.length > FEW ? automatic(specs, columns) : { colour: null, dash: null };
  const named = (id: string): SettingsColumn | null => columns.find((column) => column.id === id) ?? null;
  return {
    colour: colour === 'auto' ? own.colour : named(colour),
    dash: dash === 'auto' ? (colour === 'auto' ? own.dash : null) : named(dash),
  };
}

export type ColourOf = (value: FieldValue | null) => string;

/** Colours of a setting: numbers along the ordered scale, evenly by rank; models their own; other values those of the run cycle. */
export function coloursOf(column: SettingsColumn, specs: readonly RunSpec[], catalogue: Catalogue | null): ColourOf {
  const values = valuesOf(column, specs);
  const at = (value: FieldValue | null): number => values.findIndex((one) => one === value);
  if (isOrdered(column, specs)) {
    const last = Math.max(1, values.length - 1);
    return (value) => (at(value) < 0 ? ABSENT : orderedColour(at(value) / last));
  }
  const models = column.id === 'model' ? (catalogue?.models ?? []) : [];
  const place = (value: FieldValue | null): number => {
    const own = models.findIndex(({ title, kind }) => title === value || kind === value);
    return own < 0 ? at(value) : own;
  };
  return (value) => (at(value) < 0 ? ABSENT : identityOf(place(value)).colour);
}

export function dashOf(
  column: SettingsColumn,
  specs: readonly RunSpec[],
): (value: FieldValue | null) => Pick<Look, 'dash' | 'marker'> {
  const values = valuesOf(column, specs);
  return (value) => {
    const at =
      Math.max(
        0,
        values.findIndex((one) => one === value),
      ) % MOST_DASHES;
    return { dash: dashes[at] ?? [], marker: dashMarkers[at] ?? 'circle' };
  };
}

/** The look of every run, by its id; seeds of one variant look alike. */
export function looksOf(
  groups: readonly RunGroup[],
  carriers: Carriers,
  catalogue: Catalogue | null,
): ReadonlyMap<string, Look> {
  const specs = specsOf(groups);
  const colour = carriers.colour && coloursOf(carriers.colour, specs, catalogue);
  const dash = carriers.dash && dashOf(carriers.dash, specs);
  return new Map(
    groups.flatMap(({ identity, runs, first }) => {
      const own = identityOf(identity);
      const plain: Pick<Look, 'dash' | 'marker'> = colour === null ? own : { dash: [], marker: 'circle' };
      const drawn = dash === null ? plain : dash(carriers.dash?.valueOf(first.spec) ?? null);
      const look: Look = {
        colour: colour === null ? own.colour : colour(carriers.colour?.valueOf(first.spec) ?? null),
        dash: drawn.dash,
        marker: drawn.marker,
      };
      return runs.map((run) => [run.id, look] as const);
    }),
  );
}
