// Text continued from a prompt, one symbol at a time with a carried state, with the probability of each symbol. The same weights, prompt, seed and
// temperature give the same text if the device computes the same numbers.
import { itemAt } from '../core/item.ts';
import { RandomStream } from '../core/philox.ts';
import { fail, ok, type Result } from '../core/result.ts';
import { say } from '../core/say.ts';
import { sizeOf } from '../core/tensor.ts';
import type { Executable } from '../device/device.ts';
import { shareDigits, type SampleDetail } from '../spec/showing.ts';
import type { TaskText } from '../tasks/task.ts';
import { readerNames } from './reader-program.ts';

export interface SampleOptions {
  readonly prompt: string;
  readonly length: number;
  readonly temperature: number;
  readonly seed: number;
}

/** What was written after the prompt, as tokens, and how likely each was. */
export interface Writing extends Pick<SampleDetail, 'shares' | 'likeliest'> {
  readonly tokens: Int32Array;
}

/** Number of alternatives kept at each position. */
const alternatives = 4;

/** `length` symbols. Temperature 0 always takes the likeliest. */
export async function writeText(
  executable: Executable,
  text: TaskText,
  { prompt, length, temperature, seed }: SampleOptions,
  breathe: () => Promise<void>,
): Promise<Result<Writing>> {
  const read = text.encode(prompt);
  if (!read.ok) return read;
  const refused = refuse(read.value.length, length, temperature);
  if (refused !== null) return refused;
  const random = new RandomStream(seed, 'sample');
  const one = new Int32Array(1);
  const logits = new Float64Array(sizeOf(executable.typeOf(readerNames.step.logits).shape));
  const step = async (token: number): Promise<void> => {
    one[0] = token;
    executable.write(readerNames.step.x, one);
    executable.run('step');
    await breathe();
  };
  executable.run('begin');
  for (const token of read.value) await step(token);
  const tokens = new Int32Array(length);
  const shares: number[] = [];
  const likeliest: SampleDetail['likeliest'][number][] = [];
  for (let i = 0; i < length; i++) {
    await executable.read(readerNames.step.logits, logits);
    const likely = softmax(logits);
    const token = drawToken(logits, temperature, random);
    tokens[i] = token;
    shares.push(rounded(itemAt(likely, token)));
    likeliest.push(topOf(likely).map((one) => [text.decode([one]), rounded(itemAt(likely, one))]));
    if (i + 1 < length) await step(token);
  }
  return ok({ tokens, shares, likeliest });
}

function refuse(tokens: number, length: number, temperature: number): Result<never> | null {
  if (tokens === 0)
    return fail('bad-input', say`Prompt must have at least one character, got none.`, { field: 'prompt' });
  if (!Number.isInteger(length) || length < 1 || length > 1_000_000) {
    return fail('bad-input', say`Length must be a whole number from 1 to 1000000, got ${length}.`, { field: 'length' });
  }
  if (!Number.isFinite(temperature) || temperature < 0) {
    return fail('bad-input', say`Temperature must be 0 or more, got ${temperature}.`, { field: 'temperature' });
  }
  return null;
}

/** 0 if the network's outputs are not finite. */
export const rounded = (share: number): number =>
  Number.isFinite(share) ? Math.round(share * shareDigits) / shareDigits : 0;

/** Probabilities; `logits` are not changed. */
export function softmax(logits: Float64Array): Float64Array {
  let top = -Infinity;
  for (const logit of logits) top = Math.max(top, logit);
  const likely = new Float64Array(logits.length);
  let total = 0;
  for (let i = 0; i < logits.length; i++) total += likely[i] = Math.exp(itemAt(logits, i) - top);
  for (let i = 0; i < likely.length; i++) likely[i] = itemAt(likely, i) / total;
  return likely;
}

/** The largest few, the largest first; of equals the first. */
function topOf(likely: Float64Array): number[] {
  const best: number[] = [];
  for (let i = 0; i < likely.length; i++) {
    const share = itemAt(likely, i);
    if (best.length === alternatives && !(share > itemAt(likely, best.at(-1) ?? 0))) continue;
    const at = best.findIndex((one) => share > itemAt(likely, one));
    best.splice(at < 0 ? best.length : at, 0, i);
    best.length = Math.min(best.length, alternatives);
  }
  return best;
}

/** Index drawn from softmax(logits / temperature); the first largest at temperature 0. Overwrites `logits`. */
export function drawToken(logits: Float64Array, temperature: number, random: RandomStream): number {
  let best = 0;
  for (let i = 1; i < logits.length; i++) if (itemAt(logits, i) > itemAt(logits, best)) best = i;
  if (temperature === 0) return best;
  const top = itemAt(logits, best);
  let total = 0;
  for (let i = 0; i < logits.length; i++) {
    const weight = Math.exp((itemAt(logits, i) - top) / temperature);
    logits[i] = weight;
    total += weight;
  }
  let left = random.uniform() * total;
  for (let i = 0; i < logits.length; i++) {
    left -= itemAt(logits, i);
    if (left < 0) return i;
  }
  return best;
}
