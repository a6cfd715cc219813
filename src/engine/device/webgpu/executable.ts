// A compiled program on the webgpu device. A run replays recorded dispatches in one pass and one submit; calls keep their order
// even where a read must wait for its turn. Knows no op.
import { sizeOf, type TensorType } from '../../core/tensor.ts';
import type { MemoryReport } from '../../spec/metrics.ts';
import type { DeviceDescription, Executable, TensorData } from '../device.ts';
import type { GpuPlan, GpuRange, PlannedVariable } from './plan.ts';
import { destroyRecorded, type Recorded, type RecordedDispatch } from './recorded.ts';
import type { GpuSession, Suspect } from './session.ts';
import { Upload, viewOf } from './upload.ts';
import { Patience } from './waiting.ts';

/** Submitted runs that may be unfinished; further ones wait, so that what is queued stays small. */
const MOST_IN_FLIGHT = 2;
const MAP_READ = 1;
const nobody: Suspect = () => Promise.resolve(null);

export interface GpuParts {
  readonly device: DeviceDescription;
  readonly session: GpuSession;
  readonly plan: GpuPlan;
  readonly recorded: Recorded;
}

export interface OpTime {
  readonly label: string;
  readonly op: string;
  readonly milliseconds: number;
  /** What its bindings hold: at least this much is moved unless caches keep it. */
  readonly bytes: number;
  readonly gflops: number;
  /** Of the time of all dispatches. */
  readonly share: number;
}

export class GpuExecutable implements Executable {
  readonly device: DeviceDescription;
  readonly #session: GpuSession;
  readonly #plan: GpuPlan;
  readonly #recorded: Recorded;
  readonly #upload: Upload | null;
  readonly #suspects: ReadonlyMap<string, Suspect>;
  readonly #patience = new Patience();
  /** Calls that wait for a pending read or for runs to finish, in order. */
  readonly #waiting: (() => void | Promise<void>)[] = [];
  readonly #times = new Map<string, readonly OpTime[]>();
  #busy: Promise<void> | null = null;
  #inFlight: string[] = [];
  #submitted = 0;
  #outputs: ArrayBuffer | null = null;
  #timed: string | null = null;
  #disposed = false;

  constructor({ device, session, plan, recorded }: GpuParts) {
    this.device = device;
    this.#session = session;
    this.#plan = plan;
    this.#recorded = recorded;
    this.#upload = plan.inputs === null ? null : new Upload(plan.inputs);
    this.#suspects = new Map([...plan.entries.keys()].map((entry) => [entry, () => this.#refused(entry)]));
  }

  plannedBytes(): MemoryReport {
    return this.#plan.report;
  }

  allocatedBytes(): number {
    return this.#recorded.bytes;
  }

  typeOf(variable: string): TensorType {
    return this.#variable(variable).type;
  }

  profile(entry: string): readonly OpTime[] | null {
    return this.#times.get(entry) ?? null;
  }

  /** Dispatches of one run of an entry. */
  dispatchesOf(entry: string): number {
    return this.#entry(entry).length;
  }

