// Other weights for a run: a file of this program's, or one written by PyTorch, whose tensors are matched by name and shape. If a tensor
// does not fit, it is named and nothing has changed.
import { AppFailure, unwrap } from '../../engine/core/result.ts';
import { asIs, say } from '../../engine/core/say.ts';
import { readSafetensors, writeSafetensors } from '../../engine/core/safetensors.ts';
import type { RunId } from '../../protocol/state.ts';
import type { EngineRun } from '../engines/engine-run.ts';
import { needTexts, withEngine } from '../race/race-actions.ts';
import type { Race } from '../race/race.ts';
import { fromTorch, isFromTorch } from './torch-names.ts';
import { weightsFile } from './weights-file.ts';

/** Tensors of the network that the file lacks and that are unchanged. */
export interface ImportedWeights {
  readonly kept: readonly string[];
}

export async function importWeights(race: Race, run: RunId, bytes: Uint8Array, from: string): Promise<ImportedWeights> {
  const { keeper } = race;
  keeper.needWritable();
  if (keeper.live(run).status === 'finished') {
    throw new AppFailure({
      code: 'conflict',
      message: say`import: ${asIs(keeper.run(run).name)} has finished`,
      cure: say`Fork it with these weights, or import them into a run that is paused.`,
    });
  }
  const { tensors } = unwrap(readSafetensors(bytes));
  await needTexts(race, [run], {});
  const done: ImportedWeights[] = [];
  await withEngine(race, run, async (engine) => {
    const fitted = isFromTorch(tensors.keys()) ? await fit(race, run, engine, tensors) : { bytes, kept: [] };
    await engine.loadWeights(fitted.bytes);
    done.push({ kept: fitted.kept });
  });
  const [{ kept } = { kept: [] }] = done;
  const { sha256 } = weightsFile(from, bytes);
  keeper.records.event(
    run,
    'import-weights',
    `${from} ${sha256}${kept.length === 0 ? '' : ` (kept: ${kept.join(', ')})`}`,
  );
  await keeper.settled();
  return { kept };
}

/** The file as a complete set of weights for this run. */
async function fit(
  race: Race,
  run: RunId,
  engine: EngineRun,
  file: Parameters<typeof fromTorch>[2],
): Promise<{ readonly bytes: Uint8Array; readonly kept: readonly string[] }> {
  const { keeper } = race;
  await engine.save();
  await keeper.settled();
  const now = unwrap(readSafetensors(unwrap(await keeper.store.checkpoint(run, 'latest')).bytes)).tensors;
  const own = new Map([...now].filter(([name]) => !name.startsWith('optimiser/')));
  const { tensors, kept } = unwrap(fromTorch(keeper.run(run).spec.model.kind, own, file));
  return { bytes: writeSafetensors({ tensors, metadata: {} }), kept };
}
