// How the cpu device computes each op, by kind: what the records say.
import { ofEachOp } from '../../ops/registry.ts';

export const cpuLowerings = ofEachOp(({ kernels }) => kernels.cpu.lower);
