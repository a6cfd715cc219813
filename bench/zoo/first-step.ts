// In a process of its own: how long a case takes from nothing to its first finished step. Run: node bench/zoo/first-step.ts ID [module]
// Prints one line of JSON.
import { cpuDevice } from '../../src/engine/device/cpu/index.ts';
import { names } from '../../src/engine/training/program.ts';
import { threads } from '../peers/registry.ts';
import { allCases } from './cases.ts';
import { build, feed, hyperAt } from './programs.ts';

const [id, module = 'native'] = process.argv.slice(2);
const one = allCases.find((each) => each.id === id);
if (one === undefined) throw new Error(`first step: a case is required, got ${id ?? 'none'}`);
const began = performance.now();
const built = build(one);
const made = performance.now();
const executable = await cpuDevice.compile(built.program, { threads, module });
const compiled = performance.now();
feed(executable, one, built);
if (one.form === 'step') executable.write(names.hyper, hyperAt(1));
const fed = performance.now();
executable.run(built.entry);
await executable.settled();
await executable.read(names.loss);
const done = performance.now();
const whole = (ms: number): number => Math.round(ms);
const parts = { loaded: began, build: made - began, compile: compiled - made, start: fed - compiled, step: done - fed };
console.log(
  JSON.stringify({
    ...Object.fromEntries(Object.entries(parts).map(([name, ms]) => [name, whole(ms)])),
    total: whole(done - began),
  }),
);
process.exit(0);
