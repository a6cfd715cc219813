// Quitting the program: asks if runs are under way, saves, and never hangs. The lab saves runs when its session is closed; a person decides
// about changes that could not be saved. Independent of files.
import { AppFailure, asAppError, type AppError } from '../engine/core/result.ts';
import type { SaveFileRequest, UiLanguage } from '../protocol/ipc.ts';
import { toldIn } from '../protocol/told/told.ts';
import { desktopText } from './desktop-text.ts';
import type { Shell } from './shell.ts';

/** Longest wait for checkpoints to be written, and then for the lab to end. */
const saveMs = 20_000;
const endMs = 3_000;

export interface ClosingSetup {
  readonly shell: Shell;
  readonly language: () => UiLanguage;
  readonly activeRuns: () => number;
  /** Asks the lab to pause its runs, write their checkpoints and close the session. Rejects with `unsaved` when it stays open. */
  readonly closeSession: (unsaved: 'keep' | 'give-up') => Promise<unknown>;
  /** The file a person chooses to write; one that exists is asked about. */
  readonly chooseFile: (request: SaveFileRequest) => Promise<string | null>;
  /** Asks the lab to continue in another file. */
  readonly saveElsewhere: (path: string) => Promise<unknown>;
  readonly stopLab: (graceMs: number) => Promise<void>;
  readonly destroyWindow: () => void;
}

/**
 * Why changes are not saved; null = they are, or it is unknown: a lab that is gone or stuck cannot save more, and the session file is
 * complete up to its last commit.
 */
async function unsavedAfter(closing: Promise<unknown>): Promise<AppError | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => (timer = setTimeout(() => resolve(null), saveMs)));
  const told = closing.then(
    () => null,
    (error: unknown) => (error instanceof AppFailure && error.appError.code === 'unsaved' ? error.appError : null),
  );
  const answer = await Promise.race([told, late]);
  clearTimeout(timer);
  return answer;
}

async function saveElsewhere({ shell, language, chooseFile, saveElsewhere: save }: ClosingSetup): Promise<void> {
  const { unsaved } = desktopText[language()];
  const path = await chooseFile({
    title: unsaved.elsewhere,
    filters: [{ name: unsaved.session, extensions: ['rnnlab'] }],
    suggested: 'session.rnnlab',
  });
  if (path === null) return;
  await save(path).catch((error: unknown) =>
    shell.showError(unsaved.title, toldIn(language(), asAppError(error, 'session').message)),
  );
}

/** Closes the session, asking as often as changes are not in the file. False when the person stays. */
async function closeOrStay(setup: ClosingSetup): Promise<boolean> {
  for (;;) {
    const error = await unsavedAfter(setup.closeSession('keep'));
    if (error === null) return true;
    const { title, detail, retry, elsewhere, giveUp, stay } = desktopText[setup.language()].unsaved;
    const buttons = [retry, elsewhere, giveUp, stay];
    const choice = await setup.shell.ask({ title, message: toldIn(setup.language(), error.message), detail, buttons });
    if (choice === 1) await saveElsewhere(setup);
    else if (choice === 2) {
      await unsavedAfter(setup.closeSession('give-up'));
      return true;
    } else if (choice !== 0) return false;
  }
}

/** Returns what the window's close button and Quit call: always false, for the end comes when everything is saved. */
export function setupClosing(setup: ClosingSetup): () => boolean {
  const { shell } = setup;
  let state: 'open' | 'asking' | 'ending' = 'open';

  const end = async (): Promise<void> => {
    state = 'ending';
    if (!(await closeOrStay(setup))) {
      state = 'open';
      return;
    }
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
