// Files written by PyTorch as weights of networks here, compared with what PyTorch answered with them; and the way back.
import { english } from '../../engine/core/say.ts';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { unwrap } from '../../engine/core/result.ts';
import { readSafetensors, type StoredTensor } from '../../engine/core/safetensors.ts';
import { sizeOf } from '../../engine/core/tensor.ts';
import type { StackConfig } from '../../engine/models/stack.ts';
import type { FieldValues } from '../../engine/spec/fields.ts';
import { answerOf, networkOf } from '../exporting/testing/network.ts';
import { fromTorch, toTorch, type Tensors } from './torch-names.ts';

interface Golden {
  readonly vocabulary: number;
  readonly width: number;
  readonly batch: number;
  readonly time: number;
  readonly cases: readonly {
    readonly name: string;
    readonly kind: string;
    readonly fields: FieldValues;
    readonly file: string;
    readonly x: readonly number[];
    readonly logits: readonly number[];
  }[];
}

const path = join(import.meta.dirname, '../../../tests/golden/torch/weights.json');
const golden = JSON.parse(readFileSync(path, 'utf8')) as Golden;
const { vocabulary, width, batch, time } = golden;

const configOf = ({ kind, fields }: Golden['cases'][number]): StackConfig =>
  networkOf(kind, { ...fields, d: width }, { kind: 'tokens', vocabulary }, vocabulary);

const fileOf = ({ file }: Golden['cases'][number]): Tensors =>
  unwrap(readSafetensors(new Uint8Array(Buffer.from(file, 'base64')))).tensors;

const zeros = (_: string, shape: readonly number[]): Float32Array => new Float32Array(sizeOf(shape));

/** The tensors a network of this config has. */
const ownOf = async (config: StackConfig, x: readonly number[]): Promise<Tensors> =>
  (await answerOf(config, { x, batch, time }, zeros)).tensors;

const values = ({ data }: StoredTensor): Float32Array => Float32Array.from(data);
const one = golden.cases.find(({ name }) => name === 'nn.LSTM, two layers');
if (one === undefined) throw new Error('the case is expected');

describe('weights of PyTorch', () => {
  it.each(golden.cases)('$name answers as it did there', async (given) => {
    const config = configOf(given);
    const own = await ownOf(config, given.x);
    const { tensors, kept } = unwrap(fromTorch(given.kind, own, fileOf(given)));
    expect(kept).toEqual([]);
    const weightOf = (name: string): Float32Array => values(tensors.get(name) as StoredTensor);
    const { y } = await answerOf(config, { x: given.x, batch, time }, weightOf);
    expect(y).toHaveLength(given.logits.length);
    for (const [i, logit] of y.entries()) expect(Math.abs(logit - (given.logits[i] ?? NaN))).toBeLessThan(1e-6);
  });

  it.each(golden.cases)('$name goes out under names that bring the same weights back', async (given) => {
    const own = await ownOf(configOf(given), given.x);
    const { tensors } = unwrap(fromTorch(given.kind, own, fileOf(given)));
    const out = toTorch(given.kind, tensors);
    const back = unwrap(fromTorch(given.kind, own, out));
    expect(back.kept).toEqual([]);
    for (const [name, tensor] of tensors) {
      const now = values(back.tensors.get(name) as StoredTensor);
      // A norm goes out as weight - 1: one rounding each way.
      values(tensor).forEach((value, i) => expect(now[i]).toBeCloseTo(value, 6));
    }
    if (given.name.startsWith('published') && !given.name.includes('without'))
      expect([...out.keys()].toSorted()).toEqual([...fileOf(given).keys()].toSorted());
  });

  it('a single nn.LSTM fills the recurrent part and leaves the ends as they are', async () => {
    const own = await ownOf(configOf(one), one.x);
    const alone = new Map(
      [...fileOf(one)].filter(([name]) => name.startsWith('rnn.')).map(([name, tensor]) => [name.slice(4), tensor]),
    );
    const { kept, tensors } = unwrap(fromTorch('lstm', own, alone));
    expect(kept).toEqual(['embedding/weight', 'head/weight', 'head/bias']);
    expect(values(tensors.get('layer1/mixer/weightHh') as StoredTensor)).toEqual(
      values(fileOf(one).get('rnn.weight_hh_l1') as StoredTensor),
    );
  });

  it('a single published cell fills the first layer, its way out included, and no head', async () => {
    const minimal = golden.cases.find(({ name }) => name === 'published minGRU without biases');
    if (minimal === undefined) throw new Error('the case is expected');
    const own = await ownOf(configOf(minimal), minimal.x);
    const alone = new Map(
      [...fileOf(minimal)].flatMap(([name, tensor]) =>
        name.startsWith('layers.0.2.') ? [[name.slice('layers.0.2.'.length), tensor] as const] : [],
      ),
    );
    expect([...alone.keys()]).toEqual(['to_hidden_and_gate.weight', 'to_out.weight']);
    const { kept } = unwrap(fromTorch('minGru', own, alone));
    expect(kept).toContain('head/weight');
    expect(kept).not.toContain('layer0/mixer/down/weight');
  });

  it('refuses by name and shape what does not fit, what is missing and what has no place', async () => {
    const own = await ownOf(configOf(one), one.x);
    const file = fileOf(one);
    const message = (tensors: Tensors): string => {
      const result = fromTorch('lstm', own, tensors);
      return result.ok ? '' : english(result.error.message);
    };
    const wrong = new Map(file).set('rnn.weight_hh_l0', { dtype: 'F32', shape: [8, 2], data: new Float32Array(16) });
    expect(message(wrong)).toMatch(/tensor rnn\.weight_hh_l0 must have shape \[16, 4\], got \[8, 2\]/);
    const missing = new Map(file);
    missing.delete('rnn.bias_ih_l1');
    expect(message(missing)).toMatch(/tensor rnn\.bias_ih_l1 \[16\] is required/);
    const more = new Map(file).set('rnn.weight_ih_l0_reverse', {
      dtype: 'F32',
      shape: [16, 4],
      data: new Float32Array(64),
    });
    expect(message(more)).toMatch(/tensor rnn\.weight_ih_l0_reverse \[16, 4\] has no place/);
    const gru = golden.cases.find(({ name }) => name === 'nn.GRU, two layers');
    if (gru === undefined) throw new Error('the case is expected');
    const other = fromTorch('gru', await ownOf(configOf(gru), gru.x), file);
    expect(other.ok ? '' : english(other.error.message)).toMatch(
      /rnn\.weight_ih_l0 must have shape \[12, 4\], got \[16, 4\]/,
    );
  });
});
