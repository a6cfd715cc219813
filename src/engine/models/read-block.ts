// Blocks as a person writes them: rows separated by commas, each a chain of parts.
//   conv, mixer, mlp                        the paper's; each row reads a norm of its input, but for conv
//   post mixer > gelu > glu                 parts one after the other; norm(x + …) in place of x + …(norm x); `bare` = no norm
//   mixer & mlp(geglu, 2)                   beside each other on the same input
//   gate(silu, 2: conv(4) > silu > mixer)   a second path decides what passes
//   mixer, mlp | gru, mlp                   blocks in turn; the name of a model in place of `mixer` is that model
import { asIs, type Message, say, unsaid } from '../core/say.ts';
import { nearest } from '../spec/nearest.ts';
import { type Activation, type MlpPart, partsOf, type Part, type Row } from './layout.ts';

type Read<T> = T | { readonly problem: Message };
const failed = <T>(read: Read<T>): read is { readonly problem: Message } =>
  typeof read === 'object' && read !== null && 'problem' in read;

const activations: Readonly<Record<string, Activation>> = {
  gelu: 'gelu',
  'gelu-tanh': 'geluTanh',
  relu: 'relu',
  relu2: 'relu2',
  silu: 'silu',
  sigmoid: 'sigmoid',
  tanh: 'tanh',
};
const gatedForms: Readonly<Record<string, Activation>> = { geglu: 'gelu', swiglu: 'silu', reglu: 'relu' };

/** The blocks of a text; `models` are names that mean a mixer of that model. */
export function readBlocks(
  text: string,
  models: readonly string[] = [],
): { readonly blocks: readonly (readonly Row[])[] } | { readonly problem: Message } {
  const inner = text.trim().replace(/^\[(.*)\]$/s, '$1');
  if (!balanced(inner)) return { problem: say`Parts: every bracket must be closed, got "${asIs(text)}".` };
  const blocks: (readonly Row[])[] = [];
  for (const block of parted(inner, '|')) {
    const rows = eachOf(parted(block, ','), (row) => readRow(row, models));
    if (failed(rows)) return rows;
    blocks.push(rows);
  }
  const mixers = blocks.flat().flatMap(({ parts }) => partsOf(parts).filter(({ part }) => part === 'mixer'));
  if (mixers.length === 0) return { problem: say`Parts: one must be a mixer, got "${asIs(text)}".` };
  return { blocks };
}

function eachOf<T extends object>(texts: readonly string[], read: (text: string) => Read<T>): Read<readonly T[]> {
  const all: T[] = [];
  for (const text of texts) {
    const one = read(text);
    if (failed(one)) return one;
    all.push(one);
  }
  return all;
}

function balanced(text: string): boolean {
  let depth = 0;
  for (const sign of text) {
    if (sign === '(') depth++;
    if (sign === ')') depth--;
    if (depth < 0) return false;
  }
  return depth === 0;
}

/** Split at a sign outside all brackets. */
function parted(text: string, sign: string): readonly string[] {
  const parts = [''];
  let depth = 0;
  for (const one of text) {
    if (one === '(') depth++;
    if (one === ')') depth--;
    if (one === sign && depth === 0) parts.push('');
    else parts[parts.length - 1] = `${parts.at(-1) ?? ''}${one}`;
  }
  return parts.map((part) => part.trim());
}

function readRow(text: string, models: readonly string[]): Read<Row> {
  const [, place, rest = ''] = /^(?:(pre|post|bare)\s+)?(.*)$/s.exec(text) ?? [];
  const parts = readParts(rest, models);
  if (failed(parts)) return parts;
  const [only] = parts;
  const alone = parts.length === 1 && only?.part === 'conv';
  const norm = place === 'bare' || (place === undefined && alone) ? 'none' : place === 'post' ? 'post' : 'pre';
  // A convolution in a separate row mixes channels too, as in the paper.
  return { norm, parts: alone ? [{ ...only, mix: true }] : parts, residual: true, dropout: 0 };
}

/** One chain, or several beside each other. */
function readParts(text: string, models: readonly string[]): Read<readonly Part[]> {
  const branches: (readonly Part[])[] = [];
  for (const branch of parted(text, '&')) {
    const chain = readChain(branch, models);
    if (failed(chain)) return chain;
    branches.push(chain);
  }
  const [only = []] = branches;
  return branches.length === 1 ? only : [{ part: 'parallel', branches }];
}

const readChain = (text: string, models: readonly string[]): Read<readonly Part[]> =>
  eachOf(parted(text, '>'), (part) => readPart(part, models));

/** The text in brackets: words and numbers, and for a gate the parts after the colon. */
interface Written {
  readonly text: string;
  readonly name: string;
  readonly words: readonly string[];
  readonly numbers: readonly number[];
  readonly branch: string | null;
}

