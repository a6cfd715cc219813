// The networks around the mixers of published systems, each usable with any mixer, so that two runs of one preset differ only in the mixer.
// Widths of states, layers and dropout are settings of the run.
import type { Preset } from './preset.ts';

const expansion = { field: 'expansion' } as const;
const dropout = { field: 'dropout' } as const;
const bare = { norm: false, positions: 'none', dropout: 0 } as const;
/** In a gate the width is already that of the state. */
const inside = { part: 'mixer', expansion: 1, down: 'when-needed', bias: false } as const;

export const nanogpt: Preset = {
  title: 'GPT-2 (nanoGPT)',
  source: 'karpathy/nanoGPT model.py (3adf61e1) with bias off, as its train.py has it; Radford et al. 2019',
  layout: {
    norm: { kind: 'layerNorm', eps: 1e-5, weight: 'learned', bias: false },
    blocks: [
      [
        { norm: 'pre', parts: [{ part: 'mixer', expansion, down: 'always', bias: false }], residual: true, dropout },
        {
          norm: 'pre',
          parts: [{ part: 'mlp', activation: 'gelu', gated: false, scale: false, multiple: 4, bias: false }],
          residual: true,
          dropout,
        },
      ],
    ],
    embedding: { norm: false, positions: 'learned', dropout },
    finalNorm: true,
    head: { bias: false, tied: true },
    start: 'gpt',
  },
};

export const mamba: Preset = {
  title: 'Mamba',
  source: 'Gu & Dao 2023, arXiv 2312.00752; state-spaces/mamba mamba_simple.py and mixer_seq_simple.py (e9594ce1)',
  layout: {
    norm: { kind: 'rmsNorm', eps: 1e-5, weight: 'learned', bias: false },
    blocks: [
      [
        {
          norm: 'pre',
          parts: [
            {
              part: 'gate',
              activation: 'silu',
              multiple: expansion,
              bias: false,
              branch: [{ part: 'conv', kernel: 4, mix: false }, { part: 'act', activation: 'silu' }, inside],
            },
          ],
          residual: true,
          dropout: 0,
        },
      ],
    ],
    embedding: bare,
    finalNorm: true,
    head: { bias: false, tied: true },
    start: 'mamba',
  },
};

export const griffin: Preset = {
  title: 'Griffin',
  source:
    'De et al. 2024, arXiv 2402.19427; google-deepmind/recurrentgemma modules.py, layers.py and griffin.py (2efa84da): the recurrent block, with the values of its Griffin of the paper',
  layout: {
    norm: { kind: 'rmsNorm', eps: 1e-6, weight: 'offset', bias: false },
    blocks: [
      [
        {
          norm: 'pre',
          parts: [
            {
              part: 'gate',
              activation: 'geluTanh',
              multiple: expansion,
              bias: true,
              branch: [{ part: 'conv', kernel: 4, mix: false }, inside],
            },
          ],
          residual: true,
          dropout: 0,
        },
        {
          norm: 'pre',
          parts: [{ part: 'mlp', activation: 'geluTanh', gated: true, scale: false, multiple: 3, bias: true }],
          residual: true,
          dropout: 0,
        },
      ],
    ],
    embedding: bare,
    finalNorm: true,
    head: { bias: false, tied: true },
    start: 'griffin',
  },
};

export const hgrn: Preset = {
  title: 'HGRN, MatMul-free',
  source: 'Qin et al. 2023, arXiv 2311.04823; flash-linear-attention hgrn (bc3b101d), inner width 8/3 not rounded up',
  layout: {
    norm: { kind: 'rmsNorm', eps: 1e-6, weight: 'learned', bias: false },
    blocks: [
      [
        { norm: 'pre', parts: [{ part: 'mixer', expansion, down: 'always', bias: false }], residual: true, dropout: 0 },
        {
          norm: 'pre',
          parts: [{ part: 'mlp', activation: 'silu', gated: true, scale: false, multiple: 8 / 3, bias: false }],
          residual: true,
          dropout: 0,
        },
      ],
    ],
    embedding: bare,
    finalNorm: true,
    head: { bias: false, tied: false },
    start: 'torch',
  },
};

export const gla: Preset = {
  title: 'GLA',
  source: 'Yang et al. 2023, arXiv 2312.06635; flash-linear-attention gla (bc3b101d), inner width 8/3 not rounded up',
  layout: { ...hgrn.layout, start: 'small' },
};

export const retnet: Preset = {
  title: 'RetNet',
  source:
    'Sun et al. 2023, arXiv 2307.08621; microsoft/torchscale retnet.py and gate_linear_unit.py (4d1e0e82), with values twice as wide as keys as in the paper: an inner width of 4/3 then makes 12 D^2 weights a block',
  layout: {
    norm: { kind: 'rmsNorm', eps: 1e-6, weight: 'learned', bias: false },
    blocks: [
      [
        { norm: 'pre', parts: [{ part: 'mixer', expansion, down: 'always', bias: false }], residual: true, dropout },
        {
          norm: 'pre',
          parts: [{ part: 'mlp', activation: 'silu', gated: true, scale: false, multiple: 4 / 3, bias: false }],
          residual: true,
          dropout,
        },
      ],
    ],
    embedding: { norm: false, positions: 'none', dropout },
    finalNorm: true,
    head: { bias: false, tied: false },
    start: 'retnet',
  },
};

