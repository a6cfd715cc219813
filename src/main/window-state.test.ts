// A window always opens completely on an existing screen, whatever was saved.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { placeWindow, readWindowState, smallest, writeWindowState } from './window-state.ts';

const screen = { x: 0, y: 0, width: 1920, height: 1080 };
const second = { x: 1920, y: -200, width: 2560, height: 1440 };

describe('placeWindow', () => {
  it('keeps a place that fits, on any screen', () => {
    const saved = { x: 2200, y: 0, width: 1300, height: 900, maximized: true };
    expect(placeWindow(saved, [screen, second])).toEqual(saved);
  });

  it('comes to the main screen, centred, when its screen is gone or nothing was saved', () => {
    const saved = { x: 2200, y: 0, width: 1200, height: 800, maximized: false };
    expect(placeWindow(saved, [screen])).toEqual({ x: 360, y: 140, width: 1200, height: 800, maximized: false });
    expect(placeWindow(null, [screen])).toEqual({ x: 240, y: 90, width: 1440, height: 900, maximized: false });
  });

  it('lies on one of the screens, never smaller than the smallest the screens allow', () => {
    const n = (min: number, max: number) => fc.integer({ min, max });
    const saved = fc.record({
      x: n(-5000, 9000),
      y: n(-5000, 5000),
      width: n(0, 9000),
      height: n(0, 9000),
      maximized: fc.boolean(),
    });
    fc.assert(
      fc.property(saved, (state) => {
        const { x, y, width, height } = placeWindow(state, [screen, second]);
        const inside = [screen, second].some(
          (s) => x >= s.x && y >= s.y && x + width <= s.x + s.width && y + height <= s.y + s.height,
        );
        expect(inside).toBe(true);
        expect(width).toBeGreaterThanOrEqual(smallest.width);
        expect(height).toBeGreaterThanOrEqual(smallest.height);
      }),
    );
  });
});

describe('the file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'minrnn-window-'));

  it('gives back what was written, and nothing when it is missing or damaged', () => {
    const state = { x: 1, y: 2, width: 1200, height: 800, maximized: true };
    const file = join(folder, 'deep', 'window.json');
    expect(readWindowState(file)).toBeNull();
    writeWindowState(file, state);
    expect(readWindowState(file)).toEqual(state);
    for (const text of ['', '{', 'null', '[]', '{"x":1,"y":2,"width":"wide","height":3}']) {
      writeFileSync(file, text);
      expect(readWindowState(file)).toBeNull();
    }
  });
});
