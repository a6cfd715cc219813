// Networks as ONNX, run by ONNX Runtime: the logits of every model are those of this program, over whole sequences and cut ones.
import { describe, expect, it } from 'vitest';
import { notFetched } from '../../../../tests/support/fetched-tools.ts';
import { onnxRuntime, type OnnxRuntime, type OrtTensor } from '../../../../tests/support/onnx-runtime.ts';
import { sizeOf } from '../../../engine/core/tensor.ts';
import { RandomStream } from '../../../engine/core/philox.ts';
import type { StoredTensor } from '../../../engine/core/safetensors.ts';
import type { StackConfig, StackInput } from '../../../engine/models/stack.ts';
import type { FieldValues } from '../../../engine/spec/fields.ts';
import { someRun } from '../../../session/testing/samples.ts';
import { answerOf, networkOf } from '../testing/network.ts';
import { onnxOf } from './network.ts';

const [batch, time, vocabulary] = [3, 7, 11];

const found = onnxRuntime();
/** For the tests that are not skipped without it. */
const ort = found as OnnxRuntime;

const streamOf = ({ inputs }: StackConfig): StackInput => {
  const [input] = inputs;
  if (input === undefined) throw new Error('an input is expected');
  return input;
};

const configOf = (kind: string, change: FieldValues, input: StackInput): StackConfig =>
  networkOf(kind, { d: 8, layers: 2, ...change }, input, input.kind === 'tokens' ? vocabulary : 1);

/** Weights drawn for a config, and what the float64 reference answers over the whole sequence. */
async function answered(config: StackConfig) {
  const random = new RandomStream(6, 'x');
  const input = streamOf(config);
  const width = input.kind === 'tokens' ? 1 : input.width;
  const x = Array.from({ length: batch * time * width }, () =>
    input.kind === 'tokens' ? random.below(vocabulary) : Math.fround(random.normal()),
  );
  return { x, ...(await answerOf(config, { x, batch, time }, drawn)) };
}

function drawn(name: string, shape: readonly number[]): Float32Array {
  const random = new RandomStream(5, name);
  return Float32Array.from({ length: sizeOf(shape) }, () => 0.6 * random.normal());
}

type Feeds = Record<string, OrtTensor>;

async function session(config: StackConfig, tensors: ReadonlyMap<string, StoredTensor>) {
  const run = someRun('r');
  const model = { kind: config.model.kind, implementation: 'fused', fields: config.values };
  const bytes = onnxOf({ run: { ...run, spec: { ...run.spec, model } }, tensors, metadata: { run: 'a "run"' } });
  return { bytes, session: await ort.InferenceSession.create(bytes) };
}

function inputOf(config: StackConfig, x: readonly number[], length: number): OrtTensor {
  const input = streamOf(config);
  return input.kind === 'tokens'
    ? new ort.Tensor('int64', BigInt64Array.from(x, BigInt), [batch, length])
    : new ort.Tensor('float32', Float32Array.from(x), [batch, length, input.width]);
}

/** Columns `from` up to `to` of [batch, time, width]. */
const cut = (x: readonly number[], width: number, from: number, to: number): number[] =>
  Array.from({ length: batch }, (_, row) => x.slice((row * time + from) * width, (row * time + to) * width)).flat();

/** What a caller of the file knows: its metadata says where a sequence begins. */
async function starts(bytes: Uint8Array): Promise<Record<string, number | readonly number[]>> {
  const { default: protobuf } = await import('protobufjs');
  const { root } = protobuf.parse(`syntax = "proto3";
    message Entry { string key = 1; string value = 2; }
    message Model { int64 ir_version = 1; repeated Entry metadata_props = 14; }`);
  const read = root.lookupType('Model').decode(bytes) as unknown as {
    readonly metadataProps: readonly { readonly key: string; readonly value: string }[];
  };
  const text = read.metadataProps.find(({ key }) => key === 'start')?.value ?? '{}';
  return JSON.parse(text) as Record<string, number | readonly number[]>;
}

