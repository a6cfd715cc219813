// One request of a person to end may arrive as several signals: a group's signal reaches the launcher and the program, the launcher passes it
// on, a closed terminal is told by the shell and by the system. So launchers pass on a count instead of a signal where the program listens,
// and who is told in several ways takes the largest count. Plain JavaScript: the launcher may be running on a Node that reads no TypeScript.

/** Windows has no SIGTERM to hear; closing the console is SIGHUP there, Ctrl+Break is SIGBREAK. */
const requestSignals =
  process.platform === 'win32' ? ['SIGINT', 'SIGHUP', 'SIGBREAK'] : ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** Signals this close to one another are one request: programs that forward are faster than people who press again. */
const copyMs = 300;

const tell = (channel, message) => {
  if (channel.connected) channel.send?.(message, undefined, undefined, () => undefined);
};

/** Calls `onRequest(number, signal)` for each request to end from now on, until the function it gives is called. */
export function hearRequests(onRequest) {
  let [requests, own, passed, at] = [0, 0, 0, -Infinity];
  const raise = (signal) => {
    const count = Math.max(own, passed);
    if (count <= requests) return;
    requests = count;
    onRequest(requests, signal);
  };
  const onSignal = (signal) => {
    if (performance.now() - at < copyMs) return;
    at = performance.now();
    own += 1;
    raise(signal);
  };
  const onMessage = (message) => {
    if (message?.type !== 'minrnn-request') return;
    passed = message.number;
    raise(message.signal);
  };
  for (const signal of requestSignals) process.on(signal, onSignal);
  process.on('message', onMessage);
  // Listening for a launcher is no reason to stay.
  process.channel?.unref();
  tell(process, { type: 'minrnn-hears', yes: true });
  return () => {
    for (const signal of requestSignals) process.off(signal, onSignal);
    process.off('message', onMessage);
    tell(process, { type: 'minrnn-hears', yes: false });
  };
}

/** Passes requests on to a child: as a count where it hears them and has a channel, else as the signal. Gives the way to stop. */
export function passRequestsOn(child) {
  let hears = false;
  child.on('message', (message) => {
    if (message?.type === 'minrnn-hears') hears = message.yes;
  });
  return hearRequests((number, signal) => {
    if (hears) tell(child, { type: 'minrnn-request', number, signal });
    else child.kill(signal);
  });
}
