// One request of a person to end may arrive as several signals: a group's signal reaches the launcher and the program, the launcher passes it
// on, a closed terminal is told by the shell and by the system. So launchers forward a count instead of a signal if the program listens,
// and a process that hears it in several ways takes the largest count. Plain JavaScript: the launcher may be running on a Node that reads
// no TypeScript.

/** Windows has no SIGTERM; closing the console sends SIGHUP there, Ctrl+Break sends SIGBREAK. */
const requestSignals =
  process.platform === 'win32' ? ['SIGINT', 'SIGHUP', 'SIGBREAK'] : ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** Signals this close together are one request: programs forward signals faster than people press keys again. */
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
  // Listening for a launcher must not keep the process alive.
  process.channel?.unref();
  tell(process, { type: 'minrnn-hears', yes: true });
  return () => {
    for (const signal of requestSignals) process.off(signal, onSignal);
    process.off('message', onMessage);
    tell(process, { type: 'minrnn-hears', yes: false });
  };
}

/** Forwards requests to a child: as a count if it listens on a channel, else as the signal. Returns a function that stops forwarding. */
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
