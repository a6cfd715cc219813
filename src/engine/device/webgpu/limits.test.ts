// Every op and every model can be planned for the smallest adapter that the standard allows: eight buffers a kernel, 16 KiB of workgroup memory,
// 256 invocations a workgroup, 128 MiB a binding. Nothing runs here.
import { expect, test } from 'vitest';
import { unwrap } from '../../core/result.ts';
import type { Program } from '../../graph/graph.ts';
import { everywhere } from '../../models/model.ts';
import { models, type ModelKind } from '../../models/registry.ts';
import { opTable } from '../../ops/registry.ts';
import type { FieldValues } from '../../spec/fields.ts';
import type { OpCase } from '../../ops/cases.ts';
import { buildCheckProgram } from '../../verify/check-program.ts';
import { opCases } from '../../verify/op-cases.ts';
import { smallSpec } from '../../verify/small-run.ts';
import { buildProgram } from '../../training/program.ts';
import { setUpRun } from '../../training/setup.ts';
import { gpuElements, gpuFollowed, gpuLowerings, gpuRuns } from './lowerings.ts';
import { readKernel } from './merge-code.ts';
import { planGpu, type GpuLimits } from './plan.ts';

const least: GpuLimits = {
  traits: { maxInvocations: 256, workgroupBytes: 16384, subgroups: false, software: false, maxGroups: 65535 },
  maxBufferBytes: 2 ** 28,
  maxBindingBytes: 2 ** 27,
  maxBindings: 8,
  alignment: 256,
};

const made = { ops: opTable, lowerings: gpuLowerings, runs: gpuRuns, elements: gpuElements, followed: gpuFollowed };

/** Limits that a plan exceeds, by dispatch; planning itself throws when too much is bound. */
function beyond(program: Program, software: boolean): readonly string[] {
  const limits = { ...least, traits: { ...least.traits, software } };
  return [false, true].flatMap((profile) => {
    const { entries } = planGpu(program, { ...made, limits }, { poison: false, profile });
    return [...entries.values()].flat().flatMap(({ op, label, code, ranges, groups }) => {
      const { shared, size } = readKernel(code);
      const problems = [
        ranges.length > 8 ? `${ranges.length} buffers` : '',
        size.reduce((all, one) => all * one, 1) > 256 ? `${size.join(' x ')} invocations` : '',
        shared.reduce((sum, { bytes }) => sum + bytes, 0) > 16384 ? 'workgroup memory' : '',
        Math.max(...groups) > 65535 ? `${groups.join(' x ')} groups` : '',
      ];
      return problems.filter((problem) => problem !== '').map((problem) => `${op} (${label}): ${problem}`);
    });
  });
}

const kinds = Object.keys(opCases) as (keyof typeof opCases)[];

test.each(kinds)('%s fits the least adapter', (kind) => {
  const cases: readonly OpCase[] = opCases[kind];
  const { program } = buildCheckProgram(kind, cases);
  for (const software of [false, true]) expect(beyond(program, software)).toEqual([]);
});

test.each(Object.keys(models) as ModelKind[])('%s fits the least adapter, in each implementation', (model) => {
  for (const { id } of everywhere(models[model].implementations)) {
    // The full Jacobian is of a small state; wider ones are refused before there is a program.
    for (const d of id.endsWith('deer') ? [8] : [8, 64, 200]) {
      // The step form has the same kernels at every step.
      const taskFields: FieldValues = id === 'loop' ? { length: 3, memorise: 1 } : {};
      const spec = smallSpec({ model, implementation: id, fields: { layers: 2, d, dropout: 0.1 }, taskFields });
      const program = buildProgram(unwrap(setUpRun(spec, '')));
      expect(beyond(program, false)).toEqual([]);
    }
  }
});
