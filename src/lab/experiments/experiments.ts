// An experiment from outside: checked completely before anything is changed, then expanded. Ranges are the catalogue's; what
// depends on the data (a length longer than the text) and on combinations is checked by the trainer's set-up.
import { itemAt } from '../../engine/core/item.ts';
import type { TaskData } from '../../engine/data/labelled.ts';
import { AppFailure, ok, type AppError, type Result } from '../../engine/core/result.ts';
import { asIs, english, say, term } from '../../engine/core/say.ts';
import type { Part } from '../../engine/core/terms.ts';
import { deviceKinds, isDeviceKind } from '../../engine/device/registry.ts';
import type { Catalogue } from '../../engine/spec/catalogue.ts';
import { expandExperiment, settleDevice } from '../../engine/spec/expand.ts';
import { unknownName } from '../../engine/spec/nearest.ts';
import { variantCount } from '../../engine/spec/grid-size.ts';
import type { Matched, MatchedRow, MatchedSize } from '../../engine/spec/match.ts';
import type { ExperimentSpec, PlannedRun, RunSpec, SpecIssue, VariantSpec } from '../../engine/spec/run-spec.ts';
import { parseExperimentText, validateExperiment } from '../../engine/spec/validate.ts';
import { findTask } from '../../engine/tasks/registry.ts';
import { matchRun, runSize } from '../../engine/training/match.ts';
import { setUpRun } from '../../engine/training/setup.ts';
import type { Settings } from '../../protocol/state.ts';
import type { Datasets } from '../data/datasets.ts';
import { probeDevices } from '../engines/device-probe.ts';
import { turn } from '../race/turn.ts';

export interface Judged {
  /** Null when there is an issue with severity `error`. */
  readonly spec: ExperimentSpec | null;
  readonly issues: readonly SpecIssue[];
  readonly runs: readonly PlannedRun[];
  /** Widths chosen so that rows are equal, where the experiment asks for it. */
  readonly matched?: Matched;
}

/** Name of the text a run learns; null when its task makes its own data. */
export function datasetOf(spec: Pick<RunSpec, 'task'>): string | null {
  return (findTask(spec.task.id)?.needs ?? null) !== null ? String(spec.task.fields['dataset']) : null;
}

/** Open choices of the experiment are filled in from the settings, so that a run records where it really ran. */
export function withSettings(spec: ExperimentSpec, settings: Settings): ExperimentSpec {
  const device = settleDevice(spec.device, { kind: settings.device, threads: settings.threads });
  return { ...spec, device, mode: spec.mode ?? settings.mode };
}

/** Position in `spec.variants` of each variant after sweeps are multiplied out. */
const origins = ({ variants }: ExperimentSpec): number[] =>
  variants.flatMap((variant, i) => new Array<number>(variantCount(variant)).fill(i));

/** `training.batch` of variant 2 -> `training.batch` when all share it, else `variants[2].fields.batch`. */
function fieldIn(spec: ExperimentSpec, origin: number, field: string | undefined): string {
  if (field === undefined || field === '') return `variants[${origin}]`;
  if (field.startsWith('task.') || field.startsWith('device.')) return field;
  const [owner = '', ...rest] = field.split('.');
  const name = rest.at(-1) ?? '';
  if (owner === 'training' && spec.variants[origin]?.fields?.[name] === undefined) return field;
  if (owner === 'model' && (name === 'implementation' || name === 'kind'))
    return `variants[${origin}].${name === 'kind' ? 'model' : name}`;
  return `variants[${origin}].fields.${name}`;
}

const errorIssue = (field: string, error: AppError): SpecIssue => ({
  field,
  message: error.cure === undefined ? error.message : say`${error.message} ${error.cure}`,
  severity: 'error',
});

const isError = (issue: SpecIssue): boolean => issue.severity === 'error';

/** Its trials would be taken for nothing. */
const isSwept: SpecIssue = {
  field: 'sweep',
  message: say`An experiment with a sweep is run by "minrnn sweep". Take the sweep out to run it as it is.`,
  severity: 'error',
};

/** Every problem that can be known without building a graph. */
export async function judge(
  input: unknown,
  catalogue: Catalogue,
  datasets: Datasets,
  settings: Settings,
): Promise<Judged> {
  const { spec, issues } = validateExperiment(input, catalogue);
  if (spec === null) return { spec: null, issues, runs: [] };
  if (spec.sweep !== undefined) return { spec: null, issues: [...issues, isSwept], runs: [] };
  const asked = withSettings(spec, settings);
  const equal = asked.match === undefined ? null : await matchRows(asked, asked.match, catalogue, datasets);
  if (equal !== null && 'issues' in equal) return { spec: null, issues: [...issues, ...equal.issues], runs: [] };
  const complete = equal?.spec ?? asked;
  const runs = expandExperiment(complete, catalogue);
  const found = await checkRuns(complete, runs, datasets);
  const all = [...issues, ...found];
  const matched = equal === null ? {} : { matched: equal.matched };
  return { spec: all.some(isError) ? null : complete, issues: all, runs, ...matched };
}

