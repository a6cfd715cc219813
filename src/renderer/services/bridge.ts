// What the Electron preload puts on `window.minrnn`, and a port over it. Absent in a browser. Independent of requests and screens.
import type { DesktopBridge } from '../../protocol/ipc.ts';
import type { Port } from '../../protocol/rpc.ts';

declare global {
  interface Window {
    readonly minrnn?: DesktopBridge;
  }
}

/** The desktop's functions, or null in a browser. */
export function desktopBridge(): DesktopBridge | null {
  return window.minrnn ?? null;
}

/** The part of the bridge that carries frames. */
type LabPipe = Pick<DesktopBridge, 'send' | 'onFrame' | 'onConnection'>;

/**
 * Ports over the bridge: `connect` resolves when the lab process is up, and the port closes when that process ends. Main reports both, so
 * nothing is polled.
 */
export class BridgeLink {
  private readonly bridge: LabPipe;
  private up = false;
  private waiting: (() => void)[] = [];
  private closers = new Set<() => void>();

  constructor(bridge: LabPipe) {
    this.bridge = bridge;
    bridge.onConnection((open) => this.change(open));
  }

  async connect(): Promise<Port> {
    if (!this.up) await new Promise<void>((resolve) => this.waiting.push(resolve));
    return this.open();
  }

  /** Also called with the answer to `ready`, since the lab may have started before the window listened. */
  change(open: boolean): void {
    if (open === this.up) return;
    this.up = open;
    const callbacks = open ? this.waiting : [...this.closers];
    if (open) this.waiting = [];
    else this.closers = new Set();
    for (const callback of callbacks) callback();
  }

  private open(): Port {
    const closers = this.closers;
    let stop = (): void => undefined;
    return {
      send: (frame) => this.bridge.send(frame),
      onMessage: (listener) => {
        stop = this.bridge.onFrame(listener);
      },
      onClose: (listener) => {
        closers.add(() => {
          stop();
          listener();
        });
      },
      close: () => stop(),
    };
  }
}
