// Shape rules as patterns, `[B, T, 2H]`: one place that checks inputs, words the error and computes output shapes.
// Independent of ops: an op hands over its name and the pattern of each input.
import { showShape, sizeOf, type DType, type Shape, type TensorType } from '../core/tensor.ts';

/** Returns the type of an output from a pattern over the letters bound by the inputs. */
export type ShapeResolver = (pattern: string) => TensorType;

interface Pattern {
  readonly dtype: DType;
  readonly text: string;
  readonly tokens: readonly string[];
}

const ellipsis = '…';
const tokenForm = /^(\d*)([A-Z]?)(?:-(\d+))?$/;

/**
 * Checks `inputs` against `patterns` (name -> pattern, in order) and returns the resolver for outputs.
 * A pattern is `[B, T, 2H]`, `[B, K-1, C]`, `[…, N]` (… = any leading extents), with `i32 ` in front for integers.
 * A letter means the same extent in every input; R is the product of the extents under …. Throws an Error naming op and input.
 */
export function shapeRule(
  op: string,
  inputs: readonly TensorType[],
  patterns: Readonly<Record<string, string>>,
): ShapeResolver {
  const names = Object.keys(patterns);
  expectCount(op, inputs, names);
  const letters = new Map<string, number>();
  const leading: { shape: Shape | null } = { shape: null };
  names.forEach((name, i) => {
    const pattern = parse(patterns[name]);
    expectDType(op, name, inputs[i], pattern.dtype);
    if (!bind(pattern, inputs[i].shape, letters, leading)) {
      throw new Error(
        `${op}: ${name} must be ${requirement(pattern, letters, leading)}, got ${showShape(inputs[i].shape)}`,
      );
    }
  });
  return (text) => {
    const pattern = parse(text);
    const shape = resolve(pattern, letters, leading);
    if (shape === null) throw new Error(`${op}: output ${text} uses a letter that no input binds`);
    return { shape, dtype: pattern.dtype };
  };
}

/** Patterns of optional inputs, which depend on an attribute. */
export const optional = (
  present: boolean,
  patterns: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> => (present ? patterns : {});

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
  const dtype = text.startsWith('i32 ') ? 'i32' : 'f32';
  const body = text.slice(text.indexOf('[') + 1, -1).trim();
  return {
    dtype,
    text: text.slice(text.indexOf('[')),
    tokens: body === '' ? [] : body.split(',').map((token) => token.trim()),
  };
}

function bind(pattern: Pattern, shape: Shape, letters: Map<string, number>, leading: { shape: Shape | null }): boolean {
  if (!shape.every((extent) => Number.isInteger(extent) && extent > 0)) return false;
  const known = resolve(pattern, letters, leading);
  if (known !== null) return known.length === shape.length && known.every((extent, i) => extent === shape[i]);
  const open = pattern.tokens[0] === ellipsis;
  const tokens = open ? pattern.tokens.slice(1) : pattern.tokens;
  const front = shape.length - tokens.length;
  if (open ? front < 0 : front !== 0) return false;
  if (open && !bindLeading(shape.slice(0, front), letters, leading)) return false;
  return tokens.every((token, i) => bindToken(token, shape[front + i], letters));
}

function bindLeading(front: Shape, letters: Map<string, number>, leading: { shape: Shape | null }): boolean {
  if (leading.shape !== null) return showShape(leading.shape) === showShape(front);
  leading.shape = front;
  letters.set('R', sizeOf(front));
  return true;
}

function bindToken(token: string, extent: number, letters: Map<string, number>): boolean {
  const known = tokenValue(token, letters);
  if (known !== null) return known === extent;
  const [, factor, letter, minus] = tokenForm.exec(token) ?? [];
  const value = (extent + Number(minus ?? 0)) / (factor === '' ? 1 : Number(factor));
  if (!Number.isInteger(value)) return false;
  letters.set(letter, value);
  return true;
}

function tokenValue(token: string, letters: ReadonlyMap<string, number>): number | null {
  const match = tokenForm.exec(token);
  if (match === null) throw new Error(`shapeRule: a token must be like 2H, K-1 or 4, got ${token}`);
  const [, factor, letter, minus] = match;
  if (letter === '') return Number(factor);
  const value = letters.get(letter);
  return value === undefined ? null : (factor === '' ? 1 : Number(factor)) * value - Number(minus ?? 0);
}

function resolve(
  pattern: Pattern,
  letters: ReadonlyMap<string, number>,
  leading: { readonly shape: Shape | null },
): Shape | null {
  const shape: number[] = [];
  for (const token of pattern.tokens) {
    if (token === ellipsis) {
      if (leading.shape === null) return null;
      shape.push(...leading.shape);
      continue;
    }
    const value = tokenValue(token, letters);
    if (value === null) return null;
    shape.push(value);
  }
  return shape;
}

function requirement(
  pattern: Pattern,
  letters: ReadonlyMap<string, number>,
  leading: { readonly shape: Shape | null },
): string {
  const known = resolve(pattern, letters, leading);
  return known === null || showShape(known) === pattern.text ? pattern.text : `${pattern.text} = ${showShape(known)}`;
}
