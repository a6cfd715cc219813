// The forms of lstm that include the product with its input; only some devices have kernels for them.
import { AppFailure } from '../../core/result.ts';
import { asIs, say } from '../../core/say.ts';
import type { OpAttrs } from '../kinds.ts';

/** For a device whose kernel takes gx: refuses the forms that contain the product with the input. */
export function requireGx(device: string, { layer = false, through = false }: OpAttrs['lstmGrad']): void {
  if (!layer && !through) return;
  throw new AppFailure({
    code: 'unsupported',
    message: say`${asIs(device)}: lstm as a whole layer needs TensorFlow's own kernel (device tensorflow with tfjs-node)`,
    cure: say`Use the implementation fused of the LSTM.`,
  });
}
