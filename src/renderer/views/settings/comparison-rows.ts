// The rows of the two tables that compare what computes: each way that is part of the program, then what is installed. Pure.
import type { Agreement } from '../../../engine/spec/agreement.ts';
import type { MachineReport } from '../../../engine/spec/catalogue.ts';
import type { RuntimeCheck, RuntimeReport, WayReport } from '../../../protocol/runtimes.ts';

export interface ComparedRow {
  readonly id: string;
  readonly title: string;
  /** Seconds of the step; null = not timed. */
  readonly seconds: number | null;
  /** Its bar, against the slowest. */
  readonly share: number;
  readonly agreement: Agreement | null;
  readonly state: 'checked' | 'working' | 'unchecked' | 'failed';
}

const stateOf = (working: boolean, failed: boolean, check: RuntimeCheck | null): ComparedRow['state'] =>
  working ? 'working' : failed ? 'failed' : check?.agreement || check?.step ? 'checked' : 'unchecked';

export function comparedRows(
  ways: readonly WayReport[],
  runtimes: readonly RuntimeReport[],
  devices: MachineReport['devices'],
): readonly ComparedRow[] {
  const titleOf = ({ kind, module }: WayReport): string => {
    const device = devices.find((one) => one.kind === kind)?.title ?? kind;
    return module === null ? device : `${device}, ${module}`;
  };
  const rows = [
    ...ways.map((way) => ({
      id: way.id,
      title: titleOf(way),
      check: way.check,
      working: way.work !== null,
      failed: way.failed !== null,
    })),
    ...runtimes.flatMap(({ id, title, installed, work }) =>
      installed === null
        ? []
        : [
            {
              id: `installed ${id}`,
              title: `${title} ${installed.version}`,
              check: installed.check,
              working: work !== null,
              failed: installed.broken !== null,
            },
          ],
    ),
  ];
  const slowest = Math.max(0, ...rows.map(({ check }) => check?.step?.seconds ?? 0));
  return rows.map(({ id, title, check, working, failed }) => {
    const seconds = check?.step?.seconds ?? null;
    const share = seconds === null || slowest === 0 ? 0 : seconds / slowest;
    return { id, title, seconds, share, agreement: check?.agreement ?? null, state: stateOf(working, failed, check) };
  });
}
