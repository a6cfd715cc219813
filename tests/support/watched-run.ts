// A run recorded for a test: its reports while it trains, and its weights.
import { english } from '../../src/engine/core/say.ts';
import { readSafetensors } from '../../src/engine/core/safetensors.ts';
import { drawnDemand, drawnShapes, drawnWaves } from '../../src/engine/data/drawn.ts';
import { loadDevice } from '../../src/engine/device/registry.ts';
import type { MetricColumns } from '../../src/engine/spec/metrics.ts';
import type { RunSpec } from '../../src/engine/spec/run-spec.ts';
import type { TaskData } from '../../src/engine/data/labelled.ts';
import { tasks, type TaskId } from '../../src/engine/tasks/registry.ts';
import { smallText } from '../../src/engine/verify/small-run.ts';
import { prepareRun } from '../../src/engine/training/prepare.ts';
import type { SliceResult, TrainingRun } from '../../src/engine/training/training-run.ts';
import type { TrainingCursor } from '../../src/engine/spec/training-cursor.ts';

export interface Watched {
  readonly run: TrainingRun;
  readonly points: Map<string, [step: number, value: number | null][]>;
  readonly checkpoints: { kind: string; cursor: TrainingCursor; bytes: Uint8Array }[];
}

function dataOf({ task }: RunSpec): TaskData {
  const { needs } = tasks[task.id as TaskId];
  if (needs === 'table') return drawnDemand();
  return needs === 'series' ? drawnWaves() : needs === 'images' ? drawnShapes() : smallText;
}

export const never = (): boolean => false;

export async function watch(
  spec: RunSpec,
  resume: { cursor: TrainingCursor; bytes: Uint8Array } | null = null,
): Promise<Watched> {
  const points: Watched['points'] = new Map();
  const checkpoints: Watched['checkpoints'] = [];
  const listener = {
    metrics: (columns: readonly MetricColumns[]) => {
      for (const { metric, step, value } of columns) {
        const list = points.get(metric) ?? [];
        step.forEach((at, i) => list.push([at, value[i] ?? null]));
        points.set(metric, list);
      }
    },
    checkpoint: (kind: string, cursor: TrainingCursor, bytes: Uint8Array) =>
      void checkpoints.push({ kind, cursor, bytes }),
  };
  const device = await loadDevice(spec.device.kind === 'cpu' ? 'cpu' : 'reference');
  const prepared = await prepareRun({ spec, data: dataOf(spec), device, listener, resume });
  if (!prepared.ok) throw new Error(english(prepared.error.message));
  return { run: prepared.value, points, checkpoints };
}

export const train = (run: TrainingRun, steps: number | null = null): Promise<SliceResult> =>
  run.slice({ seconds: 600, steps }, never);

export async function weightsOf(run: TrainingRun): Promise<Map<string, number[]>> {
  const read = readSafetensors(await run.save());
  if (!read.ok) throw new Error(english(read.error.message));
  return new Map([...read.value.tensors].map(([name, { data }]) => [name, [...data]]));
}
