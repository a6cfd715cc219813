// Pictures drawn without a window: with the window's words and colours, correct values, and well-formed XML whatever the names of runs.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { identityOf } from '../../../engine/spec/look.ts';
import type { RunStatus, SeriesQuery, SeriesWindow } from '../../../protocol/state.ts';
import { en } from '../../../renderer/i18n/en/index.ts';
import { zh } from '../../../renderer/i18n/zh/index.ts';
import { accuracyLook } from '../../../engine/spec/task-metrics.ts';
import { wordsIn } from '../../../protocol/told/told.ts';
import { runState } from '../../runs/run-states.ts';
import { someRun } from '../../../session/testing/samples.ts';
import { documentWords } from '../document-words.ts';
import { drawLines, type LinePicture } from './lines.ts';
import { racePictures } from './race-pictures.ts';
import { drawSweep, sweptSettings } from './sweep-picture.ts';
import { theme } from './sheet.ts';

const pictureOf = (y: readonly (number | null)[], logY: boolean): LinePicture => ({
  title: 'Loss',
  unit: '',
  xName: 'step',
  logY,
  fromZero: false,
  guides: [],
  formatY: String,
  words: documentWords.en.pictures,
  lines: [{ name: 'one', look: identityOf(0), x: y.map((_, i) => i), y, band: null }],
});
/** Points of the one curve, by the stretches between gaps. */
const stretches = (svg: string): number[][][] => {
  const [, path = ''] =
    /<path d="([^"]*)" fill="none" stroke="#1b6fc2" stroke-width="1.75" stroke-linejoin="round"\/>(?!.*stroke-linejoin)/s.exec(
      svg.replace(/<path d="M\d+ \d+H\d+"[^>]*\/>/g, ''),
    ) ?? [];
  return path
    .split('M')
    .slice(1)
    .map((part) => part.split('L').map((point) => point.split(' ').map(Number)));
};

describe('a curve', () => {
  it('has a point for every value that can be drawn, higher for larger ones, and gaps where there is none', () => {
    const value = fc.oneof(fc.double({ min: 1e-3, max: 1e3, noNaN: true }), fc.constant(null));
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 30 }), fc.boolean(), (y, log) => {
        const drawn = stretches(drawLines(pictureOf(y, log), ''));
        const there = y.flatMap((one, i) => (one === null ? [] : [{ x: i, y: one }]));
        const points = drawn.flat();
        expect(points).toHaveLength(there.length);
        const runsOfValues = y.filter((one, i) => one !== null && (i === 0 || y[i - 1] === null)).length;
        expect(drawn).toHaveLength(runsOfValues);
        points.forEach(([px = NaN, py = NaN], i) => {
          expect(px).toBeGreaterThanOrEqual(0);
          expect(py).toBeGreaterThanOrEqual(0);
          expect(py).toBeLessThanOrEqual(340);
          for (const [j, [, other = NaN]] of points.entries())
            if ((there[i]?.y ?? 0) > (there[j]?.y ?? 0)) expect(py).toBeLessThanOrEqual(other + 0.011);
        });
      }),
    );
  });
});

