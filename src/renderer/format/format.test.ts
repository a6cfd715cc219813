// Guarantees of number formats: round trips, no lost signs, no invented digits.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { showNumber } from '../../engine/spec/field-check.ts';
import { byteParts, formatBytes, formatMebibytes } from './bytes.ts';
import { formatCountdown, formatDuration } from './durations.ts';
import {
  formatInt,
  formatLoss,
  formatPercent,
  formatRatio,
  formatSetting,
  formatSi,
  formatLossDifference,
  formatSigned,
  formatTick,
} from './numbers.ts';

describe('numbers', () => {
  it('groups integers and says nothing for nothing', () => {
    expect(formatInt(12345.4)).toBe('12,345');
    expect([formatInt(null), formatSi(Number.NaN), formatLoss(undefined), formatPercent(null)]).toEqual([
      '–',
      '–',
      '–',
      '–',
    ]);
  });
  it('uses SI prefixes without losing a thousand at the edge', () => {
    expect([1, 999, 999.6, 1000, 1980000, 5.61e6, 1.64e8, 0.52].map(formatSi)).toEqual([
      '1',
      '999',
      '1 k',
      '1 k',
      '1.98 M',
      '5.61 M',
      '164 M',
      '0.52',
    ]);
  });
  it('keeps a prefixed number within half a per cent of the value', () => {
    const factor: Record<string, number> = { k: 1e3, M: 1e6, G: 1e9, T: 1e12, P: 1e15, E: 1e18 };
    fc.assert(
      fc.property(fc.double({ min: 1, max: 1e20, noNaN: true }), (value) => {
        const [amount, prefix] = formatSi(value).split(' ');
        const back = Number(amount) * (prefix === undefined ? 1 : (factor[prefix] ?? Number.NaN));
        expect(Math.abs(back - value)).toBeLessThanOrEqual(value * 0.005 + 1e-12);
      }),
    );
  });
  it('writes losses with useful digits', () => {
    expect([0.01463, 2.41553, 12.345, 0.00001234, 0].map(formatLoss)).toEqual([
      '0.0146',
      '2.416',
      '12.35',
      '1.23e-5',
      '0.0000',
    ]);
  });
  it('signs differences with a true minus and never writes minus zero', () => {
    expect([formatSigned(14.08, 1), formatSigned(-67.5, 1), formatSigned(-0.01, 1)]).toEqual(['+14.1', '−67.5', '0.0']);
    expect([-0.1254, 0, -3.3e-5, 4.99e-4].map(formatLossDifference)).toEqual(['−0.125', '0.000', '−3.3e-5', '+5.0e-4']);
    expect([formatRatio(2.831), formatRatio(14.68), formatRatio(175.2)]).toEqual(['2.83×', '14.7×', '175×']);
  });
  it('writes a setting that reads back as the same number', () => {
    expect([0.003, 0.01, 1, 3e-5, 12000, 0.00015].map(formatSetting)).toEqual([
      '3e-3',
      '0.01',
      '1',
      '3e-5',
      '12000',
      '1.5e-4',
    ]);
    fc.assert(fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (v) => Number(formatSetting(v)) === v));
  });
  it('never lines up zeros behind the point: below 0.01 everywhere in powers of ten', () => {
    const small = fc.double({ min: -0.0099999, max: 0.0099999, noNaN: true }).filter((value) => value !== 0);
    fc.assert(
      fc.property(small, (value) => {
        for (const text of [formatSetting(value), formatTick(value), showNumber(value)])
          expect(text).not.toMatch(/0\.00/);
        expect(formatSetting(value)).toBe(showNumber(value));
      }),
    );
    expect([1e-4, 1e-3, 0.005, 0.0025, 1.5e-4].map(formatTick)).toEqual(['1e-4', '1e-3', '5e-3', '2.5e-3', '1.5e-4']);
  });
  it('writes short ticks', () => {
    expect([0, 0.01, 0.5, 10, 2000, 1e7, 1e-5, 2e-6].map(formatTick)).toEqual([
      '0',
      '0.01',
      '0.5',
      '10',
      '2 k',
      '10 M',
      '1e-5',
      '2e-6',
    ]);
  });
});

describe('durations', () => {
  it('chooses the unit a person would', () => {
    expect([0.00082, 0.0082, 12.34, 250, 7500, 273600].map(formatDuration)).toEqual([
      '820 µs',
      '8.2 ms',
      '12.3 s',
      '4 min 10 s',
      '2 h 05 min',
      '3 d 4 h',
    ]);
  });
  it('never shows sixty of a unit', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.001, max: 1e7, noNaN: true }), (seconds) => {
        expect(formatDuration(seconds)).not.toMatch(/\b60(\.0)? (s|min)\b/);
        expect(formatCountdown(seconds)).not.toMatch(/\b60 (s|min)\b/);
      }),
    );
  });
  it('counts down in whole seconds', () => {
    expect([formatCountdown(11.6), formatCountdown(250), formatCountdown(null)]).toEqual(['12 s', '4 min 10 s', '–']);
  });
});

describe('bytes', () => {
  it('names binary units', () => {
    expect([512, 809 * 2 ** 20, 3.25 * 2 ** 30, 1023.9 * 2 ** 20].map(formatBytes)).toEqual([
      '512 B',
      '809 MiB',
      '3.25 GiB',
      '1.00 GiB',
    ]);
    expect(formatMebibytes(1290 * 2 ** 20)).toBe('1,290');
    expect(byteParts(null)).toEqual({ amount: '–', unit: '' });
  });
});

it('a duration counts up to the next unit and begins anew there', () => {
  expect([59.9, 60, 3599, 3600, 3600 * 24 - 60, 3600 * 24].map(formatDuration)).toEqual([
    '59.9 s',
    '1 min 00 s',
    '59 min 59 s',
    '1 h 00 min',
    '23 h 59 min',
    '1 d 0 h',
  ]);
});
