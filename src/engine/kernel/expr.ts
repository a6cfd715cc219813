// The language of kernels: one number out of named numbers, as plain data. `let` is TypeScript's own const: what is used twice is computed
// once (simplify.ts). Independent of devices, tensors and ops.

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
  | 'sin'
  | 'cos'
  | 'reciprocal'
  | 'sqrt';
export type BinaryOp = 'add' | 'sub' | 'mul' | 'div' | 'min' | 'max' | 'atLeast' | 'atMost' | 'maxOrNan';
/** True or false, for `select` alone. */
export type Comparison = 'less' | 'lessEqual' | 'equal';
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

/** What `select` asks. */
export interface Condition extends Operation {
  readonly op: Comparison;
}

/** An input or a number that stands for itself. */
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
/** exp for gates: what is below or above the range of floats may be held at its end, which is cheaper. */
export const expHeld = unary('expHeld');
/** e^x - 1 to all digits where x is small. */
export const expm1 = unary('expm1');
export const log = unary('log');
/** log(1 + x) to all digits where x is small. */
export const log1p = unary('log1p');
export const sigmoid = unary('sigmoid');
export const tanh = unary('tanh');
export const softplus = unary('softplus');
export const erf = unary('erf');
/** (1 + erf(x / sqrt 2)) / 2, to all digits far below 0 too. */
export const normalCdf = unary('normalCdf');
/** Sine and cosine, to all digits for |x| up to 8,192; further out the rounding of x / pi shows. */
export const sin = unary('sin');
export const cos = unary('cos');
export const reciprocal = unary('reciprocal');
export const sqrt = unary('sqrt');
export const add = binary('add');
export const sub = binary('sub');
export const mul = binary('mul');
export const div = binary('div');
/** Where one of the two is not a number, that or the other: devices differ. */
export const min = binary('min');
export const max = binary('max');
/** The larger and the smaller of x and a bound. Where x is not a number it stays so. */
export const atLeast = binary('atLeast');
export const atMost = binary('atMost');
/** The larger of both; not a number where one of them is not. */
export const maxOrNan = binary('maxOrNan');
export const less = comparison('less');
export const lessEqual = comparison('lessEqual');
export const equal = comparison('equal');
/** a b + c, in one rounding where the device has that: the only product and sum that may be fused. */
export const fma = (a: Term, b: Term, c: Term): Operation => operation('fma', [term(a), term(b), term(c)]);
export const select = (condition: Condition, yes: Term, no: Term): Operation =>
  operation('select', [condition, term(yes), term(no)]);

/** x sigmoid(x). */
export const silu = (x: Expr): Operation => mul(x, sigmoid(x));

export const isOperation = (x: Expr): x is Operation => x.op !== 'input' && x.op !== 'constant';

/** `visit` for every node under `roots`, arguments before what they are for, each node once. */
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

/** Names of the inputs under `roots`, in the order they are met. */
export function inputsOf(roots: readonly Expr[]): readonly string[] {
  const names = new Set<string>();
  walk(roots, (x) => {
    if (x.op === 'input') names.add(x.name);
  });
  return [...names];
}
