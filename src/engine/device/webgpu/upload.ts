// Inputs for the device: kept here until the next run, then sent together. Independent of programs.
import { sizeOf, type TensorType } from '../../core/tensor.ts';
import type { GpuRange, PlannedVariable } from './plan.ts';

export class Upload {
  readonly #block: GpuRange;
  readonly #bytes: ArrayBuffer;
  #from = Infinity;
  #to = 0;

  /** `block` holds all inputs. */
  constructor(block: GpuRange) {
    this.#block = block;
    this.#bytes = new ArrayBuffer(block.bytes);
  }

  put({ type, range }: PlannedVariable, data: ArrayLike<number>): void {
    const offset = range.offset - this.#block.offset;
    viewOf(type, this.#bytes, offset).set(data);
    this.#from = Math.min(this.#from, offset);
    this.#to = Math.max(this.#to, offset + range.bytes);
  }

  /** Sends the range that has changed since the last time. */
  send(queue: GPUQueue, buffer: GPUBuffer): void {
    if (this.#to === 0) return;
    queue.writeBuffer(buffer, this.#block.offset + this.#from, this.#bytes, this.#from, this.#to - this.#from);
    this.#from = Infinity;
    this.#to = 0;
  }
}

export function viewOf(type: TensorType, bytes: ArrayBuffer, offset: number): Float32Array | Int32Array {
  const length = sizeOf(type.shape);
  return type.dtype === 'i32' ? new Int32Array(bytes, offset, length) : new Float32Array(bytes, offset, length);
}
