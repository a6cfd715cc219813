// Checks the parts of an experiment whose settings are declared as fields: the task, training and the variants with their lists.
import { asIs, english, label, type MessageValue, say } from '../core/say.ts';
import type { Catalogue, ModelInfo } from './catalogue.ts';
import { checkField, show } from './field-check.ts';
import type { Field, Fields } from './fields.ts';
import { mostRuns } from './grid-size.ts';
import { unknownName } from './nearest.ts';
import { checkKeys, isObject, type Report } from './spec-report.ts';

export const longestName = 200;

export function checkTask(task: unknown, catalogue: Catalogue, report: Report): void {
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

export function checkTraining(training: unknown, catalogue: Catalogue, report: Report): void {
  checkValues(training, 'training', say`training`, [['training', catalogue.training]], false, report);
}

export function checkVariants(variants: unknown, catalogue: Catalogue, report: Report): void {
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