function readPart(text: string, models: readonly string[]): Read<Part> {
  const [, name, inside] = /^([\w-]+)\s*(?:\((.*)\))?$/s.exec(text) ?? [];
  if (name === undefined)
    return { problem: say`Parts: "${asIs(text)}" must be the name of a part, as in "conv, mixer, mlp".` };
  const [settings = '', branch = null] = inside === undefined ? [] : parted(inside, ':');
  const given = settings === '' ? [] : parted(settings, ',');
  const numbers = given.filter((one) => /^\d*\.?\d+$/.test(one)).map(Number);
  const words = given.filter((one) => !/^\d*\.?\d+$/.test(one));
  return partOf({ text, name, words, numbers, branch }, models);
}

const kinds = ['mixer', 'conv', 'mlp', 'glu', 'gate', 'channel-mix'];

function partOf(written: Written, models: readonly string[]): Read<Part> {
  const { name, words, numbers, branch, text } = written;
  const act = activations[name];
  if (act !== undefined) return plain(written, { part: 'act', activation: act });
  if (name === 'gate') return readGate(written, models);
  if (branch !== null) return { problem: say`Parts: only a gate has parts inside, got "${asIs(text)}".` };
  if (name === 'mlp') return readMlp(written);
  if (name === 'glu') return plain(written, { part: 'glu', bias: true });
  const [number] = numbers;
  const most = name === 'conv' ? 16 : 64;
  const fits =
    number === undefined ||
    (number > 0 && number <= most && (name !== 'conv' || (number >= 2 && Number.isInteger(number))));
  if (kinds.includes(name) || models.includes(name)) {
    if (words.length > 0 || numbers.length > 1 || !fits) return misfit(written);
  }
  if (name === 'conv') return { part: 'conv', kernel: number ?? 4, mix: false };
  if (name === 'channel-mix') return { part: 'channel-mix', multiple: number ?? 4 };
  const mixer = { part: 'mixer', expansion: number ?? 1, down: 'always', bias: true } as const;
  if (name === 'mixer') return mixer;
  if (models.includes(name)) return { ...mixer, model: name };
  const guess = name.length > 40 ? null : nearest(name, [...kinds, ...Object.keys(activations), ...models]);
  const hint = guess === null ? unsaid : say` Did you mean "${asIs(guess)}"?`;
  return {
    problem: say`Parts: "${asIs(name)}" is not known.${hint} Known: ${asIs(kinds.join(', '))}, activations and models.`,
  };
}

const takes: Readonly<Record<string, Message>> = {
  conv: say`a whole number of steps from 2 to 16, as in conv(4)`,
  mixer: say`how many times the width its state has, as in mixer(2)`,
  'channel-mix': say`how many times the width it has inside, as in channel-mix(4)`,
  mlp: say`its form and width, as in mlp(geglu, 2)`,
  gate: say`an activation, a width and after a colon the parts, as in gate(silu, 2: conv > mixer)`,
};

const misfit = ({ name, text }: Written): { readonly problem: Message } => ({
  problem: say`Parts: ${asIs(name)} takes ${takes[name] ?? say`nothing in brackets`}, got "${asIs(text)}".`,
});

const plain = <P extends Part>(written: Written, part: P): Read<P> =>
  written.words.length + written.numbers.length === 0 && written.branch === null ? part : misfit(written);

function readMlp(written: Written): Read<MlpPart> {
  const [form = 'geglu', ...moreWords] = written.words;
  const [multiple = 2, ...moreNumbers] = written.numbers;
  const gated = Object.hasOwn(gatedForms, form);
  const activation = gatedForms[form] ?? activations[form];
  if (activation === undefined || moreWords.length + moreNumbers.length > 0 || multiple <= 0 || multiple > 64)
    return misfit(written);
  return { part: 'mlp', activation, gated, scale: false, multiple, bias: true };
}

function readGate(written: Written, models: readonly string[]): Read<Part> {
  const { words, numbers, branch } = written;
  const [form = 'silu', ...moreWords] = words;
  const [multiple = 2, ...moreNumbers] = numbers;
  const activation = activations[form];
  if (
    branch === null ||
    activation === undefined ||
    moreWords.length + moreNumbers.length > 0 ||
    multiple <= 0 ||
    multiple > 64
  )
    return misfit(written);
  const parts = readParts(branch, models);
  if (failed(parts)) return parts;
  return { part: 'gate', activation, multiple, bias: true, branch: parts.map((part) => insideGate(part)) };
}

/** In a gate the width is already that of the state. */
const insideGate = (part: Part): Part => (part.part === 'mixer' ? { ...part, down: 'when-needed' } : part);
