// Values of the small outputs after each of the last runs, kept on the device and read together, so that a step needs no wait of its own.
// Independent of runs and the order of calls.
import { viewOf } from './upload.ts';
import { RING_SLOTS, type GpuRange, type PlannedVariable } from './plan.ts';

const MAP_READ = 1;

export class Ring {
  readonly #buffer: GPUBuffer;
  readonly #source: GPUBuffer;
  readonly #block: GpuRange;
  #kept = 0;

  /** `block` of `source` holds all small outputs. */
  constructor(buffer: GPUBuffer, source: GPUBuffer, block: GpuRange) {
    this.#buffer = buffer;
    this.#source = source;
    this.#block = block;
  }

  get kept(): number {
    return this.#kept;
  }

  /** Records a copy of the outputs after everything recorded before. */
  keep(encoder: GPUCommandEncoder): void {
    if (this.#kept === RING_SLOTS) {
      throw new Error(`webgpu: results of ${RING_SLOTS} runs must be collected before another is kept`);
    }
    const { offset, bytes } = this.#block;
    encoder.copyBufferToBuffer(this.#source, offset, this.#buffer, this.#kept * bytes, bytes);
    this.#kept++;
  }

  /** Resolves when the values can be read. */
  arrived(): Promise<void> {
    return this.#buffer.mapAsync(MAP_READ, 0, Math.max(1, this.#kept) * this.#block.bytes).then(() => undefined);
  }

  /** First element of each variable, run by run; to be called once, after `arrived`. */
  take(variables: readonly PlannedVariable[], into: Float64Array): void {
    const { offset, bytes } = this.#block;
    const mapped = this.#buffer.getMappedRange(0, Math.max(1, this.#kept) * bytes);
    for (let run = 0; run < this.#kept; run++) {
      variables.forEach(({ type, range }, i) => {
        const [value = NaN] = viewOf(type, mapped, run * bytes + range.offset - offset);
        into[run * variables.length + i] = value;
      });
    }
    this.#buffer.unmap();
    this.#kept = 0;
  }
}
