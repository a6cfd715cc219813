// selectiveScan and selectiveScanGrad: a state space of N numbers a channel whose step, input and read-out differ at every position (S6). States
// of single steps are never stored.
import { call, callOne, shaped } from '../call.ts';
import type { HalfRule } from '../half-rule.ts';
import { defineGradient, defineOp, type GradientOp, type Op } from '../op.ts';
import { shapeRule } from '../shape-rule.ts';
import { P, S, W, always } from '../split-rule.ts';
import { scans, storedSteps } from '../tolerance.ts';
import { selectiveScanCases } from './cases.ts';
import { selectiveScanCpu, selectiveScanGradCpu } from './cpu.ts';
import { selectiveScanGradReference, selectiveScanReference } from './reference.ts';
import { selectiveSizes, type SelectiveAttrs, type SelectiveGradAttrs } from './sizes.ts';
import { selectiveScanGradTfjs, selectiveScanTfjs } from './tfjs.ts';
import { selectiveScanGradWebgpu, selectiveScanWebgpu } from './webgpu.ts';

const inputs = { x: '[B, T, 2D]', bc: '[B, T, 2N]', system: '[D, N+1]' } as const;
const states = '[B, D, N]';

const half: HalfRule = {
  outputs: ['half', 'single', 'single'],
  needs: [0],
  reason: 'steps decide how fast states fade, over all later steps',
};

const selectiveScan: Op<'selectiveScan', SelectiveAttrs> = defineOp({
  kind: 'selectiveScan',
  meaning:
    '(x [B, T, 2D] = u | dt, bc [B, T, 2N] = B | C, system [D, N+1] = A | skip, h0? [B, D, N]) -> y [B, T, D], final [B, D, N], kept [B, T/16, N, D]. h_t = exp(dt_t A) h_{t-1} + dt_t B_t u_t for each number of a channel, y_t = sum over n of C_t h_t + skip u_t; kept = the states before every 16th step.',
  infer(types, { initial }) {
    const resolve = shapeRule('selectiveScan', types, { ...inputs, ...(initial ? { h0: states } : {}) });
    const { K } = selectiveSizes(types[0], types[1]);
    return [resolve('[B, T, D]'), resolve(states), resolve(`[B, ${K}, N, D]`)];
  },
  gradient({ builder, inputs: given, outputs, dOutputs: [dy, dfinal, stray] }, { initial }) {
    if (stray) throw new Error('selectiveScan: output kept has no gradient; only y and final can be part of a loss');
    const [x, bc, system] = given;
    const arriving = dy ?? callOne(builder, 'constant', [], { shape: builder.shape(outputs[0]), value: 0 });
    const attrs = { initial, final: dfinal !== null };
    const last = dfinal === null ? [] : [dfinal];
    const found = call(builder, 'selectiveScanGrad', [x, bc, system, outputs[2], arriving, ...last], attrs);
    const [dx, dbc, each, dh0] = found;
    const [batch = 1, D = 1, wide = 1] = builder.shape(each);
    const rows = shaped(builder, each, [batch, D * wide]);
    const dsystem = shaped(builder, callOne(builder, 'reduceSum', [rows], { over: 'rows', mean: false }), [D, wide]);
    return [dx, dbc, dsystem, ...(initial ? [dh0] : [])];
  },
  flops([x, bc]) {
    const { B, T, D, N } = selectiveSizes(x, bc);
    return B * T * D * (7 * N + 3);
  },
  split: always([P, P, W], [S, S, S]),
  half,
  tolerance: scans,
  halfTolerance: storedSteps,
  cases: selectiveScanCases,
  reference: selectiveScanReference,
  kernels: {
    cpu: { lower: selectiveScanCpu, entries: ['selectiveScan'] },
    webgpu: { lower: selectiveScanWebgpu },
    tensorflow: selectiveScanTfjs,
  },
});

const selectiveScanGrad: GradientOp<'selectiveScanGrad', SelectiveGradAttrs> = defineGradient({
  kind: 'selectiveScanGrad',
  meaning: '(x, bc, system, kept, dy, dfinal?) -> dx, dbc, dsystem [B, D, N+1] (, dh0).',
  infer(types, { initial, final }) {
    const { K } = selectiveSizes(types[0], types[1]);
    const resolve = shapeRule('selectiveScanGrad', types, {
      ...inputs,
      kept: `[B, ${K}, N, D]`,
      dy: '[B, T, D]',
      ...(final ? { dfinal: states } : {}),
    });
    return [resolve(inputs.x), resolve(inputs.bc), resolve('[B, D, N+1]'), ...(initial ? [resolve(states)] : [])];
  },
  flops([x, bc]) {
    const { B, T, D, N } = selectiveSizes(x, bc);
    return B * T * D * (24 * N + 6);
  },
  split: always([P, P, W], []),
  tolerance: scans,
  halfTolerance: storedSteps,
  reference: selectiveScanGradReference,
  kernels: {
    cpu: { lower: selectiveScanGradCpu, entries: ['selectiveScanGrad', 'selectiveScanFinish'] },
    webgpu: { lower: selectiveScanGradWebgpu },
    tensorflow: selectiveScanGradTfjs,
  },
});

export const selectiveScanOps = { selectiveScan, selectiveScanGrad };
