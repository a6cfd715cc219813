// `sweep FILE --session S`: trains the trials of an experiment with a sweep. Its runs are those of an ordinary session, so that pause, resume, the screens
// and every export work on it; the same command goes on where it was, and shows what it found.
import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { AppFailure } from '../../engine/core/result.ts';
import { asIs, say } from '../../engine/core/say.ts';
import { etaOf } from '../../engine/spec/sweep/ladder.ts';
import { isSweep, type SweepExperiment } from '../../engine/spec/sweep/sweep-spec.ts';
import { trialCount } from '../../engine/spec/sweep/trials.ts';
import { asFile } from '../../lab/files/files.ts';
import type { Lab } from '../../lab/lab.ts';
import { trainSweep } from '../../lab/sweep/climb.ts';
import { addMissing, planSweep, type SweepPlan } from '../../lab/sweep/plan.ts';
import { namedMetric, readSweep, rungsIn } from '../../lab/sweep/read-trials.ts';
import { makeFolder, writeWhole } from '../../session/files/index.ts';
import type { Command } from '../command.ts';
import type { Console } from '../console.ts';
import { exitCodes } from '../exit-codes.ts';
import { loadExperiment } from '../experiment-file.ts';
import { onInterrupt, type Interrupt } from '../interrupt.ts';
import { deviceOptions } from '../options.ts';
import { RaceProgress } from '../race-progress.ts';
import { troubles } from '../race-report.ts';
import { saving, training } from '../run-race.ts';
import { si, span, table } from '../show.ts';
import { ladderSteps, sweepCsv, sweepMarkdown, sweepText } from '../sweep-text.ts';
import { flag, text, type Options, type Values } from '../typed.ts';
import { withLab } from '../with-lab.ts';

export const sweepOptions = {
  session: text('<path>', 'the session of its runs; it is continued if it exists'),
  plan: flag('shows its trials and runs nothing'),
  report: text('<path>', 'writes what it found: .md or .csv'),
  overwrite: flag('replace an existing report'),
  ...deviceOptions,
} satisfies Options;

type Given = Values<typeof sweepOptions>;

async function loadSweep(lab: Lab, file: string, given: Given): Promise<SweepExperiment> {
  const spec = await loadExperiment(lab, file, given);
  if (isSweep(spec)) return spec;
  throw new AppFailure({
    code: 'bad-input',
    message: say`sweep: ${asIs(file)} must have a "sweep", got an experiment without one`,
    field: 'sweep',
    cure: say`Run it with "minrnn race", or add a sweep (docs/user/sweeps.md).`,
  });
}

/** `grid: 24 runs of 2 variants`, its ladder, and how long it takes here. Rejects if the task lacks the metric that decides. */
async function announce(out: Console, lab: Lab, plan: SweepPlan): Promise<string> {
  const { spec, trials, judged } = plan;
  const preflight = await lab.preflighter.check(judged);
  const metrics = preflight.variants[0]?.levels?.metrics;
  if (metrics !== undefined) namedMetric(plan, metrics);
  const ladder = rungsIn(plan);
  const runs = judged.runs.length;
  const eta = etaOf(spec);
  const each = spec.variants.map((_, at) => ladderSteps(ladder, trialCount(spec, at), eta));
  const climbed = each.reduce((sum, steps) => sum + steps, 0);
  const whole = runs * spec.budget.amount;
  const share = ladder.length === 0 ? 1 : climbed / whole;
  const seconds = preflight.seconds && { low: share * preflight.seconds.low, high: share * preflight.seconds.high };
  const rungs =
    ladder.length === 0
      ? ''
      : ` Rungs at ${ladder.join(', ')} steps, one in ${eta} goes on: about ${si(climbed)} steps instead of ${si(whole)}.`;
  const words = `${spec.sweep.method}: ${trials.length} trials of ${spec.variants.length} variants, ${runs} runs.${rungs}`;
  out.data({ type: 'plan', method: spec.sweep.method, ladder, runs, seconds, trials });
  out.say(`${words} About ${span(seconds)} on this machine.`);
  return words;
}

function showTrials(out: Console, { planned, trials }: SweepPlan): void {
  const rows = planned.map(([run], at) => [run?.name ?? '', String((trials[at]?.number ?? 0) + 1)]);
  out.say(`\n${table(['trial', 'of its variant'], rows, [0])}`);
}

async function openSession(lab: Lab, path: string, { spec, plain }: SweepPlan): Promise<void> {
  if (existsSync(path)) {
    await lab.session.open(path);
    lab.keeper.needWritable();
    return;
  }
  await asFile('race', path, async () => makeFolder(dirname(path)));
  await lab.session.create(spec.name, plain, path);
}

/** A diverged trial is a result. */
function codeOf(lab: Lab, interrupt: Interrupt, lost: string | null): number {
  if (interrupt.happened()) return interrupt.code();
  const { runs, saved } = lab.keeper.state();
  const unwell = runs.some(({ status }) => status === 'failed' || status === 'interrupted' || status === 'paused');
  return lost !== null || unwell || typeof saved === 'object' ? exitCodes.failed : exitCodes.done;
}

async function tell(out: Console, lab: Lab, plan: SweepPlan, words: string, given: Given): Promise<void> {
  const result = await readSweep(lab, plan);
  if (result === null) return;
  out.data({ type: 'sweep', ...result });
  out.say(`\n${sweepText(result)}`);
  const { report, overwrite } = given;
  if (report === undefined) return;
  const content = report.endsWith('.csv') ? sweepCsv(result) : sweepMarkdown(plan.spec.name, words, result);
  await asFile('export', report, () => writeWhole(resolve(report), content, { overwrite, shared: true }));
}

async function run(
  out: Console,
  lab: Lab,
  progress: RaceProgress,
  interrupt: Interrupt,
  file: string,
  given: Given,
): Promise<number> {
  const plan = await planSweep(lab, await loadSweep(lab, file, given));
  const words = await announce(out, lab, plan);
  if (given.plan) {
    showTrials(out, plan);
    return exitCodes.done;
  }
  if (given.session === undefined)
    throw new AppFailure({
      code: 'bad-input',
      message: say`sweep: --session must name the session of its runs, got none`,
      field: 'session',
      cure: say`Name one, or look at the trials with --plan.`,
    });
  await openSession(lab, resolve(given.session), plan);
  await addMissing(lab, plan);
  const { lost } = await training(out, lab, progress, interrupt, () => trainSweep(lab, plan, interrupt.happened));
  const code = codeOf(lab, interrupt, lost);
  await tell(out, lab, plan, words, given);
  const trouble = troubles(lab.keeper.state().runs);
  if (trouble !== null) out.say(`\n${trouble}.`);
  out.data({ type: 'end', session: lab.keeper.path, interrupted: interrupt.happened() });
  out.say(`\nSession: ${lab.keeper.path}${code === exitCodes.done ? '' : '\nThe same command goes on.'}`);
  return code;
}

export const sweep: Command<[string, Given]> = (out, file, given) => {
  const progress = new RaceProgress(out);
  const interrupt = onInterrupt(() => out.notice(saving));
  return withLab(progress.listen, (lab) => run(out, lab, progress, interrupt, file, given)).finally(() =>
    interrupt.release(),
  );
};
