// A compiled program on the webgpu device. A run replays recorded dispatches in one pass and one submit; calls keep their order even when a
// read has to wait. Independent of ops.
import { sizeOf, type TensorType } from '../../core/tensor.ts';
import { allocated } from '../../spec/memory-check.ts';
import type { MemoryGrowth, MemoryReport } from '../../spec/metrics.ts';
import type { DeviceDescription, Executable, OpTime, Pipeline, TensorData } from '../device.ts';
import { CallOrder } from './call-order.ts';
import { Flight } from './flight.ts';
import { encodeTimed, readTimes } from './op-times.ts';
import { RING_SLOTS, type GpuPlan, type GpuRange, type PlannedVariable } from './plan.ts';
import { destroyRecorded, encodePass, type Recorded, type RecordedDispatch } from './recorded.ts';
import { Ring } from './ring.ts';
import type { GpuSession, Suspect } from './session.ts';
import { Upload, viewOf } from './upload.ts';

const MAP_READ = 1;
const nobody: Suspect = () => Promise.resolve(null);

export interface GpuParts {
  readonly device: DeviceDescription;
  readonly session: GpuSession;
  readonly plan: GpuPlan;
  readonly recorded: Recorded;
}

export class GpuExecutable implements Executable {
  readonly device: DeviceDescription;
  readonly pipeline: Pipeline | undefined;
  readonly #session: GpuSession;
  readonly #plan: GpuPlan;
  readonly #recorded: Recorded;
  readonly #upload: Upload | null;
  readonly #ring: Ring | null;
  readonly #suspects: ReadonlyMap<string, Suspect>;
  readonly #order = new CallOrder();
  readonly #flight: Flight;
  readonly #times = new Map<string, readonly OpTime[]>();
  #outputs: ArrayBuffer | null = null;
  #timed: string | null = null;
  #disposed = false;

  constructor({ device, session, plan, recorded }: GpuParts) {
    this.device = device;
    this.#session = session;
    this.#plan = plan;
    this.#recorded = recorded;
    this.#flight = new Flight(() => session.device.queue.onSubmittedWorkDone().then(() => undefined));
    this.#upload = plan.inputs === null ? null : new Upload(plan.inputs);
    this.#suspects = new Map([...plan.entries.keys()].map((entry) => [entry, () => this.#refused(entry)]));
    const { outputs } = plan;
    this.#ring = outputs && recorded.ring ? new Ring(recorded.ring, this.#buffer(outputs), outputs) : null;
    this.pipeline = this.#ring ? this.#pipelineOf(this.#ring) : undefined;
  }

  plannedBytes(): MemoryReport {
    return this.#plan.report;
  }

  allocatedBytes(): number {
    return this.#recorded.bytes;
  }

