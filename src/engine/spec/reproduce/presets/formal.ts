// Systems side by side on several formal tasks, each task with the same lengths: what its presets share. Pure.
import type { FieldValues } from '../../fields.ts';
import type { ExperimentSpec } from '../../run-spec.ts';
import { experimentOf, variantOf, type Amounts } from './common.ts';

export interface FormalTask {
  readonly id: string;
  readonly title: string;
}

interface System {
  readonly title: string;
  readonly kind: string;
  readonly fields: FieldValues;
}

interface Asked {
  readonly name: string;
  /** Lengths of the held-out strings; those of training have up to 40 symbols. */
  readonly lengths: readonly [shortest: number, longest: number];
  readonly evalSequences: number;
  readonly training: Readonly<Record<string, number>>;
  readonly amounts: Amounts & { readonly d: number };
}

export const onTask = (task: string, system: string): string => `${system} · ${task}`;

export const formalExperiments = (
  tasks: readonly FormalTask[],
  systems: readonly System[],
  { name, lengths: [evalMinimum, evalMaximum], evalSequences, training, amounts }: Asked,
): readonly ExperimentSpec[] =>
  tasks.map((task) =>
    experimentOf(
      {
        name,
        task: { id: task.id, fields: { trainLength: 40, evalMinimum, evalMaximum, evalSequences } },
        variants: systems.map(({ title, kind, fields }) =>
          variantOf({ name: onTask(task.title, title) }, kind, { layers: 2, d: amounts.d, ...fields }),
        ),
        training,
        evaluations: 4,
      },
      amounts,
    ),
  );
