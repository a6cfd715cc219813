// linearScan and linearScanGrad on the tensorflow device.
import type { OpAttrs } from '../kinds.ts';
import { scanBack, scanOverTime, statesBefore, stepOf } from '../recurrent-tfjs.ts';
import type { TfKernel } from '../tfjs-kernel.ts';

export const linearScanTfjs: TfKernel<OpAttrs['linearScan']> = (c, [a, b, h0]) => [scanOverTime(c, a, b, h0)];

export const linearScanGradTfjs: TfKernel<OpAttrs['linearScanGrad']> = (c, [a, h, dh, h0]) => {
  const db = scanBack(c, a, dh);
  const da = c.tf.mul(db, statesBefore(c, h, h0));
  return [da, db, ...(h0 === undefined ? [] : [c.tf.mul(stepOf(c, a, 0), stepOf(c, db, 0))])];
};
