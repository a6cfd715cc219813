// What is wrong with a screen at the width it has: a page or a bar wider than its place, words cut off without a sign, controls that are cut
// off or are under something else. One line per fault; independent of screens.
import type { Page } from '@playwright/test';

/** Runs in the page, so it is one function that needs nothing from outside. */
function measure(): string[] {
  interface Box {
    readonly left: number;
    readonly right: number;
    readonly top: number;
    readonly bottom: number;
  }
  const faults: string[] = [];
  const meet = (a: Box, b: Box): Box => ({
    left: Math.max(a.left, b.left),
    right: Math.min(a.right, b.right),
    top: Math.max(a.top, b.top),
    bottom: Math.min(a.bottom, b.bottom),
  });
  const nameOf = (one: Element): string => {
    const words = one.getAttribute('aria-label') ?? one.textContent?.trim().replaceAll(/\s+/g, ' ') ?? '';
    return `${one.tagName.toLowerCase()}.${[...one.classList].join('.')} “${words.slice(0, 40)}”`;
  };
  const page: Box = { left: 0, right: window.innerWidth, top: 0, bottom: window.innerHeight };
  /** The visible part of an element; `cut` = a part on one side cannot be reached by scrolling. */
  const seen = (one: Element): { box: Box; cut: boolean } => {
    let whole: Box = one.getBoundingClientRect();
    let box = meet(whole, page);
    let cut = whole.right > page.right + 1;
    for (let up = one.parentElement; up !== null; up = up.parentElement) {
      const { overflowX, overflowY } = getComputedStyle(up);
      if (overflowX === 'visible' && overflowY === 'visible') continue;
      const frame = up.getBoundingClientRect();
      if (overflowX === 'hidden' && (whole.right > frame.right + 1 || whole.left < frame.left - 1)) cut = true;
      // Content scrolled away sideways can be reached.
      if (overflowX === 'auto' || overflowX === 'scroll') {
        cut = false;
        whole = meet(whole, frame);
      }
      box = meet(box, frame);
    }
    return { box, cut };
  };
  const shown = (one: Element): boolean =>
    one.checkVisibility({ visibilityProperty: true, opacityProperty: true }) && one.getClientRects().length > 0;

  const root = document.documentElement;
  if (root.scrollWidth > root.clientWidth) faults.push(`page: ${root.scrollWidth} px wide in ${root.clientWidth}`);
  for (const bar of document.querySelectorAll('.bar, header, [role="toolbar"], main, main > .screen, .topbar'))
    if (shown(bar) && bar.scrollWidth > bar.clientWidth + 1)
      faults.push(`too wide: ${nameOf(bar)} ${bar.scrollWidth} px in ${bar.clientWidth}`);
  for (const one of document.querySelectorAll('button, a, h1, h2, h3, label, th, td, dt, dd, p, span')) {
    if (one.matches('.visually-hidden, .visually-hidden *') || !shown(one)) continue;
    const { overflowX, textOverflow } = getComputedStyle(one);
    const clips = (overflowX === 'hidden' || overflowX === 'clip') && textOverflow !== 'ellipsis';
    if (clips && one.scrollWidth > one.clientWidth + 1) faults.push(`words cut off: ${nameOf(one)}`);
  }
  const controls = 'button, a[href], input, textarea, [role="slider"], [role="combobox"]';
  for (const one of document.querySelectorAll(controls)) {
    if (one.closest('[inert], .visually-hidden') !== null || !shown(one)) continue;
    const { box, cut } = seen(one);
    if (cut) faults.push(`cut off: ${nameOf(one)}`);
    if (box.right - box.left < 6 || box.bottom - box.top < 6) continue;
    const top = document.elementFromPoint((box.left + box.right) / 2, (box.top + box.bottom) / 2);
    const mine = top === null || one.contains(top) || top.contains(one) || top.closest('label')?.contains(one) === true;
    if (!mine) faults.push(`covered: ${nameOf(one)} by ${nameOf(top)}`);
  }
  return [...new Set(faults)];
}

/** The faults once the page has taken its new size. */
export async function layoutFaults(page: Page): Promise<string[]> {
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  return page.evaluate(measure);
}
