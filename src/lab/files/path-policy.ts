// Which files a page may use: those in the folders meant for it, and those a person has chosen (in a system dialog, or by opening a session
// before). A page may be compromised; paths from a shell are not restricted. Links are resolved before comparing.
import { realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, extname, isAbsolute, join, parse, relative, resolve, sep } from 'node:path';
import { AppFailure } from '../../engine/core/result.ts';
import { asIs, either, type Message, say, term } from '../../engine/core/say.ts';
import type { Part } from '../../engine/core/terms.ts';
import type { Settings } from '../../protocol/state.ts';
import type { Home } from './home.ts';

/** The path with every link on it followed, as far as it exists. */
export function realPath(path: string): string {
  const absolute = resolve(path);
  try {
    return realpathSync(absolute);
  } catch {
    const above = dirname(absolute);
    return above === absolute ? absolute : join(realPath(above), basename(absolute));
  }
}

const isInside = (path: string, folder: string): boolean => {
  const way = relative(folder, path);
  return way === '' || (!isAbsolute(way) && way.split(sep)[0] !== '..');
};

const permission = (message: Message, field: string, cure: Message): AppFailure =>
  new AppFailure({ code: 'permission', message, field, cure });

/** System folders, which are never allowed for a page. */
const systemFolders =
  process.platform === 'win32'
    ? ['C:\\Windows', 'C:\\Program Files', 'C:\\Program Files (x86)', 'C:\\ProgramData']
    : ['/bin', '/boot', '/dev', '/etc', '/lib', '/lib64', '/proc', '/root', '/run', '/sbin', '/sys', '/usr', '/System'];

/** As Settings calls them. */
const folderNames = { sessionsFolder: say`the sessions folder`, dataFolder: say`the data folder` } as const;

export class PathPolicy {
  readonly #home: Home;
  readonly #settings: () => Settings;
  readonly #opened: () => Promise<readonly string[]>;
  readonly #granted = new Set<string>();

  /** `opened` lists sessions a person has opened before. */
  constructor(home: Home, settings: () => Settings, opened: () => Promise<readonly string[]>) {
    this.#home = home;
    this.#settings = settings;
    this.#opened = opened;
  }

  /** A person has chosen this file themselves. Called by a trusted front end, never for a page. */
  grant(path: string): void {
    this.#granted.add(realPath(path));
  }

  /** The resolved path of a file a page wants to read or write. Rejects with AppFailure `permission`. */
  require(who: Part, path: string): string {
    const real = realPath(path);
    const { sessionsFolder, dataFolder } = this.#settings();
    const folders = [sessionsFolder, dataFolder];
    if (this.#granted.has(real) || folders.some((folder) => isInside(real, realPath(folder)))) return real;
    throw permission(
      say`${term(who)}: the file must lie in ${either(folders.map((one) => asIs(one)))}, or be chosen in a dialog, got ${asIs(path)}`,
      'path',
      say`Copy the file into one of these folders, or use the command line, which may use any file.`,
    );
  }

  /** The same for a file to be written: its name must have the extension of its kind. */
  requireTarget(who: Part, path: string, ending: string): string {
    const real = this.require(who, path);
    if (extname(real).toLowerCase() === ending) return real;
    throw permission(
      say`${term(who)}: the name must end in ${asIs(ending)}, got ${asIs(path)}`,
      'path',
      say`Add ${asIs(ending)} to the name.`,
    );
  }

  /** The same for a session: one that was opened before may be anywhere. */
  async requireSession(who: Part, path: string): Promise<string> {
    const real = realPath(path);
    const opened = (await this.#opened()).map(realPath);
    return opened.includes(real) ? real : this.require(who, path);
  }

  /** A folder that a page may choose for sessions or texts. Throws AppFailure `permission`. */
  requireFolder(field: keyof typeof folderNames, path: string): void {
    const real = realPath(path);
    const user = realPath(homedir());
    const own = [this.#home.config, this.#home.sessions, this.#home.data].map(realPath);
    if (isAbsolute(path) && own.some((folder) => isInside(real, folder))) return;
    const hidden = relative(isInside(real, user) ? user : parse(real).root, real).split(sep);
    const reserved = real === parse(real).root || real === user || systemFolders.some((one) => isInside(real, one));
    const inHome = isInside(real, user) && real !== user;
    if (isAbsolute(path) && !(reserved && !inHome) && !hidden.some((part) => part.startsWith('.'))) return;
    throw permission(
      say`settings: ${folderNames[field]} must be a full path to a folder of your own that is not hidden, got ${asIs(path)}`,
      field,
      say`Choose a folder for it, such as one in your documents.`,
    );
  }
}
