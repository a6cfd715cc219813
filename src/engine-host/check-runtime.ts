// Entry of a process that tries a way to compute: every op against the reference, one training step against it, and the time of a larger one, a line
// of JSON for each. `check-runtime.ts TARGET`, a CheckTarget. A library that crashes or hangs takes this process along and no other.
import type { CompileOptions, Device } from '../engine/device/device.ts';
import { isDeviceKind, loadDevice } from '../engine/device/registry.ts';
import { tensorflowOn } from '../engine/device/tensorflow/index.ts';
import { runtimeOf } from '../engine/device/tensorflow/runtime.ts';
import type { OpCase } from '../engine/ops/cases.ts';
import type { OpKind } from '../engine/ops/kinds.ts';
import { timedStep } from '../engine/spec/agreement.ts';
import { prepareRun } from '../engine/training/prepare.ts';
import { checkOp } from '../engine/verify/check-op.ts';
import { explain, passed } from '../engine/verify/compare.ts';
import { opCases } from '../engine/verify/op-cases.ts';
import { smallSpec } from '../engine/verify/small-run.ts';
import { agreementOf } from '../engine/verify/step-agreement.ts';
import type { CheckLine, CheckTarget } from '../protocol/runtimes.ts';
import { timeSteps } from './time-steps.ts';

const { kind, module, library, timed, ops: only } = JSON.parse(process.argv[2] ?? '') as CheckTarget;
// What the device looks for its library by; an installed one must not answer for what is part of the program.
if (library === null) delete process.env['MINRNN_TFJS_NODE'];
else process.env['MINRNN_TFJS_NODE'] = library;

const tell = (line: CheckLine): boolean => process.stdout.write(`${JSON.stringify(line)}\n`);
const own = module === null ? {} : { module };

async function deviceOf(): Promise<Device> {
  if (library !== null) return tensorflowOn('node');
  if (!isDeviceKind(kind)) throw new Error(`there is no device "${kind}"`);
  return loadDevice(kind);
}

/** What answers, and whether by CUDA. */
async function answering(device: Device): Promise<{ readonly module: string; readonly cuda: boolean }> {
  if (library !== null) {
    const { module: name, cuda } = await runtimeOf('node');
    return { module: name, cuda };
  }
  const { software } = await device.capabilities();
  return { module: module ?? software ?? kind, cuda: false };
}

async function tryOp(op: keyof typeof opCases, device: Device, options: CompileOptions): Promise<void> {
  const cases: readonly OpCase[] = opCases[op];
  const under = { device, options: { ...options, poison: false } };
  const { byDevice } = await checkOp<OpKind>(op, cases, [under], { reference: false });
  const found = [...byDevice.values()].flat();
  const bad = found.filter((one) => !passed(one));
  const worst = Math.max(0, ...found.filter(passed).map(({ worst: error }) => error));
  const [first] = bad;
  tell({ type: 'op', op, problem: first === undefined ? null : explain(first), worst });
}

async function timeStep(device: Device): Promise<void> {
  const { layers, width, length, batch, median } = timedStep;
  const spec = smallSpec({
    device: kind,
    fields: { layers, d: width, expansion: 1 },
    taskFields: { length: length - 16, memorise: 16, evalSequences: 1 },
    training: { batch },
  });
  const run = { spec: { ...spec, device: { kind, threads: 0, ...own } }, data: null, device };
  const found = await timeSteps(run, prepareRun, { patience: 2, mostSteps: median, hopeless: 1 });
  if (found !== null) tell({ type: 'step', ...found });
}

const ops = (Object.keys(opCases) as (keyof typeof opCases)[]).filter((op) => only.length === 0 || only.includes(op));
const device = await deviceOf();
const options = { threads: 1, ...own };
tell({ type: 'loaded', ...(await answering(device)), ops: ops.length });
for (const op of ops) {
  await tryOp(op, device, options).catch((error: unknown) => {
    tell({ type: 'op', op, problem: error instanceof Error ? error.message : String(error), worst: 0 });
  });
}
// What an op cannot do, the network cannot either: the ops have said it.
const agreement = await agreementOf(device, options).catch(() => null);
if (agreement !== null) tell({ type: 'agreement', agreement });
if (timed) await timeStep(device);
process.stdout.write(`${JSON.stringify({ type: 'end' } satisfies CheckLine)}\n`, () => process.exit(0));
