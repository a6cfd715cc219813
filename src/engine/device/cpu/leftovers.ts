// What a build that was killed left behind: files and folders named `NAME.PID.SUFFIX` whose process is gone. The next build takes them away.
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** Signal 0 reaches whoever is there: only "no such process" says that nobody is. */
function isGone(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch (problem) {
    return problem instanceof Error && 'code' in problem && problem.code === 'ESRCH';
  }
}

/** Removes from `folder` what ends with the number of a process that is gone and one of `suffixes`. A live process keeps its own. */
export function dropLeftovers(folder: string, suffixes: readonly string[]): void {
  for (const name of readdirSync(folder)) {
    const found = /\.(\d+)\.([^.]+)$/.exec(name);
    if (found === null || !suffixes.includes(found[2] ?? '') || !isGone(Number(found[1]))) continue;
    rmSync(join(folder, name), { recursive: true, force: true });
  }
}
