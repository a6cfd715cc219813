// Runtimes of the lab as it last told them, and what a person can have done with them. The lab says what is under way; nothing is decided here.
import { defineStore } from 'pinia';
import { shallowRef } from 'vue';
import type { RuntimeId, RuntimeReport, WayReport } from '../../protocol/runtimes.ts';
import { lab } from '../services/lab.ts';
import { useLabStore } from './lab.ts';

/** Bytes a second of what is being fetched, from the first word of it that this page heard. */
class Rate {
  #since = 0;
  #from = 0;
  #id: RuntimeId | null = null;

  /** Null while too little is known. */
  of({ id, work }: RuntimeReport): number | null {
    if (work?.stage !== 'fetch') {
      if (this.#id === id) this.#id = null;
      return null;
    }
    const now = performance.now();
    if (this.#id !== id) [this.#id, this.#since, this.#from] = [id, now, work.done];
    const seconds = (now - this.#since) / 1000;
    return seconds < 1 ? null : (work.done - this.#from) / seconds;
  }
}

export const useRuntimesStore = defineStore('runtimes', () => {
  const all = shallowRef<readonly RuntimeReport[] | null>(null);
  /** What is part of the program, and how it compares. */
  const ways = shallowRef<readonly WayReport[]>([]);
  const rates = shallowRef<ReadonlyMap<RuntimeId, number | null>>(new Map());
  const rate = new Rate();
  const take = (next: readonly RuntimeReport[]): void => {
    all.value = next;
    rates.value = new Map(next.map((one) => [one.id, rate.of(one)]));
  };
  const ask = async (verb: 'add' | 'check' | 'cancel' | 'remove', id: RuntimeId): Promise<void> =>
    take(await lab().request(`runtime/${verb}`, { id }));
  const look = async (): Promise<void> => {
    take(await lab().request('runtime/list', {}));
    ways.value = await lab().request('comparison/list', {});
  };
  /** Begins to compare those, or all when none is named. */
  const compare = async (ids: readonly string[]): Promise<void> => {
    ways.value = await lab().request('comparison/start', { ids });
  };
  const stopComparing = async (): Promise<void> => {
    ways.value = await lab().request('comparison/cancel', {});
  };
  /** Call once. What the device stands on may be another when something has settled. */
  const listen = (): void => {
    lab().on('runtimes/changed', ({ runtimes, settled }) => {
      take(runtimes);
      if (settled) void useLabStore().load();
    });
    lab().on('comparison/changed', (changed) => (ways.value = changed.ways));
  };
  return { all, ways, rates, look, compare, stopComparing, ask, listen };
});
