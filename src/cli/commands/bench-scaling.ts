// `bench scaling`: the measurement of the Scaling screen, by the same code, as tables; in a checkout also as files in bench/results.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { AppFailure, unwrap } from '../../engine/core/result.ts';
import { asEnglish, asIs, say } from '../../engine/core/say.ts';
import { foreignWords, wordsOf } from '../../engine/core/system-words.ts';
import { usualDevice } from '../../engine/device/registry.ts';
import { unknownName } from '../../engine/spec/nearest.ts';
import type { ScalingResult, ScalingSpec } from '../../engine/spec/scaling.ts';
import { programRoot } from '../../lab/files/program.ts';
import { readLimits, readUserFile } from '../../lab/files/read-file.ts';
import { writeWhole } from '../../session/files/index.ts';
import { estimateSeconds } from '../../lab/scaling/estimate.ts';
import { scalingSets, type ScalingSetName } from '../../lab/scaling/sets.ts';
import { readText } from '../../protocol/text-file.ts';
import { readParams } from '../../protocol/validators.ts';
import type { Command } from '../command.ts';
import { flag, text, unless, usually, type Options, type Values } from '../typed.ts';
import type { Console } from '../console.ts';
import { exitCodes } from '../exit-codes.ts';
import { onInterrupt, type Interrupt } from '../interrupt.ts';
import { scalingPlot } from '../scaling-plot.ts';
import {
  crossingWords,
  crossoverNotes,
  disturbanceNotes,
  figuresOf,
  growthRows,
  lineName,
  markdown,
  pointHead,
  pointRows,
  shapeWords,
  warnings,
} from '../scaling-report.ts';
import { said, table } from '../show.ts';
import { noEvents, withLab } from '../with-lab.ts';
import { verify } from './verify.ts';

export const benchOptions = {
  gate: unless('skip the verification'),
  set: usually(text('<name>', 'for "scaling": quick, default or long'), 'default'),
  spec: text('<file>', 'for "scaling": what to measure, as JSON'),
  stored: flag('for "scaling": show the latest measurement'),
} satisfies Options;

export type BenchOptions = Values<typeof benchOptions>;

const silent: Console = {
  json: false,
  terminal: false,
  say: () => undefined,
  data: () => undefined,
  raw: () => undefined,
  notice: () => undefined,
  problem: () => undefined,
};

const isSet = (name: string): name is ScalingSetName => Object.hasOwn(scalingSets, name);

/** The named set, or what is in a file: one measurement or a list of them. */
async function readSpecs({ spec: path, set = 'default' }: BenchOptions): Promise<readonly ScalingSpec[]> {
  if (path === undefined) {
    if (isSet(set)) return scalingSets[set];
    const message = say`scaling: ${unknownName(say`set`, set, Object.keys(scalingSets))}`;
    throw new AppFailure({ code: 'bad-input', message, field: 'set' });
  }
  const text = unwrap(readText(await readUserFile('scaling', path, readLimits.json), path));
  let specs: unknown;
  try {
    specs = JSON.parse(text);
  } catch (error) {
    throw new AppFailure({
      code: 'bad-input',
      message: say`scaling: ${asIs(path)} must be JSON: ${foreignWords(wordsOf(error))}`,
      field: 'spec',
    });
  }
  const all: readonly unknown[] = Array.isArray(specs) ? specs : [specs];
  return all.map((spec) => unwrap(readParams('scaling/start', { spec })).spec);
}

/** No speeds are measured when the checks fail. */
async function gatePassed(out: Console, { gate }: BenchOptions, specs: readonly ScalingSpec[]): Promise<boolean> {
  if (!gate) {
    out.say('Not verified: numbers of work in progress.');
    return true;
  }
  const kinds = new Set(specs.map(({ device }) => (device.kind === 'auto' ? usualDevice : device.kind)));
  for (const device of kinds) {
    if ((await verify(silent, { device })) === exitCodes.done) continue;
    out.say(`verify --device ${device} failed, so there are no numbers.`);
    return false;
  }
  return true;
}

