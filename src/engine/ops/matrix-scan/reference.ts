// The definition of matrixScan and matrixScanGrad: one sample and one step at a time.
import type { OpAttrs } from '../kinds.ts';
import { stateBefore } from '../recurrent-reference.ts';
import type { ReferenceKernel } from '../reference-kernel.ts';

export const matrixScanReference: ReferenceKernel<OpAttrs['matrixScan']> = ([matrix, b], [y]) => {
  const [batch, time, width] = y.shape;
  for (let n = 0; n < batch; n++) {
    for (let t = 0; t < time; t++) {
      const row = n * time + t;
      const before = stateBefore(y, undefined, n, t);
      for (let i = 0; i < width; i++) {
        let sum = b.data[row * width + i];
        for (let j = 0; j < width; j++) sum += matrix.data[(row * width + i) * width + j] * before[j];
        y.data[row * width + i] = sum;
      }
    }
  }
};

export const matrixScanGradReference: ReferenceKernel<OpAttrs['matrixScanGrad']> = ([matrix, dy], [db]) => {
  const [batch, time, width] = dy.shape;
  for (let n = 0; n < batch; n++) {
    let later = new Float64Array(width);
    for (let t = time - 1; t >= 0; t--) {
      const row = n * time + t;
      const before = new Float64Array(width);
      for (let i = 0; i < width; i++) {
        const here = dy.data[row * width + i] + later[i];
        db.data[row * width + i] = here;
        for (let j = 0; j < width; j++) before[j] += matrix.data[(row * width + i) * width + j] * here;
      }
      later = before;
    }
  }
};
