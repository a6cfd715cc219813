// The speed targets against each peer, and whether the rows of a case meet them. Pure.
import type { Row } from './rows.ts';

interface Target {
  /** Prefix of the case's name. */
  readonly of: string;
  readonly ours: 'native' | 'wasm';
  /** The fastest of these among rows with equal losses (the prototype has its own starting weights). */
  readonly theirs: readonly string[];
  /** Smallest allowed ratio of their time to ours; by instruction set where it matters. */
  readonly atLeast: number | { readonly avx512: number; readonly other: number };
}

const torch = ['PyTorch', 'PyTorch, compiled'];

const targets: readonly Target[] = [
  { of: 'text step', ours: 'native', theirs: torch, atLeast: { avx512: 2, other: 1.5 } },
  { of: 'text step', ours: 'native', theirs: ['TensorFlow.js node'], atLeast: 4 },
  { of: 'text step', ours: 'wasm', theirs: ['prototype'], atLeast: 1.2 },
  { of: 'text step', ours: 'wasm', theirs: ['jax-js'], atLeast: 10 },
  { of: 'text step', ours: 'wasm', theirs: ['TensorFlow.js wasm'], atLeast: 10 },
  { of: 'GRU layer', ours: 'native', theirs: torch, atLeast: 2 },
  { of: 'LSTM layer', ours: 'native', theirs: torch, atLeast: 1.3 },
  { of: 'sgemm', ours: 'native', theirs: torch, atLeast: 0.9 },
];

export interface Verdict {
  readonly target: string;
  /** Null if one of the two is missing. */
  readonly got: number | null;
  readonly wanted: number;
  readonly met: boolean | null;
}

/** The targets of one case against its rows. */
export function verdictsOf(name: string, rows: readonly Row[]): readonly Verdict[] {
  return targets.filter(({ of }) => name.startsWith(of)).map((target) => verdictOf(target, rows));
}

function verdictOf({ ours, theirs, atLeast }: Target, rows: readonly Row[]): Verdict {
  const title = rows.find(({ who }) => who === ours)?.title ?? '';
  const wanted = typeof atLeast === 'number' ? atLeast : title.includes('avx512') ? atLeast.avx512 : atLeast.other;
  const rivals = rows.filter(({ who, compared }) => theirs.includes(who) && (compared || who === 'prototype'));
  const ratios = rivals.flatMap(({ over }) => over[ours] ?? []);
  const got = ratios.length === 0 ? null : Math.min(...ratios);
  const target = `${ours} against the best of ${theirs.join(', ')}`;
  return { target, got, wanted, met: got === null ? null : got >= wanted };
}
