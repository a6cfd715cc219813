// Restrictions of pages: they may not leave the program, open windows or get permissions. The decisions are plain functions;
// electron-shell.ts connects them to Electron's events.
import { pageUrl, scheme } from './bundle.ts';

/** Hosts whose pages a link may open in the person's own browser: papers and the sources of data sets. */
const linkHosts: ReadonlySet<string> = new Set([
  'arxiv.org',
  'github.com',
  'raw.githubusercontent.com',
  'www.gutenberg.org',
]);

/** True for addresses of the program's own page. */
export const isOwnPage = (url: string): boolean => url === pageUrl || url.startsWith(`${scheme}://app/`);

/** The address as a link to open outside, or null when it is refused. */
export function outsideLink(url: string): string | null {
  const parsed = URL.parse(url);
  return parsed?.protocol === 'https:' && linkHosts.has(parsed.host) ? parsed.href : null;
}

/** No page needs a device or a notification; writing to the clipboard is how a table is copied. */
export const isPermitted = (permission: string): boolean => permission === 'clipboard-sanitized-write';

/** Frames that may speak to main: the window's main frame, showing the program's own page. */
export const isTrustedSender = (sender: { readonly url: string; readonly isMainFrame: boolean }): boolean =>
  sender.isMainFrame && isOwnPage(sender.url);
