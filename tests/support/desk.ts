// The whole desktop with a window and a lab made of arrays, for tests: a person's actions, and their effect on the lab and the screen.
import { say, type Message } from '../../src/engine/core/say.ts';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MenuCommand } from '../../src/protocol/ipc.ts';
import type { Frame } from '../../src/protocol/rpc.ts';
import { pageUrl } from '../../src/main/bundle.ts';
import { runDesktop } from '../../src/main/desktop.ts';
import { bindIpc, type IpcOutcome, type IpcSender } from '../../src/main/ipc-binding.ts';
import type { LabChild } from '../../src/main/lab-process.ts';
import type { Menu, Question, Shell, WindowEvents } from '../../src/main/shell.ts';

export const page: IpcSender = { url: pageUrl, isMainFrame: true };

class FakeLab implements LabChild {
  received: Frame[] = [];
  calls: string[] = [];
  frame: (frame: Frame) => void = () => undefined;
  end: (reason: Message) => void = () => undefined;
  send(frame: Frame): void {
    this.received.push(frame);
  }
  onFrame(listener: (frame: Frame) => void): void {
    this.frame = listener;
  }
  onEnd(listener: (reason: Message) => void): void {
    this.end = listener;
  }
  disconnect(): void {
    this.calls.push('disconnect');
    queueMicrotask(() => this.end(say`it ended with code ${0}`));
  }
  kill(): void {
    this.calls.push('kill');
  }
}

export function desk(
  options: {
    argv?: string[];
    answer?: number;
    /** One after the other, before `answer`. */
    answers?: number[];
    platform?: string;
    development?: boolean;
    exists?: boolean;
    labIgnoresDisconnect?: boolean;
  } = {},
) {
  const labs: FakeLab[] = [];
  const sent: [string, unknown][] = [];
  const happened: string[] = [];
  /** Texts of error boxes. */
  const errors: string[] = [];
  const questions: Question[] = [];
  let menus: readonly Menu[] = [];
  let choose: (command: MenuCommand) => void = () => undefined;
  let events: WindowEvents | undefined;
  let quitting: () => boolean = () => true;
  let openFile: (path: string) => void = () => undefined;
  let second: (argv: readonly string[], folder: string) => void = () => undefined;
  const requests = new Map<string, (sender: IpcSender, params: unknown) => Promise<IpcOutcome>>();
  const messages = new Map<string, (sender: IpcSender, payload: unknown) => void>();
  const shell: Shell = {
    platform: options.platform ?? 'linux',
    locale: 'en-GB',
    createWindow: (state, given) => {
      events = given;
      return {
        send: (channel, payload) => sent.push([channel, payload]),
        present: () => happened.push('present'),
        state: () => state,
        reload: () => happened.push('reload'),
        destroy: () => happened.push('destroy'),
      };
    },
    screens: () => [{ x: 0, y: 0, width: 1920, height: 1080 }],
    openFile: () => Promise.resolve('/data/book.txt'),
    saveFile: () => Promise.resolve('/data/copy'),
    ask: (question) => {
      questions.push(question);
      return Promise.resolve(options.answers?.shift() ?? options.answer ?? 0);
    },
    showError: (title, message) => {
      happened.push(`error: ${title}`);
      errors.push(message);
    },
    development: options.development ?? false,
    setMenu: (shown, chosen) => {
      menus = shown;
      choose = chosen;
    },
    reveal: (path) => happened.push(`reveal ${path}`),
    exit: (code) => happened.push(`exit ${code}`),
    onQuitting: (listener) => (quitting = listener),
    onOpenFile: (listener) => (openFile = listener),
    onSecondInstance: (listener) => (second = listener),
    onActivate: () => undefined,
  };
  const folder = mkdtempSync(join(tmpdir(), 'minrnn-desktop-'));
  runDesktop({
    shell,
    startLab: () => {
      const lab = new FakeLab();
      if (options.labIgnoresDisconnect) lab.disconnect = () => lab.calls.push('disconnect');
      labs.push(lab);
      return lab;
    },
    bindIpc: (handlers, listeners, onBad) =>
      bindIpc(
        {
          handle: (name, listener) => requests.set(name, listener),
          on: (name, listener) => messages.set(name, listener),
        },
        handlers,
        listeners,
        onBad,
      ),
    log: (text) => happened.push(text.trim()),
    logFile: '/logs/lab.log',
    windowStateFile: join(folder, 'window.json'),
    argv: options.argv ?? ['minrnn-lab'],
    folder: '/home/a',
    exists: () => options.exists ?? true,
  });
  return {
    labs,
    sent,
    happened,
    questions,
    errors,
    lab: () => {
      const lab = labs.at(-1);
      if (lab === undefined) throw new Error('no lab was started');
      return lab;
    },
    menus: () => menus,
    choose: (command: MenuCommand) => choose(command),
    window: () => {
      if (events === undefined) throw new Error('no window was opened');
      return events;
    },
    quit: () => quitting(),
    openFile: (path: string) => openFile(path),
    second: (argv: readonly string[], from: string) => second(argv, from),
    invoke: (name: string, params: unknown, sender = page) => requests.get(name)?.(sender, params),
    post: (name: string, payload: unknown, sender = page) => messages.get(name)?.(sender, payload),
    eventsNamed: (name: string) => sent.filter(([channel]) => channel === name).map(([, payload]) => payload),
  };
}

export const runsChanged = (status: string): Frame => ({
  type: 'event',
  name: 'runs/changed',
  payload: { runs: [{ id: 'r1', status }] },
});
