// Chinese texts for choosing among many runs.
import type { reading as english } from '../en/reading.ts';
import type { Translation } from '../shape.ts';

export const reading: Translation<typeof english> = {
  panels: '显示比赛的哪一部分',
  panel: { charts: '曲线', sweep: '扫描', samples: '样文', examples: '例题' },
};
