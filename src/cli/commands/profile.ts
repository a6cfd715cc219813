// `profile FILE`: where the time of a training step goes, for each variant of an experiment. Nothing it trains is kept.
import { unwrap } from '../../engine/core/result.ts';
import type { OpTime } from '../../engine/device/device.ts';
import type { PlannedRun } from '../../engine/spec/run-spec.ts';
import { profileRun, type StepProfile } from '../../engine/training/profile.ts';
import { chooseDevice } from '../../engine-host/device-choice.ts';
import { datasetOf, refusal } from '../../lab/experiments/experiments.ts';
import type { Lab } from '../../lab/lab.ts';
import type { Command } from '../command.ts';
import * as limits from '../../engine/spec/limits.ts';
import { deviceOptions } from '../options.ts';
import { flag, number, usually, type Options, type Values } from '../typed.ts';
import { exitCodes } from '../exit-codes.ts';
import { loadExperiment } from '../experiment-file.ts';
import { percent, table } from '../show.ts';
import { noEvents, withLab } from '../with-lab.ts';

export const profileOptions = {
  ...deviceOptions,
  steps: usually(number('<n>', 'number of steps to measure', limits.profileSteps), limits.profileSteps.default),
  nodes: flag('list each op of the network separately'),
} satisfies Options;

export const profile: Command<[string, Values<typeof profileOptions>]> = (out, file, options) =>
  withLab(noEvents, async (lab) => {
    const spec = await loadExperiment(lab, file, options);
    const judged = await lab.judge(spec);
    if (judged.spec === null) throw refusal('profile', judged.issues);
    const seen = new Set<number>();
    for (const run of judged.runs) {
      if (seen.has(run.variant)) continue;
      seen.add(run.variant);
      const found = await profileOf(lab, run, options.steps);
      const rows = options.nodes ? found.ops : byOp(found.ops);
      out.data({ variant: run.name, ...found, ops: rows.map((row) => ({ ...row, ...rates(row, found.ops) })) });
      out.say(
        `${seen.size > 1 ? '\n' : ''}${run.name}, ${found.title}: ${found.stepMilliseconds.toFixed(2)} ms a step\n`,
      );
      out.say(profileTable(rows, found.ops, options.nodes === true));
    }
    out.say(
      `\nMedians of ${options.steps} steps with the time of each op taken, op by op and nothing merged: a step that trains is faster.`,
    );
    out.say('GB/s counts each input and output once.');
    return exitCodes.done;
  });

async function profileOf(lab: Lab, { spec }: PlannedRun, steps: number): Promise<StepProfile> {
  const device = unwrap(await chooseDevice(spec.device.kind));
  const id = datasetOf(spec);
  const text = id === null ? null : await lab.datasets.content(id);
  return unwrap(await profileRun({ spec, data: text, device, steps }));
}

interface Row extends OpTime {
  readonly count: number;
}

/** Sums of all ops of a kind, the longest first. */
function byOp(ops: readonly OpTime[]): readonly Row[] {
  const kinds = new Map<string, Row>();
  for (const one of ops) {
    const sum = kinds.get(one.op) ?? { label: one.op, op: one.op, count: 0, milliseconds: 0, bytes: 0, flops: 0 };
    kinds.set(one.op, {
      ...sum,
      count: sum.count + 1,
      milliseconds: sum.milliseconds + one.milliseconds,
      bytes: sum.bytes + one.bytes,
      flops: sum.flops + one.flops,
    });
  }
  return [...kinds.values()].toSorted((a, b) => b.milliseconds - a.milliseconds);
}

/** Share of all ops, GFLOP/s and GB/s; null where no time was seen. */
function rates({ milliseconds, flops, bytes }: OpTime, all: readonly OpTime[]) {
  const total = all.reduce((sum, one) => sum + one.milliseconds, 0);
  const per = (amount: number): number | null => (milliseconds > 0 ? amount / milliseconds / 1e6 : null);
  return { share: total > 0 ? milliseconds / total : 0, gflops: per(flops), gigabytes: per(bytes) };
}

function profileTable(rows: readonly (OpTime | Row)[], all: readonly OpTime[], nodes: boolean): string {
  const cells = rows.map((row) => {
    const { share, gflops, gigabytes } = rates(row, all);
    const what = nodes ? [row.label, row.op] : [row.op, 'count' in row ? String(row.count) : '1'];
    return [...what, row.milliseconds.toFixed(3), percent(share), rate(gflops), rate(gigabytes)];
  });
  const head = [...(nodes ? ['where', 'op'] : ['op', 'times']), 'ms', 'share', 'GFLOP/s', 'GB/s'];
  return table(head, cells, nodes ? [0, 1] : [0]);
}

const rate = (value: number | null): string => (value === null ? '–' : value.toFixed(value < 10 ? 2 : 1));
