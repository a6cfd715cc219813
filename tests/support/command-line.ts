// The command line in this process: the same `main` the launcher calls, a hundred times faster than a separate process.
import { main } from '../../src/cli/main.ts';

export interface Said {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

const streams = [process.stdout, process.stderr];

export async function minrnn(...argv: string[]): Promise<Said> {
  let [out, err] = ['', ''];
  // The listeners of a command must not end this process when the test runner closes its output.
  const heard = streams.map((stream) => stream.listeners('error'));
  const [writeOut, writeErr] = [process.stdout.write.bind(process.stdout), process.stderr.write.bind(process.stderr)];
  process.stdout.write = (text: unknown): boolean => ((out += String(text)), true);
  process.stderr.write = (text: unknown): boolean => ((err += String(text)), true);
  try {
    return { code: await main(argv), out, err };
  } finally {
    process.stdout.write = writeOut;
    process.stderr.write = writeErr;
    // A command does not stay alive for its launcher's channel, which the test runner uses too.
    process.channel?.ref();
    streams.forEach((stream, i) => {
      for (const listener of stream.listeners('error').filter((one) => !heard[i]?.includes(one)))
        stream.off('error', listener as (error: Error) => void);
    });
  }
}
