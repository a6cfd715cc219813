// The definition of split and concat: parts of one axis are side by side in the whole.
import type { OpAttrs } from '../kinds.ts';
import type { ReferenceKernel, ReferenceTensor } from '../reference-kernel.ts';
import { aroundAxis } from '../shape-rule.ts';

/** Calls `copy` with the place of every element in the whole, in its part, and the part. */
function eachElement(
  whole: ReferenceTensor,
  parts: readonly ReferenceTensor[],
  axis: number,
  copy: (inWhole: number, part: ReferenceTensor, inPart: number) => void,
): void {
  const { outer, extent, inner } = aroundAxis(whole.shape, axis);
  let start = 0;
  for (const part of parts) {
    const size = part.shape[axis];
    for (let o = 0; o < outer; o++) {
      for (let e = 0; e < size; e++) {
        for (let i = 0; i < inner; i++) copy((o * extent + start + e) * inner + i, part, (o * size + e) * inner + i);
      }
    }
    start += size;
  }
}

export const splitReference: ReferenceKernel<OpAttrs['split']> = ([x], parts, { axis }) => {
  eachElement(x, parts, axis, (inWhole, part, inPart) => {
    part.data[inPart] = x.data[inWhole];
  });
};

export const concatReference: ReferenceKernel<OpAttrs['concat']> = (parts, [y], { axis }) => {
  eachElement(y, parts, axis, (inWhole, part, inPart) => {
    y.data[inWhole] = part.data[inPart];
  });
};
