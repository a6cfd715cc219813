// Preflight notes on settings that have no effect, or another one than their name suggests.
import { english } from '../../engine/core/say.ts';
import { describe, expect, it } from 'vitest';
import { smallSpec, type SmallRun } from '../../engine/verify/small-run.ts';
import { noteIssues, notesOf } from './run-notes.ts';
import { presets } from '../experiments/presets.ts';
import { expandExperiment } from '../../engine/spec/expand.ts';
import { catalogueWith } from '../experiments/catalogue.ts';

/** On a task whose sequences never repeat. */
const specOf = (run: SmallRun) => smallSpec({ task: 'adding-v1', ...run });
const notes = (run: SmallRun, steps: number | null = 20) =>
  notesOf(specOf(run), steps).map(({ field, message }) => `${field}: ${english(message)}`);

describe('notes of a run', () => {
  it('are none for the defaults, nor for any preset', () => {
    expect(notes({})).toEqual([]);
    for (const preset of presets)
      for (const { spec } of expandExperiment(preset.spec, catalogueWith([]))) expect(notesOf(spec, null)).toEqual([]);
  });

  it.each<[string, SmallRun, readonly string[]]>([
    [
      'momentum with Adam',
      { training: { momentum: 0.5 } },
      ['training.momentum: Momentum 0.5 has no effect: it needs Optimiser SGD with momentum, got AdamW.'],
    ],
    [
      'a cosine that ends above the learning rate',
      { training: { schedule: 'cosine', learningRate: 5e-5 } },
      [
        'training.minimumLearningRate: Final learning rate 1e-4 is not below the learning rate 5e-5: the cosine changes nothing, the rate stays at 5e-5.',
      ],
    ],
    [
      'a final learning rate without a cosine',
      { training: { minimumLearningRate: 1e-3 } },
      ['training.minimumLearningRate: Final learning rate 1e-3 has no effect: it needs Schedule cosine, got constant.'],
    ],
    [
      'a warm-up longer than the run',
      { training: { warmup: 39, learningRate: 0.01 } },
      [
        'training.warmup: Warm-up of 39 steps is longer than the run (20 steps): the learning rate ends at 5e-3 and never reaches 0.01.',
      ],
    ],
    [
      'a kind of MLP without an MLP',
      { fields: { mlpKind: 'gelu' } },
      ['fields.mlpKind: MLP kind GELU has no effect: it needs MLP on, got off.'],
    ],
    [
      'dropout after an MLP that is not there',
      { fields: { dropout: 0.2, dropoutPlace: 'mlp' } },
      ['fields.dropout: Dropout has no effect: it acts after the MLP only, and the network has none.'],
    ],
    [
      'a record that never comes',
      { training: { logEvery: 100 } },
      ['training.logEvery: Record every 100 steps: a run of 20 steps records no training loss.'],
    ],
  ])('%s', (_, run, expected) => {
    expect(notes(run)).toEqual(expected);
  });

  it('held-out problems that training shows, with their number', () => {
    const taskFields = { trainLength: 10, evalMinimum: 2, evalMaximum: 20 };
    const parity = { task: 'parity-check-v1', training: { batch: 32 }, taskFields } as const;
    expect(notes(parity, 1000)).toEqual([
      'task.fields.disjoint: About 120 of the 256 held-out sequences (47 %) also come up in training within 1,000 steps: part of the accuracy is memory. "Disjoint sets" keeps them apart.',
    ]);
    expect(notes({ ...parity, taskFields: { ...taskFields, disjoint: true } }, 1000)).toEqual([]);
    expect(notes({ task: 'selective-copy-v1' }, 1000)[0]).toMatch(/evalSequences: About 10 of the 10 held-out/);
    expect(notes({ task: 'selective-copy-v1', taskFields: { length: 256, memorise: 8 } }, 1000)).toEqual([]);
  });

  it('do not guess the steps of a run in seconds', () => {
    expect(notes({ training: { warmup: 39 } }, null)).toEqual([]);
  });

  it('are said once where variants share them, and addressed to the variant where they do not', () => {
    const shared = notesOf(specOf({ training: { momentum: 0.5 } }), 20);
    const own = notesOf(specOf({ fields: { mlpKind: 'gelu' }, training: { momentum: 0.5 } }), 20);
    expect(noteIssues([shared, own]).map(({ field, severity }) => [field, severity])).toEqual([
      ['training.momentum', 'warning'],
      ['variants[1].fields.mlpKind', 'warning'],
    ]);
    expect(noteIssues([[], shared]).map(({ field }) => field)).toEqual(['variants[1].fields.momentum']);
  });
});
