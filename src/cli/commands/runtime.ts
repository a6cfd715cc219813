// `runtime list|add|check|remove`: libraries that compute beside the built-in devices, installed into the data folder.
import { english } from '../../engine/core/say.ts';
import { agreementParts, agrees, timedStep, type Difference } from '../../engine/spec/agreement.ts';
import type { Lab, LabListener } from '../../lab/lab.ts';
import type { LabEvents } from '../../protocol/lab.ts';
import { runtimeStages, type RuntimeCheck, type RuntimeId, type RuntimeReport } from '../../protocol/runtimes.ts';
import type { Command } from '../command.ts';
import type { Console } from '../console.ts';
import { exitCodes } from '../exit-codes.ts';
import { onInterrupt } from '../interrupt.ts';
import { bytes, duration, said, table } from '../show.ts';
import { noEvents, withLab } from '../with-lab.ts';

const checkWords = ({ passed, total }: RuntimeCheck): string => `${passed} of ${total} operations`;

const differenceWords = (difference: Difference | undefined): string => {
  if (difference === undefined) return '–';
  const { worst, allowed } = difference;
  const error = worst === null ? 'not a number' : worst.toExponential(1);
  return agrees(difference) ? error : `${error} (allowed ${allowed.toExponential(0)})`;
};

const stepHead = ['forward', 'gradient', 'update', 'step'];
const stepCells = ({ agreement, step }: RuntimeCheck): string[] => [
  ...agreementParts.map((part) => differenceWords(agreement?.[part])),
  step === null ? '–' : duration(step.seconds),
];

const { layers, width, length, batch } = timedStep;
const stepNote = `Largest difference of one step from the 64-bit reference, and the median time of a step of minGRU with ${layers} layers, width ${width}, length ${length}, batch ${batch}.`;

function stateOf({ installed, impossible, work }: RuntimeReport): string {
  if (work !== null) return work.mine ? work.stage : 'another lab works on it';
  if (installed !== null) return installed.broken === null ? 'installed' : 'broken';
  return impossible === null ? 'can be installed' : 'not possible here';
}

const reasonOf = ({ installed, impossible }: RuntimeReport): string | null => {
  if (installed !== null) return installed.broken && said(installed.broken);
  return impossible && `${said(impossible.message)}.${impossible.cure ? ` ${said(impossible.cure)}` : ''}`;
};

export const list: Command<[]> = (out) =>
  withLab(noEvents, async (lab) => {
    const runtimes = await lab.runtimes.look();
    out.data(runtimes, true);
    const rows = runtimes.map((one) => [
      one.id,
      one.installed?.version ?? one.version,
      stateOf(one),
      one.installed === null ? `${bytes(one.fetchBytes)} to fetch` : bytes(one.installed.bytes),
      one.installed?.check ? checkWords(one.installed.check) : '–',
    ]);
    out.say(table(['runtime', 'version', 'state', 'size', 'checked'], rows, [0, 1, 2, 3, 4]));
    for (const one of runtimes) {
      const reason = reasonOf(one);
      if (reason !== null) out.say(`\n${one.id}: ${reason}`);
    }
    return exitCodes.done;
  });

/** One line that is written anew on a terminal, a line of JSON for programs. */
function progressOf(out: Console, id: RuntimeId): LabListener {
  return (name, payload) => {
    if (name !== 'runtimes/changed') return;
    const work = (payload as LabEvents['runtimes/changed']).runtimes.find((one) => one.id === id)?.work;
    if (!work) return;
    const { stage, done, total } = work;
    out.data({ type: 'progress', id, stage, done, total });
    if (!out.terminal) return;
    const amount = stage === 'check' ? `${done} of ${total} operations` : `${bytes(done)} of ${bytes(total)}`;
    const step = `${runtimeStages.indexOf(stage) + 1}/${runtimeStages.length} ${stage}`;
    process.stderr.write(`\r${`${step}  ${total === 0 ? '' : amount}`.padEnd(60)}`);
  };
}