describe('the pictures of a report', () => {
  const hostile = 'R&D <script>alert("1")</script>\u0007';
  const state = (id: string, name: string, identity: number) => {
    const run = someRun(id, { name, identity, variant: identity });
    const live = {
      status: 'finished',
      problem: null,
      remaining: null,
      progress: 1,
      learningRate: null,
      last: {},
      checkpoints: [],
      meanwhile: null,
    } as const;
    return runState(run, live);
  };
  const store = {
    series: ({ runs, metric }: SeriesQuery): Promise<readonly SeriesWindow[]> =>
      Promise.resolve(
        runs.map((run) => ({ run, metric, step: [0, 10, 20], x: [0, 10, 20], value: [2, 1, null], complete: true })),
      ),
  };

  it.each([
    ['en', en],
    ['zh', zh],
  ] as const)(
    'are those the Race screen begins with, by title and unit, and name every run, in %s',
    async (language, texts) => {
      const drawn = await racePictures({
        states: [state('a', 'minGRU', 0), state('b', hostile, 1)],
        session: { name: 'both', baseline: 'a' },
        store,
        language,
      });
      const { metric, chart, unit, heldOut } = texts.race;
      expect(drawn.map(({ title }) => title)).toEqual([
        metric['val/loss'],
        wordsIn(language, accuracyLook.title),
        metric['speed/tokens'],
        chart.memory,
        chart.time,
      ]);
      expect(drawn[0]?.svg).toContain(`${metric['val/loss']} (${unit.loss})`);
      expect(drawn[1]?.svg).toContain(heldOut);
      expect(drawn[3]?.svg).toContain(unit.memory);
      expect(drawn[4]?.svg).toContain(texts.account.unit);
      for (const part of Object.values(texts.account.part)) expect(drawn[4]?.svg).toContain(`>${part}<`);
      for (const part of Object.values(texts.race.part)) expect(drawn[3]?.svg).toContain(`>${part}<`);
      for (const { svg } of drawn) {
        expect(svg).toContain('minGRU');
        expect(svg).toContain('R&amp;D &lt;script&gt;');
        expect(svg).not.toMatch(/<script|NaN|undefined|Infinity|[\u0000-\u0008]/);
        const opened = [...svg.matchAll(/<([a-z]+)(?:\s[^>]*[^/])?>/gi)].map(([, tag]) => tag);
        const closed = [...svg.matchAll(/<\/([a-z]+)>/gi)].map(([, tag]) => tag);
        expect(opened.toSorted()).toEqual(closed.toSorted());
      }
    },
  );

  it('have one of each setting that takes three numbers or more, the lower loss lower', () => {
    const swept = [1e-4, 1e-3, 1e-2].map((rate, i) => ({
      name: `rate ${rate}`,
      look: identityOf(i),
      settings: { learningRate: rate, layers: 2, model: 'gru', d: [8, 16, 16][i] ?? 0 },
      best: [3, 1, 2][i] ?? null,
    }));
    expect(sweptSettings(swept)).toEqual(['learningRate']);
    const svg = drawSweep(swept, 'learningRate', 'source', documentWords.en.pictures);
    expect(svg).toContain('rate 0.001');
    const places = [...svg.matchAll(/transform="translate\((\S+) (\S+)\)" fill="#/g)].map(([, x, y]) => [
      Number(x),
      Number(y),
    ]);
    const [[x0 = 0, y0 = 0] = [], [x1 = 0, y1 = 0] = [], [x2 = 0, y2 = 0] = []] = places;
    expect(x1 - x0, 'on a logarithmic axis').toBeCloseTo(x2 - x1, 1);
    expect(y1).toBeGreaterThan(y2);
    expect(y2).toBeGreaterThan(y0);
    expect(
      drawSweep(
        swept.map((one) => ({ ...one, best: null })),
        'learningRate',
        '',
        documentWords.en.pictures,
      ),
    ).toContain('Nothing measured.');
  });

  it('have the colours of the light theme of the window', () => {
    const css = readFileSync(join(import.meta.dirname, '../../../renderer/styles/tokens.css'), 'utf8');
    const light = css.slice(css.indexOf("[data-theme='light']"), css.indexOf("[data-theme='dark']"));
    const token = (name: string): string | undefined => new RegExp(`--${name}: ([^;]+);`).exec(light)?.[1];
    expect(theme.runs.map((_, i) => token(`run-${i + 1}`))).toEqual(theme.runs);
    expect(theme.memory.map((_, i) => token(`mem-${i + 1}`))).toEqual(theme.memory);
    const names = {
      text: 'text',
      faint: 'text-3',
      grid: 'line-soft',
      axis: 'axis',
      leader: 'line-strong',
      surface: 'surface',
      warn: 'warn',
    } as const;
    for (const [own, name] of Object.entries(names))
      expect(theme[own as keyof typeof names].slice(0, 7)).toBe(token(name)?.slice(0, 7));
    expect(token('mem-warm')).toBe(theme.memoryWarm);
  });

  it('and a report call the states of a run as the window does', () => {
    for (const [state, words] of Object.entries(zh.status))
      expect(documentWords.zh.status(state as RunStatus)).toBe(words);
  });

  it('are none where nothing was prepared', async () => {
    const empty = { ...state('a', 'one', 0), facts: null };
    expect(
      await racePictures({ states: [empty], session: { name: '', baseline: null }, store, language: 'en' }),
    ).toEqual([]);
  });
});
