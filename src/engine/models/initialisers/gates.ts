// Initialisers of gates that determine how far a channel or a head initially looks back.
import { define } from './define.ts';

interface Depth {
  readonly layer: number;
  readonly layers: number;
}

/** l / (L - 1): 0 for the first layer and 1 for the last; 0 where there is one. */
const depth = ({ layer, layers }: Depth): number => (layers > 1 ? layer / (layers - 1) : 0);

const list = (count: number, of: (i: number) => number): { kind: 'listed'; values: readonly number[] } => ({
  kind: 'listed',
  values: Array.from({ length: count }, (_, i) => of(i)),
});

/** i / (n - 1), and 0 for one channel alone. */
const along = (i: number, count: number): number => (count > 1 ? i / (count - 1) : 0);

export const gates = {
  'rwkv-decay': define<Depth & { readonly width: number }>({
    formula: '-5 + 8 (h / (C - 1))^(0.7 + 1.3 r), r = l / (L - 1)',
    source: 'RWKV-4 (BlinkDL/RWKV-LM RWKV-v4 model.py; Peng et al. 2023, arXiv 2305.13048)',
    law: (values) => list(values.width, (i) => -5 + 8 * along(i, values.width) ** (0.7 + 1.3 * depth(values))),
  }),
  'rwkv-first': define<{ readonly width: number }>({
    formula: 'log 0.3 + 0.5 ((i + 1) mod 3 - 1)',
    source: 'RWKV-4 (BlinkDL/RWKV-LM RWKV-v4 model.py)',
    law: ({ width }) => list(width, (i) => Math.log(0.3) + 0.5 * (((i + 1) % 3) - 1)),
  }),
  /** `raise` is added times r, `power` scales the exponent: 0 and 1 for keys, 0.3 and 1 for values, 0 and 1/2 for the gate. */
  'rwkv-mix': define<Depth & { readonly width: number; readonly raise: number; readonly power: number }>({
    formula: '(i / C)^(power a) + raise r, a = 1 - l / L, r = l / (L - 1)',
    source: 'RWKV-4 (BlinkDL/RWKV-LM RWKV-v4 model.py), time mix and channel mix',
    law: (values) => {
      const { width, raise, power, layer, layers } = values;
      return list(width, (i) => (i / width) ** (power * (1 - layer / layers)) + raise * depth(values));
    },
  }),
  'mlstm-forget': define<{ readonly heads: number }>({
    formula: 'from 3 to 6 in even steps over the heads',
    source: 'Beck et al. 2024, arXiv 2405.04517; NX-AI/xlstm cell.py',
    law: ({ heads }) => list(heads, (head) => 3 + 3 * along(head, heads)),
  }),
  'slstm-forget': define<Depth & { readonly width: number }>({
    formula: '5 - 12 (j / (d - 1))^(0.3 + 1.3 l / (L - 1)) over the channels of a head',
    source: 'Beck et al. 2024, arXiv 2405.04517; NX-AI/xlstm cell.py (powerlaw_blockdependent)',
    law: (values) => list(values.width, (i) => 5 - 12 * along(i, values.width) ** (0.3 + 1.3 * depth(values))),
  }),
  'hgrn-phase': define<{ readonly width: number }>({
    formula: '10000^(-2 j / H), j = 0 .. H - 1',
    source: 'Qin et al. 2023, arXiv 2311.04823; Doraemonzzz/hgru-pytorch',
    law: ({ width }) => list(width, (j) => 10000 ** ((-2 * j) / width)),
  }),
  'open-gate': define<{ readonly rows: number; readonly others: number; readonly open: number }>({
    formula: '`open` for the rows of the gate that keeps, 0 for the others',
    source: 'Martin & Cundy 2018, arXiv 1709.04057 with 5 (eamartin/parallelizing_linear_rnns layers_new.py)',
    law: ({ rows, others, open }) => ({
      kind: 'stacked',
      parts: [
        { rows, initialiser: { kind: 'constant', value: open } },
        { rows: others, initialiser: { kind: 'zeros' } },
      ],
    }),
  }),
  'hgrn-bounds': define<object>({
    formula: 'Gamma = 0: bounds that rise in equal steps from layer to layer',
    source: 'Qin et al. 2023, arXiv 2311.04823; flash-linear-attention hgrn.py',
    law: () => ({ kind: 'zeros' }),
  }),
} as const;
