// Entry of a process that tries an installed runtime: loads it and computes ops against the reference, a line of JSON for each. `check-runtime.ts
// FOLDER [OP…]`. A library that crashes or hangs takes this process along and no other.
import { tensorflowOn } from '../engine/device/tensorflow/index.ts';
import { runtimeOf } from '../engine/device/tensorflow/runtime.ts';
import type { OpCase } from '../engine/ops/cases.ts';
import type { OpKind } from '../engine/ops/kinds.ts';
import { checkOp } from '../engine/verify/check-op.ts';
import { explain, passed } from '../engine/verify/compare.ts';
import { opCases } from '../engine/verify/op-cases.ts';
import type { CheckLine } from '../protocol/runtimes.ts';

const [folder = '', ...only] = process.argv.slice(2);
// What the device looks for its library by.
process.env['MINRNN_TFJS_NODE'] = folder;

const tell = (line: CheckLine): boolean => process.stdout.write(`${JSON.stringify(line)}\n`);

async function tryOp(op: keyof typeof opCases): Promise<void> {
  const cases: readonly OpCase[] = opCases[op];
  const under = { device: tensorflowOn('node'), options: { threads: 1, poison: false } };
  const { byDevice } = await checkOp<OpKind>(op, cases, [under]);
  const found = [...byDevice].filter(([title]) => title.startsWith('tensorflow')).flatMap(([, all]) => all);
  const bad = found.filter((one) => !passed(one));
  const worst = Math.max(0, ...found.filter(passed).map(({ worst: error }) => error));
  const [first] = bad;
  tell({ type: 'op', op, problem: first === undefined ? null : explain(first), worst });
}

const ops = (Object.keys(opCases) as (keyof typeof opCases)[]).filter((op) => only.length === 0 || only.includes(op));
const { module, cuda } = await runtimeOf('node');
tell({ type: 'loaded', module, cuda, ops: ops.length });
for (const op of ops) {
  await tryOp(op).catch((error: unknown) => {
    tell({ type: 'op', op, problem: error instanceof Error ? error.message : String(error), worst: 0 });
  });
}
process.stdout.write(`${JSON.stringify({ type: 'end' } satisfies CheckLine)}\n`, () => process.exit(0));
