// Decides between Electron window and browser for `npm start`; the facts are passed in.

/**
 * Null when a window can be opened, else the reason why not, as the end of "No Electron window: …". `fetchBinary` is called only when
 * everything else allows a window; it resolves to null or the reason why it failed.
 */
export async function whyNoWindow({ args, platform, env, uid, hasBinary, fetchBinary }) {
  if (args.includes('--browser')) return 'the browser was asked for';
  if (platform === 'linux') {
    if (!env.DISPLAY && !env.WAYLAND_DISPLAY) return 'there is no display here';
    if (uid === 0) return 'Electron keeps its sandbox, and that does not start as root';
  }
  return hasBinary ? null : fetchBinary();
}

/** The line of an installer's output that says what went wrong. */
export function fetchFailure(output) {
  const line = output.split('\n').find((text) => /error|failed/i.test(text));
  return `Electron's binary could not be fetched (${line === undefined ? 'no answer in five minutes' : line.trim().slice(0, 160)})`;
}
