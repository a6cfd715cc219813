// A person's settings: one JSON file that all labs of theirs share. An unreadable file gives the defaults, is reported as a problem and is
// kept next to the new one.
import { join } from 'node:path';
import type { AppError } from '../../engine/core/result.ts';
import { allows } from '../../engine/spec/limits.ts';
import type { LabParams } from '../../protocol/lab.ts';
import type { Settings } from '../../protocol/state.ts';
import { readParams } from '../../protocol/validators.ts';
import { changeStored, readAtStart, type Stored } from './home-list.ts';
import { threadsHere } from '../experiments/catalogue.ts';
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
  readonly #defaults: Settings;
  #now: Settings;

  /** Why some settings could not be read. */
  readonly problem: AppError | null;

  private constructor(path: string, home: Home, { value, problem }: Stored) {
    this.#path = path;
    this.#defaults = defaultSettings(home);
    this.#now = { ...this.#defaults, ...readKnown(value) };
    this.problem = problem;
  }

  static async load(home: Home): Promise<SettingsStore> {
    const path = join(home.config, 'settings.json');
    return new SettingsStore(path, home, await readAtStart('settings', path));
  }

  get now(): Settings {
    return this.#now;
  }

  async set(change: Partial<Settings>): Promise<Settings> {
    // Changes made by another lab in the meantime stay.
    const stored = await changeStored('settings', this.#path, (now) => ({ ...readKnown(now), ...change }));
    this.#now = { ...this.#defaults, ...stored };
    return this.#now;
  }
}
