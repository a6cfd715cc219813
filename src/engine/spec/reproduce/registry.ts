// Every reproduction by the name the command line takes. A reproduction = one file in `presets` + one line here.
import type { Preset } from './preset.ts';
import { chomsky } from './presets/chomsky.ts';
import { figure2 } from './presets/figure-2.ts';
import { forgetBias } from './presets/forget-bias.ts';
import { lruLm } from './presets/lru-lm.ts';
import { table1 } from './presets/table-1.ts';
import { table2 } from './presets/table-2.ts';

export const reproductions: readonly Preset[] = [table1, table2, figure2, chomsky, forgetBias, lruLm];

export const reproductionOf = (id: string): Preset | undefined => reproductions.find((preset) => preset.id === id);
