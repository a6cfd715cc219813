// The names PyTorch gives to the tensors of these networks, both ways. nn.GRU, nn.LSTM and nn.RNN have the order of rows that is used here;
// the published minGRU and minLSTM (`to_hidden_and_gate`) stack their rows the other way round, and their RMSNorm stores weight - 1 (`gamma`).
// Pure: tensors in, tensors out.
import { fail, ok, type Result } from '../../engine/core/result.ts';
import { asIs, type Message, say } from '../../engine/core/say.ts';
import type { StoredTensor } from '../../engine/core/safetensors.ts';
import { sameShape, showShape, sizeOf, type Shape } from '../../engine/core/tensor.ts';

export type Tensors = ReadonlyMap<string, StoredTensor>;

/** One tensor of a network: its PyTorch name, and the conversion in both directions. */
interface Counterpart {
  readonly own: string;
  /** The name an export gets. */
  readonly name: string;
  /** Names an import takes, besides. */
  readonly also: RegExp;
  /** Rows of the file per block of rows here: `[1, 0]` = the second block comes first. */
  readonly blocks?: readonly number[];
  /** Added to every value of the file. */
  readonly shift?: number;
  /** The file may lack it: then it is zero. */
  readonly optional?: boolean;
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
/** The name alone, or after the name of the module that contains it. */
const ending = (name: string): RegExp => new RegExp(`(^|\\.)${escaped(name)}$`);

const cellNames = { weightIh: 'weight_ih', weightHh: 'weight_hh', biasIh: 'bias_ih', biasHh: 'bias_hh' } as const;

/** Of `layer3/mixer/weightIh`: 3 and `mixer/weightIh`; null for what belongs to no layer. */
function placeOf(own: string): { readonly layer: number; readonly rest: string } | null {
  const [, layer, rest] = /^layer(\d+)\/(.*)$/.exec(own) ?? [];
  return layer === undefined || rest === undefined ? null : { layer: Number(layer), rest };
}

/** A classic stack that is an embedding (or input layer), one nn.GRU and a head, and nothing else. */
const isPlain = (owns: readonly string[]): boolean =>
  owns.every((own) => /^(embedding|input|head)\/|^layer\d+\/mixer\/(weight|bias)[IH]h$/.test(own));

function ends(own: string, minimal: boolean): Counterpart | null {
  const [part, kind = ''] = own.split('/');
  const name = (classic: string, published: string): string => `${minimal ? published : classic}.${kind}`;
  if (part === 'embedding') {
    const also = /(^|\.)(token_emb|embed|embedding|embeddings|embed_tokens|emb|wte|encoder)\.weight$/;
    return { own, name: name('embedding', 'token_emb'), also };
  }
  if (part === 'input') {
    const also = new RegExp(`(^|\\.)(layer_in|input|input_proj|proj_in|encoder)\\.${kind}$`);
    return { own, name: name('input', 'layer_in'), also };
  }
  if (part !== 'head') return null;
  const also = new RegExp(
    `^(?!.*layers?\\.)(.*\\.)?(to_out|to_logits|head|lm_head|fc|linear|decoder|out|output|proj|classifier)\\.${kind}$`,
  );
  return { own, name: name('head', 'to_out'), also };
}

function classicCell(own: string, layer: number, rest: string, plain: boolean): Counterpart | null {
  const cell = cellNames[rest.replace('mixer/', '') as keyof typeof cellNames];
  if (!rest.startsWith('mixer/') || cell === undefined) return null;
  const name = plain ? `rnn.${cell}_l${layer}` : `layers.${layer}.rnn.${cell}_l0`;
  const also = new RegExp(`(^|\\.)${cell}_l${layer}$|(^|\\.)${layer}\\.(.*\\.)?${cell}_l0$`);
  return { own, name, also };
}

/** Rows there: hidden | gate, or hidden | forget | input. Rows here: gate | candidate, or forget | input | candidate. */
const minimalBlocks = (kind: string): readonly number[] => (kind === 'minLstm' ? [1, 2, 0] : [1, 0]);

function minimalPart(own: string, layer: number, rest: string, kind: string): Counterpart | null {
  const of = (name: string, more: Partial<Counterpart> = {}): Counterpart => {
    const full = `layers.${layer}.${name}`;
    // A separately saved cell has no `layers`.
    const alone = layer === 0 && name.startsWith('2.') ? `|^${escaped(name.slice(2))}$` : '';
    return { own, name: full, also: new RegExp(`${ending(full).source}${alone}`), ...more };
  };
  const blocks = minimalBlocks(kind);
  const parts: Readonly<Record<string, Counterpart>> = {
    'conv/weight': of('0.net.0.weight'),
    'conv/bias': of('0.net.0.bias'),
    'conv/pointwise/weight': of('0.net.1.weight'),
    'conv/pointwise/bias': of('0.net.1.bias'),
    'mixer/norm/weight': of('1.gamma', { shift: 1 }),
    'mixer/weight': of('2.to_hidden_and_gate.weight', { blocks }),
    'mixer/bias': of('2.to_hidden_and_gate.bias', { blocks, optional: true }),
    'mixer/start/h': of('2.init_hidden_state'),
    'mixer/down/weight': of('2.to_out.weight'),
    'mixer/down/bias': of('2.to_out.bias', { optional: true }),
    'mlp/norm/weight': of('3.gamma', { shift: 1 }),
    'mlp/up/weight': of('4.0.weight'),
    'mlp/up/bias': of('4.0.bias'),
    'mlp/down/weight': of('4.2.weight'),
    'mlp/down/bias': of('4.2.bias'),
  };
  return parts[rest] ?? null;
}

/** Every tensor of a network with its PyTorch name; one without a counterpart keeps its name, with dots. */
function counterparts(kind: string, owns: readonly string[]): readonly Counterpart[] {
  const minimal = kind === 'minGru' || kind === 'minLstm';
  const plain = isPlain(owns);
  return owns.map((own) => {
    const place = placeOf(own);
    const found =
      place === null
        ? minimal && own === 'final/norm/weight'
          ? { own, name: 'norm.gamma', also: /^norm\.gamma$/, shift: 1 }
          : ends(own, minimal)
        : minimal
          ? minimalPart(own, place.layer, place.rest, kind)
          : classicCell(own, place.layer, place.rest, plain);
    const dotted = own.replaceAll('/', '.').replace(/^layer(\d+)/, 'layers.$1');
    return found ?? { own, name: dotted, also: new RegExp(`^${escaped(dotted)}$`) };
  });
}

/** Blocks of rows in the order that `order` names. */
function reordered(data: Float32Array, order: readonly number[]): Float32Array {
  const each = data.length / order.length;
  const result = new Float32Array(data.length);
  order.forEach((from, to) => result.set(data.subarray(from * each, (from + 1) * each), to * each));
  return result;
}

const inverse = (order: readonly number[]): readonly number[] => order.map((_, at) => order.indexOf(at));

/** Weights of a network of this kind under PyTorch's names, float32. */
export function toTorch(kind: string, tensors: Tensors): Tensors {
  const named = counterparts(kind, [...tensors.keys()]).map(({ own, name, blocks, shift = 0 }) => {
    const tensor = tensors.get(own);
    if (tensor === undefined) throw new Error(`PyTorch names: ${own} must be a tensor`);
    const moved = Float32Array.from(tensor.data, (value) => value - shift);
    const data = blocks === undefined ? moved : reordered(moved, inverse(blocks));
    return [name, { dtype: 'F32', shape: torchShape(name, tensor.shape), data }] as const;
  });
  return new Map(named);
}

/** nn.Conv1d has one extent for the channels of a group, and one for the taps. */
function torchShape(name: string, shape: Shape): Shape {
  const [outputs = 0, second = 0] = shape;
  if (name.endsWith('.0.net.0.weight')) return [outputs, 1, second];
  return name.endsWith('.0.net.1.weight') ? [outputs, second, 1] : shape;
}

/** True if a file has PyTorch names and none of this program's. */
export const isFromTorch = (names: Iterable<string>): boolean => [...names].every((name) => !name.includes('/'));

export interface Taken {
  /** All tensors of the network: those of the file, and its own if the file has none. */
  readonly tensors: Tensors;
  /** Tensors missing in the file. */
  readonly kept: readonly string[];
}

/**
 * A PyTorch file as the weights of a network that currently has `own`. All recurrent tensors must be present; missing input, output and
 * norm tensors keep their values. An unknown tensor, or one of another shape, is refused by name and shape.
 */
export function fromTorch(kind: string, own: Tensors, file: Tensors): Result<Taken> {
  const result = new Map<string, StoredTensor>();
  const used = new Set<string>();
  const kept: string[] = [];
  for (const part of counterparts(kind, [...own.keys()])) {
    const current = own.get(part.own);
    if (current === undefined) continue;
    const left = new Map([...file].filter(([name]) => !used.has(name)));
    const taken = takeOne(part, current, left);
    if (!taken.ok) return taken;
    if (taken.value === null) kept.push(part.own);
    else if (taken.value.from !== null) used.add(taken.value.from);
    result.set(part.own, taken.value?.tensor ?? current);
  }
  const strange = [...file].find(([name]) => !used.has(name));
  if (strange !== undefined) {
    const [name, { shape }] = strange;
    return refuse(say`tensor ${asIs(name)} ${asIs(showShape(shape))} has no place in this network`);
  }
  return ok({ tensors: result, kept });
}

const cure = say`Choose a network with the same model, layers and widths as the file.`;
const refuse = (problem: Message): Result<never> => fail('bad-input', say`Weights from PyTorch: ${problem}.`, { cure });

/** The source of a tensor of the network; null = unchanged, `from` null = zeros. */
type One = { readonly from: string | null; readonly tensor: StoredTensor } | null;

const isRecurrent = (own: string): boolean => /\/mixer\/(weight|bias)([IH]h)?$/.test(own);

function takeOne(part: Counterpart, current: StoredTensor, file: Tensors): Result<One> {
  const fitting = file.has(part.name) ? [part.name] : [...file.keys()].filter((name) => part.also.test(name));
  const [from] = fitting;
  if (from === undefined) {
    if (part.optional === true)
      return ok({ from: null, tensor: { ...current, dtype: 'F32', data: new Float32Array(current.data.length) } });
    if (!isRecurrent(part.own)) return ok(null);
    return refuse(
      say`tensor ${asIs(part.name)} ${asIs(showShape(current.shape))} is required for ${asIs(part.own)}, got none`,
    );
  }
  if (fitting.length > 1) return refuse(say`${asIs(part.own)} must be one tensor, got ${asIs(fitting.join(', '))}`);
  const found = file.get(from);
  if (found === undefined || found.dtype === 'I32')
    return refuse(say`tensor ${asIs(from)} must hold floating-point numbers`);
  const wanted = torchShape(part.name, current.shape);
  if (!sameShape(found.shape, wanted)) {
    return refuse(
      say`tensor ${asIs(from)} must have shape ${asIs(showShape(wanted))}, got ${asIs(showShape(found.shape))}`,
    );
  }
  const moved = Float32Array.from(found.data, (value) => value + (part.shift ?? 0));
  const data = part.blocks === undefined ? moved : reordered(moved, part.blocks);
  if (data.length !== sizeOf(current.shape)) throw new Error(`PyTorch names: ${from} must have the size of its shape`);
  return ok({ from, tensor: { dtype: 'F32', shape: current.shape, data } });
}
