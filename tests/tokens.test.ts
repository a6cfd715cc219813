// A run trained on tokens, from the text to its exports, by the command line on a real engine: what it says of itself is compared with
// GPT-2's tokens as their package gives them and against the exported network run by ONNX Runtime.
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { GptEncoding } from 'gpt-tokenizer/GptEncoding';
import ranks from 'gpt-tokenizer/bpeRanks/r50k_base';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { unwrap } from '../src/engine/core/result.ts';
import { readSafetensors } from '../src/engine/core/safetensors.ts';
import type { RunState, Sample } from '../src/protocol/state.ts';
import { minrnn } from './support/command-line.ts';
import { tinyRace } from './support/experiments.ts';
import { notFetched } from './support/fetched-tools.ts';
import { onnxRuntime, type OnnxRuntime } from './support/onnx-runtime.ts';
import { scratchFolder } from './support/program.ts';

const found = onnxRuntime();
/** For the test that is skipped without it. */
const ort = found as OnnxRuntime;

const home = scratchFolder();
const at = (name: string): string => join(home, name);
const session = at('tokens.rnnlab');

const [animals, places] = [
  ['cat', 'whale', 'naïve owl'],
  ['mat', 'lighthouse', 'café', 'ship'],
];
/** Words of one token and of several, letters of two bytes, line breaks. */
const text = Array.from(
  { length: 200 },
  (_, i) => `The ${animals[i % 3] ?? ''} waited near the ${places[(i * 5) % 4] ?? ''}; it was ${i % 12} o'clock.\n`,
).join('');
const encoding = GptEncoding.getEncodingApi('r50k_base', () => ranks);
const codes = encoding.encode(text);
const kinds = [...new Set(codes)].sort((a, b) => a - b);
/** The held-out part as in the task: the last tenth, with the training part rounded down. */
const heldOut = codes.slice(Math.floor(codes.length * 0.9));
const length = 16;

/** Printed as JSON by a command that must succeed. */
async function json<T>(...argv: string[]): Promise<T> {
  const { code, out, err } = await minrnn(...argv, '--json');
  expect([code, err]).toEqual([0, '']);
  return JSON.parse(out) as T;
}
const runsOf = async (): Promise<readonly RunState[]> =>
  (await json<{ readonly runs: readonly RunState[] }>('session', 'show', session)).runs;

let run: RunState;
beforeAll(async () => {
  process.env['MINRNN_HOME'] = home;
  writeFileSync(at('story.txt'), text);
  expect((await minrnn('data', 'import', at('story.txt'))).code).toBe(0);
  const fields = { dataset: 'story', unit: 'tokens', length, evalSequences: 1 };
  const experiment = tinyRace(60, {
    task: { id: 'char-text-v1', fields },
    variants: [{ model: 'minGru', fields: { d: 16, layers: 1 } }],
    training: { batch: 8, evaluateEvery: 20, evaluateAtStart: true, learningRate: 0.02 },
  });
  writeFileSync(at('tokens.experiment.json'), JSON.stringify(experiment));
  expect((await minrnn('race', at('tokens.experiment.json'), '--session', session)).code).toBe(0);
  const [only] = await runsOf();
  if (only === undefined) throw new Error('a run is expected');
  run = only;
});
afterAll(() => delete process.env['MINRNN_HOME']);

