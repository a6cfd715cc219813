// Two arrays, sequences and their classes, as one labelled set: [N, H, W] or [N, H, W, C] of bytes are pictures, [N, T] and [N, T, C] series.
import { fail, type Result } from '../core/result.ts';
import { asIs, type Message, say } from '../core/say.ts';
import type { NumberArray } from './array-files.ts';
import { labelledSet, mostClasses, type LabelledSet, type Sequences } from './labelled.ts';

export function labelledArrays(name: string, items: NumberArray, labels: NumberArray): Result<LabelledSet> {
  const wrong = (message: Message): Result<never> =>
    fail('bad-input', say`data "${asIs(name)}": ${message}`, { field: 'path' });
  const { shape, data, bytes } = items;
  const [count = 0, first = 0, second = 1, third = 1] = shape;
  if (shape.length < 2 || shape.length > 4)
    return wrong(say`the array of sequences must have from 2 to 4 extents, got ${shape.length}`);
  if (labels.data.length !== count || labels.shape.length > 2)
    return wrong(say`there must be one class for each of ${count} sequences, got ${labels.data.length}`);
  if (labels.data.some((label) => !Number.isInteger(label)))
    return wrong(say`classes must be whole numbers, got others`);
  const kinds = [...new Set(labels.data)].toSorted((a, b) => a - b);
  if (kinds.length > mostClasses)
    return wrong(say`a set must have at most ${mostClasses} classes, got ${kinds.length}`);
  const index = new Map(kinds.map((kind, i) => [kind, i]));
  const pictures = shape.length === 4 || (shape.length === 3 && bytes);
  const common = {
    classes: Int32Array.from(labels.data, (label) => index.get(label) ?? 0),
    names: kinds.map(String),
    values: bytes ? data.map((value) => value / 255) : data,
  };
  const parts: Omit<Sequences, keyof typeof common> = pictures
    ? { kind: 'images', shape: [first, second, third], width: first * second * third, lengths: fill(count, 1) }
    : { kind: 'series', shape: null, width: second, lengths: fill(count, first) };
  return labelledSet(name, { ...parts, ...common });
}

const fill = (count: number, value: number): Int32Array => new Int32Array(count).fill(value);
