// Marks stay within their area, and their files are well-formed XML whatever the text.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { identityOf } from './look.ts';
import { marksAsSvg, svgFile } from './scene-svg.ts';
import { hatching, pointOf, rule, swatch, type Mark } from './scene.ts';

const extent = fc.double({ min: 0, max: 400, noNaN: true });

describe('a hatched bar', () => {
  it('has strokes of one slope, none of which leaves it', () => {
    fc.assert(
      fc.property(extent, extent, extent, extent, (x, y, width, height) => {
        for (const [[x0, y0], [x1, y1]] of hatching({ kind: 'bar', x, y, width, height, fill: null })) {
          for (const [at, low, high] of [
            [x0, x, x + width],
            [x1, x, x + width],
            [y0, y, y + height],
            [y1, y, y + height],
          ] as const) {
            expect(at).toBeGreaterThanOrEqual(low - 1e-9);
            expect(at).toBeLessThanOrEqual(high + 1e-9);
          }
          expect(x1 - x0).toBeCloseTo(y0 - y1, 6);
        }
      }),
    );
  });
});

const pen = (colour: string) => ({ colour });

describe('marks as SVG', () => {
  const page = { width: 10, height: 10, ground: '#ffffff', fonts: 'a "b" & c' };

  it('are whole XML whatever words, colours and titles they have', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 20 }), (words) => {
        const text: Mark = { kind: 'text', at: [0, 0], words, anchor: 'end', size: 1, weight: 1, colour: words };
        const svg = svgFile([text, { kind: 'group', at: [1, 2], marks: [text] }], { ...page, title: words });
        // Between its signs a file has none of XML's own and no character that XML lacks.
        expect(svg.replace(/<\/?[a-z]+(?: [a-z-]+="[^"<]*")*\/?>/gi, '')).not.toMatch(
          /[<>"\u0000-\u0008\ud800-\udfff]/u,
        );
        expect((svg.match(/<text /g) ?? []).length).toBe(2);
      }),
    );
  });

  it('part a line at its gaps, and draw rings hollow', () => {
    const line: Mark = {
      kind: 'line',
      stretches: [
        [
          [0, 1],
          [2, 3],
        ],
        [[4, 5.006]],
      ],
      pen: { colour: '#000', dash: [6, 3] },
    };
    expect(marksAsSvg([line])).toBe(
      '<path d="M0 1L2 3M4 5.01" fill="none" stroke="#000" stroke-linejoin="round" stroke-dasharray="6 3"/>',
    );
    const ring = { ...identityOf(0), marker: 'ring' as const };
    expect(marksAsSvg([pointOf(ring, [1, 2], 3, '#123', '#fff')])).toContain('fill="#fff" stroke="#123"');
    expect(swatch(identityOf(1), [0, 0], '#123', 2, '#fff').map(({ kind }) => kind)).toEqual(['rule', 'point']);
  });

  it('have plain colours, with transparency beside them', () => {
    expect(marksAsSvg([rule([0, 0], [1, 1], pen('#16181d80'))])).toContain('stroke="#16181d" stroke-opacity="0.502"');
    expect(marksAsSvg([rule([0, 0], [1, 1], pen('rgba(1, 2, 3, 0.25)'))])).toContain(
      'stroke="rgb(1, 2, 3)" stroke-opacity="0.25"',
    );
    const outline = [
      [0, 0],
      [1, 0],
      [1, 1],
    ] as const;
    expect(marksAsSvg([{ kind: 'area', outline, fill: '#000000ff', opacity: 0.5 }])).toContain(
      'fill="#000000" fill-opacity="0.5"',
    );
  });

  it('part a curve where a value is not finite, on linear and logarithmic axes', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.double({ min: 1e-3, max: 1e3 }), fc.constant(Infinity))), (values) => {
        const trace = values.map((y, x) => ({ x, y }));
        const y = { log: true, low: -3, from: 60, perUnit: -10 };
        const svg = marksAsSvg([
          { kind: 'curve', traces: [trace], x: { log: false, low: 0, from: 5, perUnit: 2 }, y, pen: pen('#000') },
        ]);
        const d = /d="([^"]*)"/.exec(svg)?.[1] ?? '';
        const spots = [...d.matchAll(/([ML])([\d.-]+) ([\d.-]+)/g)];
        const finite = values.flatMap((value, at) => (Number.isFinite(value) ? [{ value, at }] : []));
        expect(spots).toHaveLength(finite.length);
        for (const [index, { value, at }] of finite.entries()) {
          const [, step, left, top] = spots[index] ?? [];
          expect(step).toBe(at > 0 && Number.isFinite(values[at - 1]) ? 'L' : 'M');
          expect(Number(left)).toBeCloseTo(5 + 2 * at, 2);
          expect(Number(top)).toBeCloseTo(60 - 10 * (Math.log10(value) + 3), 1);
        }
      }),
    );
  });

  it('name a clip by its box, so that pictures put together still clip as they did alone', () => {
    const clip = { x: 1, y: 2, width: 3, height: 4.5 };
    const svg = marksAsSvg([{ kind: 'group', at: [0, 0], marks: [], clip }]);
    expect(svg).toBe(
      '<g><clipPath id="clip_1_2_3_4.5"><rect x="1" y="2" width="3" height="4.5"/></clipPath><g clip-path="url(#clip_1_2_3_4.5)"></g></g>',
    );
  });
});
