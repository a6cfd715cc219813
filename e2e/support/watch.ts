// Listens for everything a page must not do: errors, warnings and refused content. Knows no screen.
import type { Page } from '@playwright/test';

export interface Watch {
  /** One line a problem, in order. */
  readonly problems: readonly string[];
  /** What a test brings about itself, such as the connection that is lost when the program ends. */
  allow(pattern: RegExp): void;
  /** From here on the page is being closed, which cuts off what it was loading. */
  leave(): void;
}

/** What a page complains of while the program is away and once it is back: no connection, and a key that is old. */
export const restarting = /WebSocket|ws:\/\/|401 \(Unauthorized\)|net::ERR_/;

/** Call before the first page is loaded. */
export async function watch(page: Page): Promise<Watch> {
  const seen: string[] = [];
  const allowed: RegExp[] = [];
  let leaving = false;
  const note = (what: string): void => {
    seen.push(what);
  };
  await page.exposeFunction('reportPolicyViolation', note);
  await page.addInitScript(() => {
    const report = (window as unknown as { reportPolicyViolation: (what: string) => void }).reportPolicyViolation;
    document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI, sourceFile, lineNumber }) =>
      report(`policy: ${violatedDirective} ${blockedURI} at ${sourceFile}:${lineNumber}`),
    );
  });
  page.on('pageerror', (error) => note(`error: ${error.stack ?? error.message}`));
  page.on('console', (message) => {
    // Which file could not be loaded stands only in the place that the message is about.
    if (['error', 'warning', 'assert'].includes(message.type()))
      note(`console: ${message.text()} (${message.location().url})`);
  });
  page.on('requestfailed', (request) => {
    const why = request.failure()?.errorText ?? '';
    if (!leaving || why !== 'net::ERR_ABORTED') note(`request: ${request.url()} ${why}`);
  });
  return {
    get problems() {
      return seen.filter((line) => !allowed.some((pattern) => pattern.test(line)));
    },
    allow: (pattern) => void allowed.push(pattern),
    leave: () => void (leaving = true),
  };
}
