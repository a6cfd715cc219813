// Examples of tasks for people: the inputs and targets of runs, before they start and while they train. Independent of engine processes and front ends.
import type { TaskData } from '../../engine/data/labelled.ts';
import { AppFailure, unwrap } from '../../engine/core/result.ts';
import { asIs, say } from '../../engine/core/say.ts';
import type { TaskChoice } from '../../engine/spec/run-spec.ts';
import type { TaskExamples } from '../../engine/spec/showing.ts';
import { findTask } from '../../engine/tasks/registry.ts';
import type { Task } from '../../engine/tasks/task.ts';
import { firstExamples, heldOutExamples } from '../../engine/training/examples.ts';
import type { StoredRun } from '../../session/store.ts';
import type { Datasets } from '../data/datasets.ts';
import { datasetOf } from '../experiments/experiments.ts';
import { usesOf, type RunTexts } from './run-texts.ts';

/** The form has checked the fields already, but a page may send anything. */
function prepared(choice: TaskChoice, text: TaskData | null): Task {
  const task = findTask(choice.id);
  if (task === null)
    throw new AppFailure({ code: 'not-found', message: say`task: a known one is required, got "${asIs(choice.id)}"` });
  return unwrap(task.prepare(choice.fields, text));
}

/** The first sequences that a run of this task learns from. */
export async function examplesOfTask(task: TaskChoice, count: number, datasets: Datasets): Promise<TaskExamples> {
  const name = datasetOf({ task });
  return firstExamples(prepared(task, name === null ? null : await datasets.content(name)), count);
}

/** The task of a run with the text it has learnt. */
async function taskOfRun(run: StoredRun, texts: RunTexts): Promise<Task> {
  const { data: text } = await texts.resolve(run, usesOf(run), run.cursor.step, false);
  return prepared(run.spec.task, text);
}

/** The default prompt of a run. */
export async function promptOf(run: StoredRun, texts: RunTexts): Promise<string> {
  const { text } = await taskOfRun(run, texts);
  if (text !== null) return text.prompt;
  throw new AppFailure({
    code: 'unsupported',
    message: say`${asIs(run.name)}: samples need a task of text, got ${asIs(run.spec.task.id)}`,
  });
}

export const examplesOfRun = async (run: StoredRun, texts: RunTexts): Promise<TaskExamples> =>
  heldOutExamples(await taskOfRun(run, texts));
