// The named streams of data of a task: what each holds at every position, and the buffers of a batch under their names. Knows no task and
// no network.
import type { Message } from '../core/say.ts';
import { f32, i32, sizeOf, type TensorType } from '../core/tensor.ts';

interface StreamBase {
  /** Its name in a batch. */
  readonly name: string;
  /** A description. */
  readonly meaning: string;
}

/** i32 [B, T]. */
interface TokenStream extends StreamBase {
  readonly kind: 'tokens';
  readonly vocabulary: number;
}

/** f32 [B, T, width]. */
export interface FeatureStream extends StreamBase {
  readonly kind: 'features';
  readonly width: number;
}

/** A picture [H, W, C] read row by row, f32 [B, H, W C], or point by point, f32 [B, H W, C]: the same numbers in the same order. */
export interface ImageStream extends StreamBase {
  readonly kind: 'image';
  readonly shape: readonly [height: number, width: number, channels: number];
  readonly steps: 'rows' | 'pixels';
}

export type InputStream = TokenStream | FeatureStream | ImageStream;

/** `each`: an answer at each position; `last`: one a sequence, at its end; `pooled`: one a sequence, the mean over its positions. */
type TargetPlace = 'each' | 'last' | 'pooled';

/** How people read a target beside others. */
interface TargetWords {
  readonly title: Message;
  /** What is asked. */
  readonly meaning: Message;
}

/** i32 classes with -1 = no loss here; [B, T], or [B] where a sequence has one answer. */
interface ClassTarget extends StreamBase {
  readonly kind: 'classes';
  readonly classes: number;
  readonly at: TargetPlace;
  readonly words?: TargetWords;
}

/** f32 values [B, T] or [B] (with `width` above 1 one extent more), and 1 in the stream `mask` for each that counts. */
export interface ValueTarget extends StreamBase {
  readonly kind: 'values';
  readonly width: number;
  readonly mask: string;
  readonly at: TargetPlace;
  readonly words?: TargetWords;
}

export type Target = ClassTarget | ValueTarget;

/** The input of most tasks: one symbol at a position. */
export const symbolStream = (vocabulary: number, meaning: string): TokenStream => ({
  name: 'symbols',
  kind: 'tokens',
  vocabulary,
  meaning,
});

/** Their answers: a class at each position that counts. */
export const wantedStream = (classes: number, meaning: string): ClassTarget => ({
  name: 'wanted',
  kind: 'classes',
  classes,
  at: 'each',
  meaning,
});

/** One more answer: a head of its own, whose mean loss counts `weight` times beside that of the first. */
export interface FurtherTarget {
  readonly target: Target;
  readonly weight: number;
  /** What each of its classes is called; null = answers are values. */
  readonly names: readonly string[] | null;
}

/** The part of a task that determines the shape of its batches. */
interface DataShape {
  readonly inputs: readonly InputStream[];
  readonly target: Target;
  readonly further?: readonly FurtherTarget[];
}

/** The first one, then the others. */
export const targetsOf = ({ target, further = [] }: Pick<DataShape, 'target' | 'further'>): readonly Target[] => [
  target,
  ...further.map((one) => one.target),
];

export type Streams = Readonly<Record<string, Int32Array | Float32Array>>;

/** One batch in buffers the trainer owns and reuses, by stream name. Sequences shorter than T are padded with no loss there. */
export interface Batch {
  readonly size: number;
  readonly length: number;
  readonly streams: Streams;
}

/** Numbers at a position. */
export function stepWidth(stream: FeatureStream | ImageStream): number {
  if (stream.kind === 'features') return stream.width;
  const [, width, channels] = stream.shape;
  return stream.steps === 'rows' ? width * channels : channels;
}

/** Numbers that a network gives at each position: one for each class, or the values themselves. */
export const outputsOf = (target: Target): number => (target.kind === 'classes' ? target.classes : target.width);

export function inputType(stream: InputStream, size: number, length: number): TensorType {
  return stream.kind === 'tokens' ? i32(size, length) : f32(size, length, stepWidth(stream));
}

export interface NamedType {
  readonly name: string;
  readonly type: TensorType;
}

/** Every stream of a batch: the inputs, the answers and, where they are values, which of them count. */
export const streamTypes = (data: DataShape, size: number, length: number): readonly NamedType[] => [
  ...data.inputs.map((stream) => ({ name: stream.name, type: inputType(stream, size, length) })),
  ...targetsOf(data).flatMap((target) => targetTypes(target, size, length)),
];

/** The answers and, where they are values, which of them count. */
export function targetTypes(target: Target, size: number, length: number): readonly NamedType[] {
  const places = target.at === 'each' ? [size, length] : [size];
  if (target.kind === 'classes') return [{ name: target.name, type: i32(...places) }];
  const type = f32(...places, ...(target.width === 1 ? [] : [target.width]));
  return [
    { name: target.name, type },
    { name: target.mask, type },
  ];
}

/** An empty batch. */
export function makeBatch(data: DataShape, size: number, length: number): Batch {
  const buffers = streamTypes(data, size, length).map(({ name, type }) => {
    const count = sizeOf(type.shape);
    return [name, type.dtype === 'i32' ? new Int32Array(count) : new Float32Array(count)] as const;
  });
  return { size, length, streams: Object.fromEntries(buffers) };
}

/** Tokens or classes. */
export function ints({ streams }: Pick<Batch, 'streams'>, name: string): Int32Array {
  const found = streams[name];
  if (found instanceof Int32Array) return found;
  throw new Error(`batch: stream ${name} must hold whole numbers, got ${found === undefined ? 'none' : 'others'}`);
}

/** Features, values or masks. */
export function floats({ streams }: Pick<Batch, 'streams'>, name: string): Float32Array {
  const found = streams[name];
  if (found instanceof Float32Array) return found;
  throw new Error(`batch: stream ${name} must hold numbers, got ${found === undefined ? 'none' : 'whole ones'}`);
}

/** Answers of a batch that count. */
export function counted(streams: Streams, target: Target): number {
  let count = 0;
  if (target.kind === 'values') for (const value of floats({ streams }, target.mask)) count += value;
  else for (const wanted of ints({ streams }, target.name)) if (wanted >= 0) count++;
  return count;
}

/** Part `index` of `parts` equal parts of every stream. */
export const partOf = (streams: Streams, index: number, parts: number): Streams =>
  Object.fromEntries(
    Object.entries(streams).map(([name, all]) => {
      const length = all.length / parts;
      return [name, all.subarray(index * length, (index + 1) * length)];
    }),
  );
