// The FILE of `plan` and `race`: found with or without its extension, read, and overridden by the options of the command line.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { AppFailure, unwrap } from '../engine/core/result.ts';
import { asIs, say } from '../engine/core/say.ts';
import type { ExperimentSpec } from '../engine/spec/run-spec.ts';
import { readExperiment } from '../lab/experiments/experiments.ts';
import { programRoot } from '../lab/files/program.ts';
import type { Lab } from '../lab/lab.ts';
import { readLimits, readUserFile } from '../lab/files/read-file.ts';
import { readText } from '../protocol/text-file.ts';
import type { deviceOptions, experimentOptions } from './options.ts';
import type { Values } from './typed.ts';

export type Overrides = Partial<Values<typeof experimentOptions>>;

const endings = ['', '.experiment.json', '.json'];

/** The path as given, from here, then from the program's own folder, so that `examples/text-race` works anywhere. */
export function experimentPath(file: string): string {
  const candidates = [file, join(programRoot(), file)].flatMap((path) => endings.map((ending) => path + ending));
  const found = candidates.find((path) => existsSync(path));
  if (found !== undefined) return found;
  throw new AppFailure({
    code: 'not-found',
    message: say`experiment: ${asIs(file)} must be a file (also tried with .experiment.json), got none`,
    field: 'FILE',
  });
}

export async function loadExperiment(
  lab: Lab,
  file: string,
  { mode, match, seeds, budget, ...on }: Overrides,
): Promise<ExperimentSpec> {
  const path = experimentPath(file);
  const bytes = await readUserFile('experiment', path, readLimits.json);
  const spec = readExperiment(unwrap(readText(bytes, path)), lab.catalogue());
  return {
    ...onDevice(spec, on),
    ...(mode === undefined ? {} : { mode }),
    ...(match === undefined ? {} : { match }),
    ...(seeds === undefined ? {} : { seeds }),
    ...(budget === undefined ? {} : { budget }),
  };
}

/** The experiment on the device that was asked for. */
export const onDevice = (
  spec: ExperimentSpec,
  { device, threads, module, storage }: Partial<Values<typeof deviceOptions>>,
): ExperimentSpec => ({
  ...spec,
  device: {
    ...spec.device,
    ...(device === undefined ? {} : { kind: device }),
    ...(threads === undefined ? {} : { threads }),
    ...(module === undefined ? {} : { module }),
    ...(storage === undefined ? {} : { storage }),
  },
});
