// What holds for every screen, those of the future included.
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { icons } from '../components/icons.ts';
import { t } from '../i18n/index.ts';
import { makeRouter } from '../router.ts';
import { places } from './places.ts';
import { screens, type ScreenName } from './registry.ts';

const names = Object.keys(screens) as ScreenName[];

describe('every screen', () => {
  // The simulated page draws nothing.
  beforeAll(() => void vi.stubGlobal('Path2D', class {}));
  afterAll(() => void vi.unstubAllGlobals());

  it('has an address, a place in the rail, and a digit up to the ninth', () => {
    expect(places.map(({ name }) => name).sort()).toEqual([...names].sort());
    expect(places.map(({ key }) => key)).toEqual(
      places.map((_, at) => ['1', '2', '3', '4', '5', '6', '7', '8', '9'][at] ?? null),
    );
    expect(new Set(places.map(({ path }) => path)).size).toBe(places.length);
    for (const { name, path } of places) expect(makeRouter().resolve(path).name, path).toBe(name);
    const feet = places.map(({ foot }) => foot);
    expect(feet.indexOf(true), 'those at the foot come last').toBe(feet.filter((foot) => !foot).length);
  });

  it.each(names)('%s is named and drawn in the rail, and its code loads', async (name) => {
    const { icon, en, zh, view } = screens[name];
    expect(icons[icon]).toBeTruthy();
    expect(t(`${name}.screen`)).toBe(en.screen);
    expect([en.screen, zh.screen].map((text) => text.trim()).filter((text) => text === '')).toEqual([]);
    expect(zh.screen).not.toBe(en.screen);
    expect(await view()).toMatchObject({ default: { setup: expect.any(Function) as unknown } });
  });
});
