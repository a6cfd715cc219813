// `data list|show|download|import|rename|remove`: what a model can learn from.
import { resolve } from 'node:path';
import type { DataSize, TextChange } from '../../engine/spec/catalogue.ts';
import type { TableSize } from '../../engine/spec/table.ts';
import type { LabEvents } from '../../protocol/lab.ts';
import type { DatasetLook } from '../../protocol/own-data.ts';
import { lookAt } from '../../lab/data/look.ts';
import type { LabListener } from '../../lab/lab.ts';
import type { Command } from '../command.ts';
import { flag, type Options, type Values } from '../typed.ts';
import { exitCodes } from '../exit-codes.ts';
import { bytes, table } from '../show.ts';
import { noEvents, withLab } from '../with-lab.ts';

export const list: Command<[]> = (out) =>
  withLab(noEvents, (lab) => {
    const texts = lab.datasets.list();
    out.data(texts, true);
    const rows = texts.map((text) => [
      text.id,
      text.kind,
      text.state === 'here' ? 'here' : 'to download',
      bytes(text.bytes),
      text.licence,
      text.title,
    ]);
    out.say(table(['data', 'kind', 'state', 'size', 'licence', 'title'], rows, [0, 1, 2, 4, 5]));
    return Promise.resolve(exitCodes.done);
  });

export const download: Command<[string]> = (out, id) => {
  const onEvent: LabListener = (name, payload) => {
    if (name !== 'dataset/progress') return;
    const { received, total } = payload as LabEvents['dataset/progress'];
    out.data({ type: 'progress', id, received, total });
    if (out.terminal) process.stderr.write(`\r${id}: ${bytes(received)} of ${bytes(total)} `);
  };
  return withLab(onEvent, async (lab) => {
    await lab.datasets.fetch(id);
    if (out.terminal) process.stderr.write('\n');
    out.data({ type: 'end', id });
    out.say(`${id} is here and verified.`);
    return exitCodes.done;
  });
};

const changeWords: Readonly<Record<TextChange, string>> = {
  'utf-16le': 'UTF-16 (little-endian) to UTF-8',
  'utf-16be': 'UTF-16 (big-endian) to UTF-8',
  bom: 'the byte order mark left out',
  crlf: 'line ends CR LF to LF',
};

export const importOptions = {
  asText: flag('import a table as plain text instead of series or rows'),
  asTable: flag('import a table as rows of columns, even where it looks like labelled series'),
} satisfies Options;

/** `120 series of 24 to 48 steps, 1 value each, in 3 classes: a, b, c`. */
function sizeWords({ sequences, shortest, longest, width, shape, classes }: DataSize): string {
  const names = `${classes.slice(0, 12).join(', ')}${classes.length > 12 ? ', …' : ''}`;
  const what =
    shape === null
      ? `${sequences} series of ${shortest === longest ? longest : `${shortest} to ${longest}`} steps, ${width} to a step`
      : `${sequences} pictures of ${shape.join(' x ')}`;
  return ` ${what}, in ${classes.length} classes: ${names}.`;
}

/** ` 2,688 rows: time (time), demand_kw (number, 11 missing).` */
function tableWords({ rows, columns }: TableSize): string {
  const shown = columns.map(({ name, type, missing, odd }) => {
    const gaps = missing === 0 ? '' : `, ${missing} missing`;
    return `${name} (${type}${gaps}${odd === undefined ? '' : `, because of "${odd.cell}" in line ${odd.line}`})`;
  });
  return ` ${rows} rows: ${shown.join(', ')}.`;
}

export const importFile: Command<[string, Values<typeof importOptions>]> = (out, path, { asText, asTable }) =>
  withLab(noEvents, async (lab) => {
    const text = await lab.datasets.importFile(resolve(path), asText ? 'text' : asTable ? 'table' : undefined);
    out.data(text, true);
    const changed = (text.changes ?? []).map((change) => changeWords[change]).join(', ');
    out.say(
      `${text.title} is here as "${text.id}" (${bytes(text.bytes)}).${text.holds ? sizeWords(text.holds) : ''}${text.table ? tableWords(text.table) : ''}${changed === '' ? '' : ` Converted: ${changed}.`}`,
    );
    return exitCodes.done;
  });

/** Columns with their extent, and the first rows. */
function tableText({ info, columns, rows }: DatasetLook): string {
  const known = info.table?.columns ?? [];
  const shown = (value: number | null | undefined, type: string): string =>
    value === null || value === undefined ? '' : type === 'time' ? new Date(value).toISOString() : String(value);
  const facts = known.map(({ name, type, missing }, at) => [
    name,
    type,
    String(missing),
    ...[columns[at]?.low, columns[at]?.median, columns[at]?.high].map((value) => shown(value, type)),
  ]);
  const about = table(['column', 'type', 'missing', 'min', 'median', 'max'], facts, [0, 1]);
  const first = table(
    known.map(({ name }) => name),
    rows.map((row) => row.map((cell) => cell ?? 'missing')),
    known.map((_, at) => at),
  );
  return `${about}\n\n${first}`;
}

export const show: Command<[string]> = (out, id) =>
  withLab(noEvents, async (lab) => {
    const data = await lab.datasets.content(id);
    const info = lab.datasets.list().find((one) => one.id === id);
    if (info === undefined) throw new Error('data: what is read must be in the list');
    const look = lookAt(info, data, lab.datasets.pathOf(id));
    out.data(look, true);
    const holds = `${info.holds ? sizeWords(info.holds) : ''}${info.table ? tableWords(info.table) : ''}`;
    out.say(`${info.title} (${bytes(info.bytes)}, ${look.path ?? 'comes with the program'}).${holds}`);
    if (info.table !== undefined) out.say(tableText(look));
    return exitCodes.done;
  });

export const rename: Command<[string, string]> = (out, id, title) =>
  withLab(noEvents, async (lab) => {
    await lab.datasets.rename(id, title);
    out.data({ id, title });
    out.say(`${id} is called "${title}".`);
    return exitCodes.done;
  });

export const remove: Command<[string]> = (out, id) =>
  withLab(noEvents, async (lab) => {
    await lab.datasets.remove(id);
    out.data({ id });
    out.say(`${id} is removed, and so is its file.`);
    return exitCodes.done;
  });
