// The earlier prototype as a contender: compiles its kernels into a temporary folder and runs its step, if the sibling folder that holds it
// exists. No part of it enters the program.
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';

const root = join(import.meta.dirname, '..');
const source = join(root, '../shared/prototypes');

export const prototypeThere = existsSync(join(source, 'own.mjs'));

interface Place {
  readonly p: number;
  readonly n: number;
}

interface PrototypePlan {
  readonly P: Readonly<Record<string, Place>>;
  readonly x: number;
  readonly y: number;
  readonly bytes: number;
}

type Kernels = Readonly<Record<string, (...args: readonly number[]) => number>>;

interface OwnModule {
  plan(threads: number): PrototypePlan;
  makeStep(
    kernels: Kernels,
    memory: object,
    id: number,
    threads: number,
    plan: PrototypePlan,
    barrier: () => void,
  ): () => number;
  load(file: string, memory: object): Kernels;
  mkBar(control: Int32Array, threads: number): () => void;
}

export interface PrototypeStep {
  readonly bytes: number;
  step(): number;
  end(): Promise<void>;
}

/** The prototype in a temporary folder: its kernels compiled with its own flags, and its module without the benchmark loop. */
export class Prototype {
  readonly #folder = mkdtempSync(join(tmpdir(), 'minrnn-bench-'));
  #module: OwnModule | null = null;

  async open(): Promise<void> {
    mkdirSync(join(this.#folder, 'as'));
    copyFileSync(join(source, 'kernels.ts'), join(this.#folder, 'kernels.ts'));
    const flags = ['-O3', '--noAssert', '--runtime', 'stub', '--enable', 'simd', '--enable', 'threads'];
    const memory = ['--importMemory', '--sharedMemory', '--initialMemory', '1', '--maximumMemory', '65536'];
    const asc = join(root, 'node_modules/.bin/asc');
    execFileSync(asc, ['kernels.ts', '-o', 'as/k_sh.wasm', ...flags, ...memory], { cwd: this.#folder, stdio: 'pipe' });
    const text = readFileSync(join(source, 'own.mjs'), 'utf8');
    const cut = text.indexOf('else for(const n of [1,2])');
    if (cut < 0) throw new Error('bench: own.mjs is required in the form that was measured, got another one');
    const file = join(this.#folder, 'own.mjs');
    writeFileSync(file, `${text.slice(0, cut)}\nexport { plan, makeStep, load, mkBar };\n`);
    this.#module = (await import(pathToFileURL(file).href)) as OwnModule;
  }

  /** Its char-LM step on `threads` threads; `steps` must be the exact number of calls. */
  async start(threads: number, steps: number): Promise<PrototypeStep> {
    const own = this.#own();
    const memory = new WebAssembly.Memory({ initial: 1024, maximum: 65536, shared: true });
    const control = new SharedArrayBuffer(64);
    const plan = own.plan(threads);
    fill(plan, memory.buffer);
    const workers = Array.from({ length: threads - 1 }, (_, i) => {
      const workerData = { mem: memory, ctl: control, id: i + 1, n: threads, f: 'k_sh.wasm', steps };
      return new Worker(pathToFileURL(join(this.#folder, 'own.mjs')), { workerData });
    });
    const barrier = own.mkBar(new Int32Array(control), threads);
    await new Promise((resolve) => setTimeout(resolve, 300));
    barrier();
    const step = own.makeStep(own.load('k_sh.wasm', memory), memory, 0, threads, plan, barrier);
    return {
      bytes: plan.bytes,
      step,
      end: async () => void (await Promise.all(workers.map((worker) => worker.terminate()))),
    };
  }

  /** Its bare kernels over a memory of their own. */
  kernels(pages: number): { kernels: Kernels; buffer: SharedArrayBuffer } {
    const memory = new WebAssembly.Memory({ initial: pages, maximum: 65536, shared: true });
    return { kernels: this.#own().load('k_sh.wasm', memory), buffer: memory.buffer };
  }

  close(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #own(): OwnModule {
    if (!this.#module) throw new Error('bench: the prototype is not open');
    return this.#module;
  }
}

/** Small pseudo-random weights and the token pattern the prototype was measured with. */
function fill(plan: PrototypePlan, buffer: SharedArrayBuffer): void {
  const floats = new Float32Array(buffer);
  const integers = new Int32Array(buffer);
  let state = 1;
  const uniform = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32 - 0.5;
  };
  for (const { p, n } of Object.values(plan.P)) for (let i = 0; i < n; i++) floats[p / 4 + i] = uniform() * 0.3;
  for (let i = 0; i < 32 * 128; i++) {
    const token = (i * 7 + (i >> 3)) % 65;
    integers[plan.x / 4 + i] = token;
    integers[plan.y / 4 + i] = (token + 1) % 65;
  }
}
