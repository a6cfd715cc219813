// linearScan and its gradient in the language of kernels.
import { add, fma, input, mul } from '../../kernel/expr.ts';
import type { ScanKernel } from '../../kernel/scan.ts';

const [a, b, before, arriving, carried] = ['a', 'b', 'h_before', 'd_h', 'carried'].map(input);

const next = fma(a, before, b);
const forward: ScanKernel = {
  name: 'linearScan',
  reverse: false,
  sequences: [
    { name: 'a', parts: ['a'] },
    { name: 'b', parts: ['b'] },
  ],
  earlier: null,
  channels: [],
  carried: { names: ['h_before'], next: [next], start: 'h0', final: null },
  outputs: [{ name: 'h', parts: [next] }],
  totals: [],
};

const sum = add(arriving, carried);
const backward: ScanKernel = {
  name: 'linearScanGrad',
  reverse: true,
  sequences: [
    { name: 'a', parts: ['a'] },
    { name: 'd_h', parts: ['d_h'] },
  ],
  earlier: { name: 'h', parts: ['h_before'], start: 'h0' },
  channels: [],
  carried: { names: ['carried'], next: [mul(a, sum)], start: null, final: 'd_h0' },
  outputs: [
    { name: 'd_a', parts: [mul(sum, before)] },
    { name: 'd_b', parts: [sum] },
  ],
  totals: [],
};

export const linearScanKernels = [forward, backward];

export const linearScanKernel = (): ScanKernel => forward;
export const linearScanGradKernel = (): ScanKernel => backward;