export const benchScaling: Command<[BenchOptions]> = async (out, options) => {
  if (options.stored === true) return showStored(out);
  const specs = await readSpecs(options);
  const planned = specs.reduce((sum, spec) => sum + estimateSeconds(spec), 0);
  out.say(
    `${specs.length} measurements, roughly ${minutes(planned)}, more where points are disturbed and measured twice, and the time of verify before.`,
  );
  if (!(await gatePassed(out, options, specs))) return exitCodes.failed;
  const interrupt = onInterrupt();
  const results = await measureAll(out, specs, interrupt).finally(() => interrupt.release());
  await keep(results, options.gate);
  for (const result of results) show(out, result);
  out.data(documentOf(results), true);
  return interrupt.happened() ? interrupt.code() : exitCodes.done;
};

/** One after the other in one lab; after an interrupt the rest is not started. */
async function measureAll(
  out: Console,
  specs: readonly ScalingSpec[],
  interrupt: Interrupt,
): Promise<readonly ScalingResult[]> {
  let tell: (result: ScalingResult) => void = () => undefined;
  const onEvent = (name: string, payload: unknown): void => {
    if (name === 'scaling/changed') tell(payload as ScalingResult);
  };
  return withLab(onEvent, async (lab) => {
    const results: ScalingResult[] = [];
    for (const [at, spec] of specs.entries()) {
      if (interrupt.happened()) break;
      const rest = specs.slice(at + 1).reduce((sum, one) => sum + estimateSeconds(one), 0);
      out.say(`\n${shapeWords(spec)}`);
      tell = teller(out, rest);
      await lab.scaling.start(spec);
      await Promise.race([lab.scaling.done(), interrupt.asked]);
      const result = await lab.scaling.stop();
      if (result !== null) results.push(result);
    }
    return results;
  });
}

/** One line per point, for people, with the remaining time: the estimate, corrected by the time taken so far. */
function teller(out: Console, rest: number): (result: ScalingResult) => void {
  let told = 0;
  return ({ points, planned, spec, seconds }) => {
    const [all, left] = [estimateSeconds(spec), estimateSeconds(spec, points.length)];
    const pace = points.length < 5 || all - left < 1 ? 1 : seconds / (all - left);
    for (const [i, point] of points.slice(told).entries()) {
      const series = spec.series[point.series];
      const time = point.stepSeconds === null ? null : `${(point.stepSeconds.median * 1000).toPrecision(3)} ms`;
      const name = series ? lineName(series) : '';
      const twice = point.setAside === undefined ? '' : ', measured twice';
      const what =
        time === null ? `${point.outcome}: ${point.reason === null ? '' : said(point.reason)}` : `${time}${twice}`;
      out.say(
        `${told + i + 1}/${planned}  ${spec.vary} ${point.at}  ${name}  ${what}  (${minutes(left * pace + rest)} left)`,
      );
    }
    told = points.length;
  };
}

const minutes = (seconds: number): string =>
  seconds < 90 ? `${Math.ceil(seconds)} s` : `${Math.ceil(seconds / 60)} min`;

/** The same figures as the Scaling screen, from the same file. */
async function showStored(out: Console): Promise<number> {
  const result = await withLab(noEvents, (lab) => lab.scaling.latest());
  if (result === null) {
    out.say('No scaling measurement is stored.');
    out.data(documentOf([]), true);
    return exitCodes.failed;
  }
  show(out, result);
  out.data(documentOf([result]), true);
  return exitCodes.done;
}

const documentOf = (results: readonly ScalingResult[]) => ({
  results: results.map((result) => ({ ...result, figures: figuresOf(result) })),
});

function show(out: Console, result: ScalingResult): void {
  out.say(`\n${shapeWords(result.spec)}\n${table(pointHead(result), pointRows(result), [1])}`);
  out.say(`\n${table(['model', 'growth exponent'], growthRows(result))}\n`);
  const crossings = crossoverNotes(result);
  const notes = [...crossings, ...(crossings.length === 0 ? [] : [crossingWords]), ...disturbanceNotes(result)];
  for (const note of [...notes, ...warnings(result)]) out.say(note);
}

/** In a checkout only: an installed copy has no such folder, and the lab keeps the results anyway. */
async function keep(results: readonly ScalingResult[], verified: boolean): Promise<void> {
  const folder = join(programRoot(), 'bench', 'results');
  if (!existsSync(folder) || results.length === 0) return;
  await writeWhole(join(folder, 'scaling.json'), `${JSON.stringify(documentOf(results), asEnglish, 2)}\n`);
  await writeWhole(join(folder, 'scaling.md'), markdown(results, verified));
  await writeWhole(join(folder, 'scaling.svg'), scalingPlot(results));
}
