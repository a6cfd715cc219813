// The whole desktop with a window and a lab made of arrays: a person's actions, and their effect on the lab and the screen.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { asIs, say } from '../engine/core/say.ts';
import type { Frame } from '../protocol/rpc.ts';
import { pageUrl } from './bundle.ts';
import { desk } from '../../tests/support/desk.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('requests of the window', () => {
  it('reach the lab renumbered, and the answer comes back under the number the window gave', () => {
    const d = desk();
    d.post('lab/frame', { type: 'request', id: 7, name: 'session/current', params: {} });
    const asked = d.lab().received[0] as Frame & { type: 'request' };
    expect(asked).toMatchObject({ type: 'request', name: 'session/current', params: {} });
    d.lab().frame({ type: 'reply', id: asked.id, value: { path: '/x.rnnlab' } });
    expect(d.eventsNamed('lab/frame')).toEqual([{ type: 'reply', id: 7, value: { path: '/x.rnnlab' } }]);
  });

  it('of a page that was reloaded since are not answered to the new page', () => {
    const d = desk();
    d.post('lab/frame', { type: 'request', id: 1, name: 'session/current', params: {} });
    d.window().onLoading();
    d.post('lab/frame', { type: 'request', id: 1, name: 'lab/describe', params: {} });
    const [old, fresh] = d.lab().received as (Frame & { type: 'request' })[];
    d.lab().frame({ type: 'reply', id: old?.id ?? -1, value: 'old' });
    d.lab().frame({ type: 'reply', id: fresh?.id ?? -1, value: 'new' });
    expect(d.eventsNamed('lab/frame')).toEqual([{ type: 'reply', id: 1, value: 'new' }]);
  });

  it('fail when the lab dies, and later ones wait for the next lab', () => {
    const d = desk();
    d.post('lab/frame', { type: 'request', id: 1, name: 'session/current', params: {} });
    d.lab().end(say`it was ended by ${asIs<string>('SIGKILL')}`);
    expect(d.eventsNamed('lab/frame')).toMatchObject([{ type: 'error', id: 1, error: { code: 'engine-died' } }]);
    expect(d.eventsNamed('lab/connection')).toEqual([false]);
    d.post('lab/frame', { type: 'request', id: 2, name: 'session/current', params: {} });
    vi.advanceTimersByTime(1000);
    expect(d.labs).toHaveLength(2);
    expect(d.lab().received).toMatchObject([{ name: 'session/current' }]);
    expect(d.eventsNamed('lab/connection')).toEqual([false, true]);
  });

  it('from another page, a frame inside the page, or without the right shape go nowhere', async () => {
    const d = desk();
    const frame = { type: 'request', id: 1, name: 'session/current', params: {} };
    d.post('lab/frame', frame, { url: 'https://evil.example/', isMainFrame: true });
    d.post('lab/frame', frame, { url: pageUrl, isMainFrame: false });
    d.post('lab/frame', { type: 'reply', id: 1, value: 1 });
    d.post('lab/frame', 'text');
    expect(d.lab().received).toEqual([]);
    expect(d.happened).toHaveLength(4);
    expect(await d.invoke('dialog/open-file', { title: 1, filters: [] })).toMatchObject({
      error: { code: 'bad-input' },
    });
    expect(await d.invoke('dialog/open-file', {}, { url: 'file:///etc/passwd', isMainFrame: true })).toMatchObject({
      error: { code: 'permission' },
    });
  });
});

describe('a lab that does not stay up', () => {
  it('is started with growing pauses, then given up with a word to the person', () => {
    const d = desk();
    for (let death = 0; death < 10; death++) {
      d.lab().end(say`it ended with code ${1}`);
      vi.advanceTimersByTime(20_000);
    }
    expect(d.labs).toHaveLength(6);
    expect(d.happened.filter((line) => line.startsWith('error:'))).toHaveLength(1);
  });

  it('that lived long before each death is always started again', () => {
    const d = desk();
    for (let death = 0; death < 10; death++) {
      vi.advanceTimersByTime(60_000);
      d.lab().end(say`it was ended by ${asIs<string>('SIGKILL')}`);
    }
    vi.advanceTimersByTime(60_000);
    expect(d.labs).toHaveLength(11);
  });
});

describe('session files from outside', () => {
  it('wait until the window listens, the newest only', async () => {
    const d = desk({ argv: ['minrnn-lab', '--flag', 'one.rnnlab'] });
    expect(d.eventsNamed('file/open')).toEqual([]);
    d.openFile('/b/two.rnnlab');
    await d.invoke('window/ready', { language: 'en' });
    expect(d.eventsNamed('file/open')).toEqual(['/b/two.rnnlab']);
    d.second(['minrnn-lab', 'three.rnnlab'], '/c');
    expect(d.eventsNamed('file/open')).toEqual(['/b/two.rnnlab', '/c/three.rnnlab']);
    expect(d.happened.filter((line) => line === 'present')).toHaveLength(2);
  });

  it('in the arguments are made absolute; other files are not taken', async () => {
    const d = desk({ argv: ['minrnn-lab', 'one.rnnlab'] });
    d.openFile('/b/notes.txt');
    await d.invoke('window/ready', { language: 'en' });
    expect(d.eventsNamed('file/open')).toEqual(['/home/a/one.rnnlab']);
  });
});

