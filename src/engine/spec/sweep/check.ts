// Checks the sweep of an experiment: every problem with its place in the file. The other parts are checked without it.
import { itemAt } from '../../core/item.ts';
import { asIs, label, type Message, say } from '../../core/say.ts';
import type { Catalogue } from '../catalogue.ts';
import { checkField, show } from '../field-check.ts';
import type { Field } from '../fields.ts';
import { mostRuns } from '../grid-size.ts';
import { seed as seedField } from '../limits.ts';
import { unknownName } from '../nearest.ts';
import type { ExperimentSpec, VariantSpec } from '../run-spec.ts';
import { checkKeys, isObject, type Json, type Report } from '../spec-report.ts';
import { isMetricName } from '../task-metrics.ts';
import { checkHalving } from './check-halving.ts';
import { sweepMethods, type SweepExperiment, type SweepMethod } from './sweep-spec.ts';
import { countOf, settingsOf, trialCount } from './trials.ts';

const keys = ['version', 'method', 'space', 'trials', 'seed', 'steps', 'metric', 'eta', 'minimum'];

/** `experiment` has passed all other checks. */
export function checkSweep(experiment: ExperimentSpec, catalogue: Catalogue, report: Report): void {
  const sweep: unknown = experiment.sweep;
  if (!isObject(sweep))
    return report('sweep', say`A sweep must be an object with a method and a space, got ${show(sweep)}.`);
  checkKeys(sweep, say`setting of a sweep`, 'sweep', keys, report);
  if (sweep['version'] !== 1)
    report('sweep.version', say`The version of a sweep must be 1, got ${show(sweep['version'])}.`);
  const method = sweepMethods.find((one) => one === sweep['method']);
  if (method === undefined)
    return report(
      'sweep.method',
      say`The method of a sweep must be one of ${asIs(sweepMethods.join(', '))}, got ${show(sweep['method'])}.`,
    );
  let sound = true;
  const noting: Report = (field, message, severity) => {
    sound = false;
    report(field, message, severity);
  };
  checkAlone(experiment, noting);
  checkNumbers(sweep, noting);
  checkSpace(sweep['space'], method, experiment, catalogue, noting);
  checkTrials(sweep, method, experiment, noting);
  if (!sound) return;
  const asked = experiment as SweepExperiment;
  if (method === 'halving') checkHalving(asked, catalogue, noting);
  if (sound) checkSize(asked, catalogue, report);
}

/** What means something else, or nothing, beside a sweep. */
function checkAlone({ variants, match, comparison }: ExperimentSpec, report: Report): void {
  if (match !== undefined) report('match', say`Rows of equal size cannot be swept: leave one of the two out.`);
  if (comparison !== undefined)
    report('comparison', say`A comparison names a variant, and a sweep makes many of each: leave one of the two out.`);
  variants.forEach(({ fields = {}, implementation }, at) => {
    if (Array.isArray(implementation))
      report(`variants[${at}].implementation`, say`A list stands beside a sweep: give one value here.`);
    for (const [name, value] of Object.entries(fields))
      if (Array.isArray(value))
        report(`variants[${at}].fields.${name}`, say`A list belongs into the space of the sweep: give one value here.`);
  });
}

const isCount = (value: unknown, least = 1): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= least;

function checkNumbers({ seed, steps, metric }: Json, report: Report): void {
  const problem = seed === undefined ? null : checkField({ ...seedField, label: 'Seed' }, seed);
  if (problem !== null) report('sweep.seed', problem);
  if (steps !== undefined && !isCount(steps))
    report('sweep.steps', say`The steps of a sweep must be a whole number from 1 on, got ${show(steps)}.`);
  if (metric !== undefined && (typeof metric !== 'string' || !isMetricName(`val/${metric}`)))
    report('sweep.metric', say`The metric that decides must be a short name such as accuracy, got ${show(metric)}.`);
}

function checkSpace(
  space: unknown,
  method: SweepMethod,
  { variants }: ExperimentSpec,
  catalogue: Catalogue,
  report: Report,
): void {
  if (!isObject(space) || Object.keys(space).length === 0)
    return report('sweep.space', say`The space must be an object with at least one setting, got ${show(space)}.`);
  for (const [name, range] of Object.entries(space)) {
    const at = `sweep.space.${name}`;
    const field = fieldIn(name, variants, catalogue, (message) => report(at, message));
    if (field === null) continue;
    variants.forEach(({ fields = {} }, row) => {
      if (fields[name] !== undefined)
        report(`variants[${row}].fields.${name}`, say`${label(field.label)} is swept: leave it out here.`);
    });
    checkRange(range, field, method, at, report);
  }
}

