// `data list|download|import`: what a model can learn from.
import { resolve } from 'node:path';
import type { DataSize, TextChange } from '../../engine/spec/catalogue.ts';
import type { TableSize } from '../../engine/spec/table.ts';
import type { LabEvents } from '../../protocol/lab.ts';
import type { LabListener } from '../../lab/lab.ts';
import type { Command } from '../command.ts';
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

export interface ImportOptions {
  readonly asText?: boolean;
  readonly asTable?: boolean;
}

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

export const importFile: Command<[string, ImportOptions]> = (out, path, { asText = false, asTable = false }) =>
  withLab(noEvents, async (lab) => {
    const text = await lab.datasets.importFile(resolve(path), asText ? 'text' : asTable ? 'table' : undefined);
    out.data(text, true);
    const changed = (text.changes ?? []).map((change) => changeWords[change]).join(', ');
    out.say(
      `${text.title} is here as "${text.id}" (${bytes(text.bytes)}).${text.holds ? sizeWords(text.holds) : ''}${text.table ? tableWords(text.table) : ''}${changed === '' ? '' : ` Converted: ${changed}.`}`,
    );
    return exitCodes.done;
  });
