// Every task: a line each. Add a task = one file and one line here (`npm run new -- task my-task`).
import { adding } from './adding.ts';
import { addingOrder } from './adding-order.ts';
import { associativeRecall } from './associative-recall.ts';
import { bucketSort } from './bucket-sort.ts';
import { charText } from './char-text.ts';
import { copying } from './copying.ts';
import { cycleNav } from './cycle-nav.ts';
import { evenPairs } from './even-pairs.ts';
import { forecast } from './forecast.ts';
import { inductionHeads } from './induction-heads.ts';
import { imageClasses, seriesClasses } from './labelled.ts';
import { listOps } from './listops.ts';
import { majorityCount } from './majority-count.ts';
import { majority } from './majority.ts';
import { missingDuplicate } from './missing-duplicate.ts';
import { mqar } from './mqar.ts';
import { needle } from './needle.ts';
import { parityCheck } from './parity-check.ts';
import { selectiveCopy } from './selective-copy.ts';
import type { TaskDef } from './task.ts';
import { twoSpecies } from './two-species.ts';

export const tasks = {
  'char-text-v1': charText,
  'selective-copy-v1': selectiveCopy,
  'copying-v1': copying,
  'induction-heads-v1': inductionHeads,
  'associative-recall-v1': associativeRecall,
  'mqar-v1': mqar,
  'needle-v1': needle,
  'listops-v1': listOps,
  'parity-check-v1': parityCheck,
  'even-pairs-v1': evenPairs,
  'cycle-nav-v1': cycleNav,
  'bucket-sort-v1': bucketSort,
  'majority-v1': majority,
  'majority-count-v1': majorityCount,
  'missing-duplicate-v1': missingDuplicate,
  'adding-v1': adding,
  'adding-order-v1': addingOrder,
  'series-classes-v1': seriesClasses,
  'image-classes-v1': imageClasses,
  'forecast-v1': forecast,
  'two-species-v1': twoSpecies,
} as const satisfies Record<string, TaskDef>;

export type TaskId = keyof typeof tasks;

/** The definition of a task by its id with version; null when there is none. */
export function findTask(id: string): TaskDef | null {
  return Object.hasOwn(tasks, id) ? tasks[id as TaskId] : null;
}
