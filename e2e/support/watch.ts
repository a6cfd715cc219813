// Listens for everything a page must not do: errors, warnings and refused content. Independent of screens.
import type { Page, Request } from '@playwright/test';

export interface Watch {
  /** One line per problem, in order. */
  readonly problems: readonly string[];
  /** Complaints that a test causes on purpose, such as the connection that is lost when the program ends. */
  allow(pattern: RegExp): void;
  /** From here on the page is being closed, which cuts off what it was loading. */
  leave(): void;
}

/** What a page complains about while the program is away and once it is back: no connection, and an outdated key. */
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
    // The file that could not be loaded is named only in the location of the message.
    if (['error', 'warning', 'assert'].includes(message.type()))
      note(`console: ${message.text()} (${message.location().url})`);
  });
  const isOfThePast = pastRequests(page);
  page.on('requestfailed', (request) => {
    const why = request.failure()?.errorText ?? '';
    if (why === 'net::ERR_ABORTED' && (leaving || isOfThePast(request))) return;
    note(`request: ${request.url()} ${why}`);
  });
  return {
    get problems() {
      return seen.filter((line) => !allowed.some((pattern) => pattern.test(line)));
    },
    allow: (pattern) => void allowed.push(pattern),
    leave: () => void (leaving = true),
  };
}

/** Whether a request is of a document that the page has left since, by a reload or another address, which cuts off what it was loading. */
function pastRequests(page: Page): (request: Request) => boolean {
  const madeIn = new WeakMap<Request, number>();
  let documents = 0;
  page.on('request', (request) => {
    if (request.isNavigationRequest() && request.frame() === page.mainFrame()) documents += 1;
    madeIn.set(request, documents);
  });
  return (request) => (madeIn.get(request) ?? documents) < documents;
}
