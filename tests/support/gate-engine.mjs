// Preloaded into a process of the program by tests/support/gate.ts. In an engine it lets the first grants through as short ones and keeps the
// next until the gate's file is there. Everything else is the real engine; in other processes it does nothing.
import { existsSync, writeFileSync } from 'node:fs';

const { MINRNN_TEST_GATE: gate, MINRNN_TEST_GATE_PASS: pass = '1', MINRNN_TEST_GATE_STEPS: steps = '1' } = process.env;
const isEngine = /engine-host[\\/]main\.(ts|js)$/.test(process.argv[1] ?? '');

if (gate !== undefined && isEngine) {
  const emit = process.emit.bind(process);
  let passed = 0;
  let held = [];

  /** What was kept goes on as it came; a grant that is to end at once as one step. */
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
    if (held.length > 0 || (message.type === 'grant' && passed >= Number(pass))) {
      held.push([message, ...rest]);
      writeFileSync(`${gate}.reached`, '');
      return true;
    }
    if (message.type !== 'grant') return emit(event, message, ...rest);
    passed += 1;
    return emit(event, { ...message, steps: Math.min(Number(steps), message.steps ?? Infinity) }, ...rest);
  };
  setInterval(() => existsSync(gate) && letThrough(false), 10).unref();
}
