// Describes a run without running it: the preflight, `plan` and the run itself use the same program and the same planner.
import { fail, ok } from '../core/result.ts';
import { asIs, say } from '../core/say.ts';
import { deviceKinds, isDeviceKind, loadDevice, usualDevice } from '../device/registry.ts';
import { factsOf } from './facts.ts';
import { compileOptionsOf } from './prepare.ts';
import { buildProgram } from './program.ts';
import { setUpRun } from './setup.ts';
import type { DescribeRun } from './training-run.ts';

/** See DescribeRun. `auto` is described as the device that is always available. */
export const describeRun: DescribeRun = async (spec, data) => {
  const kind = spec.device.kind === 'auto' ? usualDevice : spec.device.kind;
  if (!isDeviceKind(kind)) {
    const known = ['auto', ...deviceKinds].join(', ');
    return fail('not-found', say`Device must be one of ${asIs(known)}, got "${asIs(kind)}".`, { field: 'device.kind' });
  }
  const setup = setUpRun(spec, data);
  if (!setup.ok) return setup;
  const program = buildProgram(setup.value);
  const device = await loadDevice(kind);
  return ok(factsOf(setup.value, program, device.plan(program, compileOptionsOf(spec))));
};
