// Errors in Chinese: a real lab gets invalid requests over the protocol, and nothing a window would show of its answers contains English
// words other than names.
import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AppFailure, unwrap, type AppError } from '../src/engine/core/result.ts';
import { english } from '../src/engine/core/say.ts';
import { foreignWords, systemWords } from '../src/engine/core/system-words.ts';
import { defaultsOf } from '../src/engine/spec/fields.ts';
import { trainingFields } from '../src/engine/training/fields.ts';
import { download } from '../src/lab/data/download.ts';
import { fileError } from '../src/lab/files/files.ts';
import { handlersOf } from '../src/lab/handlers/index.ts';
import { Lab } from '../src/lab/lab.ts';
import { notesOf } from '../src/lab/runs/run-notes.ts';
import { desktopText } from '../src/main/desktop-text.ts';
import { RpcServer } from '../src/protocol/rpc-server.ts';
import { toldIn, useNames } from '../src/protocol/told/told.ts';
import { namesOf } from '../src/renderer/i18n/fields.ts';
import { i18n } from '../src/renderer/i18n/index.ts';
import { refuseHost, refuseOrigin, refuseToken, type Visit } from '../src/server/access.ts';
import { sessionFiles } from '../src/session/index.ts';
import { cursorAt, someHead, someRun } from '../src/session/testing/samples.ts';
import { buildShim } from './faults/shim.ts';
import { startLab } from './support/lab-under-test.ts';
import { englishIn, Page } from './support/chinese-window.ts';

const home = mkdtempSync(join(tmpdir(), 'minrnn-refusals-'));
const folder = join(home, 'sessions');
const at = (name: string): string => join(folder, name);
const boundless = { kind: 'latest', cursor: cursorAt(8), bytes: new Uint8Array(8) } as const;

const drawn: string[] = [];

/** The text a window shows for a failure. */
function requireChinese(error: Pick<AppError, 'message' | 'cure'>): void {
  const words = [toldIn('zh', error.message), toldIn('zh', error.cure)].join(' ');
  drawn.push(words);
  expect(words).toMatch(/\p{Script=Han}/u);
  expect(englishIn(words), `${words}\n${english(error.message)}`).toEqual([]);
}

const page = new Page();
let lab: Lab;

/** A session with one paused run, modified by another program. */
async function session(name: string, change: (path: string) => void): Promise<string> {
  const path = at(name);
  const store = unwrap(await sessionFiles.create(path, someHead));
  await store.addRuns([someRun('r-1', { intent: 'paused' })]);
  await store.close();
  change(path);
  return path;
}

const sql =
  (...statements: readonly string[]) =>
  (path: string): void => {
    const db = new DatabaseSync(path);
    for (const statement of statements) db.exec(statement);
    db.close();
  };

beforeAll(async () => {
  mkdirSync(folder, { recursive: true });
  lab = await Lab.open({
    home: { config: home, sessions: folder, data: join(home, 'data') },
    onEvent: () => undefined,
  });
  new RpcServer({ handlers: handlersOf(lab), onBug: () => undefined }).add(page);
  i18n.global.locale.value = 'zh';
  useNames(namesOf(lab.catalogue()));
});

afterAll(async () => {
  i18n.global.locale.value = 'en';
  useNames(new Map());
  await lab.close();
  rmSync(home, { recursive: true, force: true });
});

const race = {
  format: 'minrnn-experiment',
  version: 1,
  name: 'small',
  task: { id: 'selective-copy-v1', fields: {} },
  variants: [{ model: 'gru' }],
  budget: { unit: 'steps', amount: 10 },
};

