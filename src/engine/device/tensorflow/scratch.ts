// The results of ops that an entry holds while it runs, and how many bytes TensorFlow.js counts for them. Independent of ops.
import type { ValueId } from '../../graph/graph.ts';
import type { TfTensor } from '../../ops/tfjs-kernel.ts';
import type { Runtime } from './runtime.ts';

export class Scratch {
  /** The most bytes at any `sample` so far. */
  peak = 0;
  readonly #runtime: Runtime;
  readonly #values = new Map<ValueId, { readonly tensor: TfTensor; readonly shared: number }>();
  readonly #before: number;
  /** TensorFlow.js counts the bytes of a view twice. */
  #shared = 0;

  constructor(runtime: Runtime) {
    this.#runtime = runtime;
    this.#before = this.#counted();
  }

  get(id: ValueId): TfTensor {
    const held = this.#values.get(id);
    if (!held) throw new Error(`tensorflow: value ${id} must be held when it is read, got none`);
    return held.tensor;
  }

  hold(id: ValueId, tensor: TfTensor, view: boolean): void {
    const shared = view ? 4 * tensor.size : 0;
    this.#shared += shared;
    this.#values.set(id, { tensor, shared });
  }

  sample(): void {
    this.peak = Math.max(this.peak, this.#counted() - this.#before - this.#shared);
  }

  release(id: ValueId): void {
    const held = this.#values.get(id);
    if (!held) return;
    held.tensor.dispose();
    this.#shared -= held.shared;
    this.#values.delete(id);
  }

  clear(): void {
    for (const id of [...this.#values.keys()]) this.release(id);
  }

  #counted(): number {
    return this.#runtime.tf.memory().numBytes - this.#runtime.constantBytes();
  }
}
