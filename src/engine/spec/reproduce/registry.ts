// Every reproduction by the name the command line takes. A reproduction = one file in `presets` + one line here.
import type { Computed } from './computed.ts';
import type { Preset } from './preset.ts';
import { ablations } from './presets/ablations.ts';
import { attentionAsRnn } from './presets/attention-as-rnn.ts';
import { chomsky } from './presets/chomsky.ts';
import { figure2 } from './presets/figure-2.ts';
import { forgetBias } from './presets/forget-bias.ts';
import { linearIsBest } from './presets/linear-is-best.ts';
import { lra } from './presets/lra.ts';
import { lruLm } from './presets/lru-lm.ts';
import { ode } from './presets/ode.ts';
import { parameters } from './presets/parameters.ts';
import { table1 } from './presets/table-1.ts';
import { table2 } from './presets/table-2.ts';

/** Those that train. */
export const reproductions: readonly Preset[] = [
  table1,
  table2,
  figure2,
  chomsky,
  lra,
  ablations,
  forgetBias,
  lruLm,
  linearIsBest,
  attentionAsRnn,
  ode,
];

export type Reproduction = Preset | Computed;

/** In the order in which they are listed. */
export const allReproductions: readonly Reproduction[] = [...reproductions, parameters];

export const isComputed = (one: Reproduction): one is Computed => one.kind === 'computed';

export const reproductionOf = (id: string): Reproduction | undefined => allReproductions.find((one) => one.id === id);