/** Waits for the end of what was begun; Ctrl+C calls it off. */
async function followed(out: Console, lab: Lab, id: RuntimeId): Promise<number> {
  const interrupt = onInterrupt(() => void lab.runtimes.cancel(id));
  try {
    const report = await lab.runtimes.done(id);
    if (out.terminal) process.stderr.write(`\r${' '.repeat(60)}\r`);
    out.data({ type: 'end', ...report });
    if (interrupt.happened()) {
      out.notice('Cancelled. Nothing of it was kept.');
      return interrupt.code();
    }
    return ended(out, report);
  } finally {
    interrupt.release();
  }
}

function ended(out: Console, { id, title, installed }: RuntimeReport): number {
  if (installed === null || installed.broken !== null) {
    out.notice(`${id}: ${installed?.broken ? english(installed.broken) : 'nothing is installed'}`);
    return exitCodes.failed;
  }
  const { version, folder, check } = installed;
  out.say(`${title} ${version} is in ${folder} (${bytes(installed.bytes)}).`);
  if (check === null) return exitCodes.done;
  out.say(
    `${check.module}${check.cuda ? ' with CUDA' : ''}: ${checkWords(check)} agree with the reference, largest error ${check.worst.toExponential(1)}.`,
  );
  for (const { op, problem } of check.differ) out.say(`  ${op}: ${problem}`);
  out.say(`\n${table(['runtime', ...stepHead], [[id, ...stepCells(check)]], [0, 1, 2, 3, 4])}\n${stepNote}`);
  return exitCodes.done;
}

export const add: Command<[RuntimeId]> = (out, id) =>
  withLab(progressOf(out, id), async (lab) => {
    await lab.runtimes.add(id);
    return followed(out, lab, id);
  });

/** Every way to compute that is part of the program, one after the other. */
async function compared(out: Console, lab: Lab): Promise<number> {
  await lab.comparison.start();
  const interrupt = onInterrupt(() => void lab.comparison.cancel());
  try {
    const ways = await lab.comparison.done();
    if (out.terminal) process.stderr.write(`\r${' '.repeat(60)}\r`);
    out.data({ type: 'end', ways });
    const rows = ways.map(({ id, check }) =>
      check === null ? [id, '–', '–', '–', '–', '–'] : [id, checkWords(check), ...stepCells(check)],
    );
    out.say(`${table(['way to compute', 'agree', ...stepHead], rows, [0, 1, 2, 3, 4, 5])}\n${stepNote}`);
    for (const { id, check: found, failed } of ways) {
      if (failed !== null) out.notice(`${id}: ${said(failed.message)}`);
      for (const { op, problem } of found?.differ ?? []) out.say(`  ${id}, ${op}: ${problem}`);
    }
    if (interrupt.happened()) return interrupt.code();
    const right = ways.every(({ check, failed }) => failed === null && check !== null && agreed(check));
    return right ? exitCodes.done : exitCodes.failed;
  } finally {
    interrupt.release();
  }
}

const agreed = ({ passed, total, agreement }: RuntimeCheck): boolean =>
  passed === total && agreement !== null && agreementParts.every((part) => agrees(agreement[part]));

const comparing =
  (out: Console): LabListener =>
  (name, payload) => {
    if (name !== 'comparison/changed') return;
    for (const { id, work } of (payload as LabEvents['comparison/changed']).ways) {
      if (work === null) continue;
      out.data({ type: 'progress', id, ...work });
      if (out.terminal) process.stderr.write(`\r${`${id}  ${work.done} of ${work.total} operations`.padEnd(60)}`);
    }
  };

/** An installed runtime, or what is part of the program. */
export const check: Command<[RuntimeId | undefined]> = (out, id) => {
  if (id === undefined) return withLab(comparing(out), (lab) => compared(out, lab));
  return withLab(progressOf(out, id), async (lab) => {
    await lab.runtimes.check(id);
    return followed(out, lab, id);
  });
};

export const remove: Command<[RuntimeId]> = (out, id) =>
  withLab(noEvents, async (lab) => {
    await lab.runtimes.remove(id);
    out.data({ type: 'end', id });
    out.say(`${id} is removed.`);
    return exitCodes.done;
  });
