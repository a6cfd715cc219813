// Seeds as people write them: `1..3`, `1, 2, 5`, `7`. Judged before a list is made of them.
import { mostRuns } from './grid-size.ts';

/** Seeds are below this. */
export const seedEnd = 2 ** 32;

/** What is wrong: not written as seeds; a range that runs backwards; a number too large; more than `mostRuns`; one that comes twice. */
export type SeedProblem = 'form' | 'order' | 'size' | 'many' | 'twice';

type Read = { readonly seeds: readonly number[] } | { readonly problem: SeedProblem; readonly part: string };

const pattern = /^\s*(\d+)\s*(?:(?:\.\.|-|–)\s*(\d+)\s*)?$/;

/** `part` is the piece of the text that is to blame. */
export function readSeeds(text: string): Read {
  const seeds: number[] = [];
  for (const part of text.split(/[,;]/)) {
    const [, first, last = first] = pattern.exec(part) ?? [];
    if (first === undefined || last === undefined) return { problem: 'form', part };
    const [from, to] = [Number(first), Number(last)];
    if (to < from) return { problem: 'order', part };
    if (to >= seedEnd) return { problem: 'size', part };
    if (seeds.length + to - from + 1 > mostRuns) return { problem: 'many', part };
    for (let seed = from; seed <= to; seed++) seeds.push(seed);
  }
  const twice = seeds.find((seed, i) => seeds.indexOf(seed) !== i);
  return twice === undefined ? { seeds } : { problem: 'twice', part: String(twice) };
}

/** The shortest text that `readSeeds` reads back. */
export function seedsText(seeds: readonly number[]): string {
  const [first] = seeds;
  const running = first !== undefined && seeds.length > 2 && seeds.every((seed, at) => seed === first + at);
  return running ? `${first}..${seeds[seeds.length - 1]}` : seeds.join(', ');
}
