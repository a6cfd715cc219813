// Marks stay within their area, and their files are well-formed XML whatever the text.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { identityOf } from './look.ts';
import { marksAsSvg, svgFile } from './scene-svg.ts';
import { hatching, pointOf, swatch, type Mark } from './scene.ts';

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
});