describe('menu and dialogs', () => {
  it('speak the window’s language and send its commands', async () => {
    const d = desk();
    expect(d.menus().map(({ label }) => label)).toEqual(['File', 'Edit', 'View', 'Race', 'Go', 'Help']);
    await d.invoke('window/ready', { language: 'zh' });
    expect(d.menus().map(({ label }) => label)).toEqual(['文件', '编辑', '视图', '竞赛', '前往', '帮助']);
    d.choose('session/new');
    expect(d.eventsNamed('menu/command')).toEqual(['session/new']);
  });

  it('lead to the screens that the window names, and to no others', async () => {
    const d = desk();
    const led = () =>
      d.menus()[4]?.items.flatMap((item) => (item.kind === 'command' ? [[item.command, item.label]] : []));
    expect(led()).toEqual([['palette/open', 'Command palette…']]);
    d.post('window/screens', [
      { name: 'scaling', title: 'Scaling' },
      { name: 'settings', title: 'Settings' },
    ]);
    const named = [
      ['go/scaling', 'Scaling'],
      ['go/settings', 'Settings'],
    ];
    expect(led()).toEqual([...named, ['palette/open', 'Command palette…']]);
    await d.invoke('window/ready', { language: 'zh' });
    expect(led()?.slice(0, 2), 'they stay until the window names them in its new language').toEqual(named);
    d.post('window/screens', [{ name: 'scaling' }]);
    expect(led()?.slice(0, 2)).toEqual(named);
    d.choose('go/scaling');
    expect(d.eventsNamed('menu/command')).toEqual(['go/scaling']);
  });

  it('offer the inspector in a checkout and in no package', () => {
    const inspectors = (development: boolean) =>
      desk({ development })
        .menus()
        .flatMap(({ items }) => items)
        .filter((item) => item.kind === 'role' && item.role === 'toggleDevTools').length;
    expect([inspectors(true), inspectors(false)]).toEqual([1, 0]);
  });

  it('offer Quit in the application menu on macOS and under File elsewhere', () => {
    const quits = (platform: string) =>
      desk({ platform })
        .menus()
        .filter(({ items }) => items.some((item) => item.kind === 'role' && item.role === 'quit'))
        .map(({ label }) => label);
    expect(quits('darwin')).toEqual(['minRNN Lab']);
    expect(quits('win32')).toEqual(['File']);
  });

  const filters = [{ name: 'Session', extensions: ['rnnlab'] }];
  const save = { title: 'Save', filters, suggested: 'race' };

  it('complete the extension of a saved file, and ask before that replaces another', async () => {
    expect(await desk({ exists: false }).invoke('dialog/save-file', save)).toEqual({ value: '/data/copy.rnnlab' });
    const replacing = desk({ exists: true, answer: 0 });
    expect(await replacing.invoke('dialog/save-file', save)).toEqual({ value: '/data/copy.rnnlab' });
    expect(replacing.questions).toMatchObject([{ message: 'copy.rnnlab exists already.' }]);
    expect(await desk({ exists: true, answer: 1 }).invoke('dialog/save-file', save)).toEqual({ value: null });
  });

  it('open a file, and reveal only what a person or the lab has named', async () => {
    const d = desk();
    expect(await d.invoke('dialog/open-file', { title: 'Open', filters })).toEqual({ value: '/data/book.txt' });
    for (const path of ['relative', '/data/copy.rnnlab', '/etc/passwd', '\\\\evil\\share\\x'])
      expect(await d.invoke('file/reveal', { path })).toMatchObject({ error: { code: 'not-found' } });
    d.post('lab/frame', { type: 'request', id: 7, name: 'session/list', params: {} });
    const { id } = d.lab().received.at(-1) as Frame & { type: 'request' };
    d.lab().frame({ type: 'reply', id, value: [{ path: '/data/copy.rnnlab' }] });
    for (const path of ['/data/copy.rnnlab', '/data/book.txt'])
      expect(await d.invoke('file/reveal', { path })).toEqual({ value: null });
    expect(d.happened).toEqual(['reveal /data/copy.rnnlab', 'reveal /data/book.txt']);
  });

  it('tell the lab what a person has chosen, again with every request, and nothing else', async () => {
    const d = desk({ argv: ['minrnn-lab', '/data/from-the-file-manager.rnnlab'] });
    await d.invoke('dialog/open-file', { title: 'Open', filters });
    await d.invoke('window/ready', { language: 'en' });
    const asked = (path: string): unknown[] => {
      const before = d.lab().received.length;
      d.post('lab/frame', { type: 'request', id: 7, name: 'session/open', params: { path } });
      return d.lab().received.slice(before);
    };
    const request = expect.objectContaining({ type: 'request', name: 'session/open' });
    for (const path of ['/data/book.txt', '/data/from-the-file-manager.rnnlab', '/data/book.txt'])
      expect(asked(path)).toEqual([{ type: 'grant', path }, request]);
    expect(asked('/etc/passwd')).toEqual([request]);
    d.post('lab/frame', { type: 'grant', path: '/etc/passwd' });
    expect(asked('/etc/passwd')).toEqual([request]);
  });
});

describe('a page whose process dies', () => {
  it('is loaded again, but not for ever', () => {
    const d = desk();
    for (let death = 0; death < 5; death++) d.window().onGone('crashed');
    expect(d.happened.filter((line) => line === 'reload')).toHaveLength(3);
    expect(d.happened.filter((line) => line.startsWith('error'))).toHaveLength(2);
  });

  it('is told of in the language of the window, like a lab that does not stay up', async () => {
    const d = desk();
    await d.invoke('window/ready', { language: 'zh' });
    for (let death = 0; death < 4; death++) d.window().onGone('crashed');
    for (let death = 0; death < 10; death++) {
      d.lab().end(say`it ended with code ${1}`);
      vi.advanceTimersByTime(20_000);
    }
    expect(d.errors).toEqual([
      expect.stringMatching(/^页面进程在一分钟内结束了 4 次（崩溃）。/),
      expect.stringMatching(/^负责训练和保存的进程连续结束了 6 次（以代码 1 结束）。/),
    ]);
  });
});
