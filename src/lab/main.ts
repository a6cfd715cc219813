// Entry of the lab process behind a window, connected by the channel to its parent. Shuts down cleanly when the channel closes; the window
// handles Ctrl+C in the terminal that started it.
import { english } from '../engine/core/say.ts';
import { closeInEnd } from './session/close-in-end.ts';
import { Lab } from './lab.ts';
import { handlersOf } from './handlers/index.ts';
import type { Frame, Grant, Port } from '../protocol/rpc.ts';
import { RpcServer } from '../protocol/rpc-server.ts';

function parentPort(): Port {
  return {
    send: (frame) => {
      if (process.connected) process.send?.(frame, undefined, undefined, () => undefined);
    },
    onMessage: (listener) =>
      process.on('message', (message) => {
        const frame = message as Frame | Grant;
        if (frame.type === 'grant') void opened.promise.then((lab) => lab.paths.grant(frame.path));
        else listener(frame);
      }),
    onClose: (listener) => process.on('disconnect', listener),
    close: () => process.disconnect(),
  };
}

// Files created by this process are readable by their owner only.
process.umask(0o077);

if (process.send === undefined) {
  process.stderr.write('lab: this program is started by the window; use "minrnn serve" for a browser.\n');
  process.exit(2);
}

// Requests may come before the lab is ready, so the port listens first.
const opened = Promise.withResolvers<Lab>();
const server = new RpcServer({
  handlers: opened.promise.then(handlersOf),
  onBug: (error, request) => process.stderr.write(`lab: ${request}: ${error.stack ?? english(error.message)}\n`),
});
server.add(parentPort());

for (const signal of ['SIGINT', 'SIGHUP'] as const) process.on(signal, () => undefined);
/** Nobody can be asked here: changes that still cannot be saved after some attempts are listed in the log. */
async function closeAndExit(): Promise<void> {
  let code = 1;
  try {
    const lost = await closeInEnd(await opened.promise);
    if (lost !== null) process.stderr.write(`lab: lost: ${english(lost.message)}\n`);
    code = lost === null ? 0 : 1;
  } finally {
    process.exit(code);
  }
}
const end = (): void => void closeAndExit();
process.on('SIGTERM', end);
process.on('disconnect', end);

opened.resolve(await Lab.open({ onEvent: (name, payload) => server.emit(name, payload) }));
