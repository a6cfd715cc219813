// One file of golden vectors against one device. A file this program has no layer for is skipped with the reason, a broken one fails.
import type { DeviceUnderTest } from './check-op.ts';
import type { Comparison } from './compare.ts';
import { checkGoldenCase, type GoldenFile, type GoldenLayerCase } from './golden.ts';
import {
  checkGoldenLanguage,
  checkGoldenOptimiser,
  type GoldenLanguageCase,
  type GoldenOptimiserCase,
} from './golden-training.ts';
import { checkGoldenStatistics, type GoldenStatisticsCase } from './golden-statistics.ts';
import { checkGoldenRun, type GoldenRunCase } from './golden-run.ts';

export type GoldenOutcome =
  | { readonly comparisons: readonly Comparison[] }
  | { readonly skipped: string; readonly passed: true }
  | { readonly problems: readonly string[]; readonly passed: false; readonly skipped: null };

/** All cases of a file, by its name without extension. `content` is parsed JSON of any kind. */
export async function checkGoldenFile(name: string, content: unknown, under: DeviceUnderTest): Promise<GoldenOutcome> {
  if (!hasCases(content)) return broken(`golden ${name}: a file must be an object with a list of cases`);
  try {
    const comparisons = await compareCases(name, content, under);
    if (comparisons.length > 0) return { comparisons };
    return { skipped: 'this program has no layer of that name', passed: true };
  } catch (error) {
    return broken(`golden ${name}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

const broken = (problem: string): GoldenOutcome => ({ problems: [problem], passed: false, skipped: null });

function hasCases(content: unknown): content is GoldenFile<unknown> {
  return typeof content === 'object' && content !== null && 'cases' in content && Array.isArray(content.cases);
}

async function compareCases(
  name: string,
  file: GoldenFile<unknown>,
  { device, options }: DeviceUnderTest,
): Promise<Comparison[]> {
  const comparisons: Comparison[] = [];
  const layer = file.file ?? name;
  for (const one of file.cases) {
    if (layer === 'optimizers') {
      comparisons.push(...((await checkGoldenOptimiser(one as GoldenOptimiserCase, device, options)) ?? []));
    } else if (layer === 'charlm_mingru') {
      comparisons.push(...(await checkGoldenLanguage(one as GoldenLanguageCase, device, options)));
    } else if (layer === 'product_run') {
      comparisons.push(...(await checkGoldenRun(one as GoldenRunCase, device, options)));
    } else if (layer === 'statistics') {
      comparisons.push(...checkGoldenStatistics(one as GoldenStatisticsCase));
    } else {
      comparisons.push(...(await checkGoldenCase(layer, one as GoldenLayerCase, device, options)));
    }
  }
  return comparisons;
}
