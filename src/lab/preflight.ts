// What an experiment would cost, before it runs: the same program and planner as the run itself, and times this machine has shown.
// Warns; never blocks on what is not known.
import { freemem } from 'node:os';
import type { RunFacts } from '../engine/spec/metrics.ts';
import type { Budget, DeviceChoice, PlannedRun, RunSpec, SpecIssue } from '../engine/spec/run-spec.ts';
import { describeRun } from '../engine/training/describe.ts';
import type { ChosenDevice } from '../protocol/engine.ts';
import type { Preflight, VariantPreflight } from '../protocol/lab.ts';
import type { Datasets } from './datasets.ts';
import { datasetOf, type Judged } from './experiments.ts';
import { probeDevices } from './device-probe.ts';
import { nameOf, shapeKey, type Measurements } from './measurements.ts';

/** Resident bytes of an engine process besides what the plan counts. */
const engineBytes = 70 * 2 ** 20;

export interface PreflightHooks {
  /** Measures a device; may decline, as it does while a race is timed. */
  readonly calibrate: (device: DeviceChoice) => Promise<void>;
  /** What `auto` means for such a run on this machine; null = not known before it starts. */
  readonly chosen: (spec: RunSpec) => ChosenDevice | null;
}

type Described = RunFacts | { readonly problem: string };

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

  async check({ issues, runs, spec }: Judged): Promise<Preflight> {
    const found: SpecIssue[] = [...issues];
    const variants: VariantPreflight[] = [];
    const memoryFree = freemem();
    if (spec === null) return { issues: found, variants, memoryFree };
    await probeDevices();
    if (runs[0]) await this.#knowDevice(runs[0].spec.device);
    for (const [variant, same] of Map.groupBy(runs, (run) => run.variant)) {
      const [first] = same;
      if (first === undefined) continue;
      const settled = this.#settled(first.spec);
      const described = await this.#describe(settled);
      if ('problem' in described)
        found.push({ field: `variants[${variant}]`, message: described.problem, severity: 'warning' });
      variants.push(this.#variant({ ...first, variant }, settled, same.length, described));
    }
    return { issues: [...found, ...memoryWarnings(variants, spec.mode ?? 'race', memoryFree)], variants, memoryFree };
  }

  /** With `auto` replaced by what it will mean, where that is known: the plan is then the one of the run. */
  #settled(spec: RunSpec): RunSpec {
    const chosen = spec.device.kind === 'auto' ? this.#hooks.chosen(spec) : null;
    return chosen === null ? spec : { ...spec, device: chosen.device };
  }

  /** Once for each device, whoever asks first. */
  async #knowDevice(device: DeviceChoice): Promise<void> {
    if (this.#measurements.knows(device)) return;
    const key = nameOf(device);
    const under =
      this.#calibrated.get(key) ?? this.#hooks.calibrate(device).finally(() => this.#calibrated.delete(key));
    this.#calibrated.set(key, under);
    await under;
  }

  async #describe(spec: RunSpec): Promise<Described> {
    const key = shapeKey(spec);
    const known = this.#known.get(key);
    if (known) return known;
    const id = datasetOf(spec);
    const text = id === null ? null : await this.#datasets.text(id);
    // A graph of many steps takes a while to build; other requests have their turn between variants.
    await new Promise((resolve) => setImmediate(resolve));
    const facts = describeRun(spec, text);
    const described: Described = facts.ok ? facts.value : { problem: facts.error.message };
    if (this.#known.size > 200) this.#known.clear();
    this.#known.set(key, described);
    return described;
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
    const step = this.#measurements.step(spec, described);
    const steps = step === null ? null : stepsOf(spec.budget, described, step.seconds);
    const seconds = step === null || steps === null ? null : steps * step.seconds;
    return { ...known, parameters, flopsPerToken, memory, seconds, secondsSource: step?.source ?? 'unknown' };
  }
}

function stepsOf(budget: Budget, facts: RunFacts, stepSeconds: number): number {
  if (budget.unit === 'steps') return budget.amount;
  return budget.unit === 'tokens' ? Math.ceil(budget.amount / facts.tokensPerStep) : budget.amount / stepSeconds;
}

const mib = (bytes: number): string => `${Math.ceil(bytes / 2 ** 20)} MiB`;

/** In turns and at once all engines are alive together; in a queue one is. */
function memoryWarnings(variants: readonly VariantPreflight[], mode: string, free: number): SpecIssue[] {
  const warning = (field: string, message: string): SpecIssue => ({ field, message, severity: 'warning' });
  const need = ({ memory }: VariantPreflight): number => (memory?.total ?? 0) + engineBytes;
  const large = variants
    .filter((variant) => need(variant) > free)
    .map((variant) =>
      warning(
        `variants[${variant.variant}]`,
        `${variant.name} needs ${mib(need(variant))} of memory; ${mib(free)} are free now.`,
      ),
    );
  const together = variants.reduce((sum, variant) => sum + variant.runs * need(variant), 0);
  if (large.length > 0 || mode === 'queue' || together <= free) return large;
  return [
    warning(
      'mode',
      `All runs together need ${mib(together)} of memory; ${mib(free)} are free now. Mode "queue" keeps one at a time.`,
    ),
  ];
}