describe('a session that cannot be opened', () => {
  const damages: Readonly<Record<string, (path: string) => void>> = {
    'an empty file': (path) => writeFileSync(path, ''),
    'a text': (path) => writeFileSync(path, 'It was a dark and stormy night. '.repeat(300)),
    'the first half': (path) => truncateSync(path, 900),
    'a newer format': sql('PRAGMA user_version = 999'),
    'another program': sql('PRAGMA application_id = 12345678'),
    'a foreign table': sql('CREATE TABLE extra (x)'),
    'a missing index': sql('DROP INDEX samples_by_run'),
  };

  it.each(Object.keys(damages))('%s', async (name) => {
    const path = await session(`${name.replaceAll(' ', '-')}.rnnlab`, damages[name] ?? (() => undefined));
    requireChinese(await page.refusal('session/open', { path }));
  });

  it('that is not there, that is a folder, and that nobody chose', async () => {
    mkdirSync(at('folder.rnnlab'));
    for (const path of [at('none.rnnlab'), at('folder.rnnlab'), '/etc/passwd'])
      requireChinese(await page.refusal('session/open', { path }));
  });
});

describe('a request of the wrong shape', () => {
  const wrong: readonly (readonly [string, unknown])[] = [
    ['session/new', {}],
    ['session/new', { name: 7 }],
    ['session/new', { name: '' }],
    ['session/new', { name: 'x'.repeat(300) }],
    ['session/new', { name: 'x', colour: 'red' }],
    ['session/compare', { paths: ['one'] }],
    ['session/export', { format: 'docx' }],
    ['settings/set', { theme: 'pink' }],
    ['settings/set', { threads: 1.5 }],
    ['settings/set', { threads: -1 }],
    ['race/start', { spec: [] }],
    ['race/act', { runs: 'all', action: { kind: 'pause' } }],
    ['race/act', { runs: [], action: { kind: 'dance' } }],
    ['race/act', { runs: [], action: { kind: 'learning-rate', value: -1 } }],
    ['run/sample', { run: 'r-1', prompt: 'a', length: 1e9, temperature: 1, seed: 1 }],
    ['session/new', { name: JSON.parse(`${'['.repeat(120)}${']'.repeat(120)}`) as unknown }],
    ['nothing/known', {}],
  ];
  it.each(wrong)('%s %#', async (name, params) => requireChinese(await page.refusal(name, params)));
});

describe('an experiment that cannot be run', () => {
  const wrong: Readonly<Record<string, object>> = {
    'a width of nothing': { variants: [{ model: 'gru', fields: { d: 0 } }] },
    'a width with a comma': { variants: [{ model: 'gru', fields: { d: '1,5' } }] },
    'a model nobody knows': { variants: [{ model: 'grru' }] },
    'a setting nobody knows': { variants: [{ model: 'gru', fields: { widht: 3 } }] },
    'no variant': { variants: [] },
    'a task nobody knows': { task: { id: 'juggling' } },
    'a choice nobody knows': { training: { optimiser: 'sgdd' } },
    'a unit nobody knows': { budget: { unit: 'hours', amount: 1 } },
    'too many seeds': { seeds: Array.from({ length: 2000 }, (_, i) => i) },
    'the same seed twice': { seeds: [1, 1] },
    'a text that is not here': { task: { id: 'char-text-v1', fields: { dataset: 'tiny-shakespeare' } } },
    'a text nobody knows': { task: { id: 'char-text-v1', fields: { dataset: 'moby' } } },
    'a context longer than the text': { task: { id: 'char-text-v1', fields: { length: 65_536, heldOut: 0.01 } } },
    'a batch that cannot be parted': { training: { batch: 8, accumulate: 3 } },
    'a device nobody knows': { device: { kind: 'abacus' } },
    'too many threads': { device: { kind: 'cpu', threads: 100_000 } },
    'half numbers on the cpu': { device: { kind: 'cpu', storage: 'f16' } },
  };
  it.each(Object.keys(wrong))('%s', async (name) => {
    const spec = { ...race, ...wrong[name] };
    requireChinese(await page.refusal('race/start', { spec }));
    const judged = (await page.value('experiment/validate', { spec })) as { issues: readonly AppError[] };
    for (const issue of judged.issues) requireChinese(issue);
  });

  it('a file that is none', async () => {
    for (const text of ['', '{', '[]', '{"format":"other"}', JSON.stringify({ ...race, version: 2 }), '['.repeat(200)])
      requireChinese(await page.refusal('session/import-experiment', { text }));
  });

  it('notes before a race are no English either', () => {
    const { spec } = someRun('r-1');
    const training = { schedule: 'cosine', learningRate: 0.1, minimumLearningRate: 0.5, warmup: 50, logEvery: 90 };
    const model = { ...spec.model, fields: { ...spec.model.fields, dropout: 0.5, dropoutPlace: 'mlp', mlp: false } };
    const task = { id: 'adding-v1', fields: {} };
    const notes = notesOf({ ...spec, model, task, training: { ...defaultsOf(trainingFields), ...training } }, 20);
    expect(notes.length).toBeGreaterThan(3);
    for (const one of notes) requireChinese(one);
  });
});

