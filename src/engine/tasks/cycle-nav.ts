// Cycle navigation: where on a ring of five does a walk end? Tests a counter modulo five.
// Input: n moves (0 = back, 1 = stay, 2 = forward) and a blank. Target at the blank: position mod 5. Example: + + . - _ -> 1.
// Loss: cross-entropy at the blank. Solved: 99 % on longer walks. Versions: v1 = official generator.
import { itemAt } from '../core/item.ts';
import { perSize } from './chance.ts';
import { answerAtEnd, drawMany, formalTask } from './formal.ts';

export const cycleNav = formalTask({
  id: 'cycle-nav-v1',
  title: 'Cycle navigation',
  summary: 'Follow steps back, stay and forward on a ring of five places and say where the walk ends.',
  symbols: ['-', '.', '+', '_'],
  classes: 5,
  length: (n) => n + 1,
  alphabet: 3,
  example: (n, random) => {
    const moves = drawMany(random, n, 3);
    const position = moves.reduce((sum, move) => sum + move - 1, 0);
    return answerAtEnd(moves, 3, ((position % 5) + 5) % 5);
  },
  answers: (sizes) => perSize(sizes, 64, placesAfter),
});

/** Where a walk of n moves ends, as probabilities. */
function placesAfter(n: number): readonly number[] {
  let shares: readonly number[] = [1, 0, 0, 0, 0];
  for (let i = 0; i < n; i++)
    shares = shares.map((stay, at) => (itemAt(shares, (at + 4) % 5) + stay + itemAt(shares, (at + 1) % 5)) / 3);
  return shares;
}
