// Every preset by the name stored in runs, and the layout for the settings of a run. Adding a network = one entry of data and one line here.
import { asIs, type Message, say } from '../../core/say.ts';
import type { FieldValues } from '../../spec/fields.ts';
import type { Layout, Row } from '../layout.ts';
import { readBlocks } from '../read-block.ts';
import { models } from '../registry.ts';
import { alone, own, paper } from './own.ts';
import { type Preset, settle } from './preset.ts';
import {
  gauAlpha,
  gla,
  griffin,
  h3,
  hgrn,
  hyena,
  lru,
  mamba,
  nanogpt,
  retnet,
  roformerV2,
  rwkv4,
  s4d,
} from './published.ts';
import { xlstm01, xlstm10, xlstm11, xlstm71 } from './xlstm.ts';

export const presets: Readonly<Record<string, Preset>> = {
  paper,
  nanogpt,
  mamba,
  griffin,
  hgrn,
  s4d,
  lru,
  rwkv4,
  'roformer-v2': roformerV2,
  'gau-alpha': gauAlpha,
  hyena,
  'xlstm[0:1]': xlstm01,
  'xlstm[1:0]': xlstm10,
  'xlstm[1:1]': xlstm11,
  'xlstm[7:1]': xlstm71,
  retnet,
  gla,
  h3,
  alone,
  own,
};

/** For runs stored before the choice existed. */
export const firstPreset = 'paper';

export type FoundLayout = { readonly layout: Layout } | { readonly problem: Message };

/** The layout of a run, or why there is none. */
export function layoutOf(values: FieldValues): FoundLayout {
  const name = String(values['stack'] ?? firstPreset);
  const preset = Object.hasOwn(presets, name) ? presets[name] : undefined;
  if (preset === undefined) {
    return { problem: say`Network must be one of ${asIs(Object.keys(presets).join(', '))}, got "${asIs(name)}".` };
  }
  const layout = settle(preset.layout, values) as Omit<Layout, 'blocks'> & { readonly blocks: Layout['blocks'] | null };
  if (layout.blocks !== null) return { layout: { ...layout, blocks: layout.blocks } };
  const read = readBlocks(String(values['block'] ?? ''), Object.keys(models));
  return 'problem' in read ? read : { layout: { ...layout, blocks: read.blocks.map((rows) => settled(rows, values)) } };
}

/** Settings for all rows that a person writes. */
const settled = (rows: readonly Row[], values: FieldValues): readonly Row[] =>
  rows.map((row) => ({
    ...row,
    residual: values['residual'] === true,
    dropout: Number(values['dropout']),
  }));
