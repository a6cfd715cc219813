// The end of a race in one table: result, speed, memory planned. Pure.
import { otherTexts } from '../engine/spec/text-identity.ts';
import { timeParts, totalOf } from '../engine/spec/time-account.ts';
import type { RunState } from '../protocol/lab.ts';
import { bytes, duration, loss, percent, si, table } from './show.ts';

const stepTime = ({ stepSeconds }: RunState): string =>
  stepSeconds === null
    ? '–'
    : `${(1000 * stepSeconds.median).toFixed(2)} (${(1000 * stepSeconds.q1).toFixed(2)}–${(1000 * stepSeconds.q3).toFixed(2)})`;

const tokensPerSecond = ({ stepSeconds, facts }: RunState): string =>
  stepSeconds === null || facts === null ? '–' : si(facts.tokensPerStep / stepSeconds.median);

/** `2 runs failed, 1 run diverged`; null when every run is well. */
export function troubles(runs: readonly RunState[]): string | null {
  const counted = (['failed', 'diverged', 'interrupted'] as const).flatMap((status) => {
    const count = runs.filter((run) => run.status === status).length;
    const verb = status === 'interrupted' ? (count === 1 ? 'was interrupted' : 'were interrupted') : status;
    return count === 0 ? [] : [`${count} ${count === 1 ? 'run' : 'runs'} ${verb}`];
  });
  return counted.length === 0 ? null : counted.join(', ');
}

/** A line for each run whose text was changed on the way, or is not known. */
export function textNotes(runs: readonly RunState[]): string {
  const lines = runs.flatMap(({ name, texts = [] }) => {
    const changes = otherTexts(texts).map(
      ({ step, text }) => `${name}: from step ${step} on other data, "${text.name}" with SHA-256 ${text.sha256}`,
    );
    return texts[0]?.text === null ? [`${name}: its text was not recorded`, ...changes] : changes;
  });
  return lines.join('\n');
}

export function raceTable(runs: readonly RunState[]): string {
  const head = [
    'run',
    'status',
    'step',
    'active',
    'val loss',
    'best',
    'accuracy',
    'ms/step (quartiles)',
    'tokens/s',
    'plan',
    'parameters',
  ];
  const rows = runs.map((run) => [
    otherTexts(run.texts ?? []).length > 0 ? `${run.name} (other data)` : run.name,
    run.status,
    String(run.step),
    duration(run.activeSeconds),
    loss(run.last['val/loss']),
    loss(run.best?.loss),
    percent(run.last['val/accuracy']),
    stepTime(run),
    tokensPerSecond(run),
    bytes(run.facts?.memory.total ?? null),
    si(run.facts?.parameters ?? null),
  ]);
  return table(head, rows, [0, 1]);
}

/** Where the time of each run went: the parts sum to the whole. Empty when no run has an account. */
export function timeTable(runs: readonly RunState[]): string {
  const known = runs.flatMap(({ name, time }) => (time === null ? [] : [{ name, time }]));
  if (known.length === 0) return '';
  const rows = known.map(({ name, time }) => [
    name,
    ...timeParts.map((part) => duration(time[part])),
    duration(totalOf(time)),
  ]);
  return table(['where the time went', ...timeParts, 'in all'], rows, [0]);
}
