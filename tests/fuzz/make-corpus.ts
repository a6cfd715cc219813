// Regenerates tests/corpus: small real inputs of every reader, to be mutated. Run it when a format changes, and commit what it writes.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { writeSafetensors } from '../../src/engine/core/safetensors.ts';
import { unwrap } from '../../src/engine/core/result.ts';
import { labelledSet } from '../../src/engine/data/labelled.ts';
import { tableSet } from '../../src/engine/data/table.ts';
import { expandExperiment } from '../../src/engine/spec/expand.ts';
import { catalogueWith } from '../../src/lab/experiments/catalogue.ts';
import { storeCheckpoint } from '../../src/session/checkpoints.ts';
import { appendColumns } from '../../src/session/metrics/write.ts';
import { createSession } from '../../src/session/create.ts';
import { insertRuns, keyOf } from '../../src/session/runs.ts';
import { insertAnswers, insertSample } from '../../src/session/showing.ts';
import { write } from '../../src/session/sqlite.ts';
import { columnsOf, cursorAt, someDetail, someHead, someRun } from '../../src/session/testing/samples.ts';
import { insertEvent } from '../../src/session/events.ts';
import { tinyRace } from '../support/experiments.ts';
import { pngOf } from '../support/png.ts';

const corpus = new URL('../corpus/', import.meta.url);
function put(folder: string, name: string, content: string | Uint8Array): void {
  mkdirSync(new URL(`${folder}/`, corpus), { recursive: true });
  writeFileSync(new URL(`${folder}/${name}`, corpus), content);
}
const putJson = (folder: string, name: string, value: unknown): void =>
  put(folder, `${name}.json`, `${JSON.stringify(value, null, 2)}\n`);

function session(points: number): Uint8Array {
  const folder = mkdtempSync(join(tmpdir(), 'minrnn-corpus-'));
  const path = join(folder, 'session.rnnlab');
  const { db, close } = createSession(path, { ...someHead, experiment: tinyRace(20) });
  write(db, 'full', () => {
    insertRuns(db, [
      someRun('a', { cursor: cursorAt(points), tags: ['good'] }),
      someRun('b', { forkedFrom: { run: 'a', step: 3 } }),
    ]);
    for (const id of ['a', 'b']) appendColumns(db, keyOf(db, id), columnsOf('train/loss', 0, points));
    storeCheckpoint(db, keyOf(db, 'a'), { kind: 'latest', cursor: cursorAt(points), bytes: weights });
    insertSample(db, { run: 'a', step: 1, prompt: 'Call', temperature: 0.8, seed: 1, text: ' me', detail: someDetail });
    insertAnswers(db, { run: 'a', step: 1, examples: [0, 7], answers: [[1, 2], [3]], shares: [[0.5, 0.25], [1]] });
    insertEvent(db, 'a', 'saved', 'a detail');
  });
  close();
  const bytes = readFileSync(path);
  rmSync(folder, { recursive: true });
  return gzipSync(bytes, { level: 9 });
}

const weights = writeSafetensors({
  tensors: new Map([
    ['stack/0/gate', { dtype: 'F32', shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) }],
    ['optimiser/stack/0/gate/m', { dtype: 'F64', shape: [2], data: Float64Array.of(1, 2) }],
    ['ids', { dtype: 'I32', shape: [], data: Int32Array.of(7) }],
  ]),
  metadata: { format: 'minrnn' },
});

