// The network of xLSTM, around any mixer.
import type { Preset } from './preset.ts';

const expansion = { field: 'expansion' } as const;
const dropout = { field: 'dropout' } as const;

const around = {
  norm: { kind: 'layerNorm', eps: 1e-5, weight: 'offset', bias: false },
  embedding: { norm: false, positions: 'none', dropout },
  finalNorm: true,
  head: { bias: false, tied: false },
  start: 'xlstm',
} as const;

const mlp = {
  norm: 'pre',
  parts: [{ part: 'mlp', activation: 'gelu', gated: true, scale: false, multiple: 4 / 3, bias: false }],
  residual: true,
  dropout,
} as const;

/** mLSTM's, whose layer is wide inside and needs no MLP. */
const mBlock = [
  { norm: 'pre', parts: [{ part: 'mixer', expansion, down: 'always', bias: false }], residual: true, dropout },
] as const;

/** sLSTM's among those: its state is as wide as the block. Both kinds have as many heads; 4 where the mixer of the run has none. */
const sBlock = [
  {
    norm: 'pre',
    parts: [
      {
        part: 'mixer',
        model: 'slstm',
        values: { heads: { field: 'heads', otherwise: 4 } },
        expansion: 1,
        down: 'when-needed',
        bias: false,
      },
    ],
    residual: true,
    dropout,
  },
  mlp,
] as const;

/** The block of sLSTM: what a:b names is mLSTM blocks to sLSTM blocks. */
export const xlstm01: Preset = {
  title: 'xLSTM [0:1]',
  source:
    'Beck et al. 2024, arXiv 2405.04517; NX-AI/xlstm xlstm_block.py, slstm_block.py and feedforward.py (032a6fb8): sLSTM blocks alone, with the inner width 4/3 of the paper, which the 1.3 of the code is where it is rounded up to a multiple of 64 at width 768',
  layout: {
    ...around,
    blocks: [
      [
        {
          norm: 'pre',
          parts: [{ part: 'mixer', expansion, down: 'when-needed', bias: false }],
          residual: true,
          dropout,
        },
        mlp,
      ],
    ],
  },
};

export const xlstm10: Preset = {
  title: 'xLSTM [1:0]',
  source:
    'Beck et al. 2024, arXiv 2405.04517; NX-AI/xlstm xlstm_block.py and mlstm_block.py (032a6fb8): mLSTM blocks alone, with expansion 2',
  layout: { ...around, blocks: [mBlock] },
};

export const xlstm71: Preset = {
  title: 'xLSTM [7:1]',
  source:
    'Beck et al. 2024, arXiv 2405.04517; NX-AI/xlstm xlstm_block_stack.py (032a6fb8): of eight blocks the second is sLSTM with its MLP, the others have the mixer of the run, mLSTM with expansion 2 in the paper',
  layout: { ...around, blocks: [mBlock, sBlock, mBlock, mBlock, mBlock, mBlock, mBlock, mBlock] },
};

export const xlstm11: Preset = {
  title: 'xLSTM [1:1]',
  source:
    'Beck et al. 2024, arXiv 2405.04517; NX-AI/xlstm xlstm_block_stack.py and experiments/parity_xlstm11.yaml (032a6fb8): blocks in turn, the first with the mixer of the run, mLSTM with expansion 2 in the paper, the second sLSTM with its MLP',
  layout: { ...around, blocks: [mBlock, sBlock] },
};
