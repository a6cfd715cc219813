// cumulativeSum in the language of kernels: what is carried and what came in. From the end the same step goes the other way.
import { add } from '../../kernel/expr.ts';
import { forwardKernel, type ScanKernel } from '../../kernel/scan.ts';

const forward = forwardKernel('cumulativeSum', {
  sequence: 'x',
  parts: ['x'],
  channels: [],
  state: 'y',
  states: ['y'],
  step: ({ x, y }) => ({ y: add(y, x) }),
});
const back: ScanKernel = { ...forward, name: 'cumulativeSumBack', reverse: true };

export const cumulativeSumKernels: readonly ScanKernel[] = [forward, back];

export const cumulativeSumKernel = ({ reverse }: { readonly reverse: boolean }): ScanKernel =>
  reverse ? back : forward;