/** The experiment with the width of each row chosen, and what was chosen. */
async function matchRows(
  spec: ExperimentSpec,
  what: MatchedSize,
  catalogue: Catalogue,
  datasets: Datasets,
): Promise<{ readonly spec: ExperimentSpec; readonly matched: Matched } | { readonly issues: readonly SpecIssue[] }> {
  const uneven = unevenRows(spec, catalogue);
  if (uneven.length > 0) return { issues: uneven };
  const firstOf = ({ variants }: Pick<ExperimentSpec, 'variants'>): RunSpec | undefined =>
    expandExperiment({ ...spec, variants, seeds: [1] }, catalogue)[0]?.spec;
  const text = await textOf(firstOf(spec), datasets);
  if ('problem' in text) return { issues: [errorIssue(text.problem.field ?? 'task.fields.dataset', text.problem)] };
  const rows: MatchedRow[] = [];
  for (const [row, variant] of spec.variants.entries()) {
    await turn();
    const run = firstOf({ variants: [variant] });
    if (run === undefined) continue;
    const wanted = rows[0]?.size;
    const found = wanted === undefined ? asItIs(run, text.value, what) : matchRun(run, text.value, what, wanted);
    if (!found.ok) return { issues: [errorIssue(fieldIn(spec, row, found.error.field), found.error)] };
    rows.push({ row, ...found.value });
  }
  const variants = spec.variants.map((variant, row) => sized(variant, rows[row]));
  return { spec: { ...spec, variants }, matched: { what, rows } };
}

/** The first row: others follow it. */
function asItIs(run: RunSpec, data: TaskData | null, what: MatchedSize): Result<Omit<MatchedRow, 'row'>> {
  const size = runSize(run, data, what);
  const { d, expansion } = run.model.fields;
  return size.ok ? ok({ width: Number(d), expansion: Number(expansion), size: size.value }) : size;
}

const sized = (variant: VariantSpec, row: MatchedRow | undefined): VariantSpec =>
  row === undefined ? variant : { ...variant, fields: { ...variant.fields, d: row.width, expansion: row.expansion } };

/** Rows whose list of values changes the network, so that one width cannot do for all of them. */
function unevenRows({ variants }: ExperimentSpec, { training }: Catalogue): readonly SpecIssue[] {
  return variants.flatMap(({ fields = {} }, row) =>
    Object.entries(fields)
      .filter(([name, value]) => Array.isArray(value) && !Object.hasOwn(training, name))
      .map(([name]): SpecIssue => {
        const message = say`Rows of equal size have one value for each setting of the network: write a row for each value.`;
        return { field: `variants[${row}].fields.${name}`, message, severity: 'error' };
      }),
  );
}

/** Problems the trainer's set-up finds in each variant of `spec`. Yields after each, since there may be many. */
export async function checkRuns(
  spec: ExperimentSpec,
  runs: readonly PlannedRun[],
  datasets: Datasets,
): Promise<SpecIssue[]> {
  const kind = spec.device?.kind ?? 'auto';
  if (kind !== 'auto' && !isDeviceKind(kind)) {
    return [
      { field: 'device.kind', message: unknownName(say`device`, kind, ['auto', ...deviceKinds]), severity: 'error' },
    ];
  }
  const found = new Map<string, SpecIssue>();
  const refused = await storageIssue(spec);
  if (refused !== null) found.set('device.storage', refused);
  const from = origins(spec);
  const text = await textOf(runs[0]?.spec, datasets);
  if ('problem' in text) return [errorIssue(text.problem.field ?? 'task.fields.dataset', text.problem)];
  let seen = -1;
  for (const run of runs) {
    // Runs of one variant differ by seed only.
    if (run.variant === seen) continue;
    seen = run.variant;
    await turn();
    const setUp = setUpRun(run.spec, text.value);
    if (setUp.ok) continue;
    const issue = errorIssue(fieldIn(spec, itemAt(from, run.variant), setUp.error.field), setUp.error);
    found.set(`${issue.field} ${english(issue.message)}`, issue);
    if (issue.field.startsWith('task.')) break;
  }
  return [...found.values()];
}

/** Why the adapter of this machine does not support the requested storage; null if it does. */
async function storageIssue({ device }: ExperimentSpec): Promise<SpecIssue | null> {
  const storage = device?.storage ?? 'f32';
  if (device?.kind === undefined || storage === 'f32' || !isDeviceKind(device.kind)) return null;
  const probe = (await probeDevices()).get(device.kind);
  if (probe?.missing !== null || probe.storages.some((one) => one === storage)) return null;
  const adapter = probe.software === null ? say`the adapter of this machine` : asIs(probe.software);
  const message = say`Storage ${asIs(storage)} needs an adapter with shader-${asIs(storage)}; ${adapter} has none. Choose storage f32.`;
  return { field: 'device.storage', message, severity: 'error' };
}

/** The text all runs of an experiment share. */
async function textOf(
  spec: RunSpec | undefined,
  datasets: Datasets,
): Promise<{ readonly value: TaskData | null } | { readonly problem: AppError }> {
  const id = spec === undefined ? null : datasetOf(spec);
  if (id === null) return { value: null };
  try {
    return { value: await datasets.content(id) };
  } catch (error) {
    if (error instanceof AppFailure) return { problem: error.appError };
    throw error;
  }
}

/** The first error as a failure; the others are counted. */
export function refusal(who: Part, issues: readonly SpecIssue[]): AppFailure {
  const errors = issues.filter(isError);
  const [first] = errors;
  const what = first?.message ?? say`the experiment is not valid`;
  const field = first?.field ?? '';
  const extra = field === '' ? {} : { field };
  return new AppFailure({
    code: 'bad-input',
    message:
      errors.length > 1 ? say`${term(who)}: ${what} (and ${errors.length - 1} more)` : say`${term(who)}: ${what}`,
    ...extra,
  });
}

/** Text of an experiment file -> experiment; rejects with the first problem and its place. */
export function readExperiment(text: string, catalogue: Catalogue): ExperimentSpec {
  const parsed = parseExperimentText(text);
  if ('issue' in parsed) throw refusal('experiment', [parsed.issue]);
  const { spec, issues } = validateExperiment(parsed.value, catalogue);
  if (spec === null) throw refusal('experiment', issues);
  return spec;
}
