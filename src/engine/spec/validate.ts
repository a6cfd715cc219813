// Checks an experiment that came from a file, a form or a link. Finds every problem, each addressed to its field.
import { asIs, english, label, type Message, type MessageValue, say } from '../core/say.ts';
import { parseJson } from '../core/json.ts';
import { moduleNames, storageNames, type Catalogue, type DeviceInfo, type ModelInfo } from './catalogue.ts';
import { checkField, show } from './field-check.ts';
import type { Field, Fields } from './fields.ts';
import { countRuns, mostRuns } from './grid-size.ts';
import { allows, budgetAmount, seed, slice as turnLength } from './limits.ts';
import { unknownName } from './nearest.ts';
import type { ExperimentSpec, SpecIssue } from './run-spec.ts';

type Json = Readonly<Record<string, unknown>>;
type Report = (field: string, message: Message, severity?: SpecIssue['severity']) => void;

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
  'slice',
];
const longestName = 200;
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
  checkValues(input['training'], 'training', say`training`, [['training', catalogue.training]], false, report);
  checkSeeds(input['seeds'], report);
  checkBudget(input['budget'], report);
  checkDevice(input['device'], catalogue, report);
  checkTiming(input, report);
  checkSize(input, issues, report);
  const bad = issues.some((issue) => issue.severity === 'error');
  return { spec: bad ? null : (input as object as ExperimentSpec), issues };
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

function checkTask(task: unknown, catalogue: Catalogue, report: Report): void {
  if (!isObject(task) || typeof task['id'] !== 'string') {
    report('task.id', say`The task must be an object with an id, got ${show(task)}.`);
    return;
  }
  const info = catalogue.tasks.find((known) => known.id === task['id']);
  if (!info) {
    report(
      'task.id',
      unknownName(
        say`task`,
        task['id'],
        catalogue.tasks.map((known) => known.id),
      ),
    );
    return;
  }
  checkKeys(task, say`setting of the task`, 'task', ['id', 'fields'], report);
  checkValues(task['fields'], 'task.fields', label(info.title), [['task', info.fields]], false, report);
}

function checkVariants(variants: unknown, catalogue: Catalogue, report: Report): void {
  if (!Array.isArray(variants) || variants.length === 0) {
    report('variants', say`The variants must be a list of at least one model, got ${show(variants)}.`);
    return;
  }
  if (variants.length > mostRuns) {
    report('variants', say`There must be at most ${mostRuns} variants, got ${variants.length}.`);
    return;
  }
  variants.forEach((variant: unknown, i) => checkVariant(variant, `variants[${i}]`, catalogue, report));
}

function checkVariant(variant: unknown, at: string, catalogue: Catalogue, report: Report): void {
  if (!isObject(variant) || typeof variant['model'] !== 'string') {
    report(`${at}.model`, say`A variant must be an object with a model, got ${show(variant)}.`);
    return;
  }
  const model = catalogue.models.find((known) => known.kind === variant['model']);
  if (!model) {
    report(
      `${at}.model`,
      unknownName(
        say`model`,
        variant['model'],
        catalogue.models.map((known) => known.kind),
      ),
    );
    return;
  }
  checkKeys(variant, say`setting`, at, ['name', 'model', 'implementation', 'fields'], report);
  checkName(variant['name'], `${at}.name`, report);
  checkImplementation(variant['implementation'], `${at}.implementation`, model, report);
  const owners: Owner[] = [
    [model.kind, model.fields],
    ['stack', catalogue.stack],
    ['training', catalogue.training],
  ];
  checkValues(variant['fields'], `${at}.fields`, label(model.title), owners, true, report);
}

/** A variant without a name of its own is named by what it sets. */
function checkName(name: unknown, at: string, report: Report): void {
  if (name === undefined) return;
  if (typeof name !== 'string' || name.trim() === '' || name.length > longestName)
    report(at, say`A variant's name must be 1 to ${longestName} characters, got ${show(name)}.`);
}

function checkKeys(input: Json, what: Message, at: string, known: readonly string[], report: Report): void {
  for (const key of Object.keys(input)) {
    if (!known.includes(key)) report(at === '' ? key : `${at}.${key}`, unknownName(what, key, known));
  }
}

