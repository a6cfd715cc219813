// The end of the program: asked in mid-run, in order, and never stuck. Runs are saved by the lab when its session is closed.
import type { UiLanguage } from '../protocol/ipc.ts';
import { desktopText } from './desktop-text.ts';
import type { Shell } from './shell.ts';

/** Longest wait for checkpoints to be written, and then for the lab to end. */
const saveMs = 20_000;
const endMs = 3_000;

export interface ClosingSetup {
  readonly shell: Shell;
  readonly language: () => UiLanguage;
  readonly activeRuns: () => number;
  /** Asks the lab to pause its runs, write their checkpoints and close the session. */
  readonly closeSession: () => Promise<unknown>;
  readonly stopLab: (graceMs: number) => Promise<void>;
  readonly destroyWindow: () => void;
}

const within = async (work: Promise<unknown>, ms: number): Promise<void> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise((resolve) => (timer = setTimeout(resolve, ms)));
  // A lab that is gone cannot save any more than it has; the session file is complete up to its last commit.
  await Promise.race([work.catch(() => undefined), late]);
  clearTimeout(timer);
};

/** Returns what the window's close button and Quit call: always false, for the end comes when everything is saved. */
export function setupClosing(setup: ClosingSetup): () => boolean {
  const { shell } = setup;
  let state: 'open' | 'asking' | 'ending' = 'open';

  const end = async (): Promise<void> => {
    state = 'ending';
    await within(setup.closeSession(), saveMs);
    await setup.stopLab(endMs);
    setup.destroyWindow();
    shell.exit(0);
  };
  const agreed = async (): Promise<boolean> => {
    const runs = setup.activeRuns();
    if (runs === 0) return true;
    const { closing } = desktopText[setup.language()];
    const { title, detail } = closing;
    return (
      (await shell.ask({ title, message: closing.message(runs), detail, buttons: [closing.quit, closing.stay] })) === 0
    );
  };
  const requested = (): boolean => {
    if (state !== 'open') return false;
    state = 'asking';
    void agreed().then((yes) => {
      if (yes) return end();
      state = 'open';
      return undefined;
    });
    return false;
  };
  shell.onQuitting(requested);
  return requested;
}
