// What a text step (2-layer minGRU language model, B 32, T 128, D 128, as the lab trains it; B 1 on a software adapter) costs the host on the webgpu device: dispatches,
// time to issue a replayed step, planned against allocated bytes. The time of the step itself is meaningful only on a real GPU.
// Run: node bench/webgpu-step.bench.ts [steps]
import { english } from '../src/engine/core/say.ts';
import { unwrap } from '../src/engine/core/result.ts';
import { sizeOf } from '../src/engine/core/tensor.ts';
import { compileGpu, webgpuDevice } from '../src/engine/device/webgpu/index.ts';
import { gpuSession } from '../src/engine/device/webgpu/session.ts';
import type { GpuExecutable } from '../src/engine/device/webgpu/executable.ts';
import type { Program } from '../src/engine/graph/graph.ts';
import { smallSpec } from '../src/engine/verify/small-run.ts';
import { buildProgram } from '../src/engine/training/program.ts';
import { setUpRun } from '../src/engine/training/setup.ts';
import { record } from './measure.ts';

const absence = await webgpuDevice.unavailable();
const missing = absence && english(absence);
if (missing !== null) {
  console.log(`webgpu: skipped, ${missing}`);
  process.exit(0);
}
const { software } = await webgpuDevice.capabilities();
const length = 128;
const batch = software === null ? 32 : 1;

/** Bounds of the project: dispatches of a text step, and milliseconds of JavaScript to issue it. */
const MOST_DISPATCHES = 40;
const MOST_MILLISECONDS = 0.2;

const alphabet = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 .'";
const text = Array.from({ length: 40_000 }, (_, i) => alphabet[(i * i + 7 * i) % alphabet.length]).join('');

