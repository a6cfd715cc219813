// Seeds as people write them: `1..3`, `1, 2, 5`, `7`. Checked before they are expanded.
import { mostRuns } from './grid-size.ts';
import { readNumbers } from './number-text.ts';

/** Seeds are below this. */
export const seedEnd = 2 ** 32;

/** What is wrong: not written as seeds; a range that runs backwards; a number too large; more than `mostRuns`; one that comes twice. */
export type SeedProblem = 'form' | 'order' | 'size' | 'many' | 'twice';

type Read = { readonly seeds: readonly number[] } | { readonly problem: SeedProblem; readonly part: string };

/** `part` is the faulty part of the text. */
export function readSeeds(text: string): Read {
  const read = readNumbers(text, { whole: true, most: mostRuns });
  if ('problem' in read) {
    const { kind, part } = read.problem;
    return { problem: kind === 'order' || kind === 'many' || kind === 'twice' ? kind : 'form', part };
  }
  const strange = read.values.find((seed) => seed < 0 || !Number.isInteger(seed));
  if (strange !== undefined || /[e.](?!\.)(?<!\.\.)/i.test(text)) return { problem: 'form', part: text };
  const large = read.values.find((seed) => seed >= seedEnd);
  return large === undefined ? { seeds: read.values } : { problem: 'size', part: String(large) };
}

/** The shortest text that `readSeeds` reads back. */
export function seedsText(seeds: readonly number[]): string {
  const [first] = seeds;
  const running = first !== undefined && seeds.length > 2 && seeds.every((seed, at) => seed === first + at);
  return running ? `${first}..${seeds[seeds.length - 1]}` : seeds.join(', ');
}
