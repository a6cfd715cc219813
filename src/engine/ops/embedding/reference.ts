// The definition of embedding and embeddingGrad. An id outside the table reads the nearest row.
import type { OpAttrs } from '../kinds.ts';
import type { ReferenceKernel } from '../reference-kernel.ts';

const clamp = (id: number, rows: number): number => Math.min(Math.max(id, 0), rows - 1);

export const embeddingReference: ReferenceKernel<OpAttrs['embedding']> = ([ids, table], [y]) => {
  const [rows, width] = table.shape;
  for (let n = 0; n < ids.data.length; n++) {
    const row = clamp(ids.data[n], rows);
    for (let d = 0; d < width; d++) y.data[n * width + d] = table.data[row * width + d];
  }
};

export const embeddingGradReference: ReferenceKernel<OpAttrs['embeddingGrad']> = ([ids, dy], [dtable]) => {
  const [rows, width] = dtable.shape;
  dtable.data.fill(0);
  for (let n = 0; n < ids.data.length; n++) {
    const row = clamp(ids.data[n], rows);
    for (let d = 0; d < width; d++) dtable.data[row * width + d] += dy.data[n * width + d];
  }
};
