// A lab in a separate process, so that it alone can be put under the fault shim or be killed: handles requests of the test over its
// channel, as from a front end, and writes points and checkpoints as an engine would.
import { verbatim } from '../../src/engine/core/say.ts';
import { AppFailure } from '../../src/engine/core/result.ts';
import { handlersOf } from '../../src/lab/handlers/index.ts';
import { Lab } from '../../src/lab/lab.ts';
import { columnsOf, cursorAt, someRun } from '../../src/session/testing/samples.ts';
import { bytesOfStep } from '../../src/session/testing/kill-data.ts';

interface Request {
  readonly id: number;
  readonly name: string;
  readonly params: unknown;
}

const send = (message: unknown): void => void process.send?.(message);
const lab = await Lab.open({ onEvent: (name, payload) => send({ event: name, payload }) });
const handlers = handlersOf(lab) as Readonly<Record<string, (params: unknown) => Promise<unknown>>>;

/** Effects of an engine. */
const own: Readonly<Record<string, (params: never) => unknown>> = {
  'test/add-run': ({ run }: { run: string }) => {
    lab.keeper.addRuns([someRun(run, { intent: 'paused' })]);
    return lab.keeper.saving.needSaved();
  },
  'test/points': ({ run, from, to }: { run: string; from: number; to: number }) => {
    lab.keeper.records.append(run, [columnsOf('train/loss', from, to)]);
    return lab.keeper.saving.needSaved();
  },
  'test/checkpoint': ({ run, step }: { run: string; step: number }) => {
    lab.keeper.records.checkpoint(run, { kind: 'latest', cursor: cursorAt(step), bytes: bytesOfStep(step) });
    return lab.keeper.saving.needSaved();
  },
};

async function answer({ id, name, params }: Request): Promise<void> {
  try {
    const work = handlers[name] ?? (own[name] as ((params: unknown) => unknown) | undefined);
    if (!work) throw new Error(`no such request: ${name}`);
    send({ id, value: (await work(params)) ?? null });
  } catch (error) {
    const bug = {
      code: 'bug',
      message: verbatim(error instanceof Error ? (error.stack ?? error.message) : String(error)),
    };
    send({ id, error: error instanceof AppFailure ? error.appError : bug });
  }
}

process.on('message', (message) => void answer(message as Request));
process.on('disconnect', () => process.exit(0));
send({ ready: true });
