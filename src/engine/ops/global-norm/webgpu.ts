// globalNorm on webgpu: partial sums of squares, a few gradients a dispatch, then one workgroup that adds them. In float32: a norm
// above 1.8e19 counts as not finite.
import { sizeOf } from '../../core/tensor.ts';
import {
  bind,
  flat,
  NON_FINITE,
  operand,
  real,
  type GpuLowering,
  type GpuOperand,
  type GpuPlace,
  type GpuWriter,
} from '../../plan/gpu/lowering.ts';
import type { OpAttrs } from '../kinds.ts';
import { groupHead, lanesFor, reduction } from '../reduce-webgpu.ts';

/** Elements of one partial sum. */
const CHUNK = 64;
/** Every adapter binds eight buffers; one of them holds the partial sums. */
const GRADIENTS = 7;

interface Piece {
  readonly gradient: GpuOperand;
  /** Number of its first partial sum. */
  readonly first: number;
  readonly count: number;
}

export const globalNormWebgpu: GpuLowering<OpAttrs['globalNorm']> = (gpu, { max }) => {
  let total = 0;
  const all = gpu.inputs.map((gradient): Piece => {
    const piece = { gradient, first: total, count: Math.ceil(sizeOf(gradient.type.shape) / CHUNK) };
    total += piece.count;
    return piece;
  });
  const partials = gpu.workspace(total * 4);
  for (let i = 0; i < all.length; i += GRADIENTS) partialSums(gpu, all.slice(i, i + GRADIENTS), partials);
  const lanes = lanesFor(total, gpu.traits);
  const { declarations, buffers } = bind({ partials, norm: operand(gpu.outputs, 0), factor: operand(gpu.outputs, 1) });
  const clip = max === 0 ? '1f' : `min(1f, ${real(max)} / (length + 1e-6f))`;
  const code = `${declarations}
${NON_FINITE}
${reduction('sum', lanes)}
${groupHead(lanes)}
  var own = 0f;
  for (var i = lane; i < ${total}u; i += ${lanes}u) { own += partials[i]; }
  let squares = reduce_sum(lane, own);
  if (lane == 0u) {
    var length = squares;
    var share = nan();
    if (finite(squares)) { length = sqrt(squares); share = ${clip}; }
    norm[0] = length;
    factor[0] = share;
  }
}`;
  gpu.dispatch({ label: 'sum of parts', code, buffers, groups: [1, 1, 1] });
};

function partialSums(gpu: GpuWriter, pieces: readonly Piece[], partials: GpuPlace): void {
  const named = Object.fromEntries(pieces.map(({ gradient }, i) => [`g${i}`, gradient]));
  const { declarations, names, buffers } = bind({ ...named, partials });
  const first = pieces[0]?.first ?? 0;
  const { groups, head } = flat(
    pieces.reduce((sum, { count }) => sum + count, 0),
    gpu.traits,
    64,
  );
  const branches = pieces.map((piece, i) => {
    const start = piece.first - first;
    return `if (index >= ${start}u && index < ${start + piece.count}u) {
    let begin = (index - ${start}u) * ${CHUNK}u;
    for (var i = begin; i < min(begin + ${CHUNK}u, ${sizeOf(piece.gradient.type.shape)}u); i++) {
      let value = ${names[`g${i}`]}[i];
      squares = fma(value, value, squares);
    }
  }`;
  });
  const code = `${declarations}
${head}
  var squares = 0f;
  ${branches.join('\n  ')}
  partials[${first}u + index] = squares;
}`;
  gpu.dispatch({ label: '', code, buffers, groups });
}
