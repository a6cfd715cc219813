// The definition of causalConv and causalConvGrad: one loop over batch, time, channel and tap, forwards and backwards.
import type { OpAttrs } from '../kinds.ts';
import type { ReferenceKernel, ReferenceTensor } from '../reference-kernel.ts';

/**
 * Calls `visit` for every product of the filter: the place in y, the tap in weight, and the tensor and place that the tap
 * reads (x, or the context before it). Taps that fall before both are left out.
 */
function eachProduct(
  x: ReferenceTensor,
  weight: ReferenceTensor,
  context: ReferenceTensor | undefined,
  visit: (y: number, tap: number, source: ReferenceTensor, at: number) => void,
): void {
  const [batch, time, channels] = x.shape;
  const taps = weight.shape[1];
  for (let b = 0; b < batch; b++) {
    for (let t = 0; t < time; t++) {
      for (let c = 0; c < channels; c++) {
        for (let k = 0; k < taps; k++) {
          const y = (b * time + t) * channels + c;
          const from = t - (taps - 1) + k;
          if (from >= 0) visit(y, c * taps + k, x, (b * time + from) * channels + c);
          else if (context) visit(y, c * taps + k, context, (b * (taps - 1) + from + taps - 1) * channels + c);
        }
      }
    }
  }
}

export const causalConvReference: ReferenceKernel<OpAttrs['causalConv']> = ([x, weight, bias, context], [y]) => {
  for (let i = 0; i < y.data.length; i++) y.data[i] = bias.data[i % bias.data.length];
  eachProduct(x, weight, context, (at, tap, source, from) => {
    y.data[at] += weight.data[tap] * source.data[from];
  });
};

export const causalConvGradReference: ReferenceKernel<OpAttrs['causalConvGrad']> = (
  [x, weight, dy, context],
  [dx, dweight, dbias, dcontext],
) => {
  for (const gradient of [dx, dweight, dbias, dcontext]) gradient?.data.fill(0);
  for (let i = 0; i < dy.data.length; i++) dbias.data[i % dbias.data.length] += dy.data[i];
  eachProduct(x, weight, context, (at, tap, source, from) => {
    dweight.data[tap] += dy.data[at] * source.data[from];
    const target = source === x ? dx : dcontext;
    target.data[from] += dy.data[at] * weight.data[tap];
  });
};
