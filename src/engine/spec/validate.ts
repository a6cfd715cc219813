// Checks an experiment that came from a file, a form or a link. Finds every problem, each addressed to its field.
import { asIs, type Message, say } from '../core/say.ts';
import { parseJson } from '../core/json.ts';
import type { Catalogue } from './catalogue.ts';
import { checkField, show } from './field-check.ts';
import { countRuns, mostRuns } from './grid-size.ts';
import { allows, budgetAmount, seed, slice as turnLength } from './limits.ts';
import type { ExperimentSpec, SpecIssue } from './run-spec.ts';
import { matchedSizes } from './match.ts';
import { checkKeys, isObject, type Json, type Report } from './spec-report.ts';
import { checkSweep } from './sweep/check.ts';
import { isMetricName } from './task-metrics.ts';
import { checkDevice } from './validate-device.ts';
import { checkTask, checkTraining, checkVariants, longestName } from './validate-variants.ts';

const topLevel = [
  'format',
  'version',
  'name',
  'task',
  'variants',
  'training',
  'seeds',
  'budget',
  'device',
  'mode',
  'match',
  'comparison',
  'slice',
  'sweep',
];
const modes = ['race', 'queue', 'parallel'];
const units = ['steps', 'tokens', 'seconds'];

/** The experiment if there is no issue with severity `error`; all issues in the order of the file. */
export function validateExperiment(
  input: unknown,
  catalogue: Catalogue,
): { readonly spec: ExperimentSpec | null; readonly issues: readonly SpecIssue[] } {
  const issues: SpecIssue[] = [];
  const report: Report = (field, message, severity = 'error') => issues.push({ field, message, severity });
  if (!isObject(input)) {
    report('', say`An experiment must be a JSON object, got ${show(input)}.`);
    return { spec: null, issues };
  }
  checkHead(input, report);
  checkTask(input['task'], catalogue, report);
  checkVariants(input['variants'], catalogue, report);
  checkTraining(input['training'], catalogue, report);
  checkSeeds(input['seeds'], report);
  checkBudget(input['budget'], report);
  checkDevice(input['device'], catalogue, report);
  checkTiming(input, report);
  checkComparison(input['comparison'], report);
  checkSize(input, issues, report);
  const isBad = (): boolean => issues.some((issue) => issue.severity === 'error');
  if (input['sweep'] !== undefined && !isBad()) checkSweep(input as object as ExperimentSpec, catalogue, report);
  return { spec: isBad() ? null : (input as object as ExperimentSpec), issues };
}

function checkComparison(comparison: unknown, report: Report): void {
  if (comparison === undefined) return;
  if (!isObject(comparison))
    return report(
      'comparison',
      say`A comparison must be an object with a metric and a reference, got ${show(comparison)}.`,
    );
  checkKeys(comparison, say`setting of the comparison`, 'comparison', ['metric', 'reference'], report);
  const { metric, reference } = comparison;
  if (typeof metric !== 'string' || !isMetricName(`val/${metric}`))
    report('comparison.metric', say`The metric to compare must be a short name such as accuracy, got ${show(metric)}.`);
  if (typeof reference !== 'number' || !Number.isInteger(reference) || reference < 0)
    report('comparison.reference', say`The reference must be the place of a variant, from 0, got ${show(reference)}.`);
}

/** Text of a file -> JSON, with line and column of the first mistake. */
export function parseExperimentText(text: string): { readonly value: unknown } | { readonly issue: SpecIssue } {
  const refused = (message: Message) => ({ issue: { field: '', message, severity: 'error' } as const });
  if (text.trim() === '') return refused(say`The experiment must be a JSON object, got an empty text.`);
  const parsed = parseJson(text, say`The experiment`);
  return parsed.ok ? { value: parsed.value } : refused(say`${parsed.error.message}.`);
}

function checkHead(input: Json, report: Report): void {
  checkKeys(input, say`setting`, '', topLevel, report);
  if (input['format'] !== 'minrnn-experiment') {
    report('format', say`The format must be "minrnn-experiment", got ${show(input['format'])}.`);
  }
  if (input['version'] !== 1) report('version', say`The version must be 1, got ${show(input['version'])}.`);
  if (typeof input['name'] !== 'string' || input['name'].trim() === '' || input['name'].length > longestName) {
    report('name', say`The name must be 1 to ${longestName} characters, got ${show(input['name'])}.`);
  }
}

function checkSeeds(seeds: unknown, report: Report): void {
  if (seeds === undefined) return;
  if (Array.isArray(seeds) && seeds.length > mostRuns) {
    report('seeds', say`There must be at most ${mostRuns} seeds, got ${seeds.length}.`);
    return;
  }
  if (!Array.isArray(seeds) || seeds.length === 0 || !seeds.every((one) => allows(seed, one))) {
    report(
      'seeds',
      say`The seeds must be a list of whole numbers from ${seed.min} to ${seed.max}, got ${show(seeds)}.`,
    );
  } else if (new Set(seeds).size !== seeds.length) {
    report('seeds', say`The seeds must differ from each other, got ${show(seeds)}.`);
  }
}

/** The number of runs, counted before expansion, over well-formed parts only. */
function checkSize(input: Json, issues: readonly SpecIssue[], report: Report): void {
  const malformed = issues.some(({ field, severity }) => severity === 'error' && /^(variants|seeds)/.test(field));
  if (malformed) return;
  const { variants, seeds, runs } = countRuns(input as object as ExperimentSpec);
  if (runs <= mostRuns) return;
  const message = say`An experiment must mean at most ${mostRuns} runs, got ${runs} (${variants} variants x ${seeds} seeds). Take values out of its lists, or run it in parts.`;
  report('variants', message);
}

function checkBudget(budget: unknown, report: Report): void {
  if (!isObject(budget)) {
    report('budget', say`The budget must be an object with unit and amount, got ${show(budget)}.`);
    return;
  }
  checkKeys(budget, say`setting of the budget`, 'budget', ['unit', 'amount'], report);
  const { unit, amount } = budget;
  if (typeof unit !== 'string' || !units.includes(unit)) {
    report('budget.unit', say`The unit of the budget must be one of ${asIs(units.join(', '))}, got ${show(unit)}.`);
  }
  const field = budgetAmount[unit === 'tokens' || unit === 'seconds' ? unit : 'steps'];
  const problem = checkField({ ...field, label: 'Budget' }, amount);
  if (problem !== null) report('budget.amount', problem);
}

function checkTiming(input: Json, report: Report): void {
  const { mode, match, slice } = input;
  if (match !== undefined && !matchedSizes.some((one) => one === match))
    report(
      'match',
      say`What rows have equal amounts of must be one of ${asIs(matchedSizes.join(', '))}, got ${show(match)}.`,
    );
  if (mode !== undefined && (typeof mode !== 'string' || !modes.includes(mode))) {
    report('mode', say`The way runs share the machine must be one of ${asIs(modes.join(', '))}, got ${show(mode)}.`);
  }
  const problem = slice === undefined ? null : checkField({ ...turnLength, label: 'Turn' }, slice);
  if (problem !== null) report('slice', problem);
}