export const s4d: Preset = {
  title: 'S4D',
  source: 'Gu et al. 2022, arXiv 2206.11893; state-spaces/s4 s4d.py and example.py (e757cef5): post-norm',
  layout: {
    norm: { kind: 'layerNorm', eps: 1e-5, weight: 'learned', bias: true },
    blocks: [
      [
        {
          norm: 'post',
          parts: [
            { part: 'mixer', expansion, down: 'when-needed', bias: true },
            { part: 'act', activation: 'gelu' },
            { part: 'glu', bias: true },
          ],
          residual: true,
          dropout,
        },
      ],
    ],
    embedding: bare,
    finalNorm: false,
    head: { bias: true, tied: false },
    start: 'torch',
  },
};

export const lru: Preset = {
  title: 'LRU',
  source:
    'Orvieto et al. 2023, arXiv 2303.06349; NicolasZucchet/minimal-LRU model.py (bbd71b11), its pre-norm with LayerNorm',
  layout: {
    norm: { kind: 'layerNorm', eps: 1e-6, weight: 'learned', bias: true },
    blocks: [
      [
        {
          norm: 'pre',
          parts: [
            { part: 'mixer', expansion, down: 'when-needed', bias: true },
            { part: 'act', activation: 'geluTanh' },
            { part: 'glu', bias: true },
          ],
          residual: true,
          dropout,
        },
      ],
    ],
    embedding: bare,
    finalNorm: false,
    head: { bias: true, tied: false },
    start: 'torch',
  },
};

export const rwkv4: Preset = {
  title: 'RWKV-4',
  source: 'Peng et al. 2023, arXiv 2305.13048; BlinkDL/RWKV-LM RWKV-v4 model.py (524481d5), its channel mix',
  layout: {
    norm: { kind: 'layerNorm', eps: 1e-5, weight: 'learned', bias: true },
    blocks: [
      [
        { norm: 'pre', parts: [{ part: 'mixer', expansion, down: 'always', bias: false }], residual: true, dropout: 0 },
        { norm: 'pre', parts: [{ part: 'channel-mix', multiple: 4 }], residual: true, dropout: 0 },
      ],
    ],
    embedding: { norm: true, positions: 'none', dropout: 0 },
    finalNorm: true,
    head: { bias: false, tied: false },
    start: 'rwkv',
  },
};

const rms = { kind: 'rmsNorm', eps: 1e-7, weight: 'none', bias: false } as const;

export const roformerV2: Preset = {
  title: 'RoFormerV2',
  source:
    'bojone/bert4keras models.py (c1ae0dc5), class RoFormerV2, which ZhuiyiTechnology/roformer-v2 trains: post-norm, the table at both ends; relu as in the configurations of PaddleNLP (0723f5d3); without its dropout before the head',
  layout: {
    norm: rms,
    blocks: [
      [
        { norm: 'post', parts: [{ part: 'mixer', expansion, down: 'always', bias: false }], residual: true, dropout },
        {
          norm: 'post',
          parts: [{ part: 'mlp', activation: 'relu', gated: false, scale: false, multiple: 4, bias: false }],
          residual: true,
          dropout,
        },
      ],
    ],
    embedding: { norm: true, positions: 'none', dropout },
    finalNorm: false,
    head: { bias: false, tied: true },
    start: 'roformer',
  },
};

export const gauAlpha: Preset = {
  title: 'GAU-α',
  source:
    'ZhuiyiTechnology/GAU-alpha models.py (f21e819f) and its base class in bojone/bert4keras models.py (c1ae0dc5): one mixer a block, post-norm, the table at both ends; without its dropout before the head',
  layout: {
    norm: rms,
    blocks: [
      [{ norm: 'post', parts: [{ part: 'mixer', expansion, down: 'always', bias: false }], residual: true, dropout }],
    ],
    embedding: { norm: true, positions: 'none', dropout },
    finalNorm: false,
    head: { bias: false, tied: true },
    start: 'gau',
  },
};

/** Blocks of safari's language models, around H3 and Hyena. */
const safari: Preset['layout'] = {
  norm: { kind: 'layerNorm', eps: 1e-5, weight: 'learned', bias: true },
  blocks: [
    [
      { norm: 'pre', parts: [{ part: 'mixer', expansion, down: 'always', bias: true }], residual: true, dropout: 0 },
      {
        norm: 'pre',
        parts: [{ part: 'mlp', activation: 'geluTanh', gated: false, scale: false, multiple: 4, bias: true }],
        residual: true,
        dropout: 0,
      },
    ],
  ],
  embedding: { norm: false, positions: 'none', dropout },
  finalNorm: true,
  head: { bias: false, tied: true },
  start: 'gpt',
};

export const hyena: Preset = {
  title: 'Hyena',
  source:
    'Poli et al. 2023, arXiv 2302.10866; HazyResearch/safari long_conv_lm.py (02220c69), with an MLP of four times the width as for recall',
  layout: safari,
};

export const h3: Preset = {
  title: 'H3',
  source:
    'Fu et al. 2023, arXiv 2212.14052; HazyResearch/H3 and safari (02220c69): H3 in every layer, without the two of attention in its language models; the projection of H3 starts smaller by the root of the layers, which there that of the MLP alone does',
  layout: safari,
};
