// A person's settings: one JSON file, written whole. A file that cannot be read gives the defaults and is left as it is until
// something is changed.
import { join } from 'node:path';
import { allows } from '../engine/spec/limits.ts';
import type { LabParams, Settings } from '../protocol/lab.ts';
import { readParams } from '../protocol/validators.ts';
import { writeWhole } from '../session/files/index.ts';
import { asFile, readJson } from './files.ts';
import { threadsHere } from './catalogue.ts';
import type { Home } from './home.ts';

export const defaultSettings = (home: Home): Settings => ({
  theme: 'system',
  language: 'system',
  threads: 0,
  device: 'auto',
  sessionsFolder: home.sessions,
  dataFolder: home.data,
  mode: 'race',
});

/** Each stored value that is still valid; the others fall back one by one. */
function readKnown(stored: unknown): LabParams<'settings/set'> {
  if (typeof stored !== 'object' || stored === null) return {};
  const good = Object.entries(stored as Readonly<Record<string, unknown>>).filter(
    ([name, value]) =>
      readParams('settings/set', { [name]: value }).ok && (name !== 'threads' || allows(threadsHere(), value)),
  );
  return Object.fromEntries(good);
}

export class SettingsStore {
  readonly #path: string;
  #now: Settings;

  private constructor(path: string, now: Settings) {
    this.#path = path;
    this.#now = now;
  }

  static async load(home: Home): Promise<SettingsStore> {
    const path = join(home.config, 'settings.json');
    return new SettingsStore(path, { ...defaultSettings(home), ...readKnown(await readJson(path)) });
  }

  get now(): Settings {
    return this.#now;
  }

  async set(change: Partial<Settings>): Promise<Settings> {
    const now = { ...this.#now, ...change };
    await asFile('settings', this.#path, () => writeWhole(this.#path, `${JSON.stringify(now, null, 2)}\n`));
    this.#now = now;
    return now;
  }
}