  grown(): MemoryGrowth {
    return allocated(this.allocatedBytes());
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
    if (input && this.#order.pending === null) {
      this.#upload?.put(known, data);
      return;
    }
    const bits = type.dtype === 'i32' ? Int32Array.from(data) : Float32Array.from(data);
    this.#order.take(() => {
      this.#outputs = null;
      if (input) this.#upload?.put(known, bits);
      else this.#session.device.queue.writeBuffer(this.#buffer(range), range.offset, bits);
    });
  }

  run(entry: string): void {
    this.#enqueue(entry, null);
  }

  async read(variable: string, into?: TensorData): Promise<TensorData> {
    const known = this.#variable(variable);
    const length = sizeOf(known.type.shape);
    if (into && into.length !== length) {
      throw new Error(`read: ${variable} has ${length} elements, got room for ${into.length}`);
    }
    const data = await this.#inTurn(() => this.#fetch(known));
    if (!into) return data;
    into.set(data);
    return into;
  }

  settled(): Promise<void> {
    return this.#inTurn(() => this.#drain());
  }

  async dispose(): Promise<void> {
    if (this.#disposed) return;
    this.#disposed = true;
    await this.#order.pending;
    destroyRecorded(this.#recorded);
  }

  #pipelineOf(ring: Ring): Pipeline {
    return {
      slots: RING_SLOTS,
      room: () => this.#order.pending ?? this.#flight.room(),
      run: (entry) => this.#enqueue(entry, ring),
      collect: (variables, into) => {
        const known = variables.map((name) => this.#smallOutput(name));
        return this.#inTurn(() => this.#collect(ring, known, into));
      },
    };
  }

  #enqueue(entry: string, ring: Ring | null): void {
    const dispatches = this.#entry(entry);
    this.#requireAlive();
    this.#order.take(() => {
      if (!this.#flight.full) return this.#submit(entry, dispatches, ring);
      return this.#drain().then(() => this.#submit(entry, dispatches, ring));
    });
  }

  /** The result of `ask` after all earlier calls have taken effect. */
  async #inTurn<T>(ask: () => Promise<T>): Promise<T> {
    if (this.#session.problem) await this.#session.explained();
    this.#requireAlive();
    return new Promise<T>((resolve, reject) => this.#order.take(() => ask().then(resolve, reject)));
  }

  #send(): void {
    const { inputs } = this.#plan;
    if (inputs) this.#upload?.send(this.#session.device.queue, this.#buffer(inputs));
  }

  #submit(entry: string, dispatches: readonly RecordedDispatch[], ring: Ring | null): void {
    const { clock } = this.#recorded;
    this.#send();
    this.#session.suspect(this.#suspects.get(entry) ?? nobody);
    const encoder = this.#session.device.createCommandEncoder();
    if (clock) encodeTimed(encoder, clock, dispatches);
    else encodePass(encoder.beginComputePass(), dispatches);
    if (clock) this.#timed = entry;
    ring?.keep(encoder);
    this.#session.submit(encoder.finish());
    this.#flight.submitted(entry);
    this.#outputs = null;
  }

  /** Records each dispatch separately, to find the one the device rejects. */
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

  async #drain(): Promise<void> {
    await this.#flight.all();
    await this.#finished();
  }

  /** All runs submitted so far are done. */
  async #finished(): Promise<void> {
    this.#flight.landed();
    await this.#session.explained();
    this.#requireWell();
    const { clock } = this.#recorded;
    if (this.#timed === null || !clock) return;
    const entry = this.#timed;
    this.#timed = null;
    this.#times.set(entry, await readTimes(clock, this.#plan.entries.get(entry) ?? []));
  }

  async #collect(ring: Ring, variables: readonly PlannedVariable[], into: Float64Array): Promise<void> {
    if (into.length < ring.kept * variables.length) {
      const needed = `${ring.kept} runs x ${variables.length} variables`;
      throw new Error(`collect: room for ${needed} is required, got ${into.length}`);
    }
    await this.#mapped('collect', () => ring.arrived());
    ring.take(variables, into);
    await this.#finished();
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
    await this.#mapped('read', () => staging.mapAsync(MAP_READ, 0, range.bytes));
    const copy = staging.getMappedRange(0, range.bytes).slice(0);
    staging.unmap();
    await this.#finished();
    return copy;
  }

  /** Waits for a map. It fails only if the device failed, so the caller gets the device's error. */
  async #mapped(kind: string, map: () => Promise<unknown>): Promise<void> {
    try {
      await this.#flight.until(kind, map);
    } catch (problem) {
      await new Promise((resolve) => setTimeout(resolve, 1));
      await this.#session.explained();
      this.#requireWell();
      throw problem;
    }
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

  #smallOutput(name: string): PlannedVariable {
    const variable = this.#variable(name);
    if (!variable.small) throw new Error(`collect: ${name} must be a small output, got another variable`);
    return variable;
  }
}

const typed = (type: TensorType, bytes: ArrayBuffer, offset: number): TensorData => viewOf(type, bytes, offset).slice();
