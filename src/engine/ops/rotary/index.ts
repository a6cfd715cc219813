// rotary: positions as turns of pairs of numbers (Su et al. 2021, arXiv 2104.09864), so that the product of two turned vectors depends on the
// distance of their positions. Its gradient is itself, turned back.
import { lastOf, showShape, sizeOf } from '../../core/tensor.ts';
import { callOne } from '../call.ts';
import { half } from '../half-rule.ts';
import { defineOp, type Op } from '../op.ts';
import { shapeRule } from '../shape-rule.ts';
import { piecewise } from '../split-rule.ts';
import { stored, transcendental } from '../tolerance.ts';
import type { RotaryAttrs } from './angles.ts';
import { rotaryCases } from './cases.ts';
import { rotaryCpu } from './cpu.ts';
import { rotaryReference } from './reference.ts';
import { rotaryTfjs } from './tfjs.ts';
import { rotaryWebgpu } from './webgpu.ts';

const rotary: Op<'rotary', RotaryAttrs> = defineOp({
  kind: 'rotary',
  meaning:
    '(x [B, T, N]) -> y [B, T, N]. In the first `columns` columns, heads of `width` numbers each: pair i of row t turned by (offset + t) base^(-2i/width), or back; pairs (2i, 2i+1) or (i, i + width/2). The other columns stay.',
  infer(inputs, { width, columns }) {
    const y = shapeRule('rotary', inputs, { x: '[B, T, N]' })('[B, T, N]');
    if (columns % width !== 0 || columns > lastOf(y.shape)) {
      const wanted = `a multiple of ${width} up to ${lastOf(y.shape)}`;
      throw new Error(`rotary: columns of x ${showShape(y.shape)} must be ${wanted}, got ${columns}`);
    }
    return [y];
  },
  gradient({ builder, dOutputs: [dy] }, attrs) {
    return [dy === null ? null : callOne(builder, 'rotary', [dy], { ...attrs, inverse: !attrs.inverse })];
  },
  inPlace: [[0, 0]],
  flops: ([x]) => 3 * sizeOf(x.shape),
  split: piecewise,
  half,
  tolerance: transcendental,
  halfTolerance: stored,
  cases: rotaryCases,
  reference: rotaryReference,
  kernels: {
    cpu: { lower: rotaryCpu, entries: ['rotary'] },
    webgpu: { lower: rotaryWebgpu },
    tensorflow: rotaryTfjs,
  },
});

export const rotaryOps = { rotary };
