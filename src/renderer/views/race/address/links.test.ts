// @vitest-environment happy-dom
// A link is offered where something opens it: in a browser, and not in the desktop window, whose address is its own.
import { afterEach, expect, it, vi } from 'vitest';
import { hasLinks } from './links.ts';

afterEach(() => vi.unstubAllGlobals());

it('links are offered in a browser and not in the desktop window', () => {
  expect(hasLinks()).toBe(true);
  vi.stubGlobal('minrnn', { send: () => undefined });
  expect(hasLinks()).toBe(false);
});
