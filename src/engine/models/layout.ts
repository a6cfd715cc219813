// The network around the mixers, as plain data: blocks as lists of rows, rows as lists of parts, positions of norms, input and output. A
// published network is one such layout (presets/); a person may write the rows of another (read-block.ts).
import type { FieldValues } from '../spec/fields.ts';

export type Activation = 'gelu' | 'geluTanh' | 'relu' | 'relu2' | 'silu' | 'sigmoid' | 'tanh';

/** `learned`: w from 1; `offset`: 1 + w from 0; `none`: no weight. `bias`: of a LayerNorm. */
export interface NormLayout {
  readonly kind: 'rmsNorm' | 'layerNorm' | 'none';
  readonly eps?: number;
  readonly weight: 'learned' | 'offset' | 'none';
  readonly bias: boolean;
}

/** The recurrence of the run, or of the named model; `down` = a projection back to the width it was given. */
export interface MixerPart {
  readonly part: 'mixer';
  readonly model?: string;
  /** Settings of that model that belong to the network. */
  readonly values?: FieldValues;
  /** Width of its state as a multiple of the width it is given. */
  readonly expansion: number;
  readonly down: 'always' | 'when-needed';
  /** Bias of the projection; a model published without one has none. */
  readonly bias: boolean;
}

/** Depthwise and causal over `kernel` steps, the current one included; `mix` = a linear layer across channels after it. */
export interface ConvPart {
  readonly part: 'conv';
  readonly kernel: number;
  readonly mix: boolean;
}

/** W2 f(W1 x). Gated: [a | b] = W1 x, W2 (a f(b)); `scale` = a learned factor a channel before W2. */
export interface MlpPart {
  readonly part: 'mlp';
  readonly activation: Activation;
  readonly gated: boolean;
  readonly scale: boolean;
  /** Inner width as a multiple of the width of the block. */
  readonly multiple: number;
  readonly bias: boolean;
}

/** [a | b] = W x, a sigmoid(b): back to the width it was given. */
export interface GluPart {
  readonly part: 'glu';
  readonly bias: boolean;
}

export interface ActPart {
  readonly part: 'act';
  readonly activation: Activation;
}

/** [u | z] = W x; W' (branch(u) f(z)): parts of which a second path decides what passes. */
export interface GatePart {
  readonly part: 'gate';
  readonly activation: Activation;
  readonly multiple: number;
  readonly bias: boolean;
  readonly branch: readonly Part[];
}

/** RWKV's: sigmoid(R xr) V relu(K xk)^2, with xr and xk mixtures of the current and the previous input. */
export interface ChannelMixPart {
  readonly part: 'channel-mix';
  readonly multiple: number;
  /** False: both read the current input alone. */
  readonly shift?: boolean;
}

/** Parallel chains on the same input, added up. */
export interface ParallelPart {
  readonly part: 'parallel';
  readonly branches: readonly (readonly Part[])[];
}

export type Part = MixerPart | ConvPart | MlpPart | GluPart | ActPart | GatePart | ChannelMixPart | ParallelPart;

/** One chain of parts with its norm and its residual: x + chain(norm(x)) `pre`, norm(x + chain(x)) `post`. */
export interface Row {
  readonly norm: 'pre' | 'post' | 'none';
  readonly parts: readonly Part[];
  readonly residual: boolean;
  readonly dropout: number;
}

export interface Layout {
  readonly norm: NormLayout;
  /** Layer l is block l mod their number. */
  readonly blocks: readonly (readonly Row[])[];
  readonly embedding: {
    /** The numbers of the task go into the first block as they are. */
    readonly direct?: boolean;
    /** A norm after it and its dropout. */
    readonly norm: boolean;
    readonly positions: 'none' | 'learned';
    readonly dropout: number;
  };
  readonly finalNorm: boolean;
  readonly head: {
    /** What the last block gives is the answer. */
    readonly direct?: boolean;
    readonly bias: boolean;
    /** The table of the input tokens, if input and output share a vocabulary. */
    readonly tied: boolean;
  };
  readonly start: 'torch' | 'gpt' | 'mamba' | 'griffin' | 'roformer' | 'gau' | 'rwkv' | 'retnet' | 'small' | 'xlstm';
}

/** Every part of a chain, including nested ones. */
export const partsOf = (parts: readonly Part[]): readonly Part[] =>
  parts.flatMap((part) => {
    if (part.part === 'gate') return [part, ...partsOf(part.branch)];
    return part.part === 'parallel' ? [part, ...part.branches.flatMap(partsOf)] : [part];
  });
