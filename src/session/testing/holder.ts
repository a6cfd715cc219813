// Starts the other program of hold-child.ts and talks with it line by line.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

export interface Holder {
  /** The other program's answer to this line. */
  ask(line: string): Promise<string>;
  kill(): Promise<void>;
}

/** Resolves when the other program has the session open for writing. */
export async function holdOpen(path: string): Promise<Holder> {
  const script = fileURLToPath(new URL('hold-child.ts', import.meta.url));
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', script, path], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<string> => {
    const { value, done } = await lines.next();
    if (done) throw new Error('the other program ended before it answered');
    return value;
  };
  const kill = (): Promise<void> => {
    child.kill('SIGKILL');
    return ended;
  };
  onTestFinished(kill);
  await next();
  return {
    ask: (line) => {
      child.stdin.write(`${line}\n`);
      return next();
    },
    kill,
  };
}
