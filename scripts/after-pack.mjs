// Called by electron-builder before fuses are set and the package is signed: puts the part of package.json that a plain Node needs next to
// the archive. The one in the archive, which names Electron's entry file, stays there and is validated.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export default function afterPack({ appOutDir, packager }) {
  const { name, version, type } = JSON.parse(readFileSync(join(packager.projectDir, 'package.json'), 'utf8'));
  const beside = join(packager.getResourcesDir(appOutDir), 'app.asar.unpacked');
  mkdirSync(beside, { recursive: true });
  writeFileSync(join(beside, 'package.json'), JSON.stringify({ name, version, type }));
}
