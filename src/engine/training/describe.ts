// Describes a run without running it: the preflight, `plan` and the run itself use the same program and the same planner.
import { fail, ok } from '../core/result.ts';
import { asIs, say } from '../core/say.ts';
import { planCpu } from '../device/cpu/index.ts';
import { planReference } from '../device/reference/plan.ts';
import { isDeviceKind, type DeviceKind } from '../device/registry.ts';
import { planTensors } from '../device/tensorflow/tensor-plan.ts';
import { planWebgpu } from '../device/webgpu/index.ts';
import type { Program } from '../graph/graph.ts';
import type { MemoryReport } from '../spec/metrics.ts';
import type { DeviceChoice } from '../spec/run-spec.ts';
import { factsOf } from './facts.ts';
import { buildProgram } from './program.ts';
import { setUpRun } from './setup.ts';
import type { DescribeRun } from './training-run.ts';

const planners = {
  cpu: (program, { threads, module }) =>
    planCpu(program, { threads, module: module === 'wasm' ? 'wasm' : 'auto' }).report,
  webgpu: (program, { storage }) => planWebgpu(program, { storage: storage === 'f16' ? storage : 'f32' }).report,
  reference: (program) => planReference(program),
  tensorflow: (program) => planTensors(program),
} satisfies Record<DeviceKind, (program: Program, choice: DeviceChoice) => MemoryReport>;

/** See DescribeRun. `auto` is described as the device that is always available. */
export const describeRun: DescribeRun = (spec, text) => {
  const kind = spec.device.kind === 'auto' ? 'cpu' : spec.device.kind;
  if (!isDeviceKind(kind)) {
    const known = ['auto', ...Object.keys(planners)].join(', ');
    return fail('not-found', say`Device must be one of ${asIs(known)}, got "${asIs(kind)}".`, { field: 'device.kind' });
  }
  const setup = setUpRun(spec, text);
  if (!setup.ok) return setup;
  const program = buildProgram(setup.value);
  const planner: (program: Program, choice: DeviceChoice) => MemoryReport = planners[kind];
  return ok(factsOf(setup.value, program, planner(program, spec.device)));
};
