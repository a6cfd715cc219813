// The lab process as a window starts it: frames over the channel, early requests, a clean shutdown when the channel closes.
import { english } from '../src/engine/core/say.ts';
import { fork } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { LabReply, LabRequest } from '../src/protocol/lab.ts';
import type { Frame } from '../src/protocol/rpc.ts';
import { readCurves } from './support/curves.ts';
import { endless, tinyRace } from './support/experiments.ts';
import { root, run, scratchFolder } from './support/program.ts';

const home = scratchFolder();

describe('lab process', () => {
  it('answers what was asked before it was up, trains, and saves everything when the window goes', async () => {
    const child = fork(join(root, 'src/lab/main.ts'), [], {
      env: { ...process.env, MINRNN_HOME: home },
      execArgv: ['--disable-warning=ExperimentalWarning'],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    const frames: Frame[] = [];
    child.on('message', (frame) => frames.push(frame as Frame));
    let last = 0;
    const ask = async <K extends LabRequest>(name: K, params: unknown): Promise<LabReply<K>> => {
      const id = ++last;
      child.send({ type: 'request', id, name, params } satisfies Frame);
      for (;;) {
        const answer = frames.find((frame) => frame.type !== 'event' && frame.id === id);
        if (answer?.type === 'reply') return answer.value as LabReply<K>;
        if (answer?.type === 'error') throw new Error(english(answer.error.message));
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    };
    const described = await ask('lab/describe', {});
    expect(described.machine.devices.map((device) => device.kind)).toContain('cpu');
    expect(described.catalogue.models.map((model) => model.kind)).toEqual([
      'minGru',
      'minLstm',
      'gru',
      'lstm',
      'elman',
      'qrnn',
      'hgrn',
      'gilr',
      'sru',
      'rgLru',
      'lru',
      'slru',
      'rwkv4',
      'aaren',
      'hgrnComplex',
      'transformer',
      'mlgru',
      's4d',
      's5',
      's6',
      'hyena',
      'gau',
      'slstm',
      'linearAttention',
      'retention',
      'gla',
      'hgrn2',
      'mLstm',
      's4',
      'h3',
      'ode',
    ]);
    await expect(ask('settings/set', { threads: -1 })).rejects.toThrow(/threads/);
    const { path } = await ask('session/new', { name: 'window' });
    await ask('race/start', { spec: tinyRace(endless) });
    while (!frames.some((frame) => frame.type === 'event' && frame.name === 'metrics/appended'))
      await new Promise((resolve) => setTimeout(resolve, 10));
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.disconnect();
    expect(await ended).toBe(0);
    expect((await run(['session', 'check', path], home)).code).toBe(0);
    const [first] = await readCurves(path);
    expect(first?.intent).toBe('active');
    expect(first?.step).toBeGreaterThan(0);
    expect(first?.points['train/loss']?.step).toEqual(Array.from({ length: first?.step ?? 0 }, (_, i) => i + 1));
  });
});
