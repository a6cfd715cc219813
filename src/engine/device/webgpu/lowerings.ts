// How the webgpu device computes each op, by kind.
import { affineWebgpu } from '../../ops/affine/webgpu.ts';
import { accumulateWebgpu, assignWebgpu } from '../../ops/assign/webgpu.ts';
import { binaryWebgpu } from '../../ops/binary/webgpu.ts';
import { broadcastWebgpu } from '../../ops/broadcast/webgpu.ts';
import { constantWebgpu } from '../../ops/constant/webgpu.ts';
import { embeddingGradWebgpu, embeddingWebgpu } from '../../ops/embedding/webgpu.ts';
import { matmulWebgpu } from '../../ops/matmul/webgpu.ts';
import { reduceSumWebgpu } from '../../ops/reduce-sum/webgpu.ts';
import { reshapeWebgpu } from '../../ops/reshape/webgpu.ts';
import { padWebgpu, sliceWebgpu } from '../../ops/slice/webgpu.ts';
import { concatWebgpu, splitWebgpu } from '../../ops/split/webgpu.ts';
import { unaryGradWebgpu, unaryWebgpu } from '../../ops/unary/webgpu.ts';
import type { OpAttrs, OpKind } from '../../ops/kinds.ts';
import type { GpuLowering } from './lowering.ts';

export const gpuLowerings = {
  constant: constantWebgpu,
  binary: binaryWebgpu,
  unary: unaryWebgpu,
  unaryGrad: unaryGradWebgpu,
  affine: affineWebgpu,
  reshape: reshapeWebgpu,
  slice: sliceWebgpu,
  pad: padWebgpu,
  split: splitWebgpu,
  concat: concatWebgpu,
  matmul: matmulWebgpu,
  reduceSum: reduceSumWebgpu,
  broadcast: broadcastWebgpu,
  embedding: embeddingWebgpu,
  embeddingGrad: embeddingGradWebgpu,
  assign: assignWebgpu,
  accumulate: accumulateWebgpu,
} satisfies { [K in OpKind]?: GpuLowering<OpAttrs[K]> };
