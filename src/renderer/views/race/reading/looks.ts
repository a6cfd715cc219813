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

const none: Carriers = { colour: null, dash: null };
const isModel = (column: SettingsColumn): boolean => column.id === 'model';

/**
 * With many runs, colour shows the numeric setting with the most values and dash shows the model; more models than dashes have their own looks.
 * A setting that some of the runs lack says nothing about the race.
 */
function automatic(specs: readonly RunSpec[], columns: readonly SettingsColumn[]): Carriers {
  const count = (column: SettingsColumn): number => valuesOf(column, specs).length;
  const varying = columns.filter(
    (column) => count(column) > 1 && column.id !== 'family' && specs.every((spec) => column.valueOf(spec) !== null),
  );
  const model = varying.find(isModel);
  if (model !== undefined && count(model) > MOST_DASHES)
    return count(model) === specs.length ? none : { colour: model, dash: null };
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
  const own = groups.length > FEW ? automatic(specs, columns) : none;
  const named = (id: string): SettingsColumn | null => columns.find((column) => column.id === id) ?? null;
  return {
    colour: colour === 'auto' ? own.colour : named(colour),
    dash: dash === 'auto' ? (colour === 'auto' ? own.dash : null) : named(dash),
  };
}

export type LookOf = (value: FieldValue | null) => Look;

const plain = (colour: string): Look => ({ colour, dash: [], marker: 'circle' });

/** The looks of a setting's values: numbers along the ordered scale, evenly by rank; models with all of their own look; others the run cycle's colours. */
export function valueLooks(column: SettingsColumn, specs: readonly RunSpec[], catalogue: Catalogue | null): LookOf {
  const values = valuesOf(column, specs);
  const at = (value: FieldValue | null): number => values.findIndex((one) => one === value);
  if (isOrdered(column, specs)) {
    const last = Math.max(1, values.length - 1);
    return (value) => plain(at(value) < 0 ? ABSENT : orderedColour(at(value) / last));
  }
  const models = isModel(column) ? (catalogue?.models ?? []) : [];
  const place = (value: FieldValue | null): number => {
    const own = models.findIndex(({ title, kind }) => title === value || kind === value);
    return own < 0 ? at(value) : own;
  };
  return (value) => {
    const look = identityOf(place(value));
    if (at(value) < 0) return plain(ABSENT);
    return isModel(column) ? look : plain(look.colour);
  };
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
  const lookOf = carriers.colour && valueLooks(carriers.colour, specs, catalogue);
  const dash = carriers.dash && dashOf(carriers.dash, specs);
  return new Map(
    groups.flatMap(({ identity, runs, first }) => {
      const own = lookOf === null ? identityOf(identity) : lookOf(carriers.colour?.valueOf(first.spec) ?? null);
      const look: Look = { ...own, ...dash?.(carriers.dash?.valueOf(first.spec) ?? null) };
      return runs.map((run) => [run.id, look] as const);
    }),
  );
}
