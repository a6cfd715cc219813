// Whether a step is linear in its carried state, so that time can be cut into chunks that are folded separately. Determined from the expression.
import { gradient } from './derive.ts';
import { constant, inputsOf, substitute, type Expr } from './expr.ts';
import type { ScanKernel } from './scan.ts';
import { simplify } from './simplify.ts';

/** next[i] = sum over j of decay[i][j] carried[j], + added[i], where neither depends on the carried values. */
export interface LinearStep {
  readonly decay: readonly (readonly Expr[])[];
  readonly added: readonly Expr[];
}

/** The step of a kernel if it is linear in its carried state; null otherwise. */
export function linearStep({ carried: { names, next } }: ScanKernel): LinearStep | null {
  const slopes = next.map((after) => {
    const found = gradient([{ value: after, seed: constant(1) }], names);
    return names.map((name) => found[name] ?? constant(0));
  });
  if (names.length === 0 || inputsOf(slopes.flat()).some((name) => names.includes(name))) return null;
  const k = names.length;
  const all = simplify([...slopes.flat(), ...next.map((after) => substitute(after, names, constant(0)))], 'finite');
  return { decay: names.map((_, i) => all.slice(k * i, k * (i + 1))), added: all.slice(k * k) };
}
