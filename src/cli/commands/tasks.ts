// `tasks [id]`: what can be learned, by group; of one task every setting with its range.
import { AppFailure } from '../../engine/core/result.ts';
import { say } from '../../engine/core/say.ts';
import type { TaskInfo } from '../../engine/spec/catalogue.ts';
import type { Field } from '../../engine/spec/fields.ts';
import { matchName, unknownName } from '../../engine/spec/nearest.ts';
import { taskGroups, type TaskGroup } from '../../engine/spec/task-groups.ts';
import { catalogueWith } from '../../lab/experiments/catalogue.ts';
import type { Command } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { table } from '../show.ts';

const groupWords: Readonly<Record<TaskGroup, string>> = {
  text: 'text',
  recall: 'recall',
  long: 'long sequences',
  formal: 'formal languages',
  numbers: 'numbers',
  own: 'your own data',
};

export const tasks: Command<[string | undefined]> = (out, id) => {
  const all = catalogueWith([]).tasks;
  if (id !== undefined) {
    const one = found(all, id);
    out.data(one);
    const rows = Object.entries(one.fields).map(([name, field]) => [name, rangeOf(field), usual(field), field.help]);
    out.say(`${one.title} (${one.id}): ${one.summary}`);
    out.say(table(['setting', 'range', 'usual', 'meaning'], rows, [0, 1, 2, 3]));
    return Promise.resolve(exitCodes.done);
  }
  out.data(all, true);
  const rows = taskGroups.flatMap((group) =>
    all.filter((one) => one.group === group).map((one) => [one.id, groupWords[group], one.title, one.summary]),
  );
  out.say(table(['task', 'group', 'title', 'what is learned'], rows, [0, 1, 2, 3]));
  return Promise.resolve(exitCodes.done);
};

function found(all: readonly TaskInfo[], id: string): TaskInfo {
  const [one, ...others] = matchName(all, (known) => known.id, id);
  if (one !== undefined && others.length === 0) return one;
  const message = unknownName(
    say`task`,
    id,
    all.map((known) => known.id),
  );
  throw new AppFailure({ code: 'not-found', message });
}

function rangeOf(field: Field): string {
  if (field.kind === 'int' || field.kind === 'float')
    return `${field.min} to ${field.max}${field.unit === undefined ? '' : ` ${field.unit}`}`;
  if (field.kind === 'choice') return field.choices.map(({ value }) => value).join(', ');
  return field.kind === 'bool' ? 'true, false' : 'text';
}

const usual = (field: Field): string => (field.default === '' ? '–' : String(field.default));