describe('data that cannot be learnt from', () => {
  const files: Readonly<Record<string, string | Uint8Array>> = {
    'latin.txt': new Uint8Array([0x61, 0xe9, 0x62, 0xe9]),
    'empty.txt': '',
    'zero.txt': 'a\0b',
    'half.txt': new Uint8Array([0xff, 0xfe, 0x00, 0xd8]),
    'one.tsv': 'a\t1\t2\na\t3\t4\n',
    'broken.npy': new Uint8Array([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, 9, 0]),
    'broken.jsonl': '{"label":"a","values":[1,"two"]}\n',
    'broken.gz': new Uint8Array([0x1f, 0x8b, 8, 0, 1, 2, 3]),
    't10k-images.idx3-ubyte': new Uint8Array([0, 0, 8, 3, 0, 0, 0, 9, 0, 0, 0, 9, 0, 0, 0, 9, 1]),
  };
  it.each(Object.keys(files))('%s', async (name) => {
    const path = join(home, 'data', name);
    mkdirSync(join(home, 'data'), { recursive: true });
    writeFileSync(path, files[name] ?? '');
    requireChinese(await page.refusal('dataset/import', { path }));
  });

  it('a folder, a file that is not there, a text nobody offers, and a server that does not answer', async () => {
    for (const path of [join(home, 'data'), join(home, 'data', 'none.txt')])
      requireChinese(await page.refusal('dataset/import', { path }));
    requireChinese(await page.refusal('dataset/download', { id: 'the-internet' }));
    const offline = {
      url: 'http://127.0.0.1:9/text',
      digest: { algorithm: 'sha256' as const, hex: '0' },
      bytes: 5,
      target: join(home, 'x'),
      onProgress: () => undefined,
    };
    const refused = await download(offline).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(AppFailure);
    if (refused instanceof AppFailure) requireChinese(refused.appError);
  });
});

