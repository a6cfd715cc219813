// Readers of what a person brings in to train on: texts, tables, arrays and pictures.
import { term } from '../../src/engine/core/say.ts';
import { parseJson } from '../../src/engine/core/json.ts';
import { readIdx, readNpy } from '../../src/engine/data/array-files.ts';
import { labelledArrays } from '../../src/engine/data/labelled-arrays.ts';
import { readLabelled } from '../../src/engine/data/labelled.ts';
import { seriesFormats } from '../../src/engine/data/series-files.ts';
import { readStored } from '../../src/engine/data/stored.ts';
import { looksLikeTable, readTableText } from '../../src/engine/data/table-text.ts';
import { readSeeds } from '../../src/engine/spec/seeds.ts';
import { readPng } from '../../src/lab/data/png.ts';
import { looksLikeParquet, readParquet } from '../../src/lab/data/parquet-table.ts';
import { fileName, textId } from '../../src/protocol/file-name.ts';
import { decodeText } from '../../src/protocol/text-file.ts';
import { mutateBytes } from './mutate.ts';
import { settled, stored, type Reader } from './reader.ts';

export function textReader(): Reader {
  const texts = stored('texts');
  return {
    name: 'text',
    weight: 300,
    once: (choose) => {
      const bytes = mutateBytes(choose.pick(texts), choose);
      settled(decodeText(bytes, 'a text'));
      const words = Buffer.from(bytes).toString();
      readSeeds(words.slice(0, 200));
      settled(parseJson(words, term('text')));
      fileName(words.slice(0, 2000));
      textId(words.slice(0, 2000));
    },
  };
}

export function dataReader(): Reader {
  const files = stored('data');
  return {
    name: 'labelled data',
    weight: 300,
    once: (choose) => {
      const bytes = mutateBytes(choose.pick(files), choose);
      settled(readPng('a file', bytes));
      const arrays = [readNpy('a file', bytes), readIdx('a file', bytes)];
      for (const array of arrays) {
        settled(array);
        if (array.ok) settled(labelledArrays('a file', array.value, array.value));
      }
      settled(readLabelled('a file', bytes));
      settled(readStored('a file', bytes));
      const text = Buffer.from(bytes).toString();
      for (const format of seriesFormats) {
        for (const name of ['x.tsv', 'x.ts', 'x.jsonl']) format.looksLike(name, text);
        settled(format.read('a file', text));
      }
      looksLikeTable('x.csv', text);
      settled(readTableText('a file', text));
    },
  };
}

/** In a thread with a second of time: some damaged files keep the package busy for ever. */
export function parquetReader(): Reader {
  const files = stored('data').filter(looksLikeParquet);
  return {
    name: 'Parquet',
    weight: 3,
    once: async (choose) => settled(await readParquet('a file', mutateBytes(choose.pick(files), choose), 1)),
  };
}
