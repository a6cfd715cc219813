// Peak memory of this process as the operating system saw it. Independent of plans: the planned bytes are next to it.
import { readFileSync } from 'node:fs';

/**
 * Bytes of the largest resident set so far: VmHWM where there is /proc, else getrusage (whose unit Node has made kilobytes
 * everywhere). A forked process inherits ru_maxrss from its parent on Linux, so VmHWM is the correct source there.
 */
export function peakBytes(): number {
  if (process.platform === 'linux') {
    try {
      const line = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'));
      if (line) return Number(line[1]) * 1024;
    } catch {
      // In a sandbox without /proc the other source is good enough.
    }
  }
  return process.resourceUsage().maxRSS * 1024;
}
