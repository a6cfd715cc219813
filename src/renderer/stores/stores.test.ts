import { createPinia, setActivePinia } from 'pinia';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AppFailure } from '../../engine/core/result.ts';
import { say } from '../../engine/core/say.ts';
import type { LabEvent, LabEvents, LabRequest } from '../../protocol/lab.ts';
import type { RunState, SessionState, Settings } from '../../protocol/state.ts';
import type { LabClient } from '../../protocol/rpc.ts';
import { locale, setLocale } from '../i18n/index.ts';
import { setLabClient } from '../services/lab.ts';
import { useLabStore } from './lab.ts';
import { mergeRuns, savedStateOf, useSessionStore } from './session.ts';
import { rememberedLook, resolveTheme, useSettingsStore } from './settings.ts';
import { useUiStore } from './ui.ts';

const run = (id: string, change: Partial<RunState> = {}): RunState => ({
  id,
  spec: {
    format: 'minrnn-run',
    version: 1,
    model: { kind: 'minGru', implementation: 'fused', fields: {} },
    task: { id: 'parity-v1', fields: {} },
    training: {},
    budget: { unit: 'steps', amount: 100 },
    seed: 1,
    device: { kind: 'cpu', threads: 2 },
  },
  name: id,
  variant: 0,
  identity: 0,
  status: 'running',
  problem: null,
  step: 0,
  activeSeconds: 0,
  wallSeconds: 0,
  time: null,
  rateChanges: [],
  bests: {},
  remaining: null,
  progress: 0,
  facts: null,
  environment: null,
  stepSeconds: null,
  warmupSeconds: null,
  peakBytes: null,
  last: {},
  best: null,
  checkpoints: [],
  learningRate: null,
  forkedFrom: null,
  note: '',
  tags: [],
  hidden: false,
  ...change,
});
const session = (change: Partial<SessionState> = {}): SessionState => ({
  path: '/s/a.rnnlab',
  name: 'a',
  readOnly: false,
  saved: 'saved',
  experiment: null,
  baseline: null,
  note: '',
  runs: [],
  ...change,
});
const settings: Settings = {
  theme: 'system',
  language: 'system',
  threads: 0,
  device: 'auto',
  sessionsFolder: '/s',
  dataFolder: '/d',
  mode: 'race',
};

/** A simulated lab, so that the stores get every kind of answer. */
class TestLab implements LabClient {
  readonly asked: { name: LabRequest; params: unknown }[] = [];
  answer: (name: LabRequest, params: unknown) => unknown = () => null;
  private readonly listeners = new Map<string, (payload: never) => void>();
  private connection: (open: boolean) => void = () => undefined;
  request(name: LabRequest, params: unknown): Promise<never> {
    this.asked.push({ name, params });
    return new Promise((resolve) => resolve(this.answer(name, params) as never));
  }
  on(name: LabEvent, listener: (payload: never) => void): () => void {
    this.listeners.set(name, listener);
    return () => this.listeners.delete(name);
  }
  emit<K extends LabEvent>(name: K, payload: LabEvents[K]): void {
    this.listeners.get(name)?.(payload as never);
  }
  onConnection(listener: (open: boolean) => void): () => void {
    this.connection = listener;
    return () => undefined;
  }
  connect(open: boolean): void {
    this.connection(open);
  }
  close(): void {
    this.listeners.clear();
  }
}

let lab: TestLab;
beforeEach(() => {
  localStorage.clear();
  setActivePinia(createPinia());
  lab = new TestLab();
  setLabClient(lab);
});
afterEach(() => setLocale('en'));

describe('session store', () => {
  it('shows what the lab answers and follows its events', async () => {
    const store = useSessionStore();
    store.listen();
    lab.answer = () => session({ runs: [run('a'), run('b', { status: 'queued' })] });
    await store.open('/s/a.rnnlab');
    expect(store.active.map(({ id }) => id)).toEqual(['a', 'b']);
    lab.emit('runs/changed', { runs: [run('b', { status: 'interrupted', step: 9 })] });
    expect(store.byId.get('b')?.step).toBe(9);
    expect(store.resumable.map(({ id }) => id)).toEqual(['b']);
    lab.emit('session/changed', null);
    expect(store.session).toBeNull();
    expect(store.runs).toEqual([]);
  });

  it('keeps the order of runs and the very objects that did not change', () => {
    const before = [run('a'), run('b'), run('c')];
    const after = mergeRuns(before, [run('d'), run('b', { step: 5 })]);
    expect(after.map(({ id }) => id)).toEqual(['a', 'b', 'c', 'd']);
    expect(after[0]).toBe(before[0]);
    expect(after[2]).toBe(before[2]);
    expect(after[1]?.step).toBe(5);
  });

  it('ignores run changes when no session is open', () => {
    const store = useSessionStore();
    store.listen();
    lab.emit('runs/changed', { runs: [run('a')] });
    expect(store.session).toBeNull();
  });

  it('leaves the state alone when the lab refuses', async () => {
    const store = useSessionStore();
    lab.answer = () => session();
    await store.load();
    lab.answer = () => {
      throw new AppFailure({ code: 'conflict', message: say`session: in use` });
    };
    await expect(store.open('/s/b.rnnlab')).rejects.toBeInstanceOf(AppFailure);
    expect(store.session?.path).toBe('/s/a.rnnlab');
  });

  it('says why the file is not saved', () => {
    const failed = { code: 'disk-full', message: say`session: the disk is full` } as const;
    expect(savedStateOf(session())).toEqual({ kind: 'saved' });
    expect(savedStateOf(session({ saved: { failed } }))).toEqual({ kind: 'failed', error: failed });
    expect(savedStateOf(session({ readOnly: true }))).toEqual({ kind: 'read-only' });
  });
});

