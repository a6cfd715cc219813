// The effort of writing an op, counted over sources given as { path: text }: lines in each language, and the files outside its folder that name
// it. Pure; languages follow from file extensions.

const opsFolder = 'src/engine/ops/';

/** The language of each kind of file in an op's folder; null = not counted (tests and their cases, documents). */
function languageOf(name) {
  if (/\.(test\.ts|md)$|^cases\.ts$/.test(name)) return null;
  if (name.endsWith('.as.ts')) return 'AssemblyScript';
  if (/\.(c|h)$/.test(name)) return 'C';
  if (/(^|-)webgpu(-[\w-]+)?\.ts$|\.wgsl$/.test(name)) return 'WGSL';
  if (/(^|-)(tfjs|tensorflow)(-[\w-]+)?\.ts$/.test(name)) return 'TensorFlow.js';
  if (/(^|-)reference(-[\w-]+)?\.ts$/.test(name)) return 'reference';
  if (/^(cell|kernel)\.ts$|-expr\.ts$/.test(name)) return 'description';
  return name.endsWith('.ts') ? 'shared' : null;
}

export const languages = ['shared', 'description', 'reference', 'AssemblyScript', 'C', 'WGSL', 'TensorFlow.js'];

/** Lines that are neither blank nor a comment alone. */
export function linesOf(text) {
  return text.split('\n').filter((line) => {
    const code = line.trim();
    return code !== '' && !/^(\/\/|\/\*|\*\/|\* |\*$)/.test(code);
  }).length;
}

const empty = () => Object.fromEntries(languages.map((language) => [language, 0]));

/** Lines by op (its folder; `common` = loose files beside them) and language. */
export function opLines(sources) {
  const ops = new Map();
  for (const [path, text] of Object.entries(sources)) {
    if (!path.startsWith(opsFolder)) continue;
    const parts = path.slice(opsFolder.length).split('/');
    const language = languageOf(parts.at(-1));
    if (language === null) continue;
    const op = parts.length === 1 ? 'common' : parts[0];
    if (!ops.has(op)) ops.set(op, empty());
    ops.get(op)[language] += linesOf(text);
  }
  return ops;
}

/** Lines of the code of a folder, tests aside. */
export function folderLines(sources, folder) {
  const code = Object.keys(sources).filter((path) => path.startsWith(`${folder}/`) && isCode(path));
  return code.reduce((sum, path) => sum + linesOf(sources[path]), 0);
}

const camel = (name) => name.replace(/-(\w)/g, (_, letter) => letter.toUpperCase());
const isCode = (path) => /\.(ts|vue|mjs|c|h)$/.test(path) && !path.endsWith('.test.ts');

/** Files outside an op's folder that name it: its folder in an import, or its kind as a key or a text. */
export function filesNaming(sources, op) {
  const kind = camel(op);
  const naming = new RegExp(`/${op}/|\\b${kind}(Grad)?\\??:|['"\`]${kind}(Grad)?['"\`]`);
  return Object.keys(sources)
    .filter((path) => path.startsWith('src/engine/') && !path.startsWith(`${opsFolder}${op}/`) && isCode(path))
    .filter((path) => naming.test(sources[path]))
    .sort();
}
