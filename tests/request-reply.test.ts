// The same laws hold wherever the program asks and waits for an answer: page and lab, lab and session thread, lab and engine.
import { MessageChannel, Worker, type MessagePort } from 'node:worker_threads';
import { afterEach, describe, expect, it } from 'vitest';
import { AppFailure, type AppError } from '../src/engine/core/result.ts';
import { say } from '../src/engine/core/say.ts';
import { EngineRun } from '../src/lab/engines/engine-run.ts';
import type { FromEngine, ToEngine } from '../src/protocol/engine.ts';
import type { Message } from '../src/engine/core/say.ts';
import type { Frame } from '../src/protocol/rpc.ts';
import { RpcClient } from '../src/renderer/services/rpc-client.ts';
import { Channel } from '../src/session/channel.ts';
import { eventually } from './support/program.ts';

/** A channel whose other side is this test. */
interface Side {
  /** Asks something; the value that the other side sends comes back. */
  ask(): Promise<unknown>;
  /** Ids of the questions that have arrived on the other side. */
  readonly arrived: readonly number[];
  answer(id: number, value: string): void;
  refuse(id: number, error: AppError): void;
  /** The channel closes, and does not come back. */
  end(): void;
}

async function page(): Promise<Side> {
  const arrived: number[] = [];
  let tell: (frame: Frame) => void = () => undefined;
  const client = new RpcClient({
    connect: () =>
      Promise.resolve({
        send: (frame) => frame.type === 'request' && arrived.push(frame.id),
        onMessage: (listener) => void (tell = listener),
        onClose: () => undefined,
        close: () => undefined,
      }),
  });
  await new Promise<void>((resolve) => client.onConnection((open) => open && resolve()));
  return {
    ask: () => client.request('session/current', {}),
    arrived,
    answer: (id, value) => tell({ type: 'reply', id, value }),
    refuse: (id, error) => tell({ type: 'error', id, error }),
    end: () => client.close(),
  };
}

/** A real thread that hands every request to the test, and the test's answers back. */
const goBetween = `
  const { parentPort, workerData: { port } } = require('node:worker_threads');
  parentPort.on('message', (request) => request === null ? process.exit(0) : port.postMessage(request.id));
  port.on('message', (answer) => answer === null ? process.exit(0) : parentPort.postMessage(answer));
`;

function session(): Side {
  const { port1: here, port2: there }: { port1: MessagePort; port2: MessagePort } = new MessageChannel();
  const worker = new Worker(goBetween, { eval: true, workerData: { port: there }, transferList: [there] });
  const channel = new Channel(600, worker);
  const arrived: number[] = [];
  here.on('message', (id: number) => arrived.push(id));
  endings.push(async () => {
    await channel.end();
    here.close();
  });
  return {
    ask: () => channel.call('head', []),
    arrived,
    answer: (id, value) => here.postMessage({ id, value }),
    refuse: (id, error) => here.postMessage({ id, error }),
    end: () => here.postMessage(null),
  };
}

function engine(): Side {
  const arrived: number[] = [];
  let tell: (message: FromEngine) => void = () => undefined;
  let ends: (reason: Message) => void = () => undefined;
  const nothing = (): undefined => undefined;
  const run = new EngineRun(
    () => ({
      pid: 1,
      send: (message: ToEngine) => message.type === 'sample' && arrived.push(message.id),
      onMessage: (listener) => (tell = listener),
      onEnd: (listener) => (ends = listener),
      kill: nothing,
    }),
    {
      ready: nothing,
      slice: nothing,
      progress: nothing,
      metrics: nothing,
      checkpoint: nothing,
      heartbeat: nothing,
      failed: nothing,
      lost: nothing,
    },
  );
  return {
    ask: async () => (await run.sample({ prompt: '', length: 1, temperature: 1, seed: 1, checkpoint: null })).text,
    arrived,
    answer: (id, text) => tell({ type: 'sampled', id, text, step: 1, detail: null } as object as FromEngine),
    refuse: (id, error) => tell({ type: 'refused', id, error }),
    end: () => ends(say`it ended`),
  };
}

const endings: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0)) await end();
});

const outcome = (promise: Promise<unknown>): Promise<unknown> => promise.catch((error: unknown) => error);
const codeOf = (error: unknown): string => (error instanceof AppFailure ? error.appError.code : 'no failure');

describe.each([
  ['page and lab', page],
  ['lab and session thread', session],
  ['lab and engine', engine],
])('%s', (_, open) => {
  const asked = async (count: number) => {
    const side = await open();
    const questions = Array.from({ length: count }, () => outcome(side.ask()));
    await eventually('the questions arrive', () => side.arrived.length === count);
    return { side, questions };
  };

  it('each question gets its own answer, in whatever order they come', async () => {
    const { side, questions } = await asked(5);
    for (const at of [3, 0, 4, 2, 1]) side.answer(Number(side.arrived[at]), `answer ${at}`);
    expect(await Promise.all(questions)).toEqual([0, 1, 2, 3, 4].map((at) => `answer ${at}`));
  });

  it('no id is used twice; an answer that comes twice, or to nobody, changes nothing', async () => {
    const { side, questions } = await asked(2);
    const [first, second] = side.arrived.map(Number);
    side.answer(Number(first), 'the first');
    side.answer(Number(first), 'the first again');
    side.refuse(Number(first), { code: 'bug', message: say`too late` });
    side.answer(4711, 'to nobody');
    side.answer(Number(second), 'the second');
    expect(await Promise.all(questions)).toEqual(['the first', 'the second']);
    const third = side.ask();
    await eventually('the third question arrives', () => side.arrived.length === 3);
    expect(new Set(side.arrived).size).toBe(3);
    side.answer(Number(side.arrived[2]), 'the third');
    expect(await third).toBe('the third');
  });

  it('a failure reaches its own question unchanged, a defect with the stack of where it happened', async () => {
    const { side, questions } = await asked(3);
    const expected: AppError = { code: 'disk-full', message: say`the disk is full`, field: 'path', cure: say`Delete.` };
    const defect: AppError = { code: 'bug', message: say`a defect`, stack: 'Error: x\n    at there (file.ts:1:1)' };
    side.refuse(Number(side.arrived[0]), expected);
    side.refuse(Number(side.arrived[1]), defect);
    side.answer(Number(side.arrived[2]), 'untouched');
    const [one, two, three] = await Promise.all(questions);
    expect(one).toMatchObject({ appError: expected });
    expect(two).toMatchObject({ appError: defect });
    expect(three).toBe('untouched');
  });

  it('the end of the channel rejects what waits, and what is asked later', async () => {
    const { side, questions } = await asked(2);
    side.end();
    const codes = (await Promise.all(questions)).map(codeOf);
    expect(codes[0]).not.toBe('no failure');
    expect(codes).toEqual([codes[0], codes[0]]);
    expect(codeOf(await outcome(side.ask()))).toBe(codes[0]);
    expect(side.arrived).toHaveLength(2);
  });
});
