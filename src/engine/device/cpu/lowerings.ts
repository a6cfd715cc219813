// The cpu lowering of each op by kind, from the op records.
import { ofEachOp } from '../../ops/registry.ts';

export const cpuLowerings = ofEachOp(({ kernels }) => kernels.cpu.lower);
