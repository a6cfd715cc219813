// Whether a step is linear in what it carries: then time can be cut into chunks that are folded apart. Found from the expression itself.
import { gradient } from './derive.ts';
import { constant, inputsOf, isOperation, operation, type Expr } from './expr.ts';
import type { ScanKernel } from './scan.ts';
import { simplify } from './simplify.ts';

/** next = decay carried + added, where neither holds what is carried. */
export interface LinearStep {
  readonly decay: Expr;
  readonly added: Expr;
}

/** `x` with `by` for every input of that name. */
function substitute(x: Expr, name: string, by: Expr): Expr {
  const done = new Map<Expr, Expr>();
  const go = (one: Expr): Expr => {
    if (one.op === 'input') return one.name === name ? by : one;
    if (!isOperation(one)) return one;
    const known = done.get(one);
    if (known) return known;
    const result = operation(one.op, one.args.map(go));
    done.set(one, result);
    return result;
  };
  return go(x);
}

/** The step of a kernel that carries one number, if it is linear in it; null otherwise. */
export function linearStep({ carried: { names, next } }: ScanKernel): LinearStep | null {
  const [name] = names;
  const [after] = next;
  if (names.length !== 1 || name === undefined || after === undefined) return null;
  const { [name]: slope = constant(0) } = gradient([{ value: after, seed: constant(1) }], [name]);
  if (inputsOf([slope]).includes(name)) return null;
  const [decay, added] = simplify([slope, substitute(after, name, constant(0))], 'finite');
  return decay && added ? { decay, added } : null;
}
