// Estimates the cost of an experiment before it runs, with the same program and planner as the run itself and times measured on this
// machine. Warns; never blocks because of unknowns.
import { asIs, type Message, say } from '../../engine/core/say.ts';
import { mebibytes } from '../../engine/core/quantities.ts';
import { freemem } from 'node:os';
import type { RunFacts } from '../../engine/spec/metrics.ts';
import {
  allDone,
  around,
  filledNeeds,
  finishTimes,
  plus,
  unseenPreparation,
  workLeft,
  type Need,
  type Pace,
  type Room,
  type Span,
  type Standing,
} from '../../engine/spec/remaining.ts';
import type { DeviceChoice, PlannedRun, RaceMode, RunSpec, SpecIssue } from '../../engine/spec/run-spec.ts';
import { stepsOf } from '../../engine/training/budget.ts';
import { describeRun } from '../../engine/training/describe.ts';
import { readTraining } from '../../engine/training/fields.ts';
import type { ChosenDevice } from '../../protocol/engine.ts';
import type { Preflight, TaskLevels, VariantPreflight } from '../../protocol/state.ts';
import type { Datasets } from '../data/datasets.ts';
import { datasetOf, type Judged } from '../experiments/experiments.ts';
import { probeDevices } from '../engines/device-probe.ts';
import { nameOf, shapeKey, type Measurements, type StepEstimate } from './measurements.ts';
import { noteIssues, notesOf, type RunNote } from '../runs/run-notes.ts';
import { turn } from '../race/turn.ts';

/** Resident bytes of an engine process besides the planned memory. */
const engineBytes = 70 * 2 ** 20;

export interface PreflightHooks {
  /** Measures a device; may decline, as it does while a race is timed. */
  readonly calibrate: (device: DeviceChoice) => Promise<void>;
  /** The device `auto` would choose for such a run on this machine; null = unknown before it starts. */
  readonly chosen: (spec: RunSpec) => ChosenDevice | null;
}

type Described = RunFacts | { readonly problem: Message };

export class Preflighter {
  readonly #datasets: Datasets;
  readonly #measurements: Measurements;
  readonly #known = new Map<string, Described>();
  readonly #hooks: PreflightHooks;
  readonly #calibrated = new Map<string, Promise<void>>();

  constructor(datasets: Datasets, measurements: Measurements, hooks: PreflightHooks) {
    this.#datasets = datasets;
    this.#measurements = measurements;
    this.#hooks = hooks;
  }

  async check({ issues, runs, spec, matched }: Judged): Promise<Preflight> {
    const found: SpecIssue[] = [...issues];
    const variants: VariantPreflight[] = [];
    const notes: (readonly RunNote[])[] = [];
    const memoryFree = freemem();
    if (spec === null) return { issues: found, variants, memoryFree, seconds: null };
    await probeDevices();
    if (runs[0]) await this.#knowDevice(runs[0].spec.device);
    // One device for all runs of a race: the fastest one measured for the first run.
    const chosen = runs[0] ? this.#chosen(runs[0].spec) : null;
    for (const [variant, same] of Map.groupBy(runs, (run) => run.variant)) {
      const [first] = same;
      if (first === undefined) continue;
      // A graph of many steps takes a while to build; other requests have their turn between variants.
      await turn();
      const settled = settledOn(first.spec, chosen);
      const described = await this.#describe(settled);
      if ('problem' in described)
        found.push({ field: `variants[${variant}]`, message: described.problem, severity: 'warning' });
      variants.push(this.#variant({ ...first, variant }, settled, same.length, described));
      notes.push(notesOf(settled, 'problem' in described ? null : stepsOf(settled.budget, described.tokensPerStep)));
    }
    const mode = spec.mode ?? 'race';
    const warnings = memoryWarnings(variants, mode, memoryFree);
    return {
      issues: [...found, ...noteIssues(notes), ...warnings],
      variants,
      memoryFree,
      seconds: raceSeconds(mode, variants),
      ...(matched === undefined ? {} : { matched }),
    };
  }

  /** The device `auto` will choose, if known. */
  #chosen(spec: RunSpec): ChosenDevice | null {
    return spec.device.kind === 'auto' ? this.#hooks.chosen(spec) : null;
  }

  /** Measured once for each device. */
  async #knowDevice(device: DeviceChoice): Promise<void> {
    if (this.#measurements.knows(device)) return;
    const key = nameOf(device);
    const under =
      this.#calibrated.get(key) ?? this.#hooks.calibrate(device).finally(() => this.#calibrated.delete(key));
    this.#calibrated.set(key, under);
    await under;
  }

