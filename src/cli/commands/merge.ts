// `session merge A B … --session OUT`: the runs of several sessions in a new one, and what is to be known about runs that more than one file has.
import { basename, resolve } from 'node:path';
import { printable } from '../../engine/core/printable.ts';
import { unwrap } from '../../engine/core/result.ts';
import { modelKinds } from '../../lab/race/starting-grid.ts';
import { sessionFiles, type MergeReport } from '../../session/index.ts';
import type { Command } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { table } from '../show.ts';
import { flag, needed, text, type Options, type Values } from '../typed.ts';

export const mergeOptions = {
  session: needed(text('<path>', 'the new session file')),
  name: text('<name>', 'its name (default: the names of all)'),
  keepBoth: flag('keep both copies of a run whose histories differ under one id; the later one gets another id'),
} satisfies Options;

const short = (path: string): string => printable(basename(path));

const howWords = ({ how, id, first, again }: MergeReport['repeated'][number]): string =>
  ({
    same: `the same in ${short(first)} and ${short(again)}: kept once`,
    earlier: `in ${short(again)} not as far as in ${short(first)}: the longer one is kept`,
    later: `in ${short(again)} further on than in ${short(first)}: the longer one is kept`,
    both: `another history in ${short(again)} than in ${short(first)}: both are kept, this one as ${id}`,
  })[how];

function linesOf({ repeated, alike, sources }: MergeReport): readonly string[] {
  const twice = repeated.map((one) => `${printable(one.name)} (${one.id}): ${howWords(one)}.`);
  const apart = alike.map((group) => {
    const runs = group.map(({ name, path }) => `${printable(name)} of ${short(path)}`).join(', ');
    return `Same settings and seed, computed apart: ${runs}. Statistics count a seed once in each variant.`;
  });
  const open = sources.filter(({ beingWritten }) => beingWritten);
  const moving = open.map(({ path }) => `${short(path)} is being written: what it held at this moment was taken.`);
  return [...twice, ...apart, ...moving];
}

export const merge: Command<[readonly string[], Values<typeof mergeOptions>]> = async (out, paths, options) => {
  const { session, name = null, keepBoth } = options;
  const files = paths.map((path) => resolve(path));
  const report = unwrap(await sessionFiles.merge(files, resolve(session), { name, keepBoth, models: modelKinds }));
  out.data(report, true);
  out.say(
    table(
      ['session', 'runs'],
      report.sources.map(({ path, runs }) => [short(path), String(runs)]),
    ),
  );
  for (const line of linesOf(report)) out.say(`\n${line}`);
  out.say(`\n${report.runs} runs in ${report.path}`);
  return exitCodes.done;
};
