// The measurements that `bench scaling` recorded in this checkout. Independent of pages.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ScalingResult } from '../../src/engine/spec/scaling.ts';

/** The first result of bench/results/scaling.json; null when nothing was recorded. */
export function storedScaling(root: string): ScalingResult | null {
  const path = join(root, 'bench', 'results', 'scaling.json');
  if (!existsSync(path)) return null;
  const stored = JSON.parse(readFileSync(path, 'utf8')) as { readonly results: readonly ScalingResult[] };
  return stored.results[0] ?? null;
}
