// `bench scaling`: the measurement of the Scaling screen, by the same code, as tables; in a checkout also as files in bench/results.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { unwrap } from '../../engine/core/result.ts';
import type { ScalingResult, ScalingSpec } from '../../engine/spec/scaling.ts';
import { programRoot } from '../../lab/entries.ts';
import { asFile, writeWhole } from '../../lab/files.ts';
import { suggestedSpec } from '../../lab/scaling/spec.ts';
import { readParams } from '../../protocol/validators.ts';
import { AppFailure } from '../../engine/core/result.ts';
import type { Command } from '../command.ts';
import type { Console } from '../console.ts';
import { exitCodes } from '../exit-codes.ts';
import { onInterrupt } from '../interrupt.ts';
import { scalingPlot } from '../scaling-plot.ts';
import { crossoverNotes, growthRows, lineName, markdown, pointHead, pointRows, warnings } from '../scaling-report.ts';
import { table } from '../show.ts';
import { withLab } from '../with-lab.ts';
import { verify } from './verify.ts';

export interface ScalingOptions {
  readonly gate: boolean;
  readonly spec?: string;
}

const silent: Console = {
  json: false,
  terminal: false,
  say: () => undefined,
  data: () => undefined,
  raw: () => undefined,
  problem: () => undefined,
};

async function readSpec(path: string | undefined): Promise<ScalingSpec> {
  if (path === undefined) return suggestedSpec;
  const text = await asFile('scaling', path, () => readFile(path, 'utf8'));
  let spec: unknown;
  try {
    spec = JSON.parse(text);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new AppFailure({ code: 'bad-input', message: `scaling: ${path} must be JSON: ${why}`, field: 'spec' });
  }
  return unwrap(readParams('scaling/start', { spec })).spec;
}

/** No speed on a red gate. */
async function gatePassed(out: Console, { gate }: ScalingOptions, spec: ScalingSpec): Promise<boolean> {
  if (!gate) {
    out.say('Not verified: numbers of work in progress.');
    return true;
  }
  const kind = spec.device.kind === 'reference' ? {} : { device: spec.device.kind };
  const passed = (await verify(silent, kind)) === exitCodes.done;
  if (!passed) out.say('verify failed, so there are no numbers.');
  return passed;
}

export const benchScaling: Command<[ScalingOptions]> = async (out, options) => {
  const spec = await readSpec(options.spec);
  if (!(await gatePassed(out, options, spec))) return exitCodes.failed;
  const interrupt = onInterrupt();
  let told = 0;
  const result = await withLab(
    (name, payload) => {
      if (name === 'scaling/changed') told = tell(out, payload as ScalingResult, told);
    },
    async (lab) => {
      await lab.scaling.start(spec);
      await Promise.race([lab.scaling.done(), interrupt.asked]);
      return lab.scaling.stop();
    },
  ).finally(() => interrupt.release());
  if (result === null) return exitCodes.failed;
  await keep(result);
  show(out, result);
  out.data(result, true);
  return interrupt.happened() ? exitCodes.interrupted : exitCodes.done;
};

/** One line a point, for people. */
function tell(out: Console, { points, planned, spec }: ScalingResult, told: number): number {
  for (const [i, point] of points.slice(told).entries()) {
    const series = spec.series[point.series];
    const what =
      point.stepSeconds === null ? (point.reason ?? '') : `${(point.stepSeconds.median * 1000).toPrecision(3)} ms`;
    out.say(`${told + i + 1}/${planned}  ${spec.vary} ${point.at}  ${series ? lineName(series) : ''}  ${what}`);
  }
  return points.length;
}

function show(out: Console, result: ScalingResult): void {
  out.say(`\n${table(pointHead(result), pointRows(result), [1])}`);
  out.say(`\n${table(['model', 'growth exponent'], growthRows(result))}\n`);
  for (const note of [...crossoverNotes(result), ...warnings(result)]) out.say(note);
}

/** In a checkout only: an installed copy has no place for it, and the lab keeps the result anyway. */
async function keep(result: ScalingResult): Promise<void> {
  const folder = join(programRoot(), 'bench', 'results');
  if (!existsSync(folder)) return;
  await writeWhole(join(folder, 'scaling.json'), `${JSON.stringify(result, null, 2)}\n`);
  await writeWhole(join(folder, 'scaling.md'), markdown(result));
  await writeWhole(join(folder, 'scaling.svg'), scalingPlot(result));
}
