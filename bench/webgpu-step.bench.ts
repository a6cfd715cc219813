// What a text step (2-layer minGRU language model, B 32, T 128, D 128, as the lab trains it; B 1 on a software adapter) costs the host on the webgpu device: dispatches,
// time to issue a replayed step, planned against allocated bytes. Times of the step itself say something on a real GPU only.
// Run: node bench/webgpu-step.bench.ts [steps]
import { unwrap } from '../src/engine/core/result.ts';
import { sizeOf } from '../src/engine/core/tensor.ts';
import { compileGpu, webgpuDevice } from '../src/engine/device/webgpu/index.ts';
import type { GpuExecutable } from '../src/engine/device/webgpu/executable.ts';
import type { Program } from '../src/engine/graph/graph.ts';
import { smallSpec } from '../src/engine/testing/small-run.ts';
import { buildProgram } from '../src/engine/training/program.ts';
import { setUpRun } from '../src/engine/training/setup.ts';
import { record } from './measure.ts';

/** Bounds of the project: dispatches of a text step, and milliseconds of JavaScript to issue it. */
const MOST_DISPATCHES = 40;
const MOST_MILLISECONDS = 0.2;

const alphabet = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 .'";
const text = Array.from({ length: 40_000 }, (_, i) => alphabet[(i * i + 7 * i) % alphabet.length]).join('');

function textProgram(batch: number): Program {
  const spec = smallSpec({
    task: 'char-text-v1',
    taskFields: { length: 128 },
    fields: { layers: 2, d: 128, expansion: 1 },
    training: { batch },
  });
  return buildProgram(unwrap(setUpRun(spec, text)));
}

function fill(executable: GpuExecutable, program: Program): void {
  for (const { name, type, role } of program.variables) {
    if (role === 'output' || role === 'optimiser') continue;
    const size = sizeOf(type.shape);
    executable.write(
      name,
      Float32Array.from({ length: size }, (_, i) => (type.dtype === 'i32' ? i % 60 : Math.sin(i) * 0.1)),
    );
  }
  executable.write('hyper', [1e-3, 0.1, 0.001, 0]);
}

/** Milliseconds that `run` keeps the caller, when nothing is in flight; and until the step is done. */
async function time(executable: GpuExecutable, steps: number): Promise<{ issue: number[]; step: number[] }> {
  const [issue, step]: [number[], number[]] = [[], []];
  for (let i = 0; i < steps; i++) {
    // Right after a wait a run is still queued behind it and would seem to cost nothing.
    await new Promise((resolve) => setImmediate(resolve));
    const start = performance.now();
    executable.run('train');
    issue.push(performance.now() - start);
    await executable.settled();
    step.push(performance.now() - start);
  }
  return { issue, step };
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN;

const missing = await webgpuDevice.unavailable();
if (missing !== null) {
  console.log(`webgpu: skipped, ${missing}`);
  process.exit(0);
}
const software = (await webgpuDevice.software?.()) ?? null;
const batch = software === null ? 32 : 1;
const program = textProgram(batch);
const start = performance.now();
const executable = await compileGpu(program, { threads: 1 });
const compileSeconds = (performance.now() - start) / 1000;
fill(executable, program);
const { issue, step } = await time(executable, Number(process.argv[2] ?? 12));
const planned = executable.plannedBytes().total;
const result = {
  device: executable.device.title,
  batch,
  dispatches: executable.dispatchesOf('train'),
  issueMilliseconds: { median: median(issue), minimum: Math.min(...issue) },
  stepMilliseconds: { median: median(step), minimum: Math.min(...step) },
  compileSeconds,
  planned,
  allocated: executable.allocatedBytes(),
};
await executable.dispose();
console.log(JSON.stringify(result, null, 1));
record('webgpu-step', result, [
  '| device | dispatches | issue, ms (median, least) | planned = allocated |',
  '|---|---|---|---|',
  `| ${result.device} | ${result.dispatches} (bound ${MOST_DISPATCHES}) | ${result.issueMilliseconds.median.toFixed(3)}, ` +
    `${result.issueMilliseconds.minimum.toFixed(3)} (bound ${MOST_MILLISECONDS}) | ${planned} = ${result.allocated} |`,
]);
process.exit(planned === result.allocated ? 0 : 1);
