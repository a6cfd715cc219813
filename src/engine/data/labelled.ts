// Sequences with a class each, in memory and as the safetensors file they are stored in, whatever file they came from. Pure: independent of
// folders and tasks.
import { fail, ok, type Result } from '../core/result.ts';
import { readSafetensors, writeSafetensors, type StoredTensor } from '../core/safetensors.ts';
import { asIs, type Message, say } from '../core/say.ts';
import type { TableSet } from './table.ts';

/** Kinds of data a task can learn from: series of numbers, pictures. */
export type LabelledKind = 'series' | 'images';

export interface Sequences {
  readonly kind: LabelledKind;
  /** Of a picture; null for series. */
  readonly shape: readonly [height: number, width: number, channels: number] | null;
  /** Numbers at a step (of a picture: all of them are one step). */
  readonly width: number;
  /** Steps of each sequence. */
  readonly lengths: Int32Array;
  /** All sequences one after the other, step by step. */
  readonly values: Float32Array;
  readonly classes: Int32Array;
  readonly names: readonly string[];
}

/** Sequences with the bytes of the file that holds them; the hash is of these bytes. */
export interface LabelledSet extends Sequences {
  readonly bytes: Uint8Array;
}

/** What a task learns from: a text, sequences with a class each, or a table. */
export type TaskData = string | LabelledSet | TableSet;

/** Largest numbers of sequences and values in a set: a typical machine can hold them twice. */
export const mostSequences = 1_000_000;
export const mostValues = 64 * 2 ** 20;
export const mostClasses = 4096;

const refuse = (name: string, message: Message, cure?: Message): Result<never> =>
  fail('bad-input', say`data "${asIs(name)}": ${message}`, { field: 'path', ...(cure === undefined ? {} : { cure }) });

/** The file for some sequences, if they are valid. */
export function labelledSet(name: string, sequences: Sequences): Result<LabelledSet> {
  const problem = problemOf(sequences);
  if (problem !== null) return refuse(name, problem);
  const { kind, shape, width, lengths, values, classes, names } = sequences;
  const tensors = new Map<string, StoredTensor>([
    ['values', { dtype: 'F32', shape: [values.length], data: values }],
    ['lengths', { dtype: 'I32', shape: [lengths.length], data: lengths }],
    ['classes', { dtype: 'I32', shape: [classes.length], data: classes }],
  ]);
  const metadata = { kind, shape: JSON.stringify(shape), width: String(width), names: JSON.stringify(names) };
  return ok({ ...sequences, bytes: writeSafetensors({ tensors, metadata }) });
}

/** The content of such a file. */
export function readLabelled(name: string, bytes: Uint8Array): Result<LabelledSet> {
  const read = readSafetensors(bytes);
  if (!read.ok) return read;
  const { tensors, metadata } = read.value;
  const [values, lengths, classes] = ['values', 'lengths', 'classes'].map((one) => tensors.get(one)?.data);
  const names = namesOf(metadata['names']);
  const shape = shapeOf(metadata['shape']);
  const kind = metadata['kind'];
  if (!(values instanceof Float32Array) || !(lengths instanceof Int32Array) || !(classes instanceof Int32Array))
    return refuse(name, say`the file must hold values, lengths and classes, got other tensors`);
  if ((kind !== 'series' && kind !== 'images') || names === null || shape === undefined)
    return refuse(name, say`the file must say what it holds, got a header that does not`);
  const found = { kind, shape, width: Number(metadata['width']), lengths, values, classes, names } as const;
  const problem = problemOf(found);
  return problem === null ? ok({ ...found, bytes }) : refuse(name, problem);
}

function problemOf({ kind, shape, width, lengths, values, classes, names }: Sequences): Message | null {
  const count = lengths.length;
  if (count < 2 || count > mostSequences)
    return say`a set must have from 2 to ${mostSequences} sequences, got ${count}`;
  if (classes.length !== count) return say`each sequence must have a class, got ${classes.length} for ${count}`;
  if (names.length < 2 || names.length > mostClasses)
    return say`a set must have from 2 to ${mostClasses} classes, got ${names.length}`;
  if (!Number.isInteger(width) || width < 1) return say`a step must have a whole number of values, got ${width}`;
  if ((kind === 'images') !== (shape !== null)) return say`pictures must have a size, and only they`;
  if (shape !== null && shape.reduce((all, extent) => all * extent, 1) !== width)
    return say`a picture must have ${width} values, got the size ${asIs(shape.join(' x '))}`;
  if (values.length > mostValues) return say`a set must have at most ${mostValues} values, got ${values.length}`;
  let total = 0;
  for (const length of lengths) {
    if (length < 1) return say`a sequence must have at least one step, got ${length}`;
    total += length * width;
  }
  if (total !== values.length) return say`the sequences must have ${total} values, got ${values.length}`;
  const odd = classes.findIndex((one) => one < 0 || one >= names.length);
  if (odd >= 0)
    return say`sequence ${odd + 1} must have one of ${names.length} classes, got number ${classes[odd] ?? -1}`;
  const broken = values.findIndex((value) => !Number.isFinite(value));
  return broken < 0 ? null : say`every value must be a finite number, got something else at position ${broken + 1}`;
}

function namesOf(text: string | undefined): readonly string[] | null {
  const value = parsed(text);
  return Array.isArray(value) && value.every((one) => typeof one === 'string') ? value : null;
}

function shapeOf(text: string | undefined): Sequences['shape'] | undefined {
  const value = parsed(text);
  if (value === null) return null;
  if (!Array.isArray(value) || value.length !== 3 || !value.every((one) => Number.isInteger(one) && Number(one) > 0))
    return undefined;
  const [height, width, channels] = value.map(Number);
  return [height ?? 0, width ?? 0, channels ?? 0];
}

function parsed(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
}
