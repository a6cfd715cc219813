// cumulativeSum in the language of kernels: the carried sum plus the input. In reverse the same step runs from the end.
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
