// How much of what a network writes was copied from the text it learned: the longest stretch, and the share of known words.
import { itemAt } from '../core/item.ts';
import type { SampleDetail } from '../spec/showing.ts';

/**
 * The longest stretch of `written` that occurs in `source`; the first of several. A suffix automaton of the short text reads the long one
 * once: O(source).
 */
export function longestCopy(written: ArrayLike<number>, source: ArrayLike<number>): SampleDetail['copied'] {
  if (written.length === 0) return { start: 0, length: 0 };
  const { next, link, length, end, kinds } = automatonOf(written);
  let state = 0;
  let matched = 0;
  const best = { state: 0, length: 0 };
  for (let i = 0; i < source.length; i++) {
    const token = itemAt(source, i);
    if (token >= kinds) {
      state = matched = 0;
      continue;
    }
    while (state !== 0 && next[state * kinds + token] === 0) {
      state = itemAt(link, state);
      matched = itemAt(length, state);
    }
    const to = itemAt(next, state * kinds + token);
    if (to === 0) continue;
    state = to;
    matched++;
    const earlier = matched === best.length && itemAt(end, state) < itemAt(end, best.state);
    if (matched > best.length || earlier) Object.assign(best, { state, length: matched });
  }
  return best.length === 0
    ? { start: 0, length: 0 }
    : { start: itemAt(end, best.state) + 1 - best.length, length: best.length };
}

interface Automaton {
  /** Transitions by state and token; 0 = none, as nothing leads to the first state. */
  readonly next: Int32Array;
  readonly link: Int32Array;
  readonly length: Int32Array;
  /** Where the stretches of a state end first. */
  readonly end: Int32Array;
  readonly kinds: number;
}

function automatonOf(written: ArrayLike<number>): Automaton {
  const kinds = Array.from(written).reduce((most, token) => Math.max(most, token + 1), 1);
  const room = 2 * written.length + 1;
  const next = new Int32Array(room * kinds);
  const [link, length, end] = [new Int32Array(room), new Int32Array(room), new Int32Array(room)];
  link[0] = -1;
  let states = 1;
  let last = 0;
  for (let i = 0; i < written.length; i++) {
    const token = itemAt(written, i);
    const current = states++;
    length[current] = itemAt(length, last) + 1;
    end[current] = i;
    let from = last;
    for (; from >= 0 && next[from * kinds + token] === 0; from = itemAt(link, from))
      next[from * kinds + token] = current;
    if (from >= 0) {
      const to = itemAt(next, from * kinds + token);
      if (itemAt(length, from) + 1 === length[to]) link[current] = to;
      else {
        const clone = states++;
        next.copyWithin(clone * kinds, to * kinds, (to + 1) * kinds);
        length[clone] = itemAt(length, from) + 1;
        link[clone] = itemAt(link, to);
        end[clone] = itemAt(end, to);
        for (; from >= 0 && next[from * kinds + token] === to; from = itemAt(link, from))
          next[from * kinds + token] = clone;
        link[to] = link[current] = clone;
      }
    }
    last = current;
  }
  return { next, link, length, end, kinds };
}

/** Scripts without spaces between words. */
const unspaced = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Khmer}\p{Script=Lao}]/u;
const letter = /[\p{L}\p{M}]/u;

/** The share of its words that occur in `source`, ignoring capitals; the first and the last may be cut off and do not count. */
export function knownWords(written: string, source: string): number | null {
  if (unspaced.test(written)) return null;
  const words = (written.match(/[\p{L}\p{M}'’]+/gu) ?? []).slice(1, -1);
  const known = words.filter((word) => hasWord(source, word) || hasWord(source, word.toLowerCase()));
  return words.length === 0 ? null : known.length / words.length;
}

function hasWord(source: string, word: string): boolean {
  for (let at = source.indexOf(word); at >= 0; at = source.indexOf(word, at + 1)) {
    const [before, after] = [source[at - 1] ?? ' ', source[at + word.length] ?? ' '];
    if (!letter.test(before) && !letter.test(after)) return true;
  }
  return false;
}
