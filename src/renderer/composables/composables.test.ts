import { describe, expect, it } from 'vitest';
import type { RecentSession } from '../../protocol/state.ts';
import type { Command } from './commands.ts';
import { formatMoment } from './dates.ts';
import { setLocale } from '../i18n/index.ts';
import { exportSearch, exportTitle, offeredFormats } from './exporting.ts';
import { match, search, splitQuery } from './palette-search.ts';
import { filterSessions, interruptedOf, sortSessions, withOpenSession } from './recent-sessions.ts';
import { targetPath } from './targets.ts';
import { sessionStateText } from './session-state.ts';
import { isTyping, keyCaps, keysOf } from './shortcuts.ts';

const command = (title: string, group: Command['group'] = 'commands', detail?: string): Command => ({
  id: title,
  group,
  title,
  run: () => undefined,
  ...(detail === undefined ? {} : { detail }),
});
const recent = (name: string, change: Partial<RecentSession> = {}): RecentSession => ({
  path: `/s/${name}.rnnlab`,
  name,
  modified: '2026-01-02T10:00:00.000Z',
  bytes: 1,
  runs: 1,
  status: 'finished',
  lastStep: 10,
  savedTo: [],
  thumbnail: [],
  models: ['minGru'],
  tasks: ['adding-v1'],
  best: null,
  note: '',
  tags: [],
  ...change,
});

describe('palette search', () => {
  const commands = [
    command('Export as CSV'),
    command('Pause all runs', 'commands', '3 running'),
    command('Compare, pair by seed'),
    command('LSTM', 'runs', 'paused at step 2,600'),
    command('Path of the sessions folder', 'settings'),
  ];
  const titles = (query: string): string[] =>
    search(commands, query).flatMap(({ found }) => found.map((item) => item.command.title));

  it('puts a match at the start before one inside, and a title before a detail', () => {
    expect(titles('pa')).toEqual(['Pause all runs', 'Compare, pair by seed', 'LSTM', 'Path of the sessions folder']);
  });

  it('marks the letters that matched', () => {
    const [group] = search(commands, 'pair');
    expect(group?.found[0]?.title).toEqual([
      { text: 'Compare, ', hit: false },
      { text: 'pair', hit: true },
      { text: ' by seed', hit: false },
    ]);
  });

  it('is narrowed by a leading sign', () => {
    expect(splitQuery('@ lst')).toEqual({ group: 'runs', text: 'lst' });
    expect(titles('@')).toEqual(['LSTM']);
    expect(titles('#pa')).toEqual(['Path of the sessions folder']);
  });

  it('finds initials of words and nothing arbitrary', () => {
    expect(match('eac', 'Export as CSV')).not.toBeNull();
    expect(match('xyz', 'Export as CSV')).toBeNull();
    expect(match('tt', 'Export at CSV')).toBeNull();
  });

  it.each(['en', 'zh'] as const)(
    'shows every export and nothing else to who chose Export in the menu, %s',
    (language) => {
      setLocale(language);
      const exports = offeredFormats.map(exportTitle);
      const found = search([...exports.map((title) => command(title)), ...commands], exportSearch());
      expect(found.flatMap((group) => group.found.map((item) => item.command.title))).toEqual(exports);
      setLocale('en');
    },
  );

  it('lists everything for an empty query', () => expect(titles('')).toHaveLength(5));
});

