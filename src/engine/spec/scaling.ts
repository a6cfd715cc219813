// The scaling measurement as data: what is varied, which models and implementations, and the results. Paper: Figure 1 of "Were RNNs All
// We Needed?", done with a device drained before and after each timed step. Plain JSON; no measuring here.
import type { Message } from '../core/say.ts';
import type { EnvironmentStamp } from './catalogue.ts';
import type { MemoryGrowth, MemoryReport } from './metrics.ts';
import type { DeviceChoice } from './run-spec.ts';

export type ScalingAxis = 'length' | 'width' | 'batch';

/** A line of the chart. */
export interface ScalingSeries {
  /** Registry key of the model and one of its implementations. */
  readonly model: string;
  readonly implementation: string;
}

export interface ScalingSpec {
  readonly format: 'minrnn-scaling';
  readonly version: 1;
  readonly vary: ScalingAxis;
  /** Ends of the varied quantity; points are at powers of two between them, both included. */
  readonly from: number;
  readonly to: number;
  /** The two (or three) quantities that stay; the varied one is ignored. */
  readonly length: number;
  readonly width: number;
  readonly batch: number;
  readonly layers: number;
  readonly series: readonly ScalingSeries[];
  readonly device: DeviceChoice;
  readonly warmUp: number;
  readonly repeats: number;
}

/** Seconds of one whole training step: forward, backward, update. */
export interface StepSeconds {
  readonly median: number;
  readonly q1: number;
  readonly q3: number;
}

export interface ScalingPoint {
  /** Index into the spec's series. */
  readonly series: number;
  readonly at: number;
  readonly outcome: 'measured' | 'did-not-fit' | 'too-slow' | 'failed';
  /** Why, when it was not measured. */
  readonly reason: Message | null;
  /** Null unless it was measured. */
  readonly stepSeconds: StepSeconds | null;
  /** Present if the point was disturbed and measured twice: the times of the discarded, less calm measurement. */
  readonly setAside?: StepSeconds;
  readonly compileSeconds: number | null;
  readonly memory: MemoryReport | null;
  /** Absent if no step was done, and in older measurements. */
  readonly growth?: MemoryGrowth;
  /** Highest resident bytes of the measuring process; null when the system does not say. */
  readonly peakBytes: number | null;
  /** Loss at a step that every point reaches: implementations of one model must agree before their times are compared. */
  readonly loss: number | null;
}

export interface ScalingResult {
  readonly id: string;
  readonly spec: ScalingSpec;
  readonly state: 'running' | 'finished' | 'stopped';
  readonly started: string;
  readonly seconds: number;
  readonly planned: number;
  readonly points: readonly ScalingPoint[];
  readonly environment: EnvironmentStamp | null;
  /** Free bytes of the machine at the start, drawn as a line in the memory chart. */
  readonly memoryFree: number;
}
