// The networks whose blocks a person composes: by the switches of the form, as in the paper, by a list of parts, or the recurrence with nothing around it.
import type { Preset } from './preset.ts';

const norm = { kind: { field: 'norm' }, weight: 'learned', bias: true } as const;
const plain = { norm: false, positions: 'none', dropout: 0 } as const;
const residual = { field: 'residual' } as const;

/** x += conv(x); x += down(mixer(norm(x))); x += mlp(norm(x)): the original stack of this program. */
export const paper: Preset = {
  title: 'as the paper',
  source: 'Feng et al. 2024, arXiv 2410.01201, appendix C.2, and its published code (lucidrains/minGRU-pytorch)',
  layout: {
    norm,
    blocks: [
      [
        {
          when: { field: 'conv', is: [true] },
          norm: 'none',
          parts: [{ part: 'conv', kernel: { field: 'convKernel' }, mix: true }],
          residual,
          dropout: 0,
        },
        {
          norm: 'pre',
          parts: [{ part: 'mixer', expansion: { field: 'expansion' }, down: { field: 'project' }, bias: true }],
          residual,
          dropout: { field: 'dropout', when: { field: 'dropoutPlace', is: ['blocks'] }, otherwise: 0 },
        },
        {
          when: { field: 'mlp', is: [true] },
          norm: 'pre',
          parts: [
            {
              part: 'mlp',
              activation: 'gelu',
              gated: { field: 'mlpKind', is: 'gated' },
              scale: { field: 'mlpKind', is: 'gated' },
              multiple: { field: 'mlpMultiplier' },
              bias: true,
            },
          ],
          residual,
          dropout: { field: 'dropout' },
        },
      ],
    ],
    embedding: plain,
    finalNorm: { field: 'finalNorm' },
    head: { bias: { field: 'headBias' }, tied: false },
    start: 'torch',
  },
};

/** Rows of parts as a person writes them. */
export const own: Preset = {
  title: 'own list of parts',
  source: 'written in the field "Parts"',
  layout: {
    norm,
    blocks: null,
    embedding: plain,
    finalNorm: { field: 'finalNorm' },
    head: { bias: { field: 'headBias' }, tied: false },
    start: 'torch',
  },
};

/** Nothing but the mixers: what a task gives is their input, and what they give is the answer. */
export const alone: Preset = {
  title: 'the recurrence alone',
  source: 'no paper: for systems whose state is what a task observes, such as differential equations',
  layout: {
    norm: { kind: 'none', weight: 'none', bias: false },
    blocks: [
      [
        {
          norm: 'none',
          parts: [{ part: 'mixer', expansion: 1, down: 'when-needed', bias: false }],
          residual: false,
          dropout: 0,
        },
      ],
    ],
    embedding: { ...plain, direct: true },
    finalNorm: false,
    head: { direct: true, bias: false, tied: false },
    start: 'torch',
  },
};
