// The pictures of docs/user/zoo.md: one file a system. Run: npm run zoo-pictures (a test says when they are not up to date).
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { drawSystem } from './zoo-pictures/draw.mjs';
import { systems } from './zoo-pictures/systems.mjs';

const folder = join(import.meta.dirname, '../docs/user/zoo');
mkdirSync(folder, { recursive: true });
for (const [kind, system] of Object.entries(systems)) writeFileSync(join(folder, `${kind}.svg`), drawSystem(system));
console.log(`${Object.keys(systems).length} pictures in docs/user/zoo`);
