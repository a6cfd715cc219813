// The styles of one view must not reach another: a style without `scoped` belongs to the folder of its view, and so do the classes that its rules
// begin with. Otherwise a screen that was opened before would change the look of the next one.
import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { expect, it } from 'vitest';

const renderer = join(import.meta.dirname, '..', 'src/renderer');
const views = join(renderer, 'views');
const components = readdirSync(renderer, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.vue'))
  .map((name) => ({ path: join(renderer, name), text: readFileSync(join(renderer, name), 'utf8') }));

/** `views/race` for a file in it; null elsewhere. */
function viewOf(path: string): string | null {
  const inside = relative(views, path);
  return inside.startsWith('..') ? null : (inside.split(/[\\/]/)[0] ?? null);
}

/** The unscoped styles of a component. */
function globalStyles({ path, text }: (typeof components)[number]): string {
  const blocks = [...text.matchAll(/<style([^>]*)>([^]*?)<\/style>/g)];
  return blocks
    .filter(([, attributes = '']) => !/\bscoped\b/.test(attributes))
    .map(([, attributes = '', own = '']) => {
      const [, source] = /src="([^"]+)"/.exec(attributes) ?? [];
      return source === undefined ? own : readFileSync(join(dirname(path), source), 'utf8');
    })
    .join('\n');
}

/** The classes that rules begin with. */
function firstClasses(css: string): ReadonlySet<string> {
  const bare = css.replaceAll(/\/\*[^]*?\*\//g, '').replaceAll(/@[^{;]+\{/g, '');
  const selectors = [...bare.matchAll(/([^{}]+)\{/g)].flatMap(([, list = '']) => list.split(','));
  return new Set(selectors.flatMap((one) => /^\s*\.([\w-]+)/.exec(one)?.[1] ?? []));
}

const classesIn = (text: string): ReadonlySet<string> =>
  new Set([...text.matchAll(/(?<![:\w-])class="([^"]*)"/g)].flatMap(([, list = '']) => list.split(/\s+/)));

it('no view uses a class that the global styles of another view begin with', () => {
  const faults = components.flatMap((owner) => {
    const view = viewOf(owner.path);
    if (view === null) return [];
    const owned = [...firstClasses(globalStyles(owner))];
    const strangers = components.filter(({ path }) => viewOf(path) !== view && viewOf(path) !== null);
    return strangers.flatMap(({ path, text }) => {
      const used = classesIn(text);
      const shared = owned.filter((name) => used.has(name));
      return shared.map((name) => `${relative(renderer, path)} uses .${name} of ${relative(renderer, owner.path)}`);
    });
  });
  expect(faults).toEqual([]);
});
