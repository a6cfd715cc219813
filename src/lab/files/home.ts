// Folders of the lab. MINRNN_HOME puts everything into one folder, for tests and for portable installations.
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

export interface Home {
  /** Settings, recent files, measurements, trash. */
  readonly config: string;
  /** Defaults of the settings with the same names. */
  readonly sessions: string;
  readonly data: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

const folder = 'minrnn-lab';

function systemFolders(env: Environment, platform: NodeJS.Platform, user: string): { config: string; data: string } {
  if (platform === 'darwin') {
    const base = join(user, 'Library', 'Application Support', 'minRNN Lab');
    return { config: base, data: base };
  }
  if (platform === 'win32') {
    const base = join(env['APPDATA'] ?? join(user, 'AppData', 'Roaming'), 'minRNN Lab');
    return { config: base, data: base };
  }
  return {
    config: join(env['XDG_CONFIG_HOME'] || join(user, '.config'), folder),
    data: join(env['XDG_DATA_HOME'] || join(user, '.local', 'share'), folder),
  };
}

export function findHome(
  env: Environment = process.env,
  platform: NodeJS.Platform = process.platform,
  user = homedir(),
): Home {
  const own = env['MINRNN_HOME'];
  if (own) return { config: own, sessions: join(own, 'sessions'), data: join(own, 'data') };
  const { config, data } = systemFolders(env, platform, user);
  const documents = join(user, 'Documents');
  const sessions = existsSync(documents) ? join(documents, 'minRNN Lab') : join(data, 'sessions');
  return { config, sessions, data: join(data, 'data') };
}
