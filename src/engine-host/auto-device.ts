// `auto`: measures which device, kernel module and thread count train this run fastest here, by running a few of its steps on each. Takes about a
// second; the lab remembers the answer. Software adapters and devices that are there to compare with are never chosen.
import type { TaskData } from '../engine/data/labelled.ts';
import { asIs, joined, type Message, say } from '../engine/core/say.ts';
import { milliseconds } from '../engine/core/quantities.ts';
import type { Device, ModuleReport } from '../engine/device/device.ts';
import { deviceKinds, findInfo, infoOf, loadDevice } from '../engine/device/registry.ts';
import type { DeviceChoice, RunSpec } from '../engine/spec/run-spec.ts';
import type { PrepareRun } from '../engine/training/training-run.ts';
import type { ChosenDevice } from '../protocol/engine.ts';
import { timeSteps } from './time-steps.ts';

interface Candidate {
  readonly device: Device;
  readonly threads: number;
  readonly module: string | undefined;
}

/** The run to choose for; `devices` = kinds that are known to work on hardware here, null = look for them. */
export interface AutoQuestion {
  readonly spec: RunSpec;
  readonly data: TaskData | null;
  readonly devices: readonly string[] | null;
}

interface Timed {
  readonly candidate: Candidate;
  readonly seconds: number;
}

/** Seconds of timed steps for each candidate, after the first step, which compiles and warms up. */
const patience = 0.12;
const mostSteps = 9;

/** A candidate whose first step takes this many times the best median is not timed any further. */
const hopeless = 10;

const isThreaded = ({ kind }: Device): boolean => findInfo(kind)?.threaded === true;

const nameOf = ({ device, module, threads }: Candidate): Message =>
  joined(
    [
      asIs<string>(device.kind),
      ...(module === undefined ? [] : [asIs(module)]),
      ...(isThreaded(device) ? [threads === 1 ? say`1 thread` : say`${threads} threads`] : []),
    ],
    ' ',
  );

/**
 * What may be chosen: devices that work here on hardware, each by its best module, with one thread and with all where it has threads. Which
 * module is the faster is known to the device, and timing several would only keep a person waiting.
 */
async function candidates({ spec, devices }: AutoQuestion, cores: number): Promise<readonly Candidate[]> {
  const found: Candidate[] = [];
  const choice = spec.device;
  for (const kind of deviceKinds) {
    if (!infoOf(kind).automatic || devices?.includes(kind) === false) continue;
    const device = await loadDevice(kind);
    const { missing, software, modules } = await device.capabilities();
    if (missing !== null || software !== null) continue;
    const threads = choice.threads === 0 && isThreaded(device) ? [...new Set([cores, 1])] : [choice.threads];
    const module = bestModule(modules, choice.module);
    for (const count of threads) found.push({ device, threads: count, module });
  }
  return found;
}

function bestModule(reports: readonly ModuleReport[], wanted: string | undefined): string | undefined {
  const ready = reports.filter(({ state }) => state === 'ready').map(({ name }) => name);
  return ready.find((name) => wanted === undefined || wanted === 'auto' || name === wanted);
}

/** The fastest candidate that works here, or null when none could train the run; choosing a device without measuring then reports the reason. */
export async function measureDevices(
  question: AutoQuestion,
  prepare: PrepareRun,
  cores: number,
): Promise<ChosenDevice | null> {
  const timed: Timed[] = [];
  const all = await candidates(question, cores);
  for (const candidate of all) {
    const best = Math.min(...timed.map((one) => one.seconds));
    const { device, threads, module } = candidate;
    const choice: DeviceChoice = { kind: device.kind, threads, ...(module === undefined ? {} : { module }) };
    const trial = { spec: { ...question.spec, device: choice }, data: question.data, device };
    const found = await timeSteps(trial, prepare, { patience, mostSteps, hopeless: hopeless * best });
    if (found !== null) timed.push({ candidate, seconds: found.seconds });
  }
  const ranked = timed.toSorted((a, b) => a.seconds - b.seconds);
  const [best] = ranked;
  if (!best) return null;
  const shown = ranked.map(({ candidate, seconds }) => joined([nameOf(candidate), milliseconds(seconds)], ' '));
  const { device, threads, module } = best.candidate;
  return {
    device: { kind: device.kind, threads, ...(module === undefined ? {} : { module }) },
    reason: say`fastest of ${shown.length} measured, a training step: ${joined(shown, ', ')}`,
  };
}
