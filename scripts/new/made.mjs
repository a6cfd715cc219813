// What can be made from templates: where its files go, the registry that gets its line, and what to run then. In templates NAME stands for
// the name as it was given (my-op), KIND for myOp, PASCAL for MyOp, WORDS for "My op". Independent of disks beyond the templates: returns texts.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** `my-op` as a kind: `myOp`. */
export const kindOf = (name) => name.replace(/-(\w)/g, (_, letter) => letter.toUpperCase());

const capital = (text) => text[0].toUpperCase() + text.slice(1);
const engine = 'src/engine';
const views = 'src/renderer/views';

/** Paths, the registry's import and entry, the list the entry ends, and the next commands. */
const makers = {
  op: (name, kind) => ({
    folder: `${engine}/ops/${name}`,
    registry: `${engine}/ops/registry.ts`,
    own: `import { ${kind}Ops } from './${name}/index.ts';`,
    list: 'export const ops = {',
    entry: `...${kind}Ops,`,
    next: [
      'the formula in kernel.ts and reference.ts',
      'npx vitest run -u src/engine/ops/registry.test.ts',
      `npx vitest run src/engine/verify/ops.test.ts -t ${kind}`,
    ],
  }),
  model: (name, kind) => ({
    folder: `${engine}/models`,
    registry: `${engine}/models/registry.ts`,
    own: `import { ${kind} } from './${name}.ts';`,
    list: 'export const models = {',
    entry: `${kind},`,
    next: [
      'the formula, its source and its words in src/renderer/i18n/zh/catalogue.ts',
      `npx vitest run src/engine/verify/check-model.test.ts -t ${kind}`,
    ],
  }),
  task: (name, kind) => ({
    folder: `${engine}/tasks`,
    registry: `${engine}/tasks/registry.ts`,
    own: `import { ${kind} } from './${name}.ts';`,
    list: 'export const tasks = {',
    entry: `'${name}-v1': ${kind},`,
    next: [
      'what is drawn and asked, and its words in src/renderer/i18n/zh/catalogue.ts',
      `npx vitest run src/engine/training/trainer.test.ts -t ${name}`,
    ],
  }),
  device: (name, kind) => ({
    folder: `${engine}/device/${name}`,
    registry: `${engine}/device/registry.ts`,
    own: `import { ${kind} } from './${name}/about.ts';`,
    list: 'const devices = {',
    entry: `${kind},`,
    next: [
      'kernels of its own in executable.ts, one after the other',
      `npx vitest run src/engine/device/registry.test.ts -t ${kind}`,
      `node bin/minrnn.mjs verify --device ${kind}`,
    ],
  }),
  screen: (name, kind) => ({
    folder: `${views}/${name}`,
    registry: `${views}/registry.ts`,
    own: `import { ${kind} } from './${name}/index.ts';`,
    list: 'export const screens = {',
    entry: `${kind},`,
    next: [
      `what it shows in ${capital(kind)}View.vue, its icon in index.ts, its words in en.ts and zh.ts`,
      `npx vitest run ${views}/${name} ${views}/screens.test.ts src/renderer/i18n`,
      'npm test -- e2e/truths.spec.ts e2e/accessibility.spec.ts',
    ],
  }),
};

export const makeable = Object.keys(makers);

/** The new files by path, the registry and how it is changed, and what to do next. */
export function made(what, name) {
  const kind = kindOf(name);
  const maker = makers[what](name, kind);
  const templates = join(import.meta.dirname, what);
  const filled = (text) =>
    text
      .replaceAll('KIND', kind)
      .replaceAll('PASCAL', capital(kind))
      .replaceAll('WORDS', capital(name.replaceAll('-', ' ')))
      .replaceAll('NAME', name);
  const files = readdirSync(templates).map((file) => [
    `${maker.folder}/${filled(file.slice(0, -'.txt'.length))}`,
    filled(readFileSync(join(templates, file), 'utf8')),
  ]);
  return { files, registry: maker.registry, next: maker.next, registered: (text) => registered(text, maker, name) };
}

/** The registry with its two lines of code: the import in its place, the entry at the end of the list. */
function registered(text, { own, list, entry }, name) {
  const rows = text.split('\n');
  const pathOf = (row) => /^import \{ [\w, ]+ \} from '\.\/([\w-]+)[/.]/.exec(row)?.[1] ?? null;
  const first = rows.findIndex((row) => pathOf(row) !== null);
  const after = rows.findIndex((row, i) => i >= first && row !== '' && (pathOf(row) ?? '') > name);
  const end = rows.findIndex((row, i) => i > first && !row.startsWith('import '));
  rows.splice(after < 0 || after > end ? end : after, 0, own);
  const begin = rows.indexOf(list);
  const close = rows.findIndex((row, i) => i > begin && row.startsWith('}'));
  rows.splice(close, 0, `  ${entry}`);
  return rows.join('\n');
}
