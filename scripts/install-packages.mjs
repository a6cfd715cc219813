// Installs system packages for the tests if this process may: Debian and its relatives, as root. Independent of packages.
import { existsSync } from 'node:fs';
import { run } from './run.mjs';

/** Whether they are installed now. */
export async function installPackages(names) {
  if (process.platform !== 'linux' || process.getuid() !== 0 || !existsSync('/usr/bin/apt-get')) return false;
  const options = { env: { DEBIAN_FRONTEND: 'noninteractive' }, seconds: 420, capture: true };
  await run('apt-get', ['update', '-qq'], options);
  const { code } = await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...names], options);
  return code === 0;
}
