// When a run shows what it has learnt: at evaluations, outside every timed step, as long as it costs little, and always at its end. What it
// shows depends on its weights alone; how often depends on time.
import { unwrap, type Result } from '../core/result.ts';
import type { CompileOptions, Device, Executable } from '../device/device.ts';
import type { Answers, SampleDetail } from '../spec/showing.ts';
import { Reader, type Written } from './reader.ts';
import type { SampleOptions } from './sampling.ts';
import type { RunSetup } from './setup.ts';
import { now } from './timing.ts';
import type { TrainingListener } from './training-run.ts';

/** The default settings for writing. */
const ownSample = { length: 240, temperature: 0.8, seed: 1 } as const;

/** At most this share of the training time, except at the end of a run. */
const share = 0.02;
/** All of the first evaluations, up to this number, are shown; later ones ever less often, this many per doubling. */
const allShown = 64;

/** True for the first 64 evaluations, then for every second up to 128, every fourth up to 256: 64 + 32 log2(n / 64) of n. */
export function isShown(evaluation: number): boolean {
  let every = 1;
  for (let end = allShown; evaluation > end; end *= 2) every *= 2;
  return evaluation % every === 0;
}

export type Shown =
  | {
      readonly kind: 'text';
      readonly prompt: string;
      readonly temperature: number;
      readonly seed: number;
      readonly text: string;
      readonly detail: SampleDetail;
    }
  | { readonly kind: 'answers'; readonly answers: Answers };

interface Training {
  readonly setup: RunSetup;
  readonly device: Device;
  readonly options: CompileOptions;
  readonly executable: Executable;
  readonly listener: Pick<TrainingListener, 'shown'>;
}

export class Showing {
  readonly #training: Training;
  /** Made when it is first wanted. */
  #reader: Promise<Reader> | null = null;
  /** Seconds in total, and for the last time. */
  #seconds = 0;
  #last = 0;
  #shown = false;

  constructor(training: Training) {
    this.#training = training;
  }

  /** Writes and answers at this evaluation, if its cost is within the limit for this many seconds of training. */
  async at(
    { step, trained, atEnd }: { readonly step: number; readonly trained: number; readonly atEnd: boolean },
    breathe: () => Promise<void>,
  ): Promise<void> {
    const { listener, setup } = this.#training;
    if (listener.shown === undefined) return;
    const evaluation = Math.round(step / setup.training.evaluateEvery);
    const due = isShown(evaluation) && this.#seconds + this.#last <= share * trained;
    if (due || atEnd) listener.shown(step, await this.#show(breathe));
  }

  /** Text on request, from the current weights or a checkpoint. */
  async write(
    options: SampleOptions,
    checkpoint: Uint8Array | null,
    breathe: () => Promise<void>,
  ): Promise<Result<Written>> {
    const reader = await this.#ready();
    if (checkpoint === null) await reader.take(this.#training.executable);
    else {
      const loaded = reader.load(checkpoint);
      if (!loaded.ok) return loaded;
    }
    return reader.write(options, breathe);
  }

  async dispose(): Promise<void> {
    await (await this.#reader)?.dispose();
  }

  #ready(): Promise<Reader> {
    const { setup, device, options } = this.#training;
    this.#reader ??= Reader.of(setup, device, options);
    return this.#reader;
  }

  /** Answers to held-out examples, and text if the task is one. The first time counts as preparation, since everything is still being built. */
  async #show(breathe: () => Promise<void>): Promise<readonly Shown[]> {
    const reader = await this.#ready();
    const begun = now();
    await reader.take(this.#training.executable);
    const { text } = this.#training.setup.task;
    const shown: Shown[] = [{ kind: 'answers', answers: await reader.answer() }];
    await breathe();
    if (text !== null) shown.push(await ownText(reader, text.prompt, breathe));
    if (this.#shown) this.#seconds += this.#last = now() - begun;
    this.#shown = true;
    return shown;
  }
}

async function ownText(reader: Reader, prompt: string, breathe: () => Promise<void>): Promise<Shown> {
  const { text, detail } = unwrap(await reader.write({ ...ownSample, prompt }, breathe));
  const { temperature, seed } = ownSample;
  return { kind: 'text', prompt, temperature, seed, text, detail: { origin: 'evaluation', ...detail } };
}
