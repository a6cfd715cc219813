// Who takes part in a case of the zoo: our kernel modules, and PyTorch eager and compiled, each in a process of its own. All start from the same
// tensors and give numbers to compare before they are timed. Knows no results.
import { join } from 'node:path';
import { cpuDevice } from '../../src/engine/device/cpu/index.ts';
import { names } from '../../src/engine/training/program.ts';
import { Peer } from '../peers/peer.ts';
import { peerSettings, threads } from '../peers/registry.ts';
import type { Case } from './cases.ts';
import { feed, hyperAt, type Built } from './programs.ts';

export interface Spent {
  readonly ms: number;
  /** Milliseconds of processor time, all threads together. */
  readonly cpu: number;
}

export interface Contender {
  /** `native`, `wasm`, `eager`, `compiled`. */
  readonly who: string;
  readonly title: string;
  /** Losses of the first steps; of a layer its value and the size of the gradient. */
  readonly found: readonly number[];
  readonly bytes: number | null;
  readonly step: () => Promise<Spent>;
  readonly end: () => Promise<void>;
}

const norm = (values: ArrayLike<number>): number =>
  Math.sqrt(Array.from(values).reduce((sum, value) => sum + value * value, 0));

export async function ours(one: Case, built: Built, module: 'native' | 'wasm'): Promise<Contender> {
  const executable = await cpuDevice.compile(built.program, { threads, module });
  feed(executable, one, built);
  let steps = 0;
  const step = async (): Promise<Spent> => {
    steps += 1;
    const [began, used] = [performance.now(), process.cpuUsage()];
    if (one.form === 'step') executable.write(names.hyper, hyperAt(steps));
    executable.run(built.entry);
    await executable.settled();
    const ms = performance.now() - began;
    const { user, system } = process.cpuUsage(used);
    return { ms, cpu: (user + system) / 1000 };
  };
  const value = async (): Promise<number> => (await executable.read(names.loss))[0] ?? NaN;
  const found: number[] = [];
  for (let i = 0; i < (one.form === 'step' ? 5 : 1); i++) {
    await step();
    found.push(await value());
  }
  if (one.form === 'layer') found.push(norm(await executable.read('d/x')));
  const bytes = executable.plannedBytes().total;
  const title = `${module}: ${executable.device.module}`;
  return { who: module, title, found, bytes, step, end: () => executable.dispose() };
}

/** Longest wait for a peer's first steps; compiling takes most of it. */
const patience = Number(process.env['MINRNN_PEER_SECONDS'] ?? 240);

/** A line that says why, where it cannot take part. */
export async function theirs(one: Case, file: string, variant: 'eager' | 'compiled'): Promise<Contender | string> {
  const { command, env } = peerSettings();
  const peer = new Peer(command, [join(import.meta.dirname, '../peers/zoo')], env);
  const away = (why: string): string => {
    peer.end();
    return `PyTorch ${variant}: ${why}`;
  };
  const ready = await peer.ready().catch(() => ({ version: undefined }));
  if (ready.version === undefined) return away('set MINRNN_PYTHON to a Python that has torch');
  const reply = await peer.setup({ key: 'one', kind: one.form, variant, file }, patience);
  if (reply.losses === undefined) return away(reply.error ?? 'no answer');
  return {
    who: variant,
    title: `PyTorch ${ready.version}, ${variant} (${reply.form ?? 'its own form'})`,
    found: reply.losses,
    bytes: null,
    step: () => peer.spent('one'),
    end: () => Promise.resolve(peer.end()),
  };
}

/** Allowed difference, relative to ours. */
export const tolerance = 2e-3;

/** How the numbers of a contender differ from those of the first, or null. */
export function disagreement(found: readonly number[], want: readonly number[]): string | null {
  const worst = want.reduce((most, value, i) => {
    const apart = Math.abs((found[i] ?? NaN) - value) / Math.max(1, Math.abs(value));
    return apart <= most ? most : apart;
  }, 0);
  return worst <= tolerance ? null : `differs by ${worst.toExponential(1)} of ours, so it is another model: not timed`;
}
