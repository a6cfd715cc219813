// What comes from an engine, written in order with everything else: points, checkpoints, texts, answers, events. A run that was removed in the
// meantime gets nothing. Front ends hear of points, checkpoints and texts only after they are on disk.
import { say } from '../../engine/core/say.ts';
import type { MetricColumns } from '../../engine/spec/metrics.ts';
import type { CheckpointData, ShownData } from '../../protocol/engine.ts';
import type { RunId, Sample } from '../../protocol/state.ts';
import type { SessionStore } from '../../session/store.ts';
import type { EventHub } from '../event-hub.ts';
import { withCheckpoint, type LastValues } from '../runs/run-states.ts';
import type { KnownRuns } from './known-runs.ts';
import type { Saving } from './saving.ts';

/** The last value of each curve, after these points. */
export function withMetrics(last: LastValues, columns: readonly MetricColumns[]): LastValues {
  const newest = columns
    .filter((column) => column.value.length > 0)
    .map((column) => [column.metric, column.value.at(-1) ?? null] as const);
  return { ...last, ...Object.fromEntries(newest) };
}

interface RecordsParts {
  readonly store: SessionStore;
  readonly hub: EventHub;
  readonly runs: KnownRuns;
  readonly saving: Saving;
}

export class RunRecords {
  readonly #store: SessionStore;
  readonly #hub: EventHub;
  readonly #runs: KnownRuns;
  readonly #saving: Saving;

  constructor({ store, hub, runs, saving }: RecordsParts) {
    this.#store = store;
    this.#hub = hub;
    this.#runs = runs;
    this.#saving = saving;
  }

  append(id: RunId, columns: readonly MetricColumns[]): void {
    const filled = columns.filter((column) => column.step.length > 0);
    if (filled.length === 0) return;
    this.#runs.show(id, { last: withMetrics(this.#runs.live(id).last, filled) });
    this.#saving.push(say`measurements`, async () => {
      if (!this.#runs.has(id)) return;
      await this.#store.appendMetrics(id, filled);
      this.#hub.metricsAppended(id, filled);
    });
  }

  truncate(id: RunId, step: number): void {
    this.#saving.push(say`the way back to a checkpoint`, () => this.#store.truncateMetrics(id, step));
  }

  checkpoint(id: RunId, data: CheckpointData): void {
    this.#saving.push(say`a checkpoint`, async () => {
      if (!this.#runs.has(id)) return;
      await this.#store.putCheckpoint(id, data);
      // It may have been removed in the meantime; then the removal is the next write.
      if (this.#runs.has(id))
        this.#runs.show(id, { checkpoints: withCheckpoint(this.#runs.live(id).checkpoints, data) });
    });
  }

  /** Texts and answers of a run: written in order with its points and checkpoints, completely or not at all. */
  shown(run: RunId, step: number, shown: ShownData): void {
    this.#saving.push(say`what a run showed`, async () => {
      if (!this.#runs.has(run)) return;
      if (shown.kind === 'text') {
        const { kind: _, ...written } = shown;
        return this.#hub.send('run/shown', {
          sample: await this.#store.addSample({ run, step, ...written }),
        });
      }
      const answers = { run, step, ...shown.answers };
      await this.#store.addAnswers(answers);
      this.#hub.send('run/shown', { answers });
    });
  }

  event(run: RunId | null, kind: string, detail: string): void {
    this.#saving.push(say`an event`, () => this.#store.addEvent(run, kind, detail));
  }

  /** Executed in order among the writes: a sample is in the file, and in its copy, or refused. */
  addSample(sample: Omit<Sample, 'id'>): Promise<Sample> {
    return this.#saving.perform(say`a sample`, () => this.#store.addSample(sample));
  }
}
