// One open GPU device and what all programs on it share: pipelines by their code, layouts, and its loss.
// Independent of programs and ops.
import { AppFailure, type AppError } from '../../core/result.ts';
import { asIs, say } from '../../core/say.ts';
import { foreignWords } from '../../core/system-words.ts';
import { findAdapter, forgetAdapter, limitsOf, textOf } from './adapter.ts';
import type { GpuLimits } from './plan.ts';

const FEATURES = ['timestamp-query', 'subgroups', 'shader-f16'] as const;
/** Tests set MINRNN_LOSE_GPU_AFTER: each process loses its device after this many submitted runs. */
const LOSE_AFTER = Number(process.env['MINRNN_LOSE_GPU_AFTER'] ?? Infinity);
const RESUME = say`Resume the run from its last checkpoint.`;

/** Finds the kernel that the device rejects, or null. */
export type Suspect = () => Promise<string | null>;

export class GpuSession {
  readonly device: GPUDevice;
  readonly limits: GpuLimits;
  readonly name: string;
  readonly software: string | null;
  readonly #pipelines = new Map<string, Promise<GPUComputePipeline>>();
  readonly #layouts = new Map<number, { readonly group: GPUBindGroupLayout; readonly pipeline: GPUPipelineLayout }>();
  #problem: AppFailure | null = null;
  #submitted = 0;
  #suspect: Suspect | null = null;
  #search: Promise<void> = Promise.resolve();

  constructor(device: GPUDevice, limits: GpuLimits, name: string, software: string | null) {
    this.device = device;
    this.limits = limits;
    this.name = name;
    this.software = software;
    device.addEventListener('uncapturederror', ({ error }) => {
      if (this.#problem) return;
      this.#fail({ code: 'engine-died', message: say`webgpu: ${foreignWords(error.message)}`, cure: RESUME });
      this.#search = this.#accuse(error.message).catch(() => undefined);
    });
    void device.lost.then(({ reason, message }) => {
      const told = message === '' ? reason : message;
      this.#fail({
        code: 'device-lost',
        message: say`webgpu: the device ${asIs(name)} was lost: ${foreignWords(told)}`,
        cure: RESUME,
      });
    });
  }

  /** Why this device can no longer be used, or null. */
  get problem(): AppFailure | null {
    return this.#problem;
  }

  /** Resolves when the problem, if any, names the kernel that caused it. */
  explained(): Promise<void> {
    return this.#search;
  }

  /** Sets the callback for errors of the device. */
  suspect(suspect: Suspect): void {
    this.#suspect = suspect;
  }

  submit(commands: GPUCommandBuffer): void {
    this.device.queue.submit([commands]);
    this.#submitted++;
    if (this.#submitted >= LOSE_AFTER) this.device.destroy();
  }

  get profiles(): boolean {
    return this.device.features.has('timestamp-query');
  }

  layout(bindings: number): { readonly group: GPUBindGroupLayout; readonly pipeline: GPUPipelineLayout } {
    const known = this.#layouts.get(bindings);
    if (known) return known;
    const entries = Array.from({ length: bindings }, (_, binding): GPUBindGroupLayoutEntry => {
      return { binding, visibility: 4, buffer: { type: 'storage' } };
    });
    const group = this.device.createBindGroupLayout({ label: `${bindings} buffers`, entries });
    const made = { group, pipeline: this.device.createPipelineLayout({ bindGroupLayouts: [group] }) };
    this.#layouts.set(bindings, made);
    return made;
  }

  /** The pipeline for a WGSL text, compiled once. Rejects with op and the compiler's message. */
  pipeline(code: string, bindings: number, who: string): Promise<GPUComputePipeline> {
    const key = `${bindings}\n${code}`;
    let made = this.#pipelines.get(key);
    if (!made) {
      made = this.#compile(code, bindings, who);
      this.#pipelines.set(key, made);
    }
    return made;
  }

  async #compile(code: string, bindings: number, who: string): Promise<GPUComputePipeline> {
    this.device.pushErrorScope('validation');
    const module = this.device.createShaderModule({ label: who, code });
    const refused = await this.device.popErrorScope();
    if (refused) throw new Error(`webgpu: the code of ${who} does not compile: ${refused.message}\n${code}`);
    try {
      const { pipeline: layout } = this.layout(bindings);
      return await this.device.createComputePipelineAsync({
        label: who,
        layout,
        compute: { module, entryPoint: 'main' },
      });
    } catch (problem) {
      throw new Error(`webgpu: no pipeline for ${who}: ${textOf(problem)}\n${code}`, { cause: problem });
    }
  }

  async #accuse(message: string): Promise<void> {
    const kernel = (await this.#suspect?.()) ?? null;
    if (kernel === null || this.#problem?.appError.code !== 'engine-died') return;
    this.#problem = new AppFailure({
      code: 'engine-died',
      message: say`webgpu: ${asIs(kernel)} was refused: ${foreignWords(message)}`,
      cure: RESUME,
    });
  }

  #fail(error: AppError): void {
    this.#problem ??= new AppFailure(error);
  }
}

let open: Promise<GpuSession> | null = null;

/** The device of this process; a fresh one after a failure or a loss. Rejects with AppFailure when there is none. */
export async function gpuSession(): Promise<GpuSession> {
  if (open) {
    const session = await open.catch(() => null);
    if (session && session.problem === null) return session;
    forgetAdapter();
  }
  open = openSession();
  return open;
}

async function openSession(): Promise<GpuSession> {
  const found = await findAdapter();
  if ('missing' in found) {
    throw new AppFailure({
      code: 'unsupported',
      message: say`webgpu: ${found.missing}`,
      cure: say`Choose the device cpu.`,
    });
  }
  const { adapter, name, software } = found;
  const requiredLimits: Record<string, number> = {};
  for (const limit of LIMITS) requiredLimits[limit] = adapter.limits[limit];
  const requiredFeatures = FEATURES.filter((feature) => adapter.features.has(feature));
  const limits = limitsOf(found);
  forgetAdapter();
  const device = await adapter.requestDevice({ label: 'minrnn', requiredFeatures, requiredLimits });
  return new GpuSession(device, limits, name, software);
}

const LIMITS = [
  'maxBufferSize',
  'maxStorageBufferBindingSize',
  'maxComputeInvocationsPerWorkgroup',
  'maxComputeWorkgroupSizeX',
  'maxComputeWorkgroupStorageSize',
  'maxStorageBuffersPerShaderStage',
  'maxComputeWorkgroupsPerDimension',
] as const;
