// longConvolution and longConvolutionGrad: each channel filtered over time by as many taps as a kernel has; by a transform where that is faster.
import { showShape, sizeOf, type TensorType } from '../../core/tensor.ts';
import { arrivingAtFirst, call } from '../call.ts';
import { half } from '../half-rule.ts';
import { defineGradient, defineOp, type GradientOp, type Op } from '../op.ts';
import { shapeRule } from '../shape-rule.ts';
import { D, P, S, W, always } from '../split-rule.ts';
import { stored, sums } from '../tolerance.ts';
import { longConvolutionCases } from './cases.ts';
import { longConvolutionCpu, longConvolutionGradCpu } from './cpu.ts';
import { longConvolutionGradReference, longConvolutionReference } from './reference.ts';
import { isTransformed, longSizes, transformLength, type LongConvolutionAttrs } from './sizes.ts';
import { longConvolutionGradTfjs, longConvolutionTfjs } from './tfjs.ts';
import { longConvolutionGradWebgpu, longConvolutionWebgpu } from './webgpu.ts';

function checkRows(x: TensorType | undefined, rows: number): void {
  const [, S = 1] = x?.shape ?? [];
  if (x === undefined || (rows > 0 && rows <= S)) return;
  throw new Error(`longConvolution: rows of x ${showShape(x.shape)} must be from 1 to ${S}, got ${rows}`);
}

/** Operations of one pass over x: of the sum, or of two transforms. */
function operations(x: TensorType, kernel: TensorType, attrs: LongConvolutionAttrs): number {
  const sizes = longSizes(x, kernel, attrs);
  const n = transformLength(sizes);
  const each = isTransformed(sizes) ? 7 * n * Math.log2(n) + 14 * n : 2 * sizes.T * sizes.taps;
  return sizes.B * sizes.C * each;
}

const longConvolution: Op<'longConvolution', LongConvolutionAttrs> = defineOp({
  kind: 'longConvolution',
  meaning:
    '(x [B, S, C], kernel [K, C]) -> y [B, rows, C]: y_t = sum over l of kernel_l x_(t-l) for the last `rows` rows of x; `backwards`: sum of kernel_l x_(t+l) for the first ones. Rows beyond x are 0.',
  infer(inputs, { rows }) {
    const resolve = shapeRule('longConvolution', inputs, { x: '[B, S, C]', kernel: '[K, C]' });
    checkRows(inputs[0], rows);
    return [resolve(`[B, ${rows}, C]`)];
  },
  gradient(context, attrs) {
    const { builder, inputs } = context;
    const dy = arrivingAtFirst(context, 'longConvolution', ['y']);
    return call(builder, 'longConvolutionGrad', [inputs[0], inputs[1], dy], attrs);
  },
  flops: ([x, kernel], _outputs, attrs) => operations(x, kernel, attrs),
  split: always([P, W], [S]),
  half,
  tolerance: sums,
  halfTolerance: stored,
  cases: longConvolutionCases,
  reference: longConvolutionReference,
  kernels: {
    cpu: {
      lower: longConvolutionCpu,
      entries: ['longRows', 'longTurns', 'longSpectrum', 'longTransform'],
    },
    webgpu: { lower: longConvolutionWebgpu },
    tensorflow: longConvolutionTfjs,
  },
});

const longConvolutionGrad: GradientOp<'longConvolutionGrad', LongConvolutionAttrs> = defineGradient({
  kind: 'longConvolutionGrad',
  meaning: '(x, kernel, dy) -> dx, dkernel.',
  infer(inputs, { rows }) {
    const given = { x: '[B, S, C]', kernel: '[K, C]', dy: `[B, ${rows}, C]` };
    const resolve = shapeRule('longConvolutionGrad', inputs, given);
    return [resolve(given.x), resolve(given.kernel)];
  },
  flops: ([x, kernel], _outputs, attrs) => 2 * operations(x, kernel, attrs) + 2 * sizeOf(kernel.shape),
  split: always([P, W, P], [S, D]),
  tolerance: sums,
  reference: longConvolutionGradReference,
  kernels: {
    cpu: {
      lower: longConvolutionGradCpu,
      entries: ['longTaps', 'longTransformGrad', 'longSpectrumGrad'],
    },
    webgpu: { lower: longConvolutionGradWebgpu },
    tensorflow: longConvolutionGradTfjs,
  },
});

export const longConvolutionOps = { longConvolution, longConvolutionGrad };
