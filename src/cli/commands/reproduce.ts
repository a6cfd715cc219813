// `reproduce [NAME]`: a published table or figure with its numbers beside ours and a verdict on each part of its claim. Its runs are those of an ordinary
// session, so that pause, resume, the screens and every export work on it.
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { AppFailure } from '../../engine/core/result.ts';
import { asIs, english, say } from '../../engine/core/say.ts';
import { layerWeights } from '../../engine/models/layer-weights.ts';
import { nearest } from '../../engine/spec/nearest.ts';
import type { ExperimentSpec } from '../../engine/spec/run-spec.ts';
import { computedCsv, computedMarkdown } from '../../engine/spec/reproduce/computed-document.ts';
import { computedOutcome, layersOf, type Computed } from '../../engine/spec/reproduce/computed.ts';
import { csv, markdown } from '../../engine/spec/reproduce/document.ts';
import { documentOf } from '../../engine/spec/reproduce/of-session.ts';
import { sizeNames, type Preset } from '../../engine/spec/reproduce/preset.ts';
import {
  allReproductions,
  isComputed,
  reproductionOf,
  type Reproduction,
} from '../../engine/spec/reproduce/registry.ts';
import { leftOf } from '../../engine/spec/reproduce/results.ts';
import { refusal } from '../../lab/experiments/experiments.ts';
import { asFile } from '../../lab/files/files.ts';
import type { Lab } from '../../lab/lab.ts';
import { act } from '../../lab/race/race-actions.ts';
import type { RunId } from '../../protocol/state.ts';
import type { Command } from '../command.ts';
import type { Console } from '../console.ts';
import { exitCodes } from '../exit-codes.ts';
import { onDevice } from '../experiment-file.ts';
import { onInterrupt, type Interrupt } from '../interrupt.ts';
import { deviceOptions } from '../options.ts';
import { RaceProgress } from '../race-progress.ts';
import { showComputed, showReproduction } from '../reproduction-text.ts';
import { saving, untilDone } from '../run-race.ts';
import { writeWhole } from '../../session/files/index.ts';
import { span, table } from '../show.ts';
import { choice, flag, text, usually, type Options, type Values } from '../typed.ts';
import { withLab } from '../with-lab.ts';

export const reproduceOptions = {
  size: usually(choice('<size>', 'small: minutes; medium: up to two hours; paper: as published', sizeNames), 'small'),
  session: text('<path>', 'the session of its runs; it is continued if it exists'),
  report: text('<path>', 'writes a report: .md or .csv'),
  overwrite: flag('replace an existing report'),
  plan: flag('shows the expected time and runs nothing'),
  ...deviceOptions,
} satisfies Options;

type Given = Values<typeof reproduceOptions>;

function presetOf(name: string): Reproduction {
  const found = reproductionOf(name);
  if (found !== undefined) return found;
  const known = allReproductions.map(({ id }) => id);
  const guess = nearest(name, known);
  const must = say`reproduce: the name must be one of ${asIs(known.join(', '))}, got "${asIs(name)}"`;
  throw new AppFailure({
    code: 'bad-input',
    message: guess === null ? must : say`${must}. Did you mean ${asIs(guess)}?`,
    field: 'name',
  });
}

function list(out: Console): number {
  out.data(
    allReproductions.map(({ id, title, subject, source, claim }) => ({ id, title, subject, source, claim })),
    true,
  );
  const rows = allReproductions.map(({ id, title, subject }) => [id, english(title), english(subject)]);
  out.say(table(['name', 'where', 'what'], rows, [0, 1, 2]));
  out.say('\nRun one with: minrnn reproduce NAME [--size small|medium|paper]');
  return exitCodes.done;
}

/** Every experiment is judged before a file is touched. */
async function needGood(lab: Lab, experiments: readonly ExperimentSpec[]): Promise<void> {
  for (const spec of experiments) {
    const judged = await lab.judge(spec);
    if (judged.spec === null) throw refusal('race', judged.issues);
  }
}

