// Options that several commands have.
import { asIs, say } from '../engine/core/say.ts';
import { deviceInfos, deviceKinds } from '../engine/device/registry.ts';
import { moduleNames, storageNames } from '../engine/spec/catalogue.ts';
import { mostRuns } from '../engine/spec/grid-size.ts';
import { matchedSizes } from '../engine/spec/match.ts';
import { numberWords, readNumber } from '../engine/spec/number-text.ts';
import type { Budget } from '../engine/spec/run-spec.ts';
import { readSeeds, seedEnd, type SeedProblem } from '../engine/spec/seeds.ts';
import { threadsHere } from '../lab/experiments/catalogue.ts';
import { choice, flag, needed, number, parsed, text, type Options, type Read } from './typed.ts';

const seedProblems: Readonly<Record<SeedProblem, string>> = {
  form: 'must be a range as 1..3 or a list as 1,2,5',
  order: 'must go upwards, as 1..3',
  size: `must be at most ${seedEnd - 1}`,
  many: `must be at most ${mostRuns} seeds`,
  twice: 'must have each seed once',
};

function seedList(typed: string, name: string): Read<readonly number[]> {
  const read = readSeeds(typed);
  if ('seeds' in read) return { value: read.seeds };
  const must = seedProblems[read.problem];
  return { problem: say`${asIs(name)} ${asIs(must)}, got "${asIs(read.part)}" in "${asIs(typed)}".` };
}

/** `500 steps`, `30s`, `1000000tokens`. */
function budgetOf(typed: string, name: string): Read<Budget> {
  const match = /^(.+?)\s*(steps|tokens|seconds|s)$/.exec(typed.trim());
  const read = readNumber(match?.[1] ?? '');
  if ('problem' in read && read.problem.kind !== 'form') return { problem: numberWords(name, read.problem, '') };
  const amount = 'value' in read ? read.value : 0;
  const unit = match?.[2] === 's' ? 'seconds' : match?.[2];
  if ((unit === 'steps' || unit === 'tokens' || unit === 'seconds') && amount > 0) return { value: { unit, amount } };
  return {
    problem: say`${asIs(name)} must be an amount with its unit, as 500steps, 30s or 1000000tokens, got "${asIs(typed)}".`,
  };
}

/** Kinds of the devices that have a choice of something: `cpu`, or `cpu, gpu`. */
const having = (what: (info: (typeof deviceInfos)[number]) => readonly unknown[]): string =>
  deviceInfos
    .filter((info) => what(info).length > 1)
    .map(({ kind }) => kind)
    .join(', ');

export const storage = choice(
  '<storage>',
  `how ${having(({ storages }) => storages)} stores large activations`,
  storageNames(deviceInfos),
);

export const oneRun = needed(text('<run>', 'by name or id'));

export const otherData = flag('use the text of this name although it is not the one the run has learnt; marks the run');

export const deviceOptions = {
  device: text('<kind>', `auto, ${deviceKinds.join(', ')}; overrides the experiment`),
  threads: number('<n>', '0 = all threads of the machine', threadsHere()),
  module: choice('<module>', `kernel module of ${having(({ modules }) => modules)}`, [
    'auto',
    ...moduleNames(deviceInfos),
  ]),
  storage,
} satisfies Options;

export const experimentOptions = {
  ...deviceOptions,
  mode: choice('<mode>', 'race: in turns; queue: one after the other; parallel: all at once', [
    'race',
    'queue',
    'parallel',
  ]),
  match: choice(
    '<size>',
    'chooses the width of each row so that all have as much of this as the first one',
    matchedSizes,
  ),
  seeds: parsed('<seeds>', 'for example 1..3 or 1,2,5', seedList),
  budget: parsed('<amount>', 'for example 500steps, 30s or 1000000tokens', budgetOf),
} satisfies Options;
