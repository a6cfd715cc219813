// As much of ONNX Runtime as the tests of exported networks use. It is fetched and not installed, so its own types may be missing.
import { createRequire } from 'node:module';
import { toolPath } from './fetched-tools.ts';

export interface OrtTensor {
  readonly data: unknown;
}

export interface OrtSession {
  readonly inputNames: readonly string[];
  readonly inputMetadata: readonly {
    readonly name: string;
    readonly isTensor: boolean;
    readonly shape: readonly (number | string)[];
  }[];
  run(feeds: Readonly<Record<string, OrtTensor>>): Promise<Readonly<Record<string, OrtTensor>>>;
}

export interface OnnxRuntime {
  readonly env: { logLevel: string; readonly wasm: { numThreads: number } };
  readonly Tensor: new (
    type: 'int64' | 'float32',
    data: BigInt64Array | Float32Array,
    shape: readonly number[],
  ) => OrtTensor;
  readonly InferenceSession: { create(bytes: Uint8Array): Promise<OrtSession> };
}

/** Null where it is not fetched. */
export function onnxRuntime(): OnnxRuntime | null {
  const path = toolPath('onnxruntime-web');
  if (path === null) return null;
  const found: unknown = createRequire(import.meta.url)(path);
  const runtime = found as OnnxRuntime;
  runtime.env.wasm.numThreads = 1;
  runtime.env.logLevel = 'error';
  return runtime;
}
