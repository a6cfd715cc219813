// Reproduces a slow machine on any machine: holds answers of the lab and files of the page until they are released.
import type { Page, WebSocketRoute } from '@playwright/test';
import type { Frame } from '../../src/protocol/rpc.ts';
import type { LabRequest } from '../../src/protocol/lab.ts';

export interface Held {
  /** Resolves when a message is held. */
  readonly waiting: Promise<void>;
  /** Releases what is held and stops holding. */
  release(): void;
}

/** Holds the lab's answers to requests of this name, or everything it sends. Call before the page is loaded. */
export async function holdReplies(page: Page, name?: LabRequest): Promise<Held> {
  const { held, keep } = holder();
  const asked = new Set<number>();
  await page.routeWebSocket(/.*/, (route: WebSocketRoute) => {
    const server = route.connectToServer();
    route.onMessage((message) => {
      const frame = JSON.parse(String(message)) as Frame;
      if (frame.type === 'request' && frame.name === name) asked.add(frame.id);
      server.send(message);
    });
    server.onMessage((message) => {
      const frame = JSON.parse(String(message)) as Frame;
      const hand = (): void => route.send(message);
      const isAnswer = (frame.type === 'reply' || frame.type === 'error') && asked.has(frame.id);
      if (isAnswer || name === undefined) keep(hand);
      else hand();
    });
  });
  return held;
}

/** Holds files of the page whose address matches. */
export async function holdFiles(page: Page, address: RegExp): Promise<Held> {
  const { held, keep } = holder();
  await page.route(address, (route) => keep(() => void route.continue()));
  return held;
}

function holder(): { readonly held: Held; readonly keep: (hand: () => void) => void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  const hands: (() => void)[] = [];
  let open = false;
  return {
    keep(hand) {
      if (open) return hand();
      hands.push(hand);
      resolve();
    },
    held: {
      waiting: promise,
      release() {
        open = true;
        for (const hand of hands.splice(0)) hand();
      },
    },
  };
}