function textProgram(): Program {
  const spec = smallSpec({
    task: 'char-text-v1',
    taskFields: { length },
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

interface Issue {
  /** From the call of `run` to its return. */
  readonly whole: number;
  /** The part of it inside `queue.submit`, where Dawn translates the commands for the driver. */
  readonly submit: number;
  readonly step: number;
}

const inputs = {
  x: Int32Array.from({ length: batch * length }, (_, i) => i % 60),
  y: Int32Array.from({ length: batch * length }, (_, i) => (i + 1) % 60),
  hyper: Float32Array.of(1e-3, 0.1, 0.001, 0),
};

/** A step as training submits it: its data, its dispatches, the copy of its loss. Milliseconds for this part and in total. */
async function replay(executable: GpuExecutable): Promise<{ readonly issued: number; readonly step: number }> {
  const { pipeline } = executable;
  if (!pipeline) throw new Error('webgpu: a program with a loss must have a pipeline');
  // Right after a wait a run is still queued, so it would seem to cost nothing.
  await new Promise((resolve) => setImmediate(resolve));
  const start = performance.now();
  executable.write('hyper', inputs.hyper);
  executable.write('x', inputs.x);
  executable.write('y', inputs.y);
  pipeline.run('train');
  const issued = performance.now() - start;
  await pipeline.collect(['loss', 'norm'], collected);
  return { issued, step: performance.now() - start };
}

const collected = new Float64Array(32);

/** Times of each step when no other step is in flight. */
async function time(executable: GpuExecutable, queue: GPUQueue, steps: number): Promise<readonly Issue[]> {
  let submit = 0;
  const issues: Issue[] = [];
  const native = queue.submit.bind(queue);
  queue.submit = (commands) => {
    const start = performance.now();
    native(commands);
    submit = performance.now() - start;
  };
  for (let i = 0; i < steps; i++) {
    const { issued, step } = await replay(executable);
    issues.push({ whole: issued, submit, step });
  }
  queue.submit = native;
  return issues;
}

const nothing = (): undefined => undefined;

/** The same calls on objects that do nothing (except for one call with the data): this leaves the cost of the project's own JavaScript. */
async function timeOwn(executable: GpuExecutable, device: GPUDevice, steps: number): Promise<readonly number[]> {
  const pass = { setPipeline: nothing, setBindGroup: nothing, dispatchWorkgroups: nothing, end: nothing };
  const encoder = { beginComputePass: () => pass, copyBufferToBuffer: nothing, finish: nothing };
  const createCommandEncoder = device.createCommandEncoder.bind(device);
  Object.assign(device, { createCommandEncoder: () => encoder });
  const times = await timeRecording(executable, device, steps);
  Object.assign(device, { createCommandEncoder });
  return times;
}

/** Steps recorded by Dawn but not submitted: no software adapter computes between them, so the host's caches stay as warm as with a real GPU. */
async function timeRecording(executable: GpuExecutable, device: GPUDevice, steps: number): Promise<readonly number[]> {
  const submit = device.queue.submit.bind(device.queue);
  Object.assign(device.queue, { submit: nothing });
  const times: number[] = [];
  for (let i = 0; i < steps; i++) times.push((await replay(executable)).issued);
  Object.assign(device.queue, { submit });
  return times;
}

function quartiles(values: readonly number[]): {
  least: number;
  quarter: number;
  median: number;
  threeQuarters: number;
} {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number): number => Number((sorted[Math.round(share * (sorted.length - 1))] ?? NaN).toFixed(3));
  return { least: at(0), quarter: at(0.25), median: at(0.5), threeQuarters: at(0.75) };
}

const program = textProgram();
const start = performance.now();
const executable = await compileGpu(program, { threads: 1 });
const compileSeconds = (performance.now() - start) / 1000;
fill(executable, program);
const steps = Number(process.argv[2] ?? 40);
const { device } = await gpuSession();
await time(executable, device.queue, 5);
const issues = await time(executable, device.queue, steps);
const own = await timeOwn(executable, device, 5 * steps);
const recorded = await timeRecording(executable, device, 5 * steps);
const planned = executable.plannedBytes().total;
const result = {
  device: executable.device.title,
  batch,
  dispatches: executable.dispatchesOf('train'),
  issueMilliseconds: quartiles(issues.map(({ whole }) => whole)),
  withoutSubmitMilliseconds: quartiles(issues.map(({ whole, submit }) => whole - submit)),
  submitMilliseconds: quartiles(issues.map(({ submit }) => submit)),
  ownMilliseconds: quartiles(own),
  recordedMilliseconds: quartiles(recorded),
  stepMilliseconds: quartiles(issues.map(({ step }) => step)),
  compileSeconds,
  planned,
  allocated: executable.allocatedBytes(),
};
await executable.dispose();
console.log(JSON.stringify(result, null, 1));
const row = (what: string, { least, quarter, median, threeQuarters }: ReturnType<typeof quartiles>): string =>
  `| ${what} | ${least} | ${quarter} | ${median} | ${threeQuarters} |`;
const table = [
  `${result.device}: ${result.dispatches} dispatches a step (bound ${MOST_DISPATCHES}), ${planned} bytes planned, ${result.allocated} allocated.`,
  '',
  `| milliseconds a replayed step (bound ${MOST_MILLISECONDS}) | least | quarter | median | three quarters |`,
  '|---|---|---|---|---|',
  row('JavaScript of the engine alone (calls into objects that do nothing)', result.ownMilliseconds),
  row(
    'JavaScript with the calls into Dawn that record commands, steps recorded one after the other',
    result.recordedMilliseconds,
  ),
  row(
    'the same right after a step, when a software adapter has used the caches of these cores',
    result.withoutSubmitMilliseconds,
  ),
  row('`queue.submit` (Dawn and the driver translate the commands)', result.submitMilliseconds),
  row('whole call', result.issueMilliseconds),
];
console.log(table.join('\n'));
record('webgpu-step', result, table);
process.exit(planned === result.allocated ? 0 : 1);
