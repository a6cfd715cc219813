// diagonalScan and diagonalScanGrad: a filter a channel, made of N complex modes that turn and fade at fixed rates (S4D). States of single steps are
// never stored.
import { call, callOne, shaped } from '../call.ts';
import type { HalfRule } from '../half-rule.ts';
import { defineGradient, defineOp, type GradientOp, type Op } from '../op.ts';
import { shapeRule } from '../shape-rule.ts';
import { P, S, W, always } from '../split-rule.ts';
import { scans, storedSteps } from '../tolerance.ts';
import { diagonalScanCases } from './cases.ts';
import { diagonalScanCpu, diagonalScanGradCpu } from './cpu.ts';
import { diagonalScanGradReference, diagonalScanReference } from './reference.ts';
import { diagonalSizes, type DiagonalAttrs, type DiagonalGradAttrs } from './sizes.ts';
import { diagonalScanGradTfjs, diagonalScanTfjs } from './tfjs.ts';
import { diagonalScanGradWebgpu, diagonalScanWebgpu } from './webgpu.ts';

const inputs = { u: '[B, T, H]', system: '[H, 6*N+1]' } as const;
const states = '[B, 2, H, N]';

const half: HalfRule = {
  outputs: ['half', 'single', 'single'],
  reason: 'states begin many later steps each',
};

const diagonalScan: Op<'diagonalScan', DiagonalAttrs> = defineOp({
  kind: 'diagonalScan',
  meaning:
    '(u [B, T, H], system [H, 6N+1] = a real | a imaginary | b real | b imaginary | c real | c imaginary | skip, h0? [B, 2, H, N]) -> y [B, T, H], final [B, 2, H, N], kept [B, T/64, 2N, H]. x_t = a x_{t-1} + b u_t for each complex mode of a channel, y_t = Re(sum over n of c x_t) + skip u_t; kept = the states before every 64th step.',
  infer(types, { initial }) {
    const resolve = shapeRule('diagonalScan', types, { ...inputs, ...(initial ? { h0: states } : {}) });
    const { K } = diagonalSizes(types[0], types[1]);
    return [resolve('[B, T, H]'), resolve(states), resolve(`[B, ${K}, 2N, H]`)];
  },
  gradient({ builder, inputs: [u, system], outputs, dOutputs: [dy, dfinal, stray] }, { initial }) {
    if (stray) throw new Error('diagonalScan: output kept has no gradient; only y and final can be part of a loss');
    const arriving = dy ?? callOne(builder, 'constant', [], { shape: builder.shape(outputs[0]), value: 0 });
    const last = dfinal === null ? [] : [dfinal];
    const attrs = { initial, final: dfinal !== null };
    const [du, each, dh0] = call(builder, 'diagonalScanGrad', [u, system, outputs[2], arriving, ...last], attrs);
    const [batch = 1, H = 1, wide = 1] = builder.shape(each);
    const rows = shaped(builder, each, [batch, H * wide]);
    const dsystem = shaped(builder, callOne(builder, 'reduceSum', [rows], { over: 'rows', mean: false }), [H, wide]);
    return [du, dsystem, ...(initial ? [dh0] : [])];
  },
  flops([u, system]) {
    const { B, T, H, N } = diagonalSizes(u, system);
    return B * T * H * (16 * N + 2);
  },
  split: always([P, W], [S, S, S]),
  half,
  tolerance: scans,
  halfTolerance: storedSteps,
  cases: diagonalScanCases,
  reference: diagonalScanReference,
  kernels: {
    cpu: { lower: diagonalScanCpu, entries: ['diagonalScan'] },
    webgpu: { lower: diagonalScanWebgpu },
    tensorflow: diagonalScanTfjs,
  },
});

const diagonalScanGrad: GradientOp<'diagonalScanGrad', DiagonalGradAttrs> = defineGradient({
  kind: 'diagonalScanGrad',
  meaning: '(u, system, kept, dy, dfinal?) -> du, dsystem [B, H, 6N+1] (, dh0).',
  infer(types, { initial, final }) {
    const { K } = diagonalSizes(types[0], types[1]);
    const resolve = shapeRule('diagonalScanGrad', types, {
      ...inputs,
      kept: `[B, ${K}, 2N, H]`,
      dy: '[B, T, H]',
      ...(final ? { dfinal: states } : {}),
    });
    return [resolve(inputs.u), resolve('[B, H, 6*N+1]'), ...(initial ? [resolve(states)] : [])];
  },
  flops([u, system]) {
    const { B, T, H, N } = diagonalSizes(u, system);
    return B * T * H * (48 * N + 4);
  },
  split: always([P, W], []),
  tolerance: scans,
  halfTolerance: storedSteps,
  reference: diagonalScanGradReference,
  kernels: {
    cpu: { lower: diagonalScanGradCpu, entries: ['diagonalScanGrad'] },
    webgpu: { lower: diagonalScanGradWebgpu },
    tensorflow: diagonalScanGradTfjs,
  },
});

export const diagonalScanOps = { diagonalScan, diagonalScanGrad };