  /** The name may refer to another text later. */
  #keyOf(spec: RunSpec): string {
    const id = datasetOf(spec);
    const text = id === null ? undefined : this.#datasets.list().find((one) => one.id === id);
    return `${shapeKey(spec)} ${text?.sha256 ?? ''}`;
  }

  async #describe(spec: RunSpec): Promise<Described> {
    const key = this.#keyOf(spec);
    const known = this.#known.get(key);
    if (known) return known;
    const id = datasetOf(spec);
    const text = id === null ? null : await this.#datasets.content(id);
    const facts = await describeRun(spec, text);
    const described: Described = facts.ok ? facts.value : { problem: facts.error.message };
    if (this.#known.size > 200) this.#known.clear();
    this.#known.set(key, described);
    return described;
  }

  /** Seconds of work such a run has from `at` on; null if its shape has not been described yet or nothing similar has run here. */
  workOf(spec: RunSpec, at: Standing): Span | null {
    const settled = settledOn(spec, this.#chosen(spec));
    const described = this.#known.get(this.#keyOf(settled));
    return described === undefined || 'problem' in described ? null : this.#work(spec, described, at);
  }

  #work(spec: RunSpec, facts: RunFacts, at: Standing): Span | null {
    const step = this.#measurements.step(spec, facts);
    if (step === null) return null;
    const { evaluateEvery, patience } = readTraining(spec.training);
    const plan = {
      budget: spec.budget,
      tokensPerStep: facts.tokensPerStep,
      evaluateEvery,
      patienceLeft: patience > 0 ? patience : null,
    };
    return workLeft(plan, at, paceBefore(step, facts));
  }

  #variant(run: PlannedRun, settled: RunSpec, runs: number, described: Described): VariantPreflight {
    const { variant, name, spec } = run;
    const chosen = settled === spec ? null : settled.device;
    const known = { variant, name, runs, ...(spec.device.kind === 'auto' ? { chosen } : {}) };
    const unknown = {
      parameters: null,
      flopsPerToken: null,
      memory: null,
      seconds: null,
      secondsSource: 'unknown',
    } as const;
    if ('problem' in described) return { ...known, ...unknown };
    const { parameters, flopsPerToken, memory } = described;
    const levels = levelsOf(described);
    const step = this.#measurements.step(spec, described);
    const seconds = this.#work(spec, described, atStart);
    return { ...known, levels, parameters, flopsPerToken, memory, seconds, secondsSource: step?.source ?? 'unknown' };
  }
}

/** With `auto` replaced: the plan is then the one of the run. */
const settledOn = (spec: RunSpec, chosen: ChosenDevice | null): RunSpec =>
  chosen === null ? spec : { ...spec, device: chosen.device };

const levelsOf = (facts: RunFacts): TaskLevels => ({
  tokensPerStep: facts.tokensPerStep,
  positionsPerStep: facts.positionsPerStep ?? facts.tokensPerStep,
  metrics: facts.metrics,
});

const atStart: Standing = { step: 0, activeSeconds: 0 };
/** Uncertainty of the pace of earlier runs, by source. */
const doubt = { measured: [0.85, 1.3], calibrated: [0.5, 2] } as const;

/** Estimated cost of a run from the step time of earlier runs. An evaluation is a forward pass: per token a quarter to all of a training step. */
function paceBefore({ seconds, source }: StepEstimate, facts: RunFacts): Pace {
  const [least, most] = doubt[source];
  const evaluation = seconds * ((facts.evaluationTokens ?? 0) / (facts.positionsPerStep ?? facts.tokensPerStep));
  return { step: around(seconds, least, most), beside: 0, evaluation: around(evaluation, 0.25 * least, most) };
}

/** Until the last run is done, preparation included. Parallel runs take between the time alone and the time of an equal share of the machine. */
function raceSeconds(mode: RaceMode, variants: readonly VariantPreflight[]): Span | null {
  const needs = variants.flatMap(({ runs, seconds }) => Array<Need>(runs).fill({ left: seconds, progress: 0 }));
  const own = filledNeeds(needs)?.map((span) => plus(span, unseenPreparation));
  if (own === undefined) return null;
  const shared = allDone(finishTimes('race', own, oneMachine));
  const apart = allDone(finishTimes('parallel', own, roomForAll));
  return shared && apart && { low: (mode === 'parallel' ? apart : shared).low, high: shared.high };
}

const oneMachine: Room = { engines: Infinity, abreast: 1 };
const roomForAll: Room = { engines: Infinity, abreast: Infinity };

/** In turns and in parallel all engines are alive together; in a queue one is. */
function memoryWarnings(variants: readonly VariantPreflight[], mode: string, free: number): SpecIssue[] {
  const warning = (field: string, message: Message): SpecIssue => ({ field, message, severity: 'warning' });
  const need = ({ memory }: VariantPreflight): number => (memory?.total ?? 0) + engineBytes;
  const large = variants
    .filter((variant) => need(variant) > free)
    .map((variant) =>
      warning(
        `variants[${variant.variant}]`,
        say`${asIs(variant.name)} needs ${mebibytes(need(variant))} of memory; ${mebibytes(free)} are free now.`,
      ),
    );
  const together = variants.reduce((sum, variant) => sum + variant.runs * need(variant), 0);
  if (large.length > 0 || mode === 'queue' || together <= free) return large;
  return [
    warning(
      'mode',
      say`All runs together need ${mebibytes(together)} of memory; ${mebibytes(free)} are free now. Mode "queue" keeps one at a time.`,
    ),
  ];
}
