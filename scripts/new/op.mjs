// The files of a new op, from the templates in op/ (KIND stands for its kind): kernels by a description, y = tanh(scale x) with its gradient.
// The author then changes the formula. Pure: makes names and texts; writes nothing.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const templates = join(import.meta.dirname, 'op');

/** `my-op` as a kind, `myOp`. */
export const kindOf = (name) => name.replace(/-(\w)/g, (_, letter) => letter.toUpperCase());

/** The files of its folder by name. */
export function opFiles(name) {
  const entries = readdirSync(templates).map((file) => {
    const text = readFileSync(join(templates, file), 'utf8').replaceAll('KIND', kindOf(name));
    return [file.slice(0, -'.txt'.length), text];
  });
  return Object.fromEntries(entries);
}

/** The registry with two lines added: the import in its place, the family at the end. */
export function registered(registry, name) {
  const kind = kindOf(name);
  const own = `import { ${kind}Ops } from './${name}/index.ts';`;
  const rows = registry.split('\n');
  const pathOf = (row) => /^import \{ \w+ \} from '\.\/([\w-]+)\//.exec(row)?.[1] ?? null;
  const families = rows.findIndex((row) => pathOf(row) !== null);
  const after = rows.findIndex((row, i) => i >= families && (pathOf(row) === null || pathOf(row) > name));
  rows.splice(after, 0, own);
  const end = rows.findIndex((row, i) => row === '};' && rows.slice(0, i).includes('export const ops = {'));
  rows.splice(end, 0, `  ...${kind}Ops,`);
  return rows.join('\n');
}
