// Preloaded into a process of the program by tests/support/gate.ts. In an engine it passes the first grant as a single step and holds the
// next until the gate's file exists. Everything else is the real engine; in other processes it does nothing.
import { existsSync, writeFileSync } from 'node:fs';

const gate = process.env.MINRNN_TEST_GATE;
const isEngine = /engine-host[\\/]main\.(ts|js)$/.test(process.argv[1] ?? '');

if (gate !== undefined && isEngine) {
  const emit = process.emit.bind(process);
  let passed = false;
  let held = [];

  /** Releases held messages unchanged; a grant that is to end at once becomes one step. */
  const letThrough = (shorten) => {
    const waiting = held;
    held = [];
    for (const [message, ...rest] of waiting) {
      emit('message', shorten && message.type === 'grant' ? { ...message, steps: 1 } : message, ...rest);
    }
  };

  process.emit = (event, message, ...rest) => {
    if (event !== 'message' || existsSync(gate)) {
      if (event === 'message') letThrough(false);
      return emit(event, message, ...rest);
    }
    if (message.type === 'yield' || message.type === 'exit') {
      letThrough(true);
      return emit(event, message, ...rest);
    }
    // A requested single step is not a turn and passes.
    if (held.length > 0 || (message.type === 'grant' && passed && message.steps === null)) {
      held.push([message, ...rest]);
      writeFileSync(`${gate}.reached`, '');
      return true;
    }
    if (message.type !== 'grant') return emit(event, message, ...rest);
    passed = true;
    return emit(event, { ...message, steps: 1 }, ...rest);
  };
  setInterval(() => existsSync(gate) && letThrough(false), 10).unref();
}