function checkImplementation(value: unknown, at: string, model: ModelInfo, report: Report): void {
  if (value === undefined) return;
  const known = model.implementations.map((implementation) => implementation.id);
  if (Array.isArray(value) && value.length === 0)
    report(at, say`The implementation of ${label(model.title)} must have at least one value, got an empty list.`);
  for (const one of Array.isArray(value) ? (value as unknown[]) : [value]) {
    if (typeof one !== 'string')
      report(
        at,
        say`The implementation of ${label(model.title)} must be one of ${asIs(known.join(', '))}, got ${show(one)}.`,
      );
    else if (!known.includes(one)) report(at, unknownName(say`implementation of ${label(model.title)}`, one, known));
  }
}

type Owner = readonly [name: string, fields: Fields];

function checkValues(
  values: unknown,
  at: string,
  who: MessageValue,
  owners: readonly Owner[],
  sweeps: boolean,
  report: Report,
): void {
  if (values === undefined) return;
  if (!isObject(values)) {
    report(at, say`${asIs(at)} must be an object, got ${show(values)}.`);
    return;
  }
  for (const [name, value] of Object.entries(values)) {
    const field = findField(name, owners);
    if (!field) {
      report(
        `${at}.${name}`,
        unknownName(
          say`setting of ${who}`,
          name,
          owners.flatMap(([, fields]) => Object.keys(fields)),
        ),
      );
      continue;
    }
    checkOne(field, value, `${at}.${name}`, sweeps, report);
  }
}

function checkOne(field: Field, value: unknown, at: string, sweeps: boolean, report: Report): void {
  if (!Array.isArray(value)) {
    const problem = checkField(field, value, sweeps);
    if (problem !== null) report(at, problem);
    return;
  }
  if (!sweeps) report(at, say`${label(field.label)} must be one value here; a list is allowed only in a variant.`);
  else if (value.length === 0) report(at, say`${label(field.label)} must have at least one value, got an empty list.`);
  if (value.length > mostRuns) {
    report(at, say`${label(field.label)} must have at most ${mostRuns} values, got ${value.length}.`);
    return;
  }
  const problems = value.map((one: unknown) => checkField(field, one)).filter((problem) => problem !== null);
  for (const problem of new Map(problems.map((one) => [english(one), one])).values()) report(at, problem);
}

function findField(name: string, owners: readonly Owner[]): Field | null {
  for (const [, fields] of owners) if (Object.hasOwn(fields, name)) return fields[name] ?? null;
  return null;
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

function checkDevice(device: unknown, { devices, threads: threadsField }: Catalogue, report: Report): void {
  if (device === undefined) return;
  if (!isObject(device)) {
    report('device', say`The device must be an object with kind and threads, got ${show(device)}.`);
    return;
  }
  checkKeys(device, say`setting of the device`, 'device', ['kind', 'threads', 'module', 'storage'], report);
  const { kind, threads, module } = device;
  if (kind !== undefined && typeof kind !== 'string')
    report('device.kind', say`The kind of the device must be text, got ${show(kind)}.`);
  if (threads !== undefined) {
    const problem = checkField({ ...threadsField, label: 'Threads' }, threads);
    if (problem !== null) report('device.threads', say`${problem} ${label(threadsField.help)}`);
  }
  const kernelModules = ['auto', ...moduleNames(devices)];
  if (module !== undefined && (typeof module !== 'string' || !kernelModules.includes(module))) {
    report(
      'device.module',
      say`The kernels of the device must be one of ${asIs(kernelModules.join(', '))}, got ${show(module)}.`,
    );
  }
  checkStorage(device, devices, report);
}

function checkStorage({ kind = 'auto', storage }: Json, devices: readonly DeviceInfo[], report: Report): void {
  if (storage === undefined) return;
  const storages = storageNames(devices);
  if (typeof storage !== 'string' || !storages.includes(storage)) {
    report(
      'device.storage',
      say`The storage of the device must be one of ${asIs(storages.join(', '))}, got ${show(storage)}.`,
    );
    return;
  }
  const able = devices.filter((one) => one.storages.includes(storage)).map((one) => one.kind);
  // Every device stores float32; `auto` may settle on any of them.
  if (able.length === devices.length || able.some((one) => one === kind)) return;
  const message = say`Storage ${asIs(storage)} needs the device ${asIs(able.join(', '))}, got ${show(kind)}. Choose storage f32.`;
  report('device.storage', message);
}

function checkTiming(input: Json, report: Report): void {
  const { mode, slice } = input;
  if (mode !== undefined && (typeof mode !== 'string' || !modes.includes(mode))) {
    report('mode', say`The way runs share the machine must be one of ${asIs(modes.join(', '))}, got ${show(mode)}.`);
  }
  const problem = slice === undefined ? null : checkField({ ...turnLength, label: 'Turn' }, slice);
  if (problem !== null) report('slice', problem);
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
