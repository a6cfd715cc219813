// The network of xLSTM, around any mixer.
import type { Preset } from './preset.ts';

const expansion = { field: 'expansion' } as const;
const dropout = { field: 'dropout' } as const;

/** The block of sLSTM: what a:b names is mLSTM blocks to sLSTM blocks. */
export const xlstm01: Preset = {
  title: 'xLSTM [0:1]',
  source:
    'Beck et al. 2024, arXiv 2405.04517; NX-AI/xlstm xlstm_block.py, slstm_block.py and feedforward.py (032a6fb8): sLSTM blocks alone, inner width 1.3 not rounded up to a multiple of 64',
  layout: {
    norm: { kind: 'layerNorm', eps: 1e-5, weight: 'offset', bias: false },
    blocks: [
      [
        {
          norm: 'pre',
          parts: [{ part: 'mixer', expansion, down: 'when-needed', bias: false }],
          residual: true,
          dropout,
        },
        {
          norm: 'pre',
          parts: [{ part: 'mlp', activation: 'gelu', gated: true, scale: false, multiple: 1.3, bias: false }],
          residual: true,
          dropout,
        },
      ],
    ],
    embedding: { norm: false, positions: 'none', dropout },
    finalNorm: true,
    head: { bias: false, tied: false },
    start: 'xlstm',
  },
};
