// split and concat as copies: one a part.
import { sideBySide, type CopiesOf } from '../../kernel/copy.ts';
import type { OpAttrs } from '../kinds.ts';

export const splitCopies: CopiesOf<OpAttrs['split']> = ({ axis, sizes }, [x]) => sideBySide(x, axis, sizes, 'apart');

export const concatCopies: CopiesOf<OpAttrs['concat']> = ({ axis }, parts, [y]) =>
  sideBySide(
    y,
    axis,
    parts.map(({ shape }) => shape[axis]),
    'joined',
  );
