// Every system of the zoo has its picture, drawn from its record, and docs/user/zoo.md shows it under its heading.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { models } from '../src/engine/models/registry.ts';
import { drawSystem } from './zoo-pictures/draw.mjs';
import { systems } from './zoo-pictures/systems.mjs';

const folder = join(import.meta.dirname, '../docs/user');
const read = (path: string): string => readFileSync(join(folder, path), 'utf8');

it('has a record of each model and of no other', () => {
  expect(Object.keys(systems).sort()).toEqual(Object.keys(models).sort());
});

it('has drawn each record: npm run zoo-pictures', () => {
  for (const [kind, system] of Object.entries(systems)) expect(read(`zoo/${kind}.svg`), kind).toBe(drawSystem(system));
  expect(readdirSync(join(folder, 'zoo'))).toHaveLength(Object.keys(systems).length);
});

it('shows each picture under the heading of its system', () => {
  const sections = read('zoo.md').split(/^### /m);
  for (const [kind, { title }] of Object.entries(systems)) {
    const section = sections.find((one) => one.includes(`](zoo/${kind}.svg)`));
    expect(section?.split('\n', 1)[0], kind).toBe(title);
    expect(section, kind).toContain(`![${title}`);
  }
});
