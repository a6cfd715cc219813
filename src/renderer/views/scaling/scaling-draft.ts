// What a person has set on the Scaling screen, as typed, and the measurement it stands for. Pure; the lab checks the spec again.
import { allows, scalingSizes } from '../../../engine/spec/limits.ts';
import { sizesBetween } from '../../../engine/spec/scaling-analysis.ts';
import type { DeviceChoice } from '../../../engine/spec/run-spec.ts';
import type { ScalingAxis, ScalingSeries, ScalingSpec } from '../../../engine/spec/scaling.ts';
import { parseNumber } from '../../components/field-text.ts';
import type { MessageKey } from '../../i18n/index.ts';

export const axes = ['length', 'width', 'batch'] as const satisfies readonly ScalingAxis[];
export type DraftField = 'from' | 'to' | ScalingAxis | 'layers';

export interface DraftSeries extends ScalingSeries {
  readonly on: boolean;
}
export interface ScalingDraft {
  readonly vary: ScalingAxis;
  readonly typed: Readonly<Record<DraftField, string>>;
  readonly series: readonly DraftSeries[];
  readonly device: DeviceChoice;
}
export interface DraftProblem {
  readonly field: DraftField | 'series';
  readonly key: MessageKey;
  readonly values: Readonly<Record<string, string | number>>;
}

/** The axis keeps its own ends while it is chosen. */
export function draftOf(spec: ScalingSpec): ScalingDraft {
  const { vary, from, to, length, width, batch, layers } = spec;
  const text = Object.entries({ from, to, length, width, batch, layers }).map(([key, value]) => [key, String(value)]);
  return {
    vary,
    typed: Object.fromEntries(text) as Record<DraftField, string>,
    series: spec.series.map((one) => ({ ...one, on: true })),
    device: spec.device,
  };
}

const defaultEnds: Readonly<Record<ScalingAxis, readonly [string, string]>> = {
  length: ['64', '1024'],
  width: ['16', '256'],
  batch: ['1', '64'],
};

/** Switches the varied quantity: it has its own ends, and the previous one gets its fixed value. */
export function withAxis(draft: ScalingDraft, vary: ScalingAxis): ScalingDraft {
  const [from, to] = defaultEnds[vary];
  return vary === draft.vary ? draft : { ...draft, vary, typed: { ...draft.typed, from, to } };
}

/** The fields that matter for what is varied, in reading order. */
export const fieldsOf = (vary: ScalingAxis): readonly DraftField[] => [
  'from',
  'to',
  ...axes.filter((axis) => axis !== vary),
  'layers',
];

/** `8,192`, `8192`; null if it is not a whole number. */
export function wholeNumber(text: string): number | null {
  const value = parseNumber(text);
  return value !== null && Number.isInteger(value) ? value : null;
}

export function problemsOf({ vary, typed, series }: ScalingDraft): readonly DraftProblem[] {
  const problems: DraftProblem[] = [];
  for (const field of fieldsOf(vary)) {
    const limits = scalingSizes[field === 'from' || field === 'to' ? vary : field];
    const { min: low, max: high } = limits;
    if (!allows(limits, wholeNumber(typed[field])))
      problems.push({
        field,
        key: 'scaling.range',
        values: { least: low, most: high.toLocaleString('en-US'), value: typed[field] },
      });
  }
  const [from, to] = [wholeNumber(typed.from), wholeNumber(typed.to)];
  if (from !== null && to !== null && to < from && problems.length === 0)
    problems.push({ field: 'to', key: 'scaling.order', values: { from, to } });
  if (!series.some(({ on }) => on)) problems.push({ field: 'series', key: 'scaling.noSeries', values: {} });
  return problems;
}

/** The spec to measure, from a draft without problems; the rest (warm-up, repeats) comes from `base`. */
export function specOf({ vary, typed, series, device }: ScalingDraft, base: ScalingSpec): ScalingSpec {
  const number = (field: DraftField): number => wholeNumber(typed[field]) ?? 1;
  return {
    ...base,
    device,
    vary,
    from: number('from'),
    to: number('to'),
    length: wholeNumber(typed.length) ?? base.length,
    width: wholeNumber(typed.width) ?? base.width,
    batch: wholeNumber(typed.batch) ?? base.batch,
    layers: number('layers'),
    series: series.filter(({ on }) => on).map(({ model, implementation }) => ({ model, implementation })),
  };
}

/** How many points a draft will measure. */
export function pointsPlanned(spec: ScalingSpec): number {
  return sizesBetween(spec.from, spec.to).length * spec.series.length;
}
