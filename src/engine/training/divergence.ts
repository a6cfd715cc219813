// Handles a run with non-finite numbers: the message, and resetting its variables so that it can continue.
import { AppFailure, type AppError } from '../core/result.ts';
import { asIs, type Message, type MessageValue, say } from '../core/say.ts';
import { sizeOf } from '../core/tensor.ts';
import type { CompileOptions, Device, Executable } from '../device/device.ts';
import type { Program } from '../graph/graph.ts';
import { firstBadTensor, type BrokenStep } from './nan-guard.ts';
import { names } from './program.ts';
import type { Updates } from './updates.ts';

/** The failure a person reads. */
const divergence = (what: Message): AppError => ({
  code: 'diverged',
  message: say`Training: ${what}.`,
  cure: say`Lower the learning rate or clip gradients more, and continue from the last checkpoint.`,
});

/** The failure for a checkpoint that would contain the non-finite tensor `broken`. */
export const brokenAfter = (step: number, broken: Message): AppError => divergence(say`after step ${step}, ${broken}`);

/** Names the first non-finite tensor of a step whose loss or norm is not finite, and clears the norm and the gradient variables. */
async function describeBrokenStep(
  broken: BrokenStep,
  at: { readonly step: number; readonly loss: number; readonly norm: number },
): Promise<AppError> {
  broken.executable.write(names.norm, new Float32Array(1));
  const tensor = await found(broken);
  for (const { name, role, type } of broken.program.variables) {
    if (role === 'gradient') broken.executable.write(name, new Float32Array(sizeOf(type.shape)));
  }
  const [what, value] = Number.isFinite(at.loss) ? [say`gradient norm`, at.norm] : [say`loss`, at.loss];
  return divergence(
    say`the ${what} must be a finite number, got ${value} at step ${at.step}; the first tensor that is not finite is ${tensor}`,
  );
}

interface Failed {
  readonly program: Program;
  readonly executable: Executable;
  readonly device: Device;
  readonly options: CompileOptions;
}

/** The same for a step of these updates; `at.step` steps were done before. */
export function describeFailed(
  { program, executable, device, options }: Failed,
  updates: Updates,
  at: { readonly step: number; readonly loss: number; readonly norm: number },
): Promise<AppError> {
  const { parts, entry } = updates;
  // Later steps may have been submitted, so the device holds their data.
  updates.draw(at.step);
  const feed = (to: Executable, part: number): void => updates.feed(to, at.step, part);
  feed(executable, parts - 1);
  return describeBrokenStep({ program, entry, executable, device, options, parts, feed }, { ...at, step: at.step + 1 });
}

/** The name, or why there is none: the search needs a second copy of the program in memory. */
async function found(broken: BrokenStep): Promise<MessageValue> {
  try {
    return asIs((await firstBadTensor(broken)) ?? names.norm);
  } catch (error) {
    if (error instanceof AppFailure) return say`not known (${error.appError.message})`;
    throw error;
  }
}
