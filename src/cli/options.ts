// Options of the command line that several commands have, and how their texts become numbers, seeds and budgets.
import { InvalidArgumentError, Option, type Command as Program } from 'commander';
import { english } from '../engine/core/say.ts';
import { deviceInfos, deviceKinds } from '../engine/device/registry.ts';
import { moduleNames, storageNames } from '../engine/spec/catalogue.ts';
import { rangeOf } from '../engine/spec/field-check.ts';
import type { FloatField, IntField } from '../engine/spec/fields.ts';
import { mostRuns } from '../engine/spec/grid-size.ts';
import * as limits from '../engine/spec/limits.ts';
import { numberWords, readNumber } from '../engine/spec/number-text.ts';
import type { Budget, RaceMode } from '../engine/spec/run-spec.ts';
import { readSeeds, seedEnd, type SeedProblem } from '../engine/spec/seeds.ts';
import { threadsHere } from '../lab/experiments/catalogue.ts';

/** A number that its field allows; otherwise an error that names the option. */
export const within =
  (field: IntField | FloatField) =>
  (text: string): number => {
    const read = readNumber(text);
    if ('problem' in read && read.problem.kind !== 'form')
      throw new InvalidArgumentError(english(numberWords('It', read.problem, '')));
    if ('value' in read && limits.allows(field, read.value)) return read.value;
    throw new InvalidArgumentError(`It must be ${english(rangeOf(field))}, got "${text}".`);
  };

const seedProblems: Readonly<Record<SeedProblem, string>> = {
  form: 'It must be a range as 1..3 or a list as 1,2,5',
  order: 'A range must go upwards, as 1..3',
  size: `A seed must be at most ${seedEnd - 1}`,
  many: `There must be at most ${mostRuns} seeds`,
  twice: 'Each seed must come once',
};

function seedList(text: string): readonly number[] {
  const read = readSeeds(text);
  if ('seeds' in read) return read.seeds;
  throw new InvalidArgumentError(`${seedProblems[read.problem]}, got "${read.part}" in "${text}".`);
}

/** `500 steps`, `30s`, `1000000tokens`. */
function budgetOf(text: string): Budget {
  const match = /^(.+?)\s*(steps|tokens|seconds|s)$/.exec(text.trim());
  const read = readNumber(match?.[1] ?? '');
  if ('problem' in read && read.problem.kind !== 'form')
    throw new InvalidArgumentError(english(numberWords('It', read.problem, '')));
  const amount = 'value' in read ? read.value : 0;
  const unit = match?.[2] === 's' ? 'seconds' : match?.[2];
  if ((unit === 'steps' || unit === 'tokens' || unit === 'seconds') && amount > 0) return { unit, amount };
  throw new InvalidArgumentError(
    `It must be an amount with its unit, as 500steps, 30s or 1000000tokens, got "${text}".`,
  );
}

/** Kinds of the devices that have a choice of something: `cpu`, or `cpu, gpu`. */
const having = (what: (info: (typeof deviceInfos)[number]) => readonly unknown[]): string =>
  deviceInfos
    .filter((info) => what(info).length > 1)
    .map(({ kind }) => kind)
    .join(', ');

export const storageOption = (): Option =>
  new Option('--storage <storage>', `how ${having(({ storages }) => storages)} stores large activations`).choices(
    storageNames(deviceInfos),
  );

export const otherDataOption = (): Option =>
  new Option('--other-data', 'use the text of this name although it is not the one the run has learnt; marks the run');

export const deviceOptions = (program: Program): Program =>
  program
    .option('--device <kind>', `auto, ${deviceKinds.join(', ')}; overrides the experiment`)
    .option('--threads <n>', '0 = all threads of the machine', within(threadsHere()))
    .addOption(
      new Option('--module <module>', `kernel module of ${having(({ modules }) => modules)}`).choices([
        'auto',
        ...moduleNames(deviceInfos),
      ]),
    )
    .addOption(storageOption());

export const experimentOptions = (program: Program): Program =>
  deviceOptions(program)
    .addOption(
      new Option('--mode <mode>', 'race: in turns; queue: one after the other; parallel: all at once').choices([
        'race',
        'queue',
        'parallel',
      ] satisfies RaceMode[]),
    )
    .option('--seeds <seeds>', 'for example 1..3 or 1,2,5', seedList)
    .option('--budget <amount>', 'for example 500steps, 30s or 1000000tokens', budgetOf);
