// A stand-in lab for looking at screens while the real one is not there: serves out/renderer under the strict content policy and
// answers the protocol with invented data. Development only. node e2e/support/fake-lab.ts [port] [empty]
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { WebSocketServer, type WebSocket } from 'ws';
import type { LabEvent, LabEvents, LabHandlers, RecentSession, RunState, RunStatus, SessionDetails, SessionState, Settings } from '../../src/protocol/lab.ts';
import type { Frame } from '../../src/protocol/rpc.ts';
import { AppFailure } from '../../src/engine/core/result.ts';
import type { ExperimentSpec } from '../../src/engine/spec/run-spec.ts';
import { catalogue, experiment, machine, presets, settings as firstSettings } from './fake-catalogue.ts';
import { appended, fakeMemory, makeRun, seriesOf, valueAt, withLast } from './fake-runs.ts';

const port = Number(process.argv[2] ?? 4173);
const empty = process.argv.includes('empty');
const sockets = new Set<WebSocket>();
const emit = <K extends LabEvent>(name: K, payload: LabEvents[K]): void => {
  for (const socket of sockets) socket.send(JSON.stringify({ type: 'event', name, payload } satisfies Frame));
};

let settings: Settings = firstSettings;
let session: SessionState | null = null;
let list: RecentSession[] = empty ? [] : recentSessions();
const trash = new Map<string, RecentSession>();

function recentSessions(): RecentSession[] {
  const rows: readonly [string, number, RunStatus, number, number, number][] = [
    ['Learning-rate sweep', 27, 'interrupted', 3100, 58, 0.05], ['Selective copying: do gates need the past?', 8, 'running', 9300, 96, 0.2],
    ['Shakespeare, 6 layers', 4, 'finished', 12000, 412, 1.1], ['Bucket sort, length 40 to 400', 6, 'finished', 5000, 12, 6],
    ['LSTM at width 512', 3, 'diverged', 1150, 204, 8], ['Parity, 长度 40 对 400', 9, 'finished', 4000, 9.4, 12],
    ['A session with a very long name that has to end somewhere because no screen is wide enough', 2, 'stopped', 800, 3.2, 30], ['Scratch', 0, null as never, 0, 0.1, 45],
  ];
  return rows.map(([name, runs, status, lastStep, mib, days], at) => ({
    path: `${firstSettings.sessionsFolder}/${name.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '-')}.rnnlab`, name, runs, status, lastStep,
    bytes: mib * 2 ** 20, modified: new Date(Date.now() - days * 86_400_000).toISOString(),
    thumbnail: Array.from({ length: Math.min(runs, 5) }, (_, identity) => ({
      identity, values: Array.from({ length: 40 }, (_, k) => valueAt(makeRun(experiment(name), 0, 1, 'x', 'finished', 1), 'train/loss', k * 150 + 1)).map((v, k) => 0.3 + 2.5 / (1 + Math.pow(k / (6 + 5 * identity), 2)) + 0.05 * ((v ?? 0) - 1)),
    })),
  }));
}

function openSession(path: string): SessionState {
  const row = list.find((item) => item.path === path);
  if (!row) throw new AppFailure({ code: 'not-found', message: `session: a .rnnlab file is required, got ${path}, which does not exist`, cure: 'Check the path and open it again.' });
  const spec = experiment(row.name, ['gru', 'minGru', 'minLstm', 'lstm', 'elman', 'minGru', 'minGru', 'gru']);
  const looks: readonly [RunStatus, number][] = [['running', 6420], ['finished', 10000], ['interrupted', 9050], ['running', 8150], ['running', 9300], ['paused', 2600], ['diverged', 1150], ['queued', 0]];
  const runs = looks.map(([status, step], variant) => withLast(makeRun(spec, variant, 1, `run-${variant}`, status, step)));
  return { path, name: row.name, readOnly: false, saved: 'saved', experiment: spec, baseline: 'run-0', note: 'minGRU reaches 1.55 in about a third of the time of LSTM at length 256.', runs };
}

function need(): SessionState {
  if (!session) throw new AppFailure({ code: 'not-found', message: 'session: an open session is required, got none', cure: 'Open or start one.' });
  return session;
}
function put(next: SessionState | null): SessionState {
  session = next;
  emit('session/changed', next);
  return next as SessionState;
}
const fresh = (name: string, spec: ExperimentSpec | undefined): SessionState => ({
  path: `${settings.sessionsFolder}/${name}.rnnlab`, name, readOnly: false, saved: 'saved', experiment: spec ?? null, baseline: null, note: '', runs: [],
});
const details = (path: string): SessionDetails => {
  const row = list.find((item) => item.path === path) ?? recentSessions()[0];
  if (!row) throw new Error('no session');
  const parts = [['checkpoints', 48, 0.76], ['metrics', 2_900_000, 0.15], ['samples', 1200, 0.06], ['other', 1, 0.03]] as const;
  return { ...row, note: 'minGRU reaches 1.55 in about a third of the time of LSTM at length 256. Check dropout 0.2 before showing it in class.', formatVersion: 1, problem: null, contents: parts.map(([what, count, share]) => ({ what, count, bytes: row.bytes * share })) };
};

const nextStatus: Partial<Record<string, RunStatus>> = { pause: 'paused', resume: 'running', stop: 'stopped' };