describe('sessions', () => {
  const list = [
    recent('run 10', { bytes: 5, modified: '2026-01-03T00:00:00.000Z' }),
    recent('run 2', { bytes: 9, modified: '2026-01-01T00:00:00.000Z' }),
  ];
  const names = (sessions: readonly RecentSession[]): string[] => sessions.map(({ name }) => name);

  it('sorts names as people count', () => {
    expect(names(sortSessions(list, { by: 'name', down: false }))).toEqual(['run 2', 'run 10']);
    expect(names(sortSessions(list, { by: 'bytes', down: true }))).toEqual(['run 2', 'run 10']);
    expect(names(sortSessions(list, { by: 'modified', down: true }))).toEqual(['run 10', 'run 2']);
  });

  it('filters by every word in name or path', () => {
    expect(names(filterSessions(list, 'rnnlab 10'))).toEqual(['run 10']);
    expect(filterSessions(list, 'nothing')).toEqual([]);
    const noted = recent('noted', { models: ['lstm'], note: 'shown in Berlin', tags: ['paper'] });
    for (const query of ['lstm', 'berlin', '#paper', 'paper', 'lstm #paper'])
      expect(names(filterSessions([...list, noted], query)), query).toEqual(['noted']);
  });

  it('offers to go on only with the newest session, and only when it was cut off and is not open', () => {
    const cut = recent('cut', { status: 'interrupted', modified: '2026-02-01T00:00:00.000Z' });
    expect(interruptedOf([...list, cut], null)?.name).toBe('cut');
    expect(interruptedOf([...list, cut], cut.path)).toBeNull();
    expect(interruptedOf([...list, { ...cut, modified: '2025-01-01T00:00:00.000Z' }], null)).toBeNull();
    expect(interruptedOf([], null)).toBeNull();
  });

  it('shows the open session as it is now and the others as their files say', () => {
    const open = { path: '/s/run 2.rnnlab', name: 'renamed', note: 'gets there #first', runs: [] };
    const shown = withOpenSession(list, open);
    expect(shown.map(({ name, runs, tags }) => [name, runs, tags])).toEqual([
      ['run 10', 1, []],
      ['renamed', 0, ['first']],
    ]);
    expect(filterSessions(shown, '#first there').map(({ name }) => name)).toEqual(['renamed']);
    expect(withOpenSession(list, null)).toEqual(list);
  });

  it('says where a session stopped', () => {
    expect(sessionStateText(recent('a', { status: 'interrupted', lastStep: 3100 }))).toBe('Closed at step 3,100');
    expect(sessionStateText(recent('a', { status: null }))).toBe('No runs yet');
  });

  it('puts a bare name into the sessions folder and leaves paths alone', () => {
    expect(targetPath('a', '/s/', 'rnnlab')).toBe('/s/a.rnnlab');
    expect(targetPath('a.RNNLAB', '/s', 'rnnlab')).toBe('/s/a.RNNLAB');
    expect(targetPath('/other/a', '/s', 'rnnlab')).toBe('/other/a.rnnlab');
    expect(targetPath('a', 'C:\\Users\\Ada', 'safetensors')).toBe('C:\\Users\\Ada\\a.safetensors');
  });
});

describe('keys', () => {
  const event = (key: string, held: Partial<Record<'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey', boolean>> = {}) => ({
    key,
    ctrlKey: false,
    metaKey: false,
    altKey: false,
    shiftKey: false,
    ...held,
  });

  it('names a combination the same however it is typed', () => {
    expect(keysOf(event('k', { ctrlKey: true }))).toBe('mod+k');
    expect(keysOf(event('S', { ctrlKey: true, shiftKey: true }))).toBe('mod+shift+s');
    expect(keysOf(event(' '))).toBe('space');
    expect(keysOf(event('?', { shiftKey: true }))).toBe('?');
    expect(keysOf(event('ArrowLeft', { shiftKey: true }))).toBe('shift+arrowleft');
  });

  it('prints them as this system does', () => {
    expect(keyCaps('mod+shift+s', false)).toEqual(['Ctrl', 'Shift', 'S']);
    expect(keyCaps('mod+k', true)).toEqual(['⌘', 'K']);
  });

  it('leaves letters to fields', () => {
    const input = document.createElement('input');
    const box = Object.assign(document.createElement('input'), { type: 'checkbox' });
    expect(isTyping(input)).toBe(true);
    expect(isTyping(box)).toBe(false);
    expect(isTyping(document.createElement('button'))).toBe(false);
  });
});

describe('moments', () => {
  const now = new Date(2026, 10, 20, 15, 0).getTime();
  const at = (...parts: [number, number, number, number, number]): string => new Date(...parts).toISOString();

  it('says them as people do', () => {
    expect(formatMoment(at(2026, 10, 20, 14, 59), now)).toBe('today 14:59');
    expect(formatMoment(new Date(now - 20_000).toISOString(), now)).toBe('now');
    expect(formatMoment(at(2026, 10, 19, 23, 59), now)).toBe('yesterday 23:59');
    expect(formatMoment(at(2026, 10, 17, 9, 0), now)).toBe('17 Nov');
    expect(formatMoment(at(2025, 10, 17, 9, 0), now)).toBe('17 Nov 2025');
    expect(formatMoment('no date', now)).toBe('–');
  });
});
