// Counted reproductions: what the models really hold against the formulas of the article, and verdicts that follow from counts alone.
import { describe, expect, it } from 'vitest';
import { english } from '../../core/say.ts';
import { layerWeights } from '../../models/layer-weights.ts';
import { computedCsv, computedMarkdown } from './computed-document.ts';
import { computedOutcome, countings, layersOf, type Computed, type LayerAsked } from './computed.ts';
import { parameters } from './presets/parameters.ts';
import { reproductionOf } from './registry.ts';

const expansions = [1, 2, 3, 4];
const gates = { minGru: 2, minLstm: 3, gru: 3, lstm: 4 } as const;
type Kind = keyof typeof gates;

/** Equations of the article, and torch's two biases for each gate of the classic ones. */
function formula({ model, width, expansion, counted }: LayerAsked): number {
  const hidden = width * expansion;
  const isClassic = model === 'gru' || model === 'lstm';
  const rows = gates[model as Kind] * hidden;
  const matrices = rows * (isClassic ? width + hidden : width);
  if (counted === 'matrices') return matrices;
  const down = matrices + hidden * width;
  return counted === 'down' ? down : down + rows * (isClassic ? 2 : 1) + width;
}

const counts = (preset: Computed) => computedOutcome(preset, layersOf(preset).map(layerWeights));

describe('weights of a layer', () => {
  const asked = (Object.keys(gates) as Kind[]).flatMap((model) =>
    [1, 5, 64].flatMap((width) =>
      expansions.flatMap((expansion) => countings.map((counted) => ({ model, width, expansion, counted }))),
    ),
  );

  it('are those of the equations, at every width, expansion and counting', () => {
    for (const layer of asked) expect(layerWeights(layer), JSON.stringify(layer)).toBe(formula(layer));
  });

  it('refuse a model that does not exist', () => {
    expect(() => layerWeights({ model: 'no-such', width: 4, expansion: 1, counted: 'down' })).toThrow(/known one/);
  });
});

describe('ratios of weights', () => {
  it('are those of the article, as exact fractions at any width', () => {
    for (const width of [1, 7, 64])
      for (const expansion of expansions) {
        const of = (model: Kind) => layerWeights({ model, width, expansion, counted: 'matrices' });
        expect(of('minGru') * 3 * (1 + expansion)).toBe(of('gru') * 2);
        expect(of('minLstm') * 4 * (1 + expansion)).toBe(of('lstm') * 3);
      }
  });

  it('hold as printed, and are larger with the down-projection', () => {
    const { parts, rows } = counts(parameters);
    expect(parts.map(({ verdict }) => verdict)).toEqual(['holds', 'holds']);
    expect(parts.every(({ part }) => part.rows.length === 4)).toBe(true);
    const ofPair = (counted: string, model: string) =>
      rows.filter(({ row }) => row.over.counted === counted && row.over.model === model).map(({ share }) => share);
    for (const model of ['minGru', 'minLstm']) {
      const down = ofPair('down', model);
      for (const [at, share] of ofPair('matrices', model).entries()) expect(down[at]).toBeGreaterThan(share);
    }
    expect(ofPair('down', 'minGru').map((share) => (100 * share).toFixed(1))).toEqual(['42.9', '30.0', '23.1', '18.8']);
  });

  it('of a model with itself are 1', () => {
    const rows = parameters.rows.map((row) => ({ ...row, over: row.under }));
    expect(counts({ ...parameters, rows, parts: [] }).rows.every(({ share }) => share === 1)).toBe(true);
  });

  it('do not hold where one number is another', () => {
    const [part] = parameters.parts;
    if (part === undefined) expect.fail('a part is required');
    const wrong = part.rows.map((row, at) => (at === 2 ? { ...row, published: 19 } : row));
    const outcome = counts({ ...parameters, rows: wrong, parts: [{ ...part, rows: wrong }] });
    expect(outcome.parts[0]).toMatchObject({ verdict: 'does-not-hold' });
    expect(outcome.parts[0]?.furthest).toBeCloseTo(19 - 100 / 6, 12);
  });
});

describe('a counted document', () => {
  it('shows print and count side by side', () => {
    const text = computedMarkdown(counts(parameters), english);
    expect(text).toContain('| minLSTM / LSTM | matrices of the recurrence | 1 | 38 | 37.50 | 12,288 / 32,768 |');
    expect(text).toContain('| minGRU / GRU | with down-projection | 1 | – | 42.86 | 12,288 / 28,672 |');
  });

  it('has its numbers whole in CSV', () => {
    const lines = computedCsv(counts(parameters)).trimEnd().split('\r\n');
    expect(lines).toHaveLength(1 + 24);
    expect(lines[1]).toBe(`minGru,gru,64,1,matrices,8192,24576,${2 / 6},0.33`);
  });

  it('is found by its name', () => {
    expect(reproductionOf('parameters')).toBe(parameters);
  });
});
