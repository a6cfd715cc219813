// ListOps as the article's Long Range Arena has it (appendix C.3), at three sizes: what its presets share. Pure.
import { say } from '../../../core/say.ts';
import type { ExperimentSpec, VariantSpec } from '../../run-spec.ts';
import type { Setting, SizeName } from '../preset.ts';
import { experimentOf, stated, type Amounts } from './common.ts';

interface Scale extends Amounts {
  readonly longerThan: number;
  readonly shorterThan: number;
  readonly depth: number;
  readonly parts: number;
  readonly layers: number;
  readonly d: number;
  readonly evalSequences: number;
}

export const listOpsScales: Readonly<Record<SizeName, Scale>> = {
  small: {
    ...{ longerThan: 8, shorterThan: 40, depth: 4, parts: 5, layers: 2, d: 64, evalSequences: 1024 },
    ...{ steps: 1500, batch: 32, learningRate: 3e-3, seeds: [1, 2, 3, 4] },
  },
  medium: {
    ...{ longerThan: 50, shorterThan: 200, depth: 6, parts: 8, layers: 4, d: 96, evalSequences: 2000 },
    ...{ steps: 6000, batch: 32, learningRate: 1e-3, seeds: [1, 2, 3] },
  },
  paper: {
    ...{ longerThan: 500, shorterThan: 2000, depth: 10, parts: 10, layers: 8, d: 128, evalSequences: 2000 },
    ...{ steps: 250_000, batch: 32, learningRate: 1e-3, seeds: [1, 2, 3] },
  },
};

export const listOpsSettings: readonly Setting[] = [
  stated(say`Longer than`, 'task.longerThan', 500),
  stated(say`Shorter than`, 'task.shorterThan', 2000),
  stated(say`Depth`, 'task.depth', 10),
  stated(say`Parts of an operator`, 'task.arguments', 10),
  stated(say`Layers`, 'model.layers', 8),
  stated(say`Width`, 'model.d', 128),
  stated(say`Steps`, 'budget', 250_000),
  stated(say`Batch`, 'training.batch', 32),
  stated(say`Learning rate`, 'training.learningRate', 1e-3),
  stated(say`Schedule`, 'training.schedule', 'cosine'),
  stated(say`Weight decay`, 'training.weightDecay', 0.05),
  stated(say`Seeds`, 'seeds', 3),
];

export const shorterThanPublished = say`Small and medium sizes have shorter expressions than Long Range Arena; guessing the most frequent value gets about one in nine at small size and one in six at full size.`;

export function listOpsExperiment(name: string, size: SizeName, variants: readonly VariantSpec[]): ExperimentSpec {
  const { longerThan, shorterThan, depth, parts, evalSequences, ...amounts } = listOpsScales[size];
  return experimentOf(
    {
      name,
      task: {
        id: 'listops-v1',
        fields: { longerThan, shorterThan, depth, arguments: parts, answer: 'pooled', evalSequences },
      },
      variants,
      training: {
        weightDecay: 0.05,
        clip: 1,
        schedule: 'cosine',
        warmup: Math.round(amounts.steps / 10),
        minimumLearningRate: 0,
      },
      evaluations: 6,
    },
    amounts,
  );
}