describe('settings store', () => {
  it('follows the contrast and polarity of the system', () => {
    expect(resolveTheme('system', { dark: false, contrast: false })).toBe('light');
    expect(resolveTheme('system', { dark: true, contrast: false })).toBe('dark');
    expect(resolveTheme('system', { dark: true, contrast: true })).toBe('hc');
    expect(resolveTheme('system', { dark: false, contrast: true })).toBe('hc-light');
    expect(resolveTheme('light', { dark: true, contrast: true })).toBe('light');
  });

  it('applies a change at once and takes it back when the lab refuses', async () => {
    const store = useSettingsStore();
    lab.answer = () => settings;
    await store.load();
    lab.answer = () => {
      throw new AppFailure({ code: 'permission', message: say`settings: cannot be written` });
    };
    const change = store.set({ theme: 'dark', language: 'zh' });
    await Promise.resolve();
    expect(document.documentElement.dataset.theme).toBe('dark');
    expect(locale()).toBe('zh');
    await expect(change).rejects.toBeInstanceOf(AppFailure);
    await Promise.resolve();
    expect(store.settings?.theme).toBe('system');
    expect(locale()).toBe('en');
  });

  it('starts with the look of the last time, and with the system look when that is unreadable', () => {
    expect(rememberedLook('{"theme":"hc","language":"zh"}')).toEqual({ theme: 'hc', language: 'zh' });
    expect(rememberedLook('{"theme":"pink"}')).toEqual({ theme: 'system', language: 'system' });
    expect(rememberedLook('not json')).toEqual({ theme: 'system', language: 'system' });
    expect(rememberedLook(null)).toEqual({ theme: 'system', language: 'system' });
  });
});

describe('lab store', () => {
  it('knows when the connection is lost and back', () => {
    const store = useLabStore();
    store.listen();
    expect(store.connection).toBe('connecting');
    lab.connect(true);
    expect(store.connection).toBe('open');
    lab.connect(false);
    expect(store.connection).toBe('lost');
  });

  it('finds that its key is old while the lab is lost, and forgets that when it is back', async () => {
    vi.useFakeTimers();
    try {
      const store = useLabStore();
      let old = false;
      store.door = { kind: 'browser', isKeyOld: () => Promise.resolve(old) };
      store.listen();
      lab.connect(false);
      await vi.advanceTimersByTimeAsync(2000);
      expect(store.keyIsOld).toBe(false);
      old = true;
      await vi.advanceTimersByTimeAsync(2000);
      expect(store.keyIsOld).toBe(true);
      lab.connect(true);
      expect(store.keyIsOld).toBe(false);
    } finally {
      vi.useRealTimers();
    }
  });

  it('shows the progress of a download and forgets it at the end, also after a failure', async () => {
    const store = useLabStore();
    store.listen();
    lab.answer = () => {
      throw new AppFailure({ code: 'network', message: say`data: unreachable` });
    };
    const download = store.download('tiny');
    lab.emit('dataset/progress', { id: 'tiny', received: 25, total: 100 });
    expect(store.progress.get('tiny')).toBe(0.25);
    await expect(download).rejects.toBeInstanceOf(AppFailure);
    expect(store.progress.has('tiny')).toBe(false);
  });
});

describe('messages and questions', () => {
  it('shows the newest, keeps an error until it is dismissed, and the same one once', () => {
    const ui = useUiStore();
    const failure = new AppFailure({
      code: 'disk-full',
      message: say`session: the disk is full`,
      cure: say`Free some space.`,
    });
    ui.showError(failure);
    ui.showError(failure);
    ui.say('Deleted a');
    expect(ui.toasts).toHaveLength(2);
    expect(ui.toast).toMatchObject({ kind: 'calm', title: 'Deleted a' });
    ui.dismiss(ui.toast?.id ?? -1);
    expect(ui.toast).toMatchObject({ kind: 'error', title: 'The disk is full.', detail: 'Free some space.' });
    ui.dismiss(ui.toast?.id ?? -1);
    expect(ui.toast).toBeNull();
  });

  it('says nothing more of each request that fails while the lab is away: the banner does', () => {
    const ui = useUiStore();
    const gone = new AppFailure({ code: 'network', message: say`lab: the connection closed before the answer came` });
    useLabStore().connection = 'lost';
    for (let at = 0; at < 9; at += 1) ui.showError(gone);
    expect(ui.toasts).toHaveLength(0);
    useLabStore().connection = 'open';
    ui.showError(gone);
    expect(ui.toasts).toHaveLength(1);
  });

  it('turns a failed action into a message and undefined', async () => {
    const ui = useUiStore();
    const result = await ui.attempt(() => Promise.reject(new AppFailure({ code: 'not-found', message: say`gone` })));
    expect(result).toBeUndefined();
    expect(ui.toast?.title).toBe('Gone.');
    expect(await ui.attempt(() => Promise.resolve(7))).toBe(7);
  });

  it('asks one question at a time; a newer one cancels the older', async () => {
    const ui = useUiStore();
    const first = ui.ask({ title: 'Name', action: 'Save', label: 'Name' });
    const second = ui.confirm({ title: 'Replace?', action: 'Replace' });
    expect(await first).toBeNull();
    ui.question?.answer('');
    expect(await second).toBe(true);
    expect(ui.question).toBeNull();
  });

  it('selects runs', () => {
    const ui = useUiStore();
    ui.select(['a', 'b']);
    ui.toggleSelected('a');
    ui.toggleSelected('c');
    expect([...ui.selection]).toEqual(['b', 'c']);
  });
});
