// Paths of the parts of the program: in a checkout, or in an installed copy, where files for plain Node are kept outside the archive that
// only Electron can open.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { findPackagedNode } from '../../bin/packaged-node.mjs';

export interface ProgramPaths {
  /** Plain Node binary; null = none is packaged for this platform. */
  readonly node: string | null;
  /** Entry of the lab process. */
  readonly lab: string;
  /** Folder of the renderer bundle. */
  readonly renderer: string;
  readonly preload: string;
}

/** `appPath` is Electron's own answer: the checkout, or `…/resources/app.asar`. */
export function programPaths(appPath: string, exists: (path: string) => boolean = existsSync): ProgramPaths {
  const outside = appPath.endsWith('.asar') ? `${appPath}.unpacked` : appPath;
  const source = join(outside, 'src', 'lab', 'main.ts');
  return {
    node: findPackagedNode([outside], process.platform, process.arch, exists),
    lab: exists(source) ? source : join(outside, 'out', 'lab', 'main.js'),
    renderer: join(appPath, 'out', 'renderer'),
    preload: join(appPath, 'out', 'preload', 'index.cjs'),
  };
}
