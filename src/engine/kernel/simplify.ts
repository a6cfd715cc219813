// Smaller expressions of the same value. Common subexpressions become one node. Independent of devices.
import { constant, isOperation, operation, type Expr, type Operation } from './expr.ts';

/**
 * `exact`: the same bits for every input (except the sign of NaN). `finite`: also rules that hold for finite numbers and ignore the sign of
 * zero: 0 x = 0, x + 0 = x. Derivatives use these.
 */
export type Rules = 'exact' | 'finite';

const isConstant = (x: Expr | undefined, value: number): boolean => x?.op === 'constant' && Object.is(x.value, value);

/** y where x = -y. */
function negated(x: Expr | undefined): Expr | null {
  if (x === undefined || x.op !== 'neg') return null;
  return x.args[0] ?? null;
}

type Rule = (x: Operation) => Expr | null;

const [zero, minusZero] = [constant(0), constant(-0)];

function exactNegation({ op, args: [x, y] }: Operation): Expr | null {
  if (x === undefined) return null;
  const [minusX, minusY] = [negated(x), negated(y)];
  if (op === 'neg') return x.op === 'constant' ? constant(-x.value) : minusX;
  if (y === undefined) return null;
  if (op === 'add' && minusY) return operation('sub', [x, minusY]);
  if (op === 'add' && minusX) return operation('sub', [y, minusX]);
  if (op === 'sub' && minusY) return operation('add', [x, minusY]);
  if (op !== 'mul' && op !== 'div') return null;
  if (minusX && minusY) return operation(op, [minusX, minusY]);
  if (minusX) return operation('neg', [operation(op, [minusX, y])]);
  return minusY ? operation('neg', [operation(op, [x, minusY])]) : null;
}

const exact: Rule = (node) => {
  const { op, args } = node;
  const [x, y, z] = args;
  if (x === undefined) return null;
  if (op === 'mul' && isConstant(y, 1)) return x;
  if (op === 'mul' && isConstant(x, 1)) return y ?? null;
  if (op === 'mul' && isConstant(x, -1) && y) return operation('neg', [y]);
  if (op === 'div' && isConstant(y, 1)) return x;
  if (op === 'div' && isConstant(x, 1) && y) return operation('reciprocal', [y]);
  if (op === 'sub' && isConstant(y, 0)) return x;
  if (op === 'add' && isConstant(y, -0)) return x;
  if (op === 'select' && y === z) return y ?? null;
  if ((op === 'min' || op === 'max') && x === y) return x;
  return exactNegation(node);
};

const isZero = (x: Expr | undefined): boolean => isConstant(x, 0) || isConstant(x, -0);

const finite: Rule = ({ op, args: [x, y, z] }) => {
  if (x === undefined || y === undefined) return null;
  if (op === 'mul' && (isZero(x) || isZero(y))) return zero;
  if (op === 'div' && isZero(x)) return zero;
  if (op === 'add' && isZero(x)) return y;
  if (op === 'add' && isZero(y)) return x;
  if (op === 'sub' && isZero(x)) return operation('neg', [y]);
  if (op === 'sub' && x === y) return zero;
  if (op !== 'fma' || z === undefined) return null;
  if (isZero(x) || isZero(y)) return z;
  return isZero(z) ? operation('mul', [x, y]) : null;
};

/** Simplifies `roots` together. */
export function simplify(roots: readonly Expr[], rules: Rules = 'exact'): Expr[] {
  const kept = new Map<string, Expr>();
  const numbers = new Map<Expr, number>();
  const done = new Map<Expr, Expr>();
  const unique = (x: Expr): Expr => {
    const key = keyOf(x, (one) => numbers.get(one) ?? -1);
    const same = kept.get(key);
    if (same) return same;
    kept.set(key, x);
    numbers.set(x, numbers.size);
    return x;
  };
  const smaller = (x: Expr): Expr => {
    if (!isOperation(x)) return unique(x);
    const node = operation(x.op, x.args.map(go));
    const better = exact(node) ?? (rules === 'finite' ? finite(node) : null);
    return better ? go(better) : unique(node);
  };
  const go = (x: Expr): Expr => {
    const known = done.get(x);
    if (known) return known;
    const result = smaller(x);
    done.set(x, result);
    return result;
  };
  return roots.map(go);
}

/** Equal for nodes that compute the same; their arguments are already unique. */
function keyOf(x: Expr, numberOf: (x: Expr) => number): string {
  if (x.op === 'input') return `input ${x.name}`;
  if (x.op === 'constant') return Object.is(x.value, minusZero.value) ? 'constant -0' : `constant ${x.value}`;
  return isOperation(x) ? `${x.op} ${x.args.map(numberOf).join(' ')}` : '';
}