async function openSession(
  lab: Lab,
  { id, title }: Preset,
  { size, session }: Given,
  experiments: readonly ExperimentSpec[],
): Promise<void> {
  const path = session === undefined ? null : resolve(session);
  if (path !== null && existsSync(path)) {
    await lab.session.open(path);
    lab.keeper.needWritable();
    return;
  }
  const [first] = experiments;
  await lab.session.create(
    `${english(title)}, ${size}`,
    first ?? null,
    path ?? (await lab.sessionLibrary.freePath(`${id} ${size}`)),
  );
}

/** Resumes what has not ended and adds what is missing. Resolves to the ids of the runs that train. */
async function start(lab: Lab, experiments: readonly ExperimentSpec[]): Promise<readonly RunId[]> {
  const { runs } = lab.keeper.state();
  const left = leftOf(runs, experiments);
  const resumed = left.resume.map(({ id }) => id);
  if (resumed.length > 0) await act(lab.race, resumed, { kind: 'resume', otherData: false }, lab.catalogue().training);
  for (const spec of left.start) await lab.start(spec);
  const before = new Set(runs.map(({ id }) => id));
  const added = lab.keeper.state().runs.filter(({ id }) => !before.has(id));
  return [...resumed, ...added.map(({ id }) => id)];
}

const isCsv = (path: string): boolean => path.endsWith('.csv');

async function report(path: string, content: string, overwrite: boolean): Promise<void> {
  await asFile('export', path, () => writeWhole(resolve(path), content, { overwrite, shared: true }));
}

async function expected(out: Console, lab: Lab, experiments: readonly ExperimentSpec[]): Promise<void> {
  let low = 0;
  let high = 0;
  let runs = 0;
  for (const spec of experiments) {
    const judged = await lab.judge(spec);
    runs += judged.runs.length;
    const { seconds } = await lab.preflighter.check(judged);
    low += seconds?.low ?? NaN;
    high += seconds?.high ?? NaN;
  }
  out.say(`${runs} runs, about ${span(Number.isFinite(low) ? { low, high } : null)} on this machine.`);
}

async function run(
  out: Console,
  lab: Lab,
  progress: RaceProgress,
  interrupt: Interrupt,
  preset: Preset,
  given: Given,
): Promise<number> {
  const experiments = preset.experiments(given.size).map((spec) => onDevice(spec, given));
  await needGood(lab, experiments);
  await expected(out, lab, experiments);
  if (given.plan) return exitCodes.done;
  await openSession(lab, preset, given, experiments);
  const runs = await start(lab, experiments);
  const code = runs.length === 0 ? exitCodes.done : await untilDone(out, lab, progress, interrupt, runs);
  const document = documentOf(preset, given.size, lab.keeper.state().runs, experiments);
  if (document === null) return code;
  showReproduction(out, document);
  if (given.report !== undefined)
    await report(given.report, isCsv(given.report) ? csv(document) : markdown(document, english), given.overwrite);
  return code;
}

/** Counted at once, without lab, session or size. */
async function count(out: Console, preset: Computed, given: Given): Promise<number> {
  if (given.plan) {
    out.say('No runs: it is counted at once.');
    return exitCodes.done;
  }
  const outcome = computedOutcome(preset, layersOf(preset).map(layerWeights));
  showComputed(out, outcome);
  if (given.report !== undefined)
    await report(
      given.report,
      isCsv(given.report) ? computedCsv(outcome) : computedMarkdown(outcome, english),
      given.overwrite,
    );
  return exitCodes.done;
}

export const reproduce: Command<[string | undefined, Given]> = (out, name, given) => {
  if (name === undefined) return Promise.resolve(list(out));
  const preset = presetOf(name);
  if (isComputed(preset)) return count(out, preset, given);
  const progress = new RaceProgress(out);
  const interrupt = onInterrupt(() => out.notice(saving));
  return withLab(progress.listen, (lab) => run(out, lab, progress, interrupt, preset, given)).finally(() =>
    interrupt.release(),
  );
};
