// The counterpart of peer.ts for contenders in JavaScript: one JSON request per line, one answer per line. Independent of libraries.
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

/** `open(data, variant)` gives a function that does one step and resolves to its loss. */
export async function serve(version, open) {
  const steps = new Map();
  const answer = async ({ do: what, key, variant, file }) => {
    const started = performance.now();
    if (what === 'step') {
      await steps.get(key)();
      return { ms: performance.now() - started };
    }
    const step = await open(JSON.parse(readFileSync(file, 'utf8')), variant);
    const losses = [];
    for (let i = 0; i < 5; i++) losses.push(await step());
    steps.set(key, step);
    return { losses, seconds: (performance.now() - started) / 1000 };
  };
  console.log(JSON.stringify({ version }));
  for await (const line of createInterface({ input: process.stdin })) {
    const reply = await answer(JSON.parse(line)).catch((error) => ({ error: String(error).slice(0, 300) }));
    console.log(JSON.stringify(reply));
  }
}