const tokens = { kind: 'tokens', vocabulary } as const;
const cases: readonly [string, string, FieldValues, StackInput][] = [
  ['minGRU', 'minGru', {}, tokens],
  ['minGRU with every part', 'minGru', { conv: true, mlp: true, learnedStart: true, headBias: true }, tokens],
  ['minGRU with the plain candidate', 'minGru', { candidate: 'identity', norm: 'layerNorm' }, tokens],
  ['minLSTM', 'minLstm', { mlp: true, mlpKind: 'gelu', learnedStart: true }, tokens],
  ['minLSTM without normalised gates', 'minLstm', { normalised: false, norm: 'none', residual: false }, tokens],
  ['GRU', 'gru', { learnedStart: true, conv: true, convKernel: 2 }, tokens],
  ['GRU without biases', 'gru', { bias: false, project: 'when-needed', expansion: 1 }, tokens],
  ['LSTM', 'lstm', { mlp: true }, tokens],
  ['Elman RNN', 'elman', {}, tokens],
  ['QRNN', 'qrnn', { learnedStart: true, conv: true }, tokens],
  ['QRNN of the current input', 'qrnn', { window: 'one' }, tokens],
  ['HGRN', 'hgrn', { learnedStart: true, layers: 3 }, tokens],
  ['GRU on features', 'gru', { finalNorm: false }, { kind: 'features', width: 2 }],
];

describe(found === null ? notFetched : 'ONNX', () => {
  it.skipIf(found === null).each(cases)(
    '%s: logits to 1e-5, whole and cut in two with the state carried over',
    async (_, kind, change, input) => {
      const config = configOf(kind, change, input);
      const { tensors, x, y } = await answered(config);
      const made = await session(config, tensors);
      const start = await starts(made.bytes);
      const names = made.session.inputNames.filter((name) => name.startsWith('state_'));
      expect(Object.keys(start)).toEqual(names);
      const begin: Feeds = Object.fromEntries(
        made.session.inputMetadata
          .filter(({ name }) => name.startsWith('state_'))
          .map((slot) => {
            const shape = slot.isTensor ? slot.shape.slice(1).map(Number) : [];
            const value = start[slot.name] ?? 0;
            const one = typeof value === 'number' ? Array.from({ length: sizeOf(shape) }, () => value) : value;
            const all = Array.from({ length: batch }, () => one).flat();
            return [slot.name, new ort.Tensor('float32', Float32Array.from(all), [batch, ...shape])];
          }),
      );
      const name = input.kind === 'tokens' ? 'tokens' : 'features';
      const width = input.kind === 'tokens' ? 1 : input.width;
      const whole = await made.session.run({ ...begin, [name]: inputOf(config, x, time) });
      const near = (answer: OrtTensor | undefined, wanted: readonly number[]): void => {
        const data = Array.from((answer?.data ?? []) as Float32Array);
        expect(data).toHaveLength(wanted.length);
        for (const [i, value] of data.entries()) expect(Math.abs(value - (wanted[i] ?? NaN))).toBeLessThan(1e-5);
      };
      near(whole['logits'], Array.from(y));
      const border = 4;
      const first = await made.session.run({ ...begin, [name]: inputOf(config, cut(x, width, 0, border), border) });
      const carried: Feeds = Object.fromEntries(
        names.map((slot) => [
          slot,
          first[slot.replace('state_', 'next_')] ?? new ort.Tensor('float32', new Float32Array(), [0]),
        ]),
      );
      const rest = await made.session.run({
        ...carried,
        [name]: inputOf(config, cut(x, width, border, time), time - border),
      });
      near(first['logits'], cut(Array.from(y), config.heads[0]?.outputs ?? 0, 0, border));
      near(rest['logits'], cut(Array.from(y), config.heads[0]?.outputs ?? 0, border, time));
    },
  );
});

describe('the export to ONNX', () => {
  it('refuses by name what it cannot express', async () => {
    const config = configOf('gru', {}, tokens);
    const { tensors } = await answered(config);
    const run = someRun('r');
    const spec = { ...run.spec, model: { kind: 'unheard-of', implementation: 'x', fields: {} } };
    expect(() => onnxOf({ run: { ...run, spec }, tensors, metadata: {} })).toThrow(/ONNX: model unheard-of cannot/);
    const attention = configOf('transformer', {}, tokens);
    const drawn = await answered(attention);
    const model = { kind: 'transformer', implementation: 'fused', fields: attention.values };
    const transformer = { ...run, spec: { ...run.spec, model } };
    expect(() => onnxOf({ run: transformer, tensors: drawn.tensors, metadata: {} })).toThrow(
      /ONNX: op \w+ of layer0.mixer.* cannot/,
    );
    const bothWays = configOf('gru', { bidirectional: true }, tokens);
    const both = await answered(bothWays);
    const described = { kind: 'gru', implementation: 'fused', fields: bothWays.values };
    const written = () =>
      onnxOf({ run: { ...run, spec: { ...run.spec, model: described } }, tensors: both.tensors, metadata: {} });
    expect(written).toThrow(/ONNX: a network that reads from both ends cannot/);
  });
});
