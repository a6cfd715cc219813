// The lab of `npm run dev`, a process of its own so that it can restart with changed sources: reports where it listens, which session is
// open and how many runs are under way; shuts down cleanly when its parent closes the channel.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unwrap } from '../../src/engine/core/result.ts';
import { english } from '../../src/engine/core/say.ts';
import { closeInEnd } from '../../src/lab/session/close-in-end.ts';
import { handlersOf } from '../../src/lab/handlers/index.ts';
import { Lab } from '../../src/lab/lab.ts';
import { RpcServer } from '../../src/protocol/rpc-server.ts';
import { startServer } from '../../src/server/server.ts';

const underWay = new Set(['queued', 'preparing', 'running']);
const tell = (message: object): void => {
  if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
};

// Files created by this process are readable by their owner only.
process.umask(0o077);
for (const signal of ['SIGINT', 'SIGHUP'] as const) process.on(signal, () => undefined);

const opening = Promise.withResolvers<Lab>();
const doors = new RpcServer({
  handlers: opening.promise.then(handlersOf),
  onBug: (error, request) => process.stderr.write(`lab: ${request}: ${error.stack ?? english(error.message)}\n`),
});
const lab = await Lab.open({
  onEvent: (name, payload) => {
    doors.emit(name, payload);
    if (name === 'session/changed' || name === 'runs/changed') void opening.promise.then(tellState);
  },
});
function tellState(): void {
  const session = lab.session.current();
  const busy = session?.runs.filter(({ status }) => underWay.has(status)).length ?? 0;
  tell({ type: 'state', session: session?.path ?? null, busy });
}

const [, , before] = process.argv;
if (before !== undefined) await lab.session.open(before).catch((problem: unknown) => console.error(String(problem)));
opening.resolve(lab);
// The page comes from its sources: this folder is empty.
const folder = mkdtempSync(join(tmpdir(), 'minrnn-dev-'));
const server = unwrap(await startServer({ port: null, folder, onDoor: (door) => doors.add(door) }));
tell({ type: 'listening', port: server.port, token: server.token });
tellState();

async function end(): Promise<void> {
  const lost = await closeInEnd(lab);
  if (lost !== null) console.error(`lab: lost: ${english(lost.message)}`);
  await server.close();
  rmSync(folder, { recursive: true, force: true });
  process.exit(lost === null ? 0 : 1);
}
process.on('disconnect', () => void end());
process.on('SIGTERM', () => void end());
