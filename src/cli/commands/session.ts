// `session show|export|check SESSION`: what is in a file, as tables or for other programs, and whether it is whole.
import { basename, dirname, join, resolve } from 'node:path';
import { english } from '../../engine/core/say.ts';
import { printable } from '../../engine/core/printable.ts';
import { unwrap } from '../../engine/core/result.ts';
import { exportFormats, exportKinds, type ExportFormat } from '../../protocol/export-kinds.ts';
import { readCarried } from '../../lab/data/task-data.ts';
import { sessionFiles, type StoredRun, type StoredText } from '../../session/index.ts';
import { headlineStatistics } from '../../lab/race/seed-statistics.ts';
import { usesOf } from '../../lab/runs/run-texts.ts';
import { exportSession } from '../../lab/exporting/exports.ts';
import { importWeights } from '../../lab/runs/import-weights.ts';
import type { Lab } from '../../lab/lab.ts';
import { readLimits, readUserFile } from '../../lab/files/read-file.ts';
import { findRun } from '../../lab/runs/run-names.ts';
import type { Command } from '../command.ts';
import { oneRun } from '../options.ts';
import { choice, flag, needed, several, text, usually, type Options, type Values } from '../typed.ts';
import { exitCodes } from '../exit-codes.ts';
import { fallbackNotes, raceTable, seedLines, textNotes } from '../race-report.ts';
import { bytes, table } from '../show.ts';
import { noEvents, withLab } from '../with-lab.ts';

const reading = <T>(path: string, work: (lab: Lab) => Promise<T>): Promise<T> =>
  withLab(noEvents, async (lab) => {
    await lab.session.open(resolve(path), { readOnly: true });
    return work(lab);
  });

export const show: Command<[string]> = (out, path) =>
  reading(path, async (lab) => {
    const details = unwrap(await sessionFiles.describe(resolve(path)));
    const state = lab.keeper.state();
    const { thumbnail: _, ...facts } = details;
    const statistics = headlineStatistics(state);
    const { experiment, baseline, runs } = state;
    out.data({ ...facts, experiment, baseline, runs, ...(statistics === null ? {} : { statistics }) }, true);
    out.say(
      `${printable(details.name)}\n${printable(state.path)}\n${bytes(details.bytes)}, format ${details.formatVersion}, changed ${details.modified}`,
    );
    if (details.note !== '') out.say(`\n${details.note}`);
    if (details.problem) out.problem(details.problem);
    out.say(
      `\n${table(
        ['contents', 'count', 'size'],
        details.contents.map(({ what, count, bytes: size }) => [what, String(count), bytes(size)]),
      )}`,
    );
    out.say(`\n${raceTable(state.runs)}`);
    if (statistics !== null) out.say(`\n${seedLines(statistics)}`);
    for (const notes of [textNotes(state.runs), fallbackNotes(state.runs)]) if (notes !== '') out.say(`\n${notes}`);
    return exitCodes.done;
  });

export const textOptions = {
  putIn: flag('store these texts in the session file'),
  takeOut: flag('import the texts in the file on this machine'),
} satisfies Options;

const textRows = (runs: readonly StoredRun[], inside: readonly StoredText[]) =>
  runs.flatMap((run) =>
    usesOf(run).map(({ step, text }) => ({
      run: run.name,
      step,
      name: text?.name ?? '–',
      sha256: text?.sha256 ?? 'not recorded',
      inside: inside.some((one) => one.sha256 === text?.sha256),
    })),
  );

