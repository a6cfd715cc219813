// Text continued from a prompt, one symbol at a time with a carried state. Leaves weights and optimiser alone.
import { RandomStream } from '../core/philox.ts';
import { fail, ok, type Result } from '../core/result.ts';
import { sizeOf } from '../core/tensor.ts';
import type { Executable } from '../device/device.ts';
import type { Task } from '../tasks/task.ts';
import { names } from './program.ts';

export interface SampleOptions {
  readonly prompt: string;
  readonly length: number;
  readonly temperature: number;
  readonly seed: number;
}

/** What follows the prompt: `length` symbols, without the prompt. Temperature 0 always takes the likeliest. */
export async function sampleText(
  executable: Executable,
  task: Task,
  options: SampleOptions,
  breathe: () => Promise<void>,
): Promise<Result<string>> {
  const { prompt, length, temperature, seed } = options;
  if (task.text === null) return fail('unsupported', 'Samples need a task of text; this task has none.');
  const tokens = task.text.encode(prompt);
  if (!tokens.ok) return tokens;
  const refused = refuse(tokens.value.length, options);
  if (refused !== null) return refused;
  const random = new RandomStream(seed, 'sample');
  const one = new Int32Array(1);
  const logits = new Float64Array(sizeOf(executable.typeOf(names.step.logits).shape));
  const step = async (token: number): Promise<void> => {
    one[0] = token;
    executable.write(names.step.x, one);
    executable.run('step');
    await breathe();
  };
  executable.run('begin');
  for (const token of tokens.value) await step(token);
  const written = new Int32Array(length);
  for (let i = 0; i < length; i++) {
    await executable.read(names.step.logits, logits);
    const token = drawToken(logits, temperature, random);
    written[i] = token;
    if (i + 1 < length) await step(token);
  }
  return ok(task.text.decode(written));
}

function refuse(tokens: number, { length, temperature }: SampleOptions): Result<never> | null {
  if (tokens === 0) return fail('bad-input', 'Prompt must have at least one character, got none.', { field: 'prompt' });
  if (!Number.isInteger(length) || length < 1 || length > 1_000_000) {
    return fail('bad-input', `Length must be a whole number from 1 to 1000000, got ${length}.`, { field: 'length' });
  }
  if (!Number.isFinite(temperature) || temperature < 0) {
    return fail('bad-input', `Temperature must be 0 or more, got ${temperature}.`, { field: 'temperature' });
  }
  return null;
}

/** Index drawn from softmax(logits / temperature); the first largest at temperature 0. Overwrites `logits`. */
export function drawToken(logits: Float64Array, temperature: number, random: RandomStream): number {
  let best = 0;
  for (let i = 1; i < logits.length; i++) if ((logits[i] ?? 0) > (logits[best] ?? 0)) best = i;
  if (temperature === 0) return best;
  const top = logits[best] ?? 0;
  let total = 0;
  for (let i = 0; i < logits.length; i++) {
    const weight = Math.exp(((logits[i] ?? 0) - top) / temperature);
    logits[i] = weight;
    total += weight;
  }
  let left = random.uniform() * total;
  for (let i = 0; i < logits.length; i++) {
    left -= logits[i] ?? 0;
    if (left < 0) return i;
  }
  return best;
}
