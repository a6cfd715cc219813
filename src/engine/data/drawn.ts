// Small built-in data sets that the program generates: outlines in noise, waves of three forms, hours of heat demand. Only integers and
// multiples of 1/256, so that every machine generates the same bytes.
import { RandomStream } from '../core/philox.ts';
import { unwrap } from '../core/result.ts';
import { labelledSet, type LabelledSet } from './labelled.ts';
import { tableSet, type TableSet } from './table.ts';

const side = 12;
const pictures = 600;
const outlines = ['cross', 'ring', 'square', 'bar'] as const;

type Outline = (typeof outlines)[number];

/** Whether a point at (x, y) from the middle belongs to an outline of radius r. */
function on(outline: Outline, x: number, y: number, r: number): boolean {
  const [across, down] = [Math.abs(x), Math.abs(y)];
  if (outline === 'cross') return (across === 0 && down <= r) || (down === 0 && across <= r);
  if (outline === 'square') return Math.max(across, down) === r;
  if (outline === 'bar') return down === 0 && across <= r;
  const distance = x * x + y * y;
  return distance <= r * r + r && distance > (r - 1) * (r - 1) + (r - 1);
}

/** 600 pictures of 12 x 12 points, one of four outlines each. */
export function drawnShapes(): LabelledSet {
  const values = new Float32Array(pictures * side * side);
  const classes = new Int32Array(pictures);
  for (let i = 0; i < pictures; i++) {
    const random = new RandomStream(0, 'drawn-shapes', i);
    classes[i] = i % outlines.length;
    const outline = outlines[i % outlines.length] ?? 'cross';
    const r = 2 + random.below(3);
    const [x0, y0] = [r + random.below(side - 2 * r), r + random.below(side - 2 * r)];
    for (let at = 0; at < side * side; at++) {
      const hit = on(outline, (at % side) - x0, Math.floor(at / side) - y0, r);
      values[i * side * side + at] = (hit ? 160 + random.below(96) : random.below(64)) / 256;
    }
  }
  const lengths = new Int32Array(pictures).fill(1);
  const shape = [side, side, 1] as const;
  return unwrap(
    labelledSet('drawn-shapes', {
      kind: 'images',
      shape,
      width: side * side,
      lengths,
      values,
      classes,
      names: outlines,
    }),
  );
}

const series = 450;
const forms = ['saw', 'square', 'triangle'] as const;

/** Value of a waveform at a time within its period, from -1 to 1. */
function waveAt(form: (typeof forms)[number], time: number, period: number): number {
  const phase = (time % period) / period;
  if (form === 'saw') return 2 * phase - 1;
  if (form === 'square') return phase < 0.5 ? -1 : 1;
  return 1 - 4 * Math.abs(phase - 0.5);
}

/** 450 series of 24 to 48 steps with noise, one of three forms each. */
export function drawnWaves(): LabelledSet {
  const values: number[] = [];
  const lengths: number[] = [];
  for (let i = 0; i < series; i++) {
    const random = new RandomStream(0, 'drawn-waves', i);
    const form = forms[i % forms.length] ?? 'saw';
    const [length, period] = [24 + random.below(25), 8 << random.below(2)];
    const begin = random.below(period);
    for (let t = 0; t < length; t++) values.push(waveAt(form, begin + t, period) + (random.below(129) - 64) / 256);
    lengths.push(length);
  }
  return unwrap(
    labelledSet('drawn-waves', {
      kind: 'series',
      shape: null,
      width: 1,
      lengths: Int32Array.from(lengths),
      values: Float32Array.from(values),
      classes: Int32Array.from(lengths, (_, i) => i % forms.length),
      names: forms,
    }),
  );
}

const hours = 16 * 7 * 24;
const firstHour = Date.UTC(2024, 0, 1);
/** From 0 to 1 and back within a period: a season without sines, which machines round differently. */
const ramp = (time: number, period: number): number => 1 - Math.abs(2 * ((time % period) / period) - 1);
const to256 = (value: number): number => Math.round(value * 256) / 256;

/** Sixteen weeks of a building's heat demand by the hour: day, week, weather that drifts, days off, and a gap of eleven hours. */
export function drawnDemand(): TableSet {
  const [time, demand, temperature, off] = Array.from({ length: 4 }, () => new Float64Array(hours));
  if (time === undefined || demand === undefined || temperature === undefined || off === undefined)
    throw new Error('drawnDemand: four columns must be made');
  let drift = 0;
  for (let t = 0; t < hours; t++) {
    const random = new RandomStream(0, 'drawn-demand', t);
    const [hour, day] = [t % 24, Math.floor(t / 24)];
    drift = to256(drift * 0.96875 + (random.below(257) - 128) / 128);
    const free = day % 7 > 4 || (day * 5) % 37 === 11;
    const warmth = to256(drift + 8 * ramp(t + 2, 24) + 12 * ramp(t, 2 * hours) - 4);
    const atWork = hour > 5 && hour < 19 && !free ? 48 : 0;
    time[t] = firstHour + t * 3_600_000;
    temperature[t] = warmth;
    off[t] = Number(free);
    demand[t] = t >= 900 && t < 911 ? NaN : to256(160 + atWork - 6 * warmth + (random.below(1025) - 512) / 64);
  }
  return unwrap(
    tableSet('drawn-demand', [
      { name: 'time', type: 'time', values: time, texts: [] },
      { name: 'demand_kw', type: 'number', values: demand, texts: [] },
      { name: 'temperature_c', type: 'number', values: temperature, texts: [] },
      { name: 'day_off', type: 'flag', values: off, texts: [] },
    ]),
  );
}
