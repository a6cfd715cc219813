// The command line in this process: the same `main` the launcher calls, a hundred times faster than a process of its own.
import { main } from '../../src/cli/main.ts';

export interface Said {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export async function minrnn(...argv: string[]): Promise<Said> {
  let [out, err] = ['', ''];
  const [writeOut, writeErr] = [process.stdout.write.bind(process.stdout), process.stderr.write.bind(process.stderr)];
  process.stdout.write = (text: unknown): boolean => ((out += String(text)), true);
  process.stderr.write = (text: unknown): boolean => ((err += String(text)), true);
  try {
    return { code: await main(argv), out, err };
  } finally {
    process.stdout.write = writeOut;
    process.stderr.write = writeErr;
  }
}
