// slice and pad as copies: a part of one axis, out of a tensor and into one of zeros.
import { cut, type CopiesOf } from '../../kernel/copy.ts';
import type { OpAttrs } from '../kinds.ts';

export const sliceCopies: CopiesOf<OpAttrs['slice']> = ({ axis, start, length: size }, [x]) => {
  const { count, length, inWhole, alone } = cut(x, axis, start, size);
  return [{ count, length, from: { tensor: 0, ...inWhole }, to: { tensor: 0, ...alone } }];
};

export const padCopies: CopiesOf<OpAttrs['pad']> = ({ axis, start }, [dy], [dx]) => {
  const { count, length, inWhole, alone } = cut(dx, axis, start, dy.shape[axis]);
  return [{ count, length, from: { tensor: 0, ...alone }, to: { tensor: 0, ...inWhole } }];
};
