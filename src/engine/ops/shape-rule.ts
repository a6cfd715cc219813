// Shape rules as patterns, `[B, T, 2H]`: one place that checks inputs, words the error and computes output shapes. Extents are in extent.ts.
// Independent of ops: an op hands over its name and the pattern of each input.
import { showShape, sizeOf, type DType, type Shape, type TensorType } from '../core/tensor.ts';
import { extentValue, readExtent, solveExtent, type Extent } from './extent.ts';

/** Returns the type of an output from a pattern over the letters bound by the inputs. */
export type ShapeResolver = (pattern: string) => TensorType;

interface Pattern {
  readonly dtype: DType;
  readonly text: string;
  /** Begins with any extents. */
  readonly open: boolean;
  readonly extents: readonly Extent[];
}

/** What the inputs so far have settled. */
interface Bound {
  readonly letters: Map<string, number>;
  leading: Shape | null;
}

const ellipsis = '…';

/**
 * Checks `inputs` against `patterns` (name -> pattern, in order) and returns the resolver for outputs.
 * A pattern is `[B, T, 2H]`, `[B, K-1, C]`, `[B, T, H*N]`, `[3*D]`, `[…, N]` (… = any leading extents), with `i32 ` in front for integers.
 * A letter means the same extent in every input, in whatever order they bind it; R is the product of the extents under …. Throws an Error
 * naming op and input.
 */
export function shapeRule(
  op: string,
  inputs: readonly TensorType[],
  patterns: Readonly<Record<string, string>>,
): ShapeResolver {
  const names = Object.keys(patterns);
  expectCount(op, inputs, names);
  const bound: Bound = { letters: new Map(), leading: null };
  let waiting = names.map((name, i) => ({ name, pattern: parse(patterns[name]), input: inputs[i] }));
  // Patterns with letters that a later input binds are checked again, as long as that binds something.
  for (let before = Infinity; waiting.length > 0 && waiting.length < before;) {
    before = waiting.length;
    waiting = waiting.filter(({ name, pattern, input }) => {
      expectDType(op, name, input, pattern.dtype);
      const state = bind(pattern, input.shape, bound);
      if (state !== 'never') return state === 'open';
      throw new Error(`${op}: ${name} must be ${requirement(pattern, bound)}, got ${showShape(input.shape)}`);
    });
  }
  const [open] = waiting;
  if (open) throw new Error(`${op}: ${open.name} is ${open.pattern.text}, and no input binds its letters`);
  return (text) => {
    const pattern = parse(text);
    const shape = resolve(pattern, bound);
    if (shape === null) throw new Error(`${op}: output ${text} uses a letter that no input binds`);
    return { shape, dtype: pattern.dtype };
  };
}

/** The shapes of an op as data: inputs and outputs in order; a `?` after the name marks an optional one. */
export interface Shapes {
  readonly inputs: Readonly<Record<string, string>>;
  readonly outputs: Readonly<Record<string, string>>;
}

/** A shape rule from data. The optional inputs and outputs are all present or all absent, as an attribute says (`given`). */
export function shapesOf(op: string, { inputs, outputs }: Shapes) {
  const present = (patterns: Readonly<Record<string, string>>, given: boolean) =>
    Object.entries(patterns)
      .filter(([name]) => given || !name.endsWith('?'))
      .map(([name, pattern]) => [name.replace('?', ''), pattern] as const);
  return (types: readonly TensorType[], given = false): TensorType[] => {
    const resolve = shapeRule(op, types, Object.fromEntries(present(inputs, given)));
    return present(outputs, given).map(([, pattern]) => resolve(pattern));
  };
}

/** Throws unless there are as many inputs as names. */
export function expectCount(op: string, inputs: readonly TensorType[], names: readonly string[]): void {
  if (inputs.length === names.length) return;
  const listed = names.length === 0 ? '' : ` (${names.join(', ')})`;
  throw new Error(`${op}: ${names.length} inputs required${listed}, got ${inputs.length}`);
}

/** Throws unless the input holds elements of this type. */
export function expectDType(op: string, name: string, type: TensorType, dtype: DType): void {
  if (type.dtype !== dtype) throw new Error(`${op}: ${name} must hold ${dtype} elements, got ${type.dtype}`);
}

/** The axis, if it is one of the shape's; throws otherwise. */
export function expectAxis(op: string, axis: number, shape: Shape): number {
  if (Number.isInteger(axis) && axis >= 0 && axis < shape.length) return axis;
  throw new Error(`${op}: axis must be an integer from 0 to ${shape.length - 1} for ${showShape(shape)}, got ${axis}`);
}

/** Extents before, at and after an axis: the tensor read as [outer, extent, inner]. */
export function aroundAxis(shape: Shape, axis: number): { outer: number; extent: number; inner: number } {
  return { outer: sizeOf(shape.slice(0, axis)), extent: shape[axis], inner: sizeOf(shape.slice(axis + 1)) };
}

function parse(text: string): Pattern {
  const shape = text.slice(text.indexOf('['));
  const body = shape.slice(1, -1).trim();
  const tokens = body === '' ? [] : body.split(',').map((token) => token.trim());
  const open = tokens[0] === ellipsis;
  const extents = (open ? tokens.slice(1) : tokens).map(readExtent);
  return { dtype: text.startsWith('i32 ') ? 'i32' : 'f32', text: shape, open, extents };
}

/** Binds the letters that the shape determines; `open` if it leaves some unbound, `never` if it contradicts. */
function bind({ open, extents }: Pattern, shape: Shape, bound: Bound): 'settled' | 'open' | 'never' {
  if (!shape.every((extent) => Number.isInteger(extent) && extent > 0)) return 'never';
  const front = shape.length - extents.length;
  if (open ? front < 0 : front !== 0) return 'never';
  if (open && !bindLeading(shape.slice(0, front), bound)) return 'never';
  let isOpen = false;
  for (const [i, extent] of extents.entries()) {
    const found = solveExtent(extent, shape[front + i], bound.letters);
    if (found === 'never') return found;
    if (found === 'open') isOpen = true;
    else if (found !== 'settled') bound.letters.set(found.letter, found.value);
  }
  return isOpen ? 'open' : 'settled';
}

function bindLeading(front: Shape, bound: Bound): boolean {
  if (bound.leading !== null) return showShape(bound.leading) === showShape(front);
  bound.leading = front;
  bound.letters.set('R', sizeOf(front));
  return true;
}

function resolve({ open, extents }: Pattern, { letters, leading }: Bound): Shape | null {
  if (open && leading === null) return null;
  const values = extents.flatMap((extent) => extentValue(extent, letters) ?? []);
  return values.length < extents.length ? null : [...(open && leading !== null ? leading : []), ...values];
}

function requirement(pattern: Pattern, bound: Bound): string {
  const known = resolve(pattern, bound);
  return known === null || showShape(known) === pattern.text ? pattern.text : `${pattern.text} = ${showShape(known)}`;
}
