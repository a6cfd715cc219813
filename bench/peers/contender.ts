// Who takes part in a case: our kernel modules, the peers that answered, the prototype. Each starts from the same tensors, and its results
// are checked before it is timed. Independent of targets; writes no results.
import { cpuDevice } from '../../src/engine/device/cpu/index.ts';
import type { Executable } from '../../src/engine/device/device.ts';
import type { Program } from '../../src/engine/graph/graph.ts';
import { Prototype } from '../prototype.ts';
import type { Peer } from './peer.ts';
import { peers, threads, type PeerEntry } from './registry.ts';

export interface Case {
  readonly name: string;
  readonly kind: 'text' | 'layer' | 'product';
  readonly program: Program;
  readonly variants: (entry: PeerEntry) => readonly string[];
  readonly rounds: number;
}

export interface Tensor {
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

/** Start and data of a case: every contender gets these. */
export interface Data {
  readonly weights: Readonly<Record<string, Tensor>>;
  readonly ids?: Tensor;
  readonly targets?: Tensor;
  readonly layers?: number;
}

export interface Contender {
  /** `native`, `wasm`, `prototype` or the name of a peer. */
  readonly who: string;
  readonly title: string;
  /** Losses of the first five steps, or samples of the product; null if the model differs. */
  readonly losses: readonly number[] | null;
  /** Milliseconds of one step. */
  readonly step: () => Promise<number>;
  readonly end: () => Promise<void>;
}

export interface Answering {
  readonly entry: PeerEntry;
  readonly peer: Peer;
  readonly version: string;
}

/** Longest wait for a peer's first five steps; torch.compile takes most of it. */
const setupSeconds = Number(process.env['MINRNN_PEER_SECONDS'] ?? 180);

const words = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Both kernel modules; a missing one becomes a line of `absent`. */
export async function ours(one: Case, data: Data, absent: string[]): Promise<Contender[]> {
  const found: Contender[] = [];
  for (const module of ['native', 'wasm'] as const) {
    try {
      found.push(await ourContender(one, data, module));
    } catch (error) {
      absent.push(`module ${module}: ${words(error)}`);
    }
  }
  return found;
}

async function ourContender(one: Case, data: Data, module: 'native' | 'wasm'): Promise<Contender> {
  const executable = await cpuDevice.compile(one.program, { threads, module });
  for (const [name, { values }] of Object.entries(data.weights)) executable.write(name, values);
  if (data.ids && data.targets) {
    executable.write('ids', data.ids.values);
    executable.write('targets', data.targets.values);
  }
  const step = ourStep(executable, one.kind);
  const losses: number[] = [];
  for (let i = 0; i < 5; i++) losses.push((await step()).loss);
  const samples = one.kind === 'product' ? await productSamples(executable) : losses;
  const title = `${module}: ${executable.device.module}`;
  return {
    who: module,
    title,
    losses: samples,
    step: async () => (await step()).ms,
    end: () => executable.dispose(),
  };
}

function ourStep(executable: Executable, kind: Case['kind']): () => Promise<{ loss: number; ms: number }> {
  let count = 0;
  return async () => {
    count++;
    const started = performance.now();
    if (kind === 'text') executable.write('hyper', [1e-3, 1 - 0.9 ** count, 1 - 0.999 ** count, 0]);
    executable.run('step');
    // A module may compute on another thread, so a step is done only when its result has arrived.
    await executable.settled();
    const loss = kind === 'product' ? 0 : Number((await executable.read('loss'))[0]);
    return { loss, ms: performance.now() - started };
  };
}

async function productSamples(executable: Executable): Promise<readonly number[]> {
  const c = await executable.read('c');
  const stride = Math.max(1, Math.floor(c.length / 5));
  return Array.from({ length: 5 }, (_, i) => c[i * stride] ?? NaN);
}

/** Peers that answer; the others become lines of `absent` with the reason. */
export async function answering(absent: string[]): Promise<readonly Answering[]> {
  const found: Answering[] = [];
  for (const entry of peers) {
    const peer = entry.start();
    try {
      const { version, error } = await peer.ready();
      if (error !== undefined) throw new Error(error);
      found.push({ entry, peer, version: version ?? entry.name });
    } catch (error) {
      peer.end();
      absent.push(`${entry.name}: ${words(error)}. ${entry.cure}`);
    }
  }
  return found;
}

/** Every variant of this case that a peer implements; `file` holds the data. */
export async function theirs(
  one: Case,
  file: string,
  there: readonly Answering[],
  absent: string[],
): Promise<Contender[]> {
  const found: Contender[] = [];
  for (const answer of there) {
    for (const variant of one.variants(answer.entry)) {
      const contender = await theirContender(one, file, answer, variant);
      if (typeof contender === 'string') absent.push(`${answer.entry.name}, ${variant}: ${contender}`);
      else found.push(contender);
    }
  }
  return found;
}

/** The contender, or why it does not take part. */
async function theirContender(
  one: Case,
  file: string,
  { entry, peer, version }: Answering,
  variant: string,
): Promise<Contender | string> {
  const key = `${one.name} ${variant}`;
  const { losses, error } = await peer.setup({ key, kind: one.kind, variant, file }, setupSeconds);
  console.log(`${one.name}: ${version}, ${variant}: ${error ?? losses?.map((loss) => loss.toFixed(4)).join(' ')}`);
  if (error !== undefined) return error;
  const otherModel = one.kind === 'text' && variant.startsWith('nn.');
  const step = (): Promise<number> => peer.step(key);
  const own = { who: entry.name, title: `${version}, ${variant}`, losses: otherModel ? null : (losses ?? []) };
  return { ...own, step, end: async () => undefined };
}

/** The WebAssembly prototype on its own data: the same work from other starting weights. */
export async function prototypeContender(steps: number): Promise<Contender> {
  const prototype = new Prototype();
  await prototype.open();
  const started = await prototype.start(threads, steps);
  const step = async (): Promise<number> => {
    const before = performance.now();
    started.step();
    return performance.now() - before;
  };
  const end = async (): Promise<void> => {
    await started.end();
    prototype.close();
  };
  return { who: 'prototype', title: 'WebAssembly prototype', losses: null, step, end };
}