/** The setting, if every variant has it. */
function fieldIn(
  name: string,
  variants: readonly VariantSpec[],
  catalogue: Catalogue,
  refuse: (message: Message) => void,
): Field | null {
  let found: Field | null = null;
  for (const variant of variants) {
    const fields = settingsOf(variant, catalogue);
    const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (field === undefined) {
      const title = catalogue.models.find(({ kind }) => kind === variant.model)?.title ?? variant.model;
      refuse(unknownName(say`setting of ${label(title)}`, name, Object.keys(fields)));
      return null;
    }
    found ??= field;
  }
  return found;
}

function checkRange(range: unknown, field: Field, method: SweepMethod, at: string, report: Report): void {
  const named = label(field.label);
  if (Array.isArray(range)) {
    if (range.length === 0) report(at, say`${named} must have at least one value, got an empty list.`);
    const problem = range.map((one: unknown) => checkField(field, one)).find((one) => one !== null);
    if (problem !== undefined) report(at, problem);
    return;
  }
  const kinds = isObject(range) ? ['uniform', 'log'].filter((kind) => Object.hasOwn(range, kind)) : [];
  if (!isObject(range) || kinds.length !== 1)
    return report(
      at,
      say`${named} must have a list of values, or a range as { "uniform": [low, high] } or { "log": [low, high] }, got ${show(range)}.`,
    );
  const kind = itemAt(kinds, 0);
  checkKeys(range, say`setting of a range`, at, [kind, 'count'], report);
  checkEnds(range[kind], field, kind === 'log', at, report);
  const { count } = range;
  if (method === 'grid' && !(isCount(count, 2) && count <= mostRuns))
    report(
      at,
      say`A grid takes a number of values of a range: "count" must be from 2 to ${mostRuns}, got ${show(count)}.`,
    );
  if (method !== 'grid' && count !== undefined) report(at, say`Only a grid has a "count"; other methods draw.`);
}

function checkEnds(ends: unknown, field: Field, log: boolean, at: string, report: Report): void {
  const named = label(field.label);
  if (field.kind !== 'int' && field.kind !== 'float')
    return report(at, say`${named} is not a number: give a list of values.`);
  if (!Array.isArray(ends) || ends.length !== 2)
    return report(at, say`The range of ${named} must be two numbers, got ${show(ends)}.`);
  const [low, high] = ends as readonly unknown[];
  const problem = [low, high].map((end) => checkField(field, end)).find((one) => one !== null);
  if (problem !== undefined) return report(at, problem);
  if (Number(low) >= Number(high)) report(at, say`The range of ${named} must go upwards, got ${show(ends)}.`);
  if (log && Number(low) <= 0) report(at, say`A range over orders of magnitude begins above 0, got ${show(ends)}.`);
}

function checkTrials({ trials, steps }: Json, method: SweepMethod, experiment: ExperimentSpec, report: Report): void {
  const { variants, budget } = experiment;
  if (method === 'grid') {
    if (trials !== undefined) report('sweep.trials', say`A grid has as many trials as combinations: leave this out.`);
    if (steps !== undefined) report('sweep.steps', say`A grid trains every combination: leave this out.`);
    return;
  }
  const list: readonly unknown[] = Array.isArray(trials) ? trials : [trials];
  const whole = list.every((one) => isCount(one) && one <= mostRuns);
  if (Array.isArray(trials) && list.length !== variants.length)
    report(
      'sweep.trials',
      say`A list of trials must have one number for each of ${variants.length} variants, got ${list.length}.`,
    );
  else if (trials === undefined && (method === 'halving' || steps === undefined))
    report('sweep.trials', say`A sweep must say how many trials each variant has.`);
  else if (trials !== undefined && !whole)
    report(
      'sweep.trials',
      say`The trials of a variant must be a whole number from 1 to ${mostRuns}, got ${show(trials)}.`,
    );
  if (method !== 'random' || !isCount(steps)) return;
  if (budget.unit !== 'steps')
    report('sweep.steps', say`A limit of steps needs runs with a budget of steps, got ${asIs<string>(budget.unit)}.`);
  else if (variants.some((_, at) => trialCount(experiment as SweepExperiment, at) < 1))
    report('sweep.steps', say`The steps must suffice for one trial of each variant, got ${steps}.`);
}

/** Counted before any is made: a few lists multiply to more than fits in memory. */
function checkSize(spec: SweepExperiment, catalogue: Catalogue, report: Report): void {
  const trials = spec.variants.reduce((sum, _, at) => sum + countOf(spec, at, catalogue), 0);
  const seeds = spec.seeds?.length ?? 1;
  if (trials * seeds > mostRuns)
    report(
      'sweep',
      say`A sweep must mean at most ${mostRuns} runs, got ${trials * seeds} (${trials} trials x ${seeds} seeds).`,
    );
}