/** Adds or removes texts first, then lists them: one line per text. */
export const texts: Command<[string, Values<typeof textOptions>]> = (out, path, { putIn, takeOut }) =>
  withLab(noEvents, async (lab) => {
    await lab.session.open(resolve(path), { readOnly: !putIn });
    if (putIn) await lab.race.texts.putIntoSession();
    const inside = await lab.keeper.store.texts();
    const taken = [];
    for (const { sha256, name } of takeOut ? inside : []) {
      const data = unwrap(await lab.keeper.store.text(sha256));
      if (data) taken.push(await lab.datasets.importData(name, unwrap(readCarried(name, data))));
    }
    const rows = textRows(lab.keeper.runs(), inside);
    out.data({ texts: rows, inside, taken }, true);
    const cells = rows.map((row) => [row.run, String(row.step), row.name, row.sha256, row.inside ? 'yes' : 'no']);
    out.say(table(['run', 'from step', 'text', 'SHA-256', 'in the file'], cells, [0, 2, 3, 4]));
    for (const { id, bytes: size } of taken) out.say(`Here as "${id}" (${bytes(size)}).`);
    return exitCodes.done;
  });

export const weightsOptions = {
  run: oneRun,
  from: needed(text('<file>', 'file of weights; tensors are matched by name and shape')),
} satisfies Options;

export const weightsFrom: Command<[string, Values<typeof weightsOptions>]> = (out, path, options) =>
  withLab(noEvents, async (lab) => {
    await lab.session.open(resolve(path));
    const { id, name } = findRun(lab.keeper.runs(), options.run);
    const from = resolve(options.from);
    const bytes = await readUserFile('import', from, readLimits.weights);
    const { kept } = await importWeights(lab.race, id, bytes, from);
    out.data({ run: id, name, from, kept }, true);
    out.say(`${printable(name)} has the weights of ${printable(from)}; its optimiser begins anew.`);
    if (kept.length > 0) out.say(`Not in the file, and as they were: ${kept.join(', ')}.`);
    return exitCodes.done;
  });

export const exportOptions = {
  format: usually(choice('<format>', 'export format', exportFormats), 'csv'),
  out: text('<path>', 'output file (for tensorboard a folder)'),
  run: several('<run...>', 'only these runs, by name or id'),
  overwrite: flag('replace an existing file'),
  bom: flag('start CSV with a byte order mark, so that Excel reads it as UTF-8'),
} satisfies Options;

export const formatHelp = (): string =>
  `\nFormats:\n${exportFormats.map((format) => `  ${format.padEnd(12)} ${exportKinds[format].words}`).join('\n')}`;

/** Binary exports are never printed: they are written next to the session unless a path is given. Event files go into a folder there. */
function besideSession(path: string, format: ExportFormat): string | null {
  const { binary, ending } = exportKinds[format];
  if (!binary) return null;
  const stem = join(dirname(resolve(path)), basename(path, '.rnnlab'));
  return format === 'tensorboard' ? `${stem}-tensorboard` : `${stem}${ending}`;
}

export const exportTo: Command<[string, Values<typeof exportOptions>]> = (out, path, options) =>
  reading(path, async (lab) => {
    const runs = options.run?.map((name) => findRun(lab.keeper.runs(), name).id);
    const { format, overwrite, bom } = options;
    const target = options.out === undefined ? besideSession(path, format) : resolve(options.out);
    const made = await exportSession(lab.keeper, {
      format,
      ...(target === null ? {} : { path: target }),
      ...(runs === undefined ? {} : { runs }),
      overwrite,
      bom,
    });
    if (made.text !== null) out.raw(made.text);
    else {
      out.data({ path: made.path });
      out.say(`${made.path ?? ''}`);
    }
    return exitCodes.done;
  });

export const check: Command<[string]> = async (out, path) => {
  const { problems, checked } = unwrap(await sessionFiles.check(resolve(path)));
  out.data({ path: resolve(path), passed: problems.length === 0, problems, checked }, true);
  out.say(
    table(
      ['checked', 'count'],
      Object.entries(checked).map(([what, count]) => [what, String(count)]),
    ),
  );
  for (const problem of problems) out.say(`problem: ${printable(english(problem))}`);
  out.say(problems.length === 0 ? '\nNo problems.' : `\n${problems.length} problems.`);
  return problems.length === 0 ? exitCodes.done : exitCodes.failed;
};
