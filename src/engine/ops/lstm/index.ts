// lstm and lstmGrad: long short-term memory (Hochreiter and Schmidhuber 1997, forget gate of Gers et al. 2000), whole sequence at once.
import { sizeOf } from '../../core/tensor.ts';
import { arrivingOrZero, call } from '../call.ts';
import { optional, shapeRule } from '../shape-rule.ts';
import { defineGradient, defineOp, type GradientOp, type Op } from '../op.ts';
import { D, P, S, W, recurrent } from '../split-rule.ts';
import { deepRecurrence, storedSteps } from '../tolerance.ts';
import { lstmCases } from './cases.ts';
import { lstmCpu, lstmGradCpu } from './cpu.ts';
import { lstmGradReference, lstmReference } from './reference.ts';
import { lstmGradTfjs, lstmTfjs } from './tfjs.ts';
import { lstmGradWebgpu, lstmWebgpu } from './webgpu.ts';

const start = { h0: '[B, H]', c0: '[B, H]' };

const lstm: Op<'lstm', { readonly initial: boolean; readonly layer?: boolean }> = defineOp({
  kind: 'lstm',
  meaning:
    "(gx [B, T, 4H] in order i | f | g | o with both biases added, weight [4H, H], h0? [B, H], c0? [B, H]) -> h, c [B, T, H], gates [B, T, 4H]. `layer`: (x [B, T, D], weight, weightIh [4H, D], bias [4H], h0?, c0?), gx = W_ih x + bias made inside, as a library's whole layer does. Only devices with kernels for a whole layer compute that form; the others refuse it.",
  infer(inputs, { initial, layer = false }) {
    const input: Readonly<Record<string, string>> = layer ? { x: '[B, T, D]' } : { gx: '[B, T, 4H]' };
    const projection = optional(layer, { weightIh: '[4H, D]', bias: '[4H]' });
    const patterns = { ...input, weight: '[4H, H]', ...projection, ...optional(initial, start) };
    const resolve = shapeRule('lstm', inputs, patterns);
    return [resolve('[B, T, H]'), resolve('[B, T, H]'), resolve('[B, T, 4H]')];
  },
  gradient(context, attrs) {
    const { builder, inputs, outputs, dOutputs } = context;
    if (dOutputs[2] !== null) throw new Error('lstm: output gates has no gradient; only h and c can be part of a loss');
    const arriving = [arrivingOrZero(context, 0), arrivingOrZero(context, 1)];
    const projection = attrs.layer === true ? [inputs[0], inputs[2]] : [];
    const given = attrs.initial ? inputs.slice(-2) : [];
    return call(builder, 'lstmGrad', [inputs[1], ...outputs, ...arriving, ...projection, ...given], attrs);
  },
  inPlace: [[2, 0]],
  flops: ([input, weight], [h], { layer = false }) =>
    sizeOf(h.shape) * (8 * (weight.shape[1] + (layer ? input.shape[2] : 0)) + 28),
  split: recurrent([P, W], [S, S, S]),
  half: {
    outputs: ['half', 'single', 'half'],
    reason: 'the cell is carried from step to step by adding to it: rounding it would add up as well',
  },
  tolerance: deepRecurrence,
  halfTolerance: storedSteps,
  cases: lstmCases,
  reference: lstmReference,
  kernels: {
    cpu: { lower: lstmCpu, entries: ['lstm'] },
    webgpu: { lower: lstmWebgpu },
    tensorflow: lstmTfjs,
  },
});

const lstmGrad: GradientOp<
  'lstmGrad',
  { readonly initial: boolean; readonly layer?: boolean; readonly through?: boolean }
> = defineGradient({
  kind: 'lstmGrad',
  meaning:
    '(weight, h, c, gates, dh, dc, h0?, c0?) -> dgx, dweight (, dh0, dc0). dc = gradient arriving at every c_t (zeros but for the last, usually). `layer`: (weight, h, c, gates, dh, dc, x, weightIh, h0?, c0?) -> dx, dweight, dweightIh, dbias (, dh0, dc0). `through`: (weight, h, c, gates, dh, x, weightIh, h0?, c0?) -> dgx and the same, where nothing arrives at the cells: the cpu device makes this form of a graph (device/cpu/fuse-layers.ts), others refuse it.',
  infer(inputs, { initial, layer = false, through = false }) {
    const patterns = {
      weight: '[4H, H]',
      h: '[B, T, H]',
      c: '[B, T, H]',
      gates: '[B, T, 4H]',
      dh: '[B, T, H]',
      ...optional(!through, { dc: '[B, T, H]' }),
      ...optional(layer || through, { x: '[B, T, D]', weightIh: '[4H, D]' }),
      ...optional(initial, start),
    };
    const resolve = shapeRule('lstmGrad', inputs, patterns);
    const dgx = layer ? [] : [resolve('[B, T, 4H]')];
    const dx = layer || through ? [resolve('[B, T, D]')] : [];
    const projection = layer || through ? [resolve('[4H, D]'), resolve('[4H]')] : [];
    const starts = initial ? [resolve('[B, H]'), resolve('[B, H]')] : [];
    return [...dgx, ...dx, resolve('[4H, H]'), ...projection, ...starts];
  },
  inPlace: [[0, 3]],
  flops: ([weight, h, ...others], _outputs, { layer = false, through = false }) => {
    const x = layer ? others[4] : through ? others[3] : null;
    return sizeOf(h.shape) * (16 * (weight.shape[1] + (x?.shape[2] ?? 0)) + 30);
  },
  split: recurrent([W], [S, D]),
  tolerance: deepRecurrence,
  reference: lstmGradReference,
  kernels: {
    cpu: { lower: lstmGradCpu, entries: ['lstmGrad'] },
    webgpu: { lower: lstmGradWebgpu },
    tensorflow: lstmGradTfjs,
  },
});

export const lstmOps = { lstm, lstmGrad };
