// A race under way: bars on a terminal, JSON lines for programs, a line now and then for a log file.
import { MultiBar, Presets, type SingleBar } from 'cli-progress';
import { printable } from '../engine/core/printable.ts';
import { lossName } from '../engine/spec/task-metrics.ts';
import type { LabEvents } from '../protocol/lab.ts';
import type { RunId, RunState } from '../protocol/state.ts';
import type { LabListener } from '../lab/lab.ts';
import type { Console } from './console.ts';
import { metricNotes } from './race-report.ts';
import { loss, span } from './show.ts';

/** Seconds between two lines of the same run where there is no terminal. */
const lineSeconds = { json: 1, text: 10 };

/** Both losses, each under its own name: before the first evaluation there is no validation loss, and the training loss does not replace it. */
const resultOf = (run: RunState): string =>
  `loss ${loss(run.last['train/loss'])}, val loss ${loss(run.last[lossName])}${metricNotes(run)}`;

const jsonOf = (run: RunState): object => {
  const {
    id,
    name,
    status,
    step,
    progress,
    activeSeconds,
    wallSeconds,
    time,
    remaining,
    last,
    bests,
    stepSeconds,
    peakBytes,
    facts,
    fallbacks,
  } = run;
  return {
    type: 'progress',
    run: id,
    name,
    status,
    step,
    progress,
    activeSeconds,
    wallSeconds,
    time,
    remaining,
    stepSeconds,
    peakBytes,
    plannedBytes: facts?.memory.total ?? null,
    growth: facts?.growth ?? null,
    last,
    bests,
    ...(fallbacks === undefined ? {} : { fallbacks }),
    metrics: (facts?.metrics ?? []).map(({ name, better, unit }) => ({ name, better, unit })),
  };
};

export class RaceProgress {
  readonly #out: Console;
  readonly #bars: MultiBar | null;
  readonly #barOf = new Map<RunId, SingleBar>();
  readonly #toldAt = new Map<RunId, number>();
  readonly #statusOf = new Map<RunId, string>();
  #width = 10;

  constructor(out: Console) {
    this.#out = out;
    const format = '{name} {bar} {percentage}%  step {step}  {result}  {left}';
    this.#bars = out.terminal
      ? new MultiBar(
          { format, hideCursor: true, clearOnComplete: false, barsize: 20, stream: process.stderr },
          Presets.rect,
        )
      : null;
  }

  readonly listen: LabListener = (name, payload) => {
    if (name === 'runs/changed') for (const run of (payload as LabEvents['runs/changed']).runs) this.#show(run);
    if (name === 'problem') this.#out.problem((payload as LabEvents['problem']).error);
  };

  begin(runs: readonly RunState[]): void {
    this.#width = Math.max(...runs.map((run) => printable(run.name).length), 4);
    for (const run of runs) this.#show(run);
  }

  end(): void {
    this.#bars?.stop();
  }

  #show(run: RunState): void {
    if (this.#bars) return this.#showBar(this.#bars, run);
    const changed = this.#statusOf.get(run.id) !== run.status;
    const pause = this.#out.json ? lineSeconds.json : lineSeconds.text;
    if (!changed && performance.now() - (this.#toldAt.get(run.id) ?? -Infinity) < 1000 * pause) return;
    this.#statusOf.set(run.id, run.status);
    this.#toldAt.set(run.id, performance.now());
    this.#out.data(jsonOf(run));
    this.#out.say(
      `${printable(run.name).padEnd(this.#width)}  ${run.status.padEnd(11)}  step ${String(run.step).padStart(6)}  ${resultOf(run)}`,
    );
  }

  #showBar(bars: MultiBar, run: RunState): void {
    const left = run.status === 'running' ? (run.remaining === null ? '' : `${span(run.remaining)} left`) : run.status;
    const shown = { name: printable(run.name).padEnd(this.#width), step: run.step, result: resultOf(run), left };
    const bar = this.#barOf.get(run.id) ?? bars.create(1000, 0, shown);
    this.#barOf.set(run.id, bar);
    bar.update(Math.round(1000 * run.progress), shown);
  }
}