  write(variable: string, data: ArrayLike<number>): void {
    const known = this.#variable(variable);
    const { type, range, input } = known;
    const length = sizeOf(type.shape);
    if (data.length !== length) throw new Error(`write: ${variable} takes ${length} elements, got ${data.length}`);
    this.#requireAlive();
    if (input && this.#busy === null) {
      this.#upload?.put(known, data);
      return;
    }
    const bits = type.dtype === 'i32' ? Int32Array.from(data) : Float32Array.from(data);
    this.#inOrder(() => {
      this.#outputs = null;
      if (input) this.#upload?.put(known, bits);
      else this.#session.device.queue.writeBuffer(this.#buffer(range), range.offset, bits);
    });
  }

  run(entry: string): void {
    const dispatches = this.#entry(entry);
    this.#requireAlive();
    this.#inOrder(() => {
      if (this.#inFlight.length < MOST_IN_FLIGHT) return this.#submit(entry, dispatches);
      return this.#drain().then(() => this.#submit(entry, dispatches));
    });
  }

  async read(variable: string, into?: TensorData): Promise<TensorData> {
    const known = this.#variable(variable);
    const length = sizeOf(known.type.shape);
    if (into && into.length !== length) {
      throw new Error(`read: ${variable} has ${length} elements, got room for ${into.length}`);
    }
    if (this.#session.problem) await this.#session.explained();
    this.#requireAlive();
    const data = await new Promise<TensorData>((resolve, reject) => {
      this.#inOrder(() => this.#fetch(known).then(resolve, reject));
    });
    if (!into) return data;
    into.set(data);
    return into;
  }

  async settled(): Promise<void> {
    if (this.#session.problem) await this.#session.explained();
    this.#requireAlive();
    await new Promise<void>((resolve, reject) => this.#inOrder(() => this.#drain().then(resolve, reject)));
  }

  async dispose(): Promise<void> {
    if (this.#disposed) return;
    this.#disposed = true;
    await this.#busy;
    destroyRecorded(this.#recorded);
  }

  /** Does a call now, or behind those that wait. What waits rejects its own caller: nothing is thrown here. */
  #inOrder(call: () => void | Promise<void>): void {
    if (this.#busy) {
      this.#waiting.push(call);
      return;
    }
    const pending = call();
    if (pending) this.#busy = this.#workOff(pending);
  }

  async #workOff(first: Promise<void>): Promise<void> {
    await first.catch(() => undefined);
    for (let next = this.#waiting.shift(); next; next = this.#waiting.shift()) {
      try {
        await next();
      } catch {
        // Only a lost or failed device refuses; the session keeps that problem and the next call or read reports it.
      }
    }
    this.#busy = null;
  }

  #send(): void {
    const { inputs } = this.#plan;
    if (inputs) this.#upload?.send(this.#session.device.queue, this.#buffer(inputs));
  }

  #submit(entry: string, dispatches: readonly RecordedDispatch[]): void {
    const { device } = this.#session;
    this.#send();
    this.#session.suspect(this.#suspects.get(entry) ?? nobody);
    const encoder = device.createCommandEncoder();
    if (this.#recorded.clock) this.#encodeTimed(encoder, entry, dispatches);
    else encodePass(encoder.beginComputePass(), dispatches);
    this.#session.submit(encoder.finish());
    if (this.#inFlight.length === 0) this.#submitted = performance.now();
    this.#inFlight.push(entry);
    this.#outputs = null;
  }

  /** Records each dispatch alone, to see which one the device does not accept. */
  async #refused(entry: string): Promise<string | null> {
    const { device } = this.#session;
    const planned = this.#plan.entries.get(entry) ?? [];
    for (const [i, dispatch] of this.#entry(entry).entries()) {
      device.pushErrorScope('validation');
      const encoder = device.createCommandEncoder();
      encodePass(encoder.beginComputePass(), [dispatch]);
      encoder.finish();
      if (await device.popErrorScope()) return `${planned[i]?.op} (${planned[i]?.label}) of entry ${entry}`;
    }
    return null;
  }

  /** One pass a dispatch: time stamps are taken at the borders of passes. */
  #encodeTimed(encoder: GPUCommandEncoder, entry: string, dispatches: readonly RecordedDispatch[]): void {
    const { clock } = this.#recorded;
    if (!clock || dispatches.length === 0) return;
    dispatches.forEach((dispatch, i) => {
      const timestampWrites = {
        querySet: clock.queries,
        beginningOfPassWriteIndex: 2 * i,
        endOfPassWriteIndex: 2 * i + 1,
      };
      encodePass(encoder.beginComputePass({ timestampWrites }), [dispatch]);
    });
    encoder.resolveQuerySet(clock.queries, 0, 2 * dispatches.length, clock.resolved, 0);
    encoder.copyBufferToBuffer(clock.resolved, 0, clock.staging, 0, 16 * dispatches.length);
    this.#timed = entry;
  }

  async #drain(): Promise<void> {
    if (this.#inFlight.length > 0) {
      const kind = this.#inFlight.join();
      await this.#patience.wait(kind, this.#submitted, () => this.#session.device.queue.onSubmittedWorkDone());
    }
    await this.#finished();
  }

  /** All runs submitted so far are done. */
  async #finished(): Promise<void> {
    this.#inFlight = [];
    await this.#session.explained();
    this.#requireWell();
    if (this.#timed !== null) await this.#readTimes(this.#timed);
  }

  async #fetch({ type, range, small }: PlannedVariable): Promise<TensorData> {
    const { outputs } = this.#plan;
    if (!small || !outputs) return typed(type, await this.#copy(range), 0);
    this.#outputs ??= await this.#copy(outputs);
    return typed(type, this.#outputs, range.offset - outputs.offset);
  }

  async #copy(range: GpuRange): Promise<ArrayBuffer> {
    const { device } = this.#session;
    const { staging } = this.#recorded;
    this.#send();
    const encoder = device.createCommandEncoder();
    encoder.copyBufferToBuffer(this.#buffer(range), range.offset, staging, 0, range.bytes);
    device.queue.submit([encoder.finish()]);
    const since = this.#inFlight.length > 0 ? this.#submitted : performance.now();
    const kind = `read ${this.#inFlight.join()}`;
    try {
      await this.#patience.wait(kind, since, () => staging.mapAsync(MAP_READ, 0, range.bytes));
    } catch (problem) {
      await new Promise((resolve) => setTimeout(resolve, 1));
      await this.#session.explained();
      this.#requireWell();
      throw problem;
    }
    const copy = staging.getMappedRange(0, range.bytes).slice(0);
    staging.unmap();
    await this.#finished();
    return copy;
  }

  async #readTimes(entry: string): Promise<void> {
    const { clock } = this.#recorded;
    const planned = this.#plan.entries.get(entry);
    this.#timed = null;
    if (!clock || !planned) return;
    await clock.staging.mapAsync(MAP_READ);
    const stamps = new BigUint64Array(clock.staging.getMappedRange().slice(0));
    clock.staging.unmap();
    const milliseconds = planned.map((_, i) => {
      const nanoseconds = (stamps[2 * i + 1] ?? 0n) - (stamps[2 * i] ?? 0n);
      return Math.max(0, Number(nanoseconds)) / 1e6;
    });
    const all = milliseconds.reduce((sum, one) => sum + one, 0);
    const times = planned.map(({ label, op, ranges, flops }, i): OpTime => {
      const own = milliseconds[i] ?? 0;
      const bytes = ranges.reduce((sum, range) => sum + range.bytes, 0);
      return {
        label,
        op,
        milliseconds: own,
        bytes,
        gflops: own > 0 ? flops / own / 1e6 : 0,
        share: all > 0 ? own / all : 0,
      };
    });
    this.#times.set(entry, times);
  }

  #buffer({ buffer }: GpuRange): GPUBuffer {
    const found = this.#recorded.buffers[buffer];
    if (!found) throw new Error(`webgpu: buffer ${buffer} is not part of the plan`);
    return found;
  }

  #requireWell(): void {
    if (this.#session.problem) throw this.#session.problem;
  }

  #requireAlive(): void {
    this.#requireWell();
    if (this.#disposed) throw new Error('webgpu: the executable is disposed');
  }

  #entry(name: string): readonly RecordedDispatch[] {
    const { entries } = this.#recorded;
    const entry = entries.get(name);
    if (entry) return entry;
    throw new Error(`run: entry ${name} is not part of the program, got ${[...entries.keys()].join(', ')}`);
  }

  #variable(name: string): PlannedVariable {
    const variable = this.#plan.variables.get(name);
    if (!variable) throw new Error(`webgpu: variable ${name} is not part of the program`);
    return variable;
  }
}

function encodePass(pass: GPUComputePassEncoder, dispatches: readonly RecordedDispatch[]): void {
  let pipeline: GPUComputePipeline | null = null;
  let group: GPUBindGroup | null = null;
  for (const dispatch of dispatches) {
    if (dispatch.pipeline !== pipeline) pass.setPipeline((pipeline = dispatch.pipeline));
    if (dispatch.group !== group) pass.setBindGroup(0, (group = dispatch.group));
    const [x, y, z] = dispatch.groups;
    if (y === 1 && z === 1) pass.dispatchWorkgroups(x);
    else pass.dispatchWorkgroups(x, y, z);
  }
  pass.end();
}

const typed = (type: TensorType, bytes: ArrayBuffer, offset: number): TensorData => viewOf(type, bytes, offset).slice();
