// The weights of runs as safetensors, one file per run, under their names here or under PyTorch's. Without the optimiser's state.
import { AppFailure, unwrap } from '../../engine/core/result.ts';
import { say } from '../../engine/core/say.ts';
import { readSafetensors, writeSafetensors, type StoredTensor } from '../../engine/core/safetensors.ts';
import { otherTexts, textOfRun } from '../../engine/spec/text-identity.ts';
import type { StoredRun } from '../../session/index.ts';
import { toTorch } from '../runs/torch-names.ts';
import type { ExportFile, ExportSource } from './source.ts';

/** Tensors of a checkpoint that belong to the optimiser begin with this. */
const optimiserPrefix = 'optimiser/';

export interface RunWeights {
  readonly run: StoredRun;
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** Which text they were learnt from, and whether it was changed on the way. */
function textMetadata(run: StoredRun): Record<string, string> {
  const uses = run.texts ?? [];
  const text = textOfRun(uses);
  if (text === null) return {};
  const learnt = { text: text.name, text_sha256: text.sha256 };
  return otherTexts(uses).length > 0 ? { ...learnt, other_data: 'true' } : learnt;
}

/** The newest weights of each run that has some, with where they come from. Rejects when none has. */
async function weightsOf({ store, runs }: ExportSource): Promise<readonly RunWeights[]> {
  const found: RunWeights[] = [];
  for (const run of runs) {
    const marks = await store.checkpoints(run.id);
    if (!marks.some((mark) => mark.kind === 'latest')) continue;
    const { tensors, metadata } = unwrap(readSafetensors(unwrap(await store.checkpoint(run.id, 'latest')).bytes));
    found.push({
      run,
      tensors: new Map([...tensors].filter(([name]) => !name.startsWith(optimiserPrefix))),
      metadata: { ...metadata, run: run.name, model: run.spec.model.kind, ...textMetadata(run) },
    });
  }
  if (found.length > 0) return found;
  throw new AppFailure({
    code: 'not-found',
    message: say`export: none of the runs has weights saved yet`,
    cure: say`Let a run reach its first checkpoint.`,
  });
}

/** One file per run, named after it. */
export async function filesOf(
  source: ExportSource,
  make: (weights: RunWeights) => Uint8Array,
): Promise<readonly ExportFile[]> {
  const all = await weightsOf(source);
  return all.map((weights) => ({ suffix: source.names.get(weights.run.id) ?? weights.run.id, data: make(weights) }));
}

export const plainWeights = (source: ExportSource): Promise<readonly ExportFile[]> =>
  filesOf(source, ({ tensors, metadata }) => writeSafetensors({ tensors, metadata }));

/** Marked as PyTorch marks its own. */
export const torchWeights = (source: ExportSource): Promise<readonly ExportFile[]> =>
  filesOf(source, ({ run, tensors, metadata: { format: _, ...metadata } }) =>
    writeSafetensors({
      tensors: toTorch(run.spec.model.kind, tensors),
      metadata: { ...metadata, format: 'pt' },
    }),
  );
