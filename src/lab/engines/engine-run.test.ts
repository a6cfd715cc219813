// How long an engine may be silent or idle follows from what it was asked for and what is known of its steps.
import { describe, expect, it } from 'vitest';
import type { FromEngine, ToEngine } from '../../protocol/engine.ts';
import type { LinkOptions } from './engine-link.ts';
import { EngineRun } from './engine-run.ts';

const nothing = (): undefined => undefined;

/** An engine whose link is controlled by the test. */
function engine(heard: string[] = []): {
  run: EngineRun;
  says: (message: object) => void;
  patience: LinkOptions['patience'];
} {
  let [says, patience]: [(message: FromEngine) => void, LinkOptions['patience'] | null] = [nothing, null];
  const run = new EngineRun(
    (options) => {
      ({ patience } = options);
      return {
        pid: 1,
        send: (_: ToEngine) => undefined,
        onMessage: (told) => (says = told),
        onEnd: nothing,
        kill: nothing,
      };
    },
    {
      ready: nothing,
      slice: nothing,
      progress: nothing,
      metrics: nothing,
      checkpoint: nothing,
      heartbeat: () => heard.push('heartbeat'),
      failed: nothing,
      lost: nothing,
    },
  );
  if (patience === null) throw new Error('a link is expected');
  return { run, says: (message) => says(message as FromEngine), patience };
}

const ready = (flops: number, signs: 'ops' | 'steps') => ({
  type: 'ready',
  signs,
  facts: { flopsPerToken: flops, tokensPerStep: 1 },
});

describe('an engine that was ended', () => {
  it('is not heard any more: what was under way then comes after its end', () => {
    const heard: string[] = [];
    const { run, says } = engine(heard);
    says({ type: 'heartbeat', peakBytes: 1 });
    void run.kill();
    says({ type: 'heartbeat', peakBytes: 2 });
    expect(heard).toEqual(['heartbeat']);
  });
});

describe('patience with an engine', () => {
  it('while it starts and builds: minutes; with a first sign a stopped process is found in seconds', () => {
    const { says, patience } = engine();
    expect(patience()).toEqual({ silent: 600_000, idle: 600_000 });
    says({ type: 'heartbeat', peakBytes: 1 });
    expect(patience()).toEqual({ silent: 15_000, idle: 600_000 });
  });

  it('an engine without the baton may rest for ever; one that has it may take a first step of any size', () => {
    const { run, says, patience } = engine();
    says(ready(1, 'ops'));
    expect(patience().idle).toBe(Infinity);
    run.send({ type: 'grant', seconds: 1, steps: null });
    expect(patience().idle).toBe(120_000);
    says({ type: 'slice' });
    expect(patience().idle).toBe(Infinity);
    const large = engine();
    large.says(ready(2e12, 'ops'));
    large.run.send({ type: 'grant', seconds: 1, steps: null });
    expect(large.patience().idle).toBe(2_000_000);
    const coarse = engine();
    coarse.says(ready(1, 'steps'));
    coarse.run.send({ type: 'grant', seconds: 1, steps: null });
    expect(coarse.patience().idle).toBe(600_000);
  });

  it('once steps are measured it is thirty of them, and never less than half a minute', () => {
    const { run, says, patience } = engine();
    says(ready(1, 'ops'));
    run.send({ type: 'grant', seconds: 1, steps: null });
    says({ type: 'progress', stepSeconds: { median: 0.001, q1: 0.001, q3: 0.001 } });
    expect(patience().idle).toBe(30_000);
    says({ type: 'progress', stepSeconds: { median: 60, q1: 60, q3: 61 } });
    expect(patience().idle).toBe(1_830_000);
  });

  it('a checkpoint and a sample that were asked for count as work', async () => {
    const { run, says, patience } = engine();
    says(ready(1, 'ops'));
    const saved = run.save();
    expect(patience().idle).toBe(120_000);
    says({ type: 'checkpoint', id: null, data: { kind: 'latest' } });
    expect(patience().idle).toBe(120_000);
    says({ type: 'checkpoint', id: 1, data: { kind: 'latest' } });
    await saved;
    expect(patience().idle).toBe(Infinity);
    void run.sample({ prompt: 'a', length: 1, temperature: 1, seed: 1, checkpoint: null });
    expect(patience().idle).toBe(120_000);
  });
});
