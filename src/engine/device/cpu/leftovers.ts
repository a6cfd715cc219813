// Leftovers of killed builds: files and folders named `NAME.PID.SUFFIX` whose process is gone. The next build removes them.
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** Signal 0 only tests for existence: only "no such process" means that the process is gone. */
function isGone(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch (problem) {
    return problem instanceof Error && 'code' in problem && problem.code === 'ESRCH';
  }
}

/** Removes entries of `folder` that end with the id of a dead process and one of `suffixes`. Those of live processes stay. */
export function dropLeftovers(folder: string, suffixes: readonly string[]): void {
  for (const name of readdirSync(folder)) {
    const found = /\.(\d+)\.([^.]+)$/.exec(name);
    if (found === null || !suffixes.includes(found[2] ?? '') || !isGone(Number(found[1]))) continue;
    rmSync(join(folder, name), { recursive: true, force: true });
  }
}
