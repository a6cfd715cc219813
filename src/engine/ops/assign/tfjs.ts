// assign on the tensorflow device: the new value of the variable.
import type { OpAttrs } from '../kinds.ts';
import type { TfKernel } from '../tfjs-kernel.ts';

export const assignTfjs: TfKernel<OpAttrs['assign']> = (_context, [, value]) => [value];
