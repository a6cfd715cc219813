// The expression language of kernels: one number computed from named numbers, as plain data. A value used twice is a TypeScript const and
// is computed once (simplify.ts). Independent of devices, tensors and ops.

/** One number in, one out. */
export type UnaryOp =
  | 'neg'
  | 'abs'
  | 'exp'
  | 'expHeld'
  | 'expm1'
  | 'log'
  | 'log1p'
  | 'sigmoid'
  | 'tanh'
  | 'softplus'
  | 'erf'
  | 'normalCdf'
  | 'normalDensity'
  | 'sin'
  | 'cos'
  | 'reciprocal'
  | 'round'
  | 'sqrt';
export type BinaryOp = 'add' | 'sub' | 'mul' | 'div' | 'min' | 'max' | 'atLeast' | 'atMost' | 'maxOrNan';
/** True or false, for `select` alone. `reaches` compares random words, whole numbers of 32 bits without a sign. */
export type Comparison = 'less' | 'lessEqual' | 'equal' | 'reaches';
export type Op = UnaryOp | BinaryOp | Comparison | 'fma' | 'select';

export interface Input {
  readonly op: 'input';
  readonly name: string;
}

export interface Constant {
  readonly op: 'constant';
  readonly value: number;
}

export interface Operation {
  readonly op: Op;
  readonly args: readonly Expr[];
}

export type Expr = Input | Constant | Operation;

/** A condition for `select`. */
export interface Condition extends Operation {
  readonly op: Comparison;
}

/** An input or a constant. */
export type Term = Expr | number;

export const input = (name: string): Input => ({ op: 'input', name });
export const constant = (value: number): Constant => ({ op: 'constant', value });
export const operation = (op: Op, args: readonly Expr[]): Operation => ({ op, args });

const term = (x: Term): Expr => (typeof x === 'number' ? constant(x) : x);
const unary = (op: UnaryOp) => (x: Term) => operation(op, [term(x)]);
const binary = (op: BinaryOp) => (x: Term, y: Term) => operation(op, [term(x), term(y)]);
const comparison =
  (op: Comparison) =>
  (x: Term, y: Term): Condition => ({ op, args: [term(x), term(y)] });

export const neg = unary('neg');
export const abs = unary('abs');
export const exp = unary('exp');
/** exp for gates: results beyond the range of floats may be clamped, which is cheaper. */
export const expHeld = unary('expHeld');
/** e^x - 1, accurate for small x. */
export const expm1 = unary('expm1');
export const log = unary('log');
/** log(1 + x), accurate for small x. */
export const log1p = unary('log1p');
export const sigmoid = unary('sigmoid');
export const tanh = unary('tanh');
export const softplus = unary('softplus');
export const erf = unary('erf');
/** (1 + erf(x / sqrt 2)) / 2, accurate also far below 0. */
export const normalCdf = unary('normalCdf');
/** e^(-x^2 / 2) / sqrt(2 pi), its derivative. Beside `normalCdf` of the same number its power is computed once. */
export const normalDensity = unary('normalDensity');
/** Sine and cosine, accurate for |x| up to 8,192; further out the rounding of x / pi shows. */
export const sin = unary('sin');
export const cos = unary('cos');
export const reciprocal = unary('reciprocal');
/** The nearest whole number, of two as near the even one, for |x| < 2^22. Its derivative is 0. */
export const round = unary('round');
export const sqrt = unary('sqrt');
export const add = binary('add');
export const sub = binary('sub');
export const mul = binary('mul');
export const div = binary('div');
/** If one of the two is NaN, devices differ in which one they return. */
export const min = binary('min');
export const max = binary('max');
/** The larger and the smaller of x and a bound. NaN stays NaN. */
export const atLeast = binary('atLeast');
export const atMost = binary('atMost');
/** The larger of both; NaN if either is NaN. */
export const maxOrNan = binary('maxOrNan');
export const less = comparison('less');
export const lessEqual = comparison('lessEqual');
export const equal = comparison('equal');
/** Whether a random word is at least another one. */
export const reaches = comparison('reaches');
/** a b + c, rounded once if the device supports it: the only product and sum that may be fused. */
export const fma = (a: Term, b: Term, c: Term): Operation => operation('fma', [term(a), term(b), term(c)]);
export const select = (condition: Condition, yes: Term, no: Term): Operation =>
  operation('select', [condition, term(yes), term(no)]);

/** x sigmoid(x). */
export const silu = (x: Expr): Operation => mul(x, sigmoid(x));

export const isOperation = (x: Expr): x is Operation => x.op !== 'input' && x.op !== 'constant';

/** Operations that take as long as several others: polynomials on every device. */
export const DEAR: ReadonlySet<string> = new Set([
  'exp',
  'expHeld',
  'expm1',
  'log',
  'log1p',
  'sigmoid',
  'tanh',
  'softplus',
  'erf',
  'normalCdf',
  'normalDensity',
  'sin',
  'cos',
]);

/** Calls `visit` for every node under `roots` once, arguments first. */
export function walk(roots: readonly Expr[], visit: (x: Expr) => void): void {
  const seen = new Set<Expr>();
  const go = (x: Expr): void => {
    if (seen.has(x)) return;
    seen.add(x);
    if (isOperation(x)) x.args.forEach(go);
    visit(x);
  };
  roots.forEach(go);
}

/** Whether functions, not memory, decide how long values take. */
export function isDear(roots: readonly Expr[]): boolean {
  let dear = false;
  walk(roots, (x) => (dear ||= DEAR.has(x.op)));
  return dear;
}

/** Names of the inputs under `roots`, in order of visit. */
export function inputsOf(roots: readonly Expr[]): readonly string[] {
  const names = new Set<string>();
  walk(roots, (x) => {
    if (x.op === 'input') names.add(x.name);
  });
  return [...names];
}

/** `x` with `by` for every input of one of these names. */
export function substitute(x: Expr, names: readonly string[], by: Expr): Expr {
  const done = new Map<Expr, Expr>();
  const go = (one: Expr): Expr => {
    if (one.op === 'input') return names.includes(one.name) ? by : one;
    if (!isOperation(one)) return one;
    const known = done.get(one);
    if (known) return known;
    const result = operation(one.op, one.args.map(go));
    done.set(one, result);
    return result;
  };
  return go(x);
}
