// How the cpu device computes each op, by kind.
import { affineCpu } from '../../ops/affine/cpu.ts';
import { accumulateCpu, assignCpu } from '../../ops/assign/cpu.ts';
import { binaryCpu } from '../../ops/binary/cpu.ts';
import { broadcastCpu } from '../../ops/broadcast/cpu.ts';
import { constantCpu } from '../../ops/constant/cpu.ts';
import type { OpAttrs, OpKind } from '../../ops/kinds.ts';
import { matmulCpu } from '../../ops/matmul/cpu.ts';
import { reshapeCpu } from '../../ops/reshape/cpu.ts';
import { padCpu, sliceCpu } from '../../ops/slice/cpu.ts';
import { concatCpu, splitCpu } from '../../ops/split/cpu.ts';
import type { Lowering } from '../../plan/lowering.ts';

export const cpuLowerings = {
  constant: constantCpu,
  binary: binaryCpu,
  affine: affineCpu,
  matmul: matmulCpu,
  assign: assignCpu,
  accumulate: accumulateCpu,
  reshape: reshapeCpu,
  broadcast: broadcastCpu,
  slice: sliceCpu,
  pad: padCpu,
  split: splitCpu,
  concat: concatCpu,
} satisfies { [K in OpKind]?: Lowering<OpAttrs[K]> };