const handlers: LabHandlers = {
  'lab/describe': async () => ({ machine, catalogue, presets }),
  'settings/get': async () => settings,
  'settings/set': async (patch) => {
    settings = { ...settings, ...patch };
    emit('settings/changed', settings);
    return settings;
  },
  'session/current': async () => session as SessionState,
  'session/new': async ({ name, experiment: spec }) => put(fresh(name, spec)),
  'session/open': async ({ path }) => put(openSession(path)),
  'session/close': async () => (put(null), null),
  'session/save-as': async ({ path, overwrite }) => {
    if (path.includes('exists') && !overwrite) throw new AppFailure({ code: 'conflict', message: `session: ${path} exists` });
    return put({ ...need(), path });
  },
  'session/rename': async ({ name }) => put({ ...need(), name }),
  'session/edit': async (change) => put({ ...need(), ...change } as SessionState),
  'session/list': async () => list,
  'session/details': async ({ path }) => details(path),
  'session/duplicate': async ({ path }) => {
    const row = list.find((item) => item.path === path);
    if (!row) throw new Error('no session');
    const copy = { ...row, name: `${row.name} (copy)`, path: row.path.replace('.rnnlab', '-copy.rnnlab'), modified: new Date().toISOString() };
    list = [copy, ...list];
    return copy;
  },
  'session/delete': async ({ path }) => {
    const row = list.find((item) => item.path === path);
    if (row) trash.set(path, row);
    list = list.filter((item) => item.path !== path);
    return { undo: path };
  },
  'session/undelete': async ({ undo }) => {
    const row = trash.get(undo);
    if (!row) throw new Error('nothing to undo');
    list = [row, ...list];
    return row;
  },
  'session/export': async ({ format, path }) => ({ path: path ?? null, text: format === 'safetensors' ? null : 'run,step,value\n' }),
  'session/import-experiment': async ({ text }) => JSON.parse(text) as ExperimentSpec,
  'experiment/validate': async () => ({ issues: [] }),
  'experiment/preflight': async ({ spec }) => ({
    issues: [], memoryFree: machine.memoryFree,
    variants: spec.variants.map((variant, at) => ({ variant: at, name: catalogue.models.find((model) => model.kind === variant.model)?.title ?? variant.model, runs: spec.seeds?.length ?? 1, parameters: 52_100 * (at + 1), flopsPerToken: 350_000, memory: fakeMemory(at + 1), seconds: at === 3 ? null : 120 * (at + 1), secondsSource: at === 3 ? 'unknown' : 'measured' })),
  }),
  'race/start': async ({ spec }) => put({ ...(session ?? fresh(spec.name, spec)), experiment: spec, runs: spec.variants.map((_, at) => withLast(makeRun(spec, at, 1, `run-${at}`, 'running', 0))) }),
  'race/act': async ({ runs, action }) => {
    const hit = (run: RunState): boolean => runs.length === 0 || runs.includes(run.id);
    const ended = new Set<RunStatus>(['finished', 'diverged']);
    return put({ ...need(), runs: need().runs.map((run) => (hit(run) && !ended.has(run.status) ? { ...run, status: nextStatus[action.kind] ?? run.status, problem: null } : run)) });
  },
  'run/edit': async ({ run: id, ...change }) => put({ ...need(), runs: need().runs.map((run) => (run.id === id ? { ...run, ...change } : run)) }),
  'run/delete': async ({ run: id }) => put({ ...need(), runs: need().runs.filter((run) => run.id !== id) }),
  'run/sample': async ({ run, ...rest }) => ({ id: 1, run, step: 100, text: 'Call me Ishmael.', ...rest }),
  'run/samples': async () => [],
  'run/import-weights': async () => need(),
  'series/query': async (query) => seriesOf(need().runs, query),
  'dataset/import': async () => catalogue,
  'dataset/download': async () => catalogue,
};

setInterval(() => {
  if (!session) return;
  const moved: RunState[] = [];
  const runs = session.runs.map((run) => {
    if (run.status !== 'running') return run;
    const step = Math.min(run.spec.budget.amount, run.step + Math.ceil(40 / (1 + run.identity)));
    const next = withLast({ ...run, step, status: step >= run.spec.budget.amount ? 'finished' : 'running' });
    const columns = appended(next, run.step + 1, step);
    if (columns.length > 0) emit('metrics/appended', { run: run.id, columns });
    moved.push(next);
    return next;
  });
  session = { ...session, runs };
  if (moved.length > 0) emit('runs/changed', { runs: moved });
}, 200);

const root = fileURLToPath(new URL('../../out/renderer', import.meta.url));
const types: Record<string, string> = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml' };
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const server = createServer(async (request, response) => {
  const path = normalize(new URL(request.url ?? '/', 'http://x').pathname).replace(/^\/$/, '/index.html');
  try {
    const body = await readFile(join(root, path));
    response.writeHead(200, { 'content-type': types[extname(path)] ?? 'application/octet-stream', 'content-security-policy': policy }).end(body);
  } catch {
    response.writeHead(404).end();
  }
});
new WebSocketServer({ server, path: '/ws' }).on('connection', (socket) => {
  sockets.add(socket);
  socket.on('close', () => sockets.delete(socket));
  socket.on('message', async (data) => {
    const frame = JSON.parse(String(data)) as Frame;
    if (frame.type !== 'request') return;
    try {
      const value = await handlers[frame.name](frame.params as never);
      socket.send(JSON.stringify({ type: 'reply', id: frame.id, value } satisfies Frame));
    } catch (thrown) {
      const error = thrown instanceof AppFailure ? thrown.appError : { code: 'bad-input' as const, message: String(thrown) };
      socket.send(JSON.stringify({ type: 'error', id: frame.id, error } satisfies Frame));
    }
  });
});
server.listen(port, '127.0.0.1', () => console.log(`http://127.0.0.1:${port}/`));
