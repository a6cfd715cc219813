// A file of weights as the start of a run: read from a person's path, identified by its content, matched to a network by name and shape.
import type { TaskData } from '../../engine/data/labelled.ts';
import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { ok, unwrap } from '../../engine/core/result.ts';
import { readSafetensors } from '../../engine/core/safetensors.ts';
import type { WeightsFile } from '../../engine/spec/origin.ts';
import type { RunSpec } from '../../engine/spec/run-spec.ts';
import { startFromWeights } from '../../engine/training/checkpoint-start.ts';
import type { CheckpointData } from '../../protocol/engine.ts';
import { readLimits, readUserFile } from '../files/read-file.ts';
import { beginning } from '../race/starting-grid.ts';
import { fromTorch, isFromTorch, type Tensors } from './torch-names.ts';

/** A file with its tensors. */
export interface ReadWeights {
  readonly file: WeightsFile;
  readonly tensors: Tensors;
}

export async function readWeights(path: string): Promise<ReadWeights> {
  const bytes = await readUserFile('fork', path, readLimits.weights);
  const { tensors } = unwrap(readSafetensors(bytes));
  return { file: weightsFile(path, bytes), tensors };
}

export const weightsFile = (path: string, bytes: Uint8Array): WeightsFile => ({
  name: basename(path),
  sha256: createHash('sha256').update(bytes).digest('hex'),
  bytes: bytes.byteLength,
});

/** The first checkpoint of a run of this spec, and which of its tensors the file does not have. Rejects tensors that do not fit, by name. */
export function beginWith(
  { tensors }: ReadWeights,
  spec: RunSpec,
  text: TaskData | null,
): { readonly from: CheckpointData; readonly kept: readonly string[] } {
  let kept: readonly string[] = [];
  const bytes = unwrap(
    startFromWeights(spec, text, beginning, (own) => {
      if (!isFromTorch(tensors.keys())) return ok(tensors);
      const taken = fromTorch(spec.model.kind, own, tensors);
      if (!taken.ok) return taken;
      ({ kept } = taken.value);
      return ok(taken.value.tensors);
    }),
  );
  return { from: { kind: 'latest', cursor: beginning, bytes }, kept };
}
