// `serve`: the lab for a browser on this machine. Serves until interrupted; runs under way are then saved.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { AppFailure, unwrap } from '../../engine/core/result.ts';
import { asIs, english, say } from '../../engine/core/say.ts';
import { RpcServer } from '../../protocol/rpc-server.ts';
import { programRoot } from '../../lab/files/program.ts';
import { handlersOf } from '../../lab/handlers/index.ts';
import { Lab } from '../../lab/lab.ts';
import { startServer } from '../../server/server.ts';
import type { Command } from '../command.ts';
import * as limits from '../../engine/spec/limits.ts';
import { flag, number, type Options, type Values } from '../typed.ts';
import { onInterrupt } from '../interrupt.ts';
import { closeLab, terminalAsk } from '../unsaved.ts';

export const serveOptions = {
  port: number('<n>', 'port (default: the next free one)', limits.port),
  open: flag('open the browser'),
} satisfies Options;

export const serve: Command<[Values<typeof serveOptions>]> = async (out, { port, open }) => {
  const folder = join(programRoot(), 'out', 'renderer');
  if (!existsSync(join(folder, 'index.html'))) {
    throw new AppFailure({
      code: 'not-found',
      message: say`serve: the window's files must be in ${asIs(folder)}, got none`,
      cure: say`Build them with "npm run build:renderer".`,
    });
  }
  const interrupt = onInterrupt();
  const opening = Promise.withResolvers<Lab>();
  const doors = new RpcServer({
    handlers: opening.promise.then(handlersOf),
    onBug: (error, request) => process.stderr.write(`serve: ${request}: ${error.stack ?? english(error.message)}\n`),
  });
  const server = unwrap(await startServer({ port: port ?? null, folder, onDoor: (door) => doors.add(door) }));
  const lab = await Lab.open({ onEvent: (name, payload) => doors.emit(name, payload) });
  opening.resolve(lab);
  out.data({ type: 'listening', url: server.url, port: server.port, token: server.token });
  out.say(
    `minRNN Lab is at ${server.url}\nOnly this machine can reach it, and only with this address. Ctrl+C ends it.`,
  );
  if (open) openBrowser(server.url);
  await interrupt.asked;
  out.say('Saving and closing.');
  const lost = await closeLab(lab, terminalAsk());
  await server.close();
  interrupt.release();
  if (lost !== null) throw new AppFailure(lost);
  return interrupt.code();
};

function openBrowser(url: string): void {
  const [command, ...args] = openers[process.platform] ?? ['xdg-open'];
  const child = spawn(command ?? 'xdg-open', [...args, url], { stdio: 'ignore', detached: true });
  // Without a browser the printed address is enough.
  child.on('error', () => undefined);
  child.unref();
}

const openers: Readonly<Partial<Record<NodeJS.Platform, readonly string[]>>> = {
  darwin: ['open'],
  win32: ['cmd', '/c', 'start', ''],
};
