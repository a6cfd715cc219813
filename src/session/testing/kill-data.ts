// Checkpoint bytes that can be told from those of any other step, long enough to span many pages.

/** 200 kB that depend on every bit of `step`. */
export function bytesOfStep(step: number): Uint8Array {
  return new Uint8Array(Uint32Array.from({ length: 50_000 }, (_, i) => Math.imul(i + 1, step + 0x9e3779b9)).buffer);
}
