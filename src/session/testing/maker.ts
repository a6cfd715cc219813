// A process that holds an unfinished copy and a temporary folder until it is killed.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export interface Holding {
  readonly pid: number;
  readonly made: string;
  readonly folder: string;
  kill(): Promise<void>;
}

export async function startHolding(path: string): Promise<Holding> {
  const script = fileURLToPath(new URL('./maker-child.ts', import.meta.url));
  const child = spawn(process.execPath, [script, path], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()));
  const said = await new Promise<string>((resolve, reject) => {
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      if (text.endsWith('\n')) resolve(text);
    });
    void ended.then(() => reject(new Error(`the process ended before it held anything: ${text}`)));
  });
  const { made, folder } = JSON.parse(said) as { readonly made: string; readonly folder: string };
  const kill = (): Promise<void> => {
    child.kill('SIGKILL');
    return ended;
  };
  return { pid: child.pid ?? 0, made, folder, kill };
}