describe('a run on tokens', () => {
  it('are kept beside the text under its hash, for the engines that follow', () => {
    const kept = readdirSync(home, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.gpt2'));
    expect(kept).toHaveLength(1);
    const bytes = Uint8Array.from(readFileSync(at(kept[0] ?? '')));
    expect([...new Uint32Array(bytes.buffer)]).toEqual(codes);
  });

  it('learns: its loss falls far below where it began and below always answering by frequency', async () => {
    const csv = (await minrnn('session', 'export', session, '--format', 'json')).out;
    expect(csv).toContain('val/loss');
    expect(run.status).toBe('finished');
    const last = run.last['val/loss'] ?? NaN;
    expect(last).toBeLessThan(Math.log(kinds.length) / 2);
    expect(last).toBeLessThan(run.facts?.metrics[0]?.chance ?? 0);
  });

  it('says bits per byte as loss over ln 2 and the bytes of a held-out token', async () => {
    const bytesPerToken = Buffer.byteLength(encoding.decode(heldOut)) / heldOut.length;
    expect(bytesPerToken).toBeGreaterThan(2);
    expect(run.facts?.bytesPerToken).toBeCloseTo(bytesPerToken, 9);
    const { out } = await minrnn('session', 'export', session, '--format', 'table-csv');
    const [head = '', row = ''] = out.trim().split('\n');
    const said = Number(row.split(',')[head.split(',').indexOf('best_bits_per_byte')]);
    expect(said).toBeCloseTo((run.best?.loss ?? NaN) / Math.LN2 / bytesPerToken, 9);
  });

  it('is the same when the session is opened again', async () => {
    const [again] = await runsOf();
    expect(again).toEqual(run);
  });

  it('writes text that equals its joined tokens, each of which occurs in the text it learned', async () => {
    const sample = await json<Sample>('sample', session, '--run', run.name, '--length', '40', '--prompt', 'The whale');
    expect(sample.detail?.symbols).toHaveLength(40);
    expect(sample.detail?.symbols.join('')).toBe(sample.text);
    const letters = new Set(text);
    expect([...sample.text].filter((letter) => !letters.has(letter) && letter !== '\ufffd')).toEqual([]);
    expect(sample.text.length).toBeGreaterThan(60);
    const refused = await minrnn('sample', session, '--run', run.name, '--prompt', '漢字');
    expect([refused.code, refused.err]).toEqual([2, expect.stringContaining('tokens of the text')]);
  });

  it('goes out as weights, with a row for each of its tokens', async () => {
    const weights = at('tokens.safetensors');
    expect((await minrnn('session', 'export', session, '--format', 'safetensors', '--out', weights)).code).toBe(0);
    const { tensors } = unwrap(readSafetensors(readFileSync(weights)));
    expect(tensors.get('embedding/weight')?.shape).toEqual([kinds.length, 16]);
    expect(tensors.get('head/weight')?.shape).toEqual([kinds.length, 16]);
  });

  it('is not changed by sampling and exporting', async () => {
    const [again] = await runsOf();
    expect(again).toEqual(run);
  });
});

describe(found === null ? notFetched : 'its network', () => {
  it.skipIf(found === null)('has, run by ONNX Runtime, the loss that the run says', async () => {
    const file = at('tokens.onnx');
    expect((await minrnn('session', 'export', session, '--format', 'onnx', '--out', file)).code).toBe(0);
    const network = await ort.InferenceSession.create(new Uint8Array(readFileSync(file)));
    const page = heldOut.slice(0, length + 1).map((code) => kinds.indexOf(code));
    const states = network.inputMetadata.filter(({ name }) => name.startsWith('state_'));
    const feeds = Object.fromEntries(
      states.map((slot) => {
        const width = slot.isTensor ? Number(slot.shape[1]) : 0;
        return [slot.name, new ort.Tensor('float32', new Float32Array(width), [1, width])];
      }),
    );
    const tokens = new ort.Tensor('int64', BigInt64Array.from(page.slice(0, length), BigInt), [1, length]);
    const { logits } = await network.run({ ...feeds, tokens });
    const values = (logits?.data ?? []) as Float32Array;
    const lossAt = (place: number): number => {
      const row = Array.from(values.slice(place * kinds.length, (place + 1) * kinds.length));
      return Math.log(row.reduce((sum, one) => sum + Math.exp(one), 0)) - (row[page[place + 1] ?? 0] ?? NaN);
    };
    const loss = Array.from({ length }, (_, place) => lossAt(place)).reduce((sum, one) => sum + one, 0) / length;
    expect(loss).toBeCloseTo(run.last['val/loss'] ?? NaN, 4);
  });
});