put('sessions', 'short.rnnlab.gz', session(100));
put('sessions', 'chunked.rnnlab.gz', session(5000));
const labelled = unwrap(
  labelledSet('small', {
    kind: 'images',
    shape: [1, 2, 1],
    width: 2,
    lengths: Int32Array.of(1, 1),
    values: Float32Array.of(0, 0.5, 1, 0.25),
    classes: Int32Array.of(0, 1),
    names: ['cat', 'dog'],
  }),
);
put('data', 'labelled.data', labelled.bytes);
put('data', 'images.idx', Uint8Array.of(0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 1, 9, 8, 255, 0));
const npyHeader = `{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }\n`;
const npyStart = [0x93, ...Buffer.from('NUMPY'), 1, 0, npyHeader.length, 0, ...Buffer.from(npyHeader)];
put('data', 'array.npy', Uint8Array.of(...npyStart, ...new Uint8Array(Float32Array.of(1, 2, 3, 4, 5, 6).buffer)));
put('data', 'table.tsv', 'label\tt1\tt2\n1\t0.5\t-2e3\n2\t7\tNaN\n');
put('data', 'channels.txt', '@problemName x\n@data\n1,2:3,4:walk\n5,?:6,7:run\n');
put(
  'data',
  'rows.csv',
  'time,"demand, kW",off,place\n2024-01-31 22:00,1.5,no,"A ""b"""\n31.01.2024 23:00,NA,yes,B\n2024-02-01T00:00Z,-2e3,no,\n',
);
put('data', 'comma.csv', 'day;value\n2024-01-01;1,5\n2024-01-02;\n2024-01-03;2,25\n');
const table = unwrap(
  tableSet('small', [
    { name: 'time', type: 'time', values: Float64Array.of(0, 3.6e6, 7.2e6), texts: [] },
    { name: 'value', type: 'number', values: Float64Array.of(1, NaN, 3), texts: [], odd: { cell: 'x', line: 3 } },
    { name: 'place', type: 'text', values: Float64Array.of(0, 1, 0), texts: ['A', 'B'] },
  ]),
);
put('data', 'table.data', table.bytes);
put(
  'data',
  'rows.parquet',
  new Uint8Array(
    parquetWriteBuffer({
      columnData: [
        { name: 'time', data: [new Date(0), new Date(3.6e6), new Date(7.2e6)], type: 'TIMESTAMP' },
        { name: 'value', data: [1.5, null, 2.5], type: 'DOUBLE' },
        { name: 'off', data: [true, false, null], type: 'BOOLEAN' },
        { name: 'place', data: ['A', 'B', 'A'], type: 'STRING' },
      ],
    }),
  ),
);
put('data', 'picture.png', pngOf({ width: 3, height: 2, samples: [0, 50, 100, 150, 200, 255], filters: [1, 4] }));
put('data', 'lines.jsonl', '{"label":"a","values":[[1,2],[3,4]]}\n{"label":2,"values":[[5,6]]}\n');
put('weights', 'small.safetensors', weights);
put('weights', 'empty.safetensors', writeSafetensors({ tensors: new Map(), metadata: {} }));
const sweep = {
  ...tinyRace(20),
  variants: [
    { model: 'minGru', implementation: ['loop', 'fused'], fields: { d: [4, 8], learningRate: [1e-3, 1e-2] } },
    { model: 'lstm', name: 'by name' },
  ],
  seeds: [1, 2],
  training: { schedule: 'cosine', warmup: 5 },
  device: { kind: 'cpu', threads: 1, module: 'wasm' },
  mode: 'queue',
  slice: 0.1,
};
putJson('experiments', 'tiny', tinyRace(20));
putJson('experiments', 'sweep', sweep);
const [planned] = expandExperiment(tinyRace(20), catalogueWith([]));
putJson('specs', 'tiny', planned?.spec);
const request = (name: string, params: unknown): object => ({ type: 'request', id: 1, name, params });
putJson('frames', 'requests', [
  request('session/new', { name: 'x', experiment: tinyRace(20) }),
  request('settings/set', { theme: 'dark', threads: 1, mode: 'race' }),
  request('race/act', { runs: ['a'], action: { kind: 'learning-rate', value: 0.1 } }),
  request('race/act', { runs: ['a'], action: { kind: 'fork', step: 3, training: { batch: 4 }, name: 'x' } }),
  request('series/query', {
    runs: ['a'],
    metric: 'train/loss',
    x: 'step',
    from: null,
    to: 10,
    columns: 100,
    scale: 'log',
  }),
  request('run/sample', { run: 'a', prompt: 'Call', length: 10, temperature: 1, seed: 1 }),
  request('session/export', { format: 'csv', runs: ['a'], path: '/x.csv', overwrite: true }),
  request('experiment/validate', { spec: sweep }),
  request('dataset/import', { name: 'x', text: 'Call me Ishmael.' }),
]);
putJson('settings', 'settings', {
  theme: 'dark',
  language: 'en',
  threads: 1,
  device: 'cpu',
  sessionsFolder: '/s',
  dataFolder: '/d',
  mode: 'race',
});
putJson('settings', 'list', [
  { key: 'a', seconds: 0.1, at: '2026-01-01T00:00:00.000Z', device: { kind: 'cpu', threads: 1 } },
]);
putJson('paths', 'paths', [
  '/',
  '/index.html',
  '/%69ndex.html',
  '/assets/../index.html',
  '/..%2fsecret.html',
  '/assets/%2e%2e/%2e%2e/secret.html',
  '//secret.html',
  '/index.html%00.js',
  '\\..\\secret.html',
]);
put('texts', 'latin.txt', 'Call me Ishmael. Some years ago — never mind how long precisely.\r\n1..3, 5, 7\n');
put('texts', 'wide.txt', Buffer.from('\uFEFFНазывай меня Измаил. 12,000', 'utf16le'));
put('texts', 'json.txt', '{"a": [1, 2.5e3, "\\u00e9", null, true], "b": {"c": "d"}}');
