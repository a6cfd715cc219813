// Size and place of the window, kept between starts in a small file and moved onto an existing screen if necessary.
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Bounds, WindowState } from './shell.ts';

export const smallest = { width: 1024, height: 700 } as const;
const first = { width: 1440, height: 900 } as const;

const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);

function parse(text: string): WindowState | null {
  const value: unknown = JSON.parse(text);
  if (typeof value !== 'object' || value === null) return null;
  const { x, y, width, height, maximized } = value as Record<string, unknown>;
  if (!isNumber(x) || !isNumber(y) || !isNumber(width) || !isNumber(height)) return null;
  return { x, y, width, height, maximized: maximized === true };
}

/** The saved state, or null if there is no readable one. */
export function readWindowState(file: string): WindowState | null {
  try {
    return parse(readFileSync(file, 'utf8'));
  } catch {
    return null;
  }
}

/** Written to another file and renamed, so that a kill leaves the old state. A failure costs only the window position, so it is not reported. */
export function writeWindowState(file: string, state: WindowState): void {
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(`${file}.new`, JSON.stringify(state));
    renameSync(`${file}.new`, file);
  } catch {
    return;
  }
}

const overlap = (a: Bounds, b: Bounds): number =>
  Math.max(0, Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x)) *
  Math.max(0, Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y));

const clamp = (value: number, low: number, high: number): number => Math.max(low, Math.min(value, Math.max(low, high)));

/**
 * Where to open the window: the saved place moved completely onto the screen it overlaps most; on the main screen, centred, when there
 * is no saved place or its screen is gone.
 */
export function placeWindow(saved: WindowState | null, screens: readonly Bounds[]): WindowState {
  const main = screens[0] ?? { x: 0, y: 0, ...first };
  const home = saved === null ? undefined : [...screens].sort((a, b) => overlap(saved, b) - overlap(saved, a))[0];
  const found = saved !== null && home !== undefined && overlap(saved, home) > 0;
  const screen = found ? home : main;
  const wanted = saved ?? { ...first, maximized: false };
  const width = Math.round(clamp(wanted.width, smallest.width, screen.width));
  const height = Math.round(clamp(wanted.height, smallest.height, screen.height));
  const x = found ? clamp(saved.x, screen.x, screen.x + screen.width - width) : screen.x + (screen.width - width) / 2;
  const y = found
    ? clamp(saved.y, screen.y, screen.y + screen.height - height)
    : screen.y + (screen.height - height) / 2;
  return { x: Math.round(x), y: Math.round(y), width, height, maximized: wanted.maximized };
}