describe('an open session', () => {
  it('refuses what cannot be done with it', async () => {
    requireChinese(await page.refusal('race/act', { runs: [], action: { kind: 'pause' } }));
    const path = await session('open.rnnlab', () => undefined);
    await page.value('session/open', { path });
    lab.keeper.records.checkpoint('r-1', boundless);
    await lab.keeper.settled();
    writeFileSync(at('there.html'), 'mine');
    writeFileSync(at('weights.safetensors'), 'none');
    const asked: readonly (readonly [string, unknown])[] = [
      ['session/export', { format: 'html', runs: ['nobody'] }],
      ['session/export', { format: 'html', path: at('there.html') }],
      ['session/export', { format: 'html', path: at('wrong.csv') }],
      ['session/export', { format: 'onnx', path: '/etc/x.onnx' }],
      ['session/save-as', { path: at('no/such/folder/x.rnnlab') }],
      ['session/save-as', { path: at(`${'x'.repeat(300)}.rnnlab`) }],
      ['session/edit', { baseline: 'nobody' }],
      ['session/undelete', { undo: 'nothing' }],
      ['session/details', { path: at('none.rnnlab') }],
      ['session/compare', { paths: [path, at('none.rnnlab')] }],
      ['run/edit', { run: 'nobody', name: 'x' }],
      ['run/delete', { run: 'nobody' }],
      ['run/sample-text', { run: 'r-1', id: 99 }],
      ['run/import-weights', { run: 'r-1', path: at('weights.safetensors') }],
      ['race/act', { runs: ['r-1'], action: { kind: 'fork', step: 99 } }],
      ['race/act', { runs: [], action: { kind: 'fork', step: 1 } }],
      ['race/act', { runs: ['nobody'], action: { kind: 'stop' } }],
      ['settings/set', { sessionsFolder: '/etc' }],
      ['settings/set', { threads: 100_000 }],
    ];
    for (const [name, params] of asked) requireChinese(await page.refusal(name, params));
  });
});

const shims = buildShim();

it.skipIf(shims.library === null)(
  `a full disk and one that fails${shims.library === null ? ` (skipped: ${shims.reason})` : ''}`,
  async () => {
    const shim = shims.make();
    const ended = mkdtempSync(join(home, 'shim-'));
    const other = await startLab(ended, shim.env);
    try {
      for (const effect of ['ENOSPC', 'EIO', 'EACCES'] as const) {
        shim.arm({ operations: ['open', 'write', 'sync'], path: `${effect}.rnnlab`, effect, count: 0 });
        const made = await other.ask('session/new', { name: effect });
        shim.disarm();
        requireChinese(made.error ?? { message: { pattern: 'no error', values: [] } });
      }
    } finally {
      await other.kill();
    }
  },
);

it('the system’s answers have sentences of ours, the original in brackets', () => {
  const codes =
    'EACCES EBUSY EEXIST EFBIG EIO EISDIR EMFILE ENOENT ENOSPC EDQUOT ENOTDIR EROFS ETIMEDOUT ECONNREFUSED'.split(' ');
  for (const code of [...codes, 'ESOMETHING']) {
    const thrown = Object.assign(new Error(`${code}: it went wrong, write`), { code, errno: -1 });
    requireChinese(fileError('export', at('x.csv'), thrown));
    expect(toldIn('zh', systemWords(thrown))).toContain(code);
  }
  requireChinese({ message: foreignWords('out of memory on the adapter') });
});

it('a wrong host, a foreign page and a forged key', () => {
  const visit = (change: Partial<Visit>): Visit => ({
    host: '127.0.0.1:7411',
    origin: undefined,
    cookie: undefined,
    languages: 'zh-CN,zh;q=0.9',
    token: null,
    ...change,
  });
  const refused = [
    refuseHost(visit({ host: 'evil.example' }), 7411),
    refuseHost(visit({ host: undefined }), 7411),
    refuseOrigin(visit({ origin: 'http://evil.example' }), 7411),
    refuseToken(visit({ token: 'forged' }), 'right', 7411),
    refuseToken(visit({}), 'right', 7411),
  ];
  for (const refusal of refused) {
    expect(refusal?.reason).toMatch(/\p{Script=Han}/u);
    expect(englishIn(refusal?.reason ?? 'nothing at all'), refusal?.reason).toEqual([]);
  }
  const { pageGone, labGone } = desktopText.zh;
  expect(englishIn(`${pageGone(4, '崩溃')} ${labGone.message(6, '崩溃', '/log')}`)).toEqual([]);
});

it('the walk went past more than a hundred answers, and sees English where it is', () => {
  expect(new Set(drawn).size).toBeGreaterThan(60);
  expect(englishIn('会话：/x/y.rnnlab 必须是 SQLite 文件，得到 something else（not a database）')).toEqual([
    'something',
    'else',
  ]);
});
