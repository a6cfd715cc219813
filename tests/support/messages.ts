// Every message of the program, read from its sources: the pattern of each template that `say` tags, with the places of words that are no
// message themselves and so would stay English. Types refuse plain text in a placeholder; this checks what may hide behind `asIs`.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

const folders = ['engine', 'engine-host', 'session', 'lab', 'protocol', 'server', 'main', 'cli', 'renderer', 'preload'];

const filesIn = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return ['testing', 'fixtures'].includes(entry.name) ? [] : filesIn(path);
    return /\.(ts|vue)$/.test(entry.name) && !entry.name.endsWith('.test.ts') ? [path] : [];
  });

export interface Messages {
  /** Pattern -> the file it is in. */
  readonly patterns: ReadonlyMap<string, string>;
  /** Texts that fill a placeholder without being a message: `file: text`. */
  readonly loose: readonly string[];
}

function patternOf(template: ts.TemplateLiteral): string {
  if (ts.isNoSubstitutionTemplateLiteral(template)) return template.text;
  return template.templateSpans.reduce((sofar, span, at) => `${sofar}{${at}}${span.literal.text}`, template.head.text);
}

/** Each way a value can come out of choices, out of the elements of a list and out of a short function. */
function ways(node: ts.Expression): ts.Expression[] {
  if (ts.isConditionalExpression(node)) return [...ways(node.whenTrue), ...ways(node.whenFalse)];
  if (ts.isParenthesizedExpression(node)) return ways(node.expression);
  if (ts.isArrayLiteralExpression(node)) return node.elements.flatMap(ways);
  if (ts.isArrowFunction(node) && !ts.isBlock(node.body)) return ways(node.body);
  const either = [ts.SyntaxKind.QuestionQuestionToken, ts.SyntaxKind.BarBarToken, ts.SyntaxKind.PlusToken];
  if (ts.isBinaryExpression(node) && either.includes(node.operatorToken.kind))
    return [...ways(node.left), ...ways(node.right)];
  return [node];
}

/** Deeper than any text of the program is put together. */
const deepest = 12;

/** What a text is put together from, through names, short functions, lists and templates of the file, down to what is written there. */
function madeOf(node: ts.Expression, constants: ReadonlyMap<string, ts.Expression>, levels = deepest): ts.Expression[] {
  if (levels === 0) return [];
  const inner = (parts: readonly ts.Expression[]): ts.Expression[] =>
    parts.flatMap((part) => madeOf(part, constants, levels - 1));
  const name = ts.isCallExpression(node) ? node.expression : node;
  const known = ts.isIdentifier(name) ? constants.get(name.text) : undefined;
  if (known !== undefined) return inner(ways(known));
  if (ts.isTemplateExpression(node))
    return [node, ...inner(node.templateSpans.flatMap(({ expression }) => ways(expression)))];
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return [node];
  // `list.map(made).join(', ')`: what the list is made of.
  const made = node.expression.name.text === 'map' ? node.arguments.flatMap(ways) : [];
  return [node, ...inner([...ways(node.expression.expression), ...made])];
}

function constantsOf(source: ts.SourceFile): ReadonlyMap<string, ts.Expression> {
  const found = new Map<string, ts.Expression>();
  const visit = (node: ts.Node): void => {
    if (ts.isVariableDeclaration(node) && ts.isIdentifier(node.name) && node.initializer)
      found.set(node.name.text, node.initializer);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** Two words of plain text, or one that is meant for people. */
function isLoose(node: ts.Expression): boolean {
  const isTemplate = ts.isNoSubstitutionTemplateLiteral(node) || ts.isTemplateExpression(node);
  if (!ts.isStringLiteral(node) && !isTemplate) return false;
  return /\p{L} \p{L}|\} \p{L}{3}|^(none|nothing|more|parameters)$/u.test(isTemplate ? patternOf(node) : node.text);
}

/** A list that is put together by a word, as in `a or b`; `2 x 3` is a sign. */
function joinedWords(path: string, node: ts.Node): readonly string[] {
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return [];
  const [mark] = node.arguments;
  const isWord = mark !== undefined && ts.isStringLiteral(mark) && /\p{L}/u.test(mark.text) && mark.text !== ' x ';
  return node.expression.name.text === 'join' && isWord ? [`${path}: ${node.getText()}`] : [];
}

const named = (node: ts.Node, name: string): node is ts.CallExpression =>
  ts.isCallExpression(node) && ts.isIdentifier(node.expression) && node.expression.text === name;

/** The function around `node` whose parameter is called `name`: its own name and which parameter that is. */
function parameterOf(node: ts.Node, name: string): readonly [string, number] | null {
  for (let at: ts.Node | undefined = node.parent; at !== undefined; at = at.parent) {
    if (!ts.isFunctionLike(at)) continue;
    const place = at.parameters.findIndex((one) => ts.isIdentifier(one.name) && one.name.text === name);
    if (place < 0) continue;
    const owner = at.name ?? (ts.isVariableDeclaration(at.parent) ? at.parent.name : undefined);
    return owner !== undefined && ts.isIdentifier(owner) ? [owner.text, place] : null;
  }
  return null;
}

interface Source {
  readonly path: string;
  readonly file: ts.SourceFile;
}

const everyNode = (node: ts.Node, look: (node: ts.Node) => void): void => {
  look(node);
  ts.forEachChild(node, (child) => everyNode(child, look));
};

/** The parameter of a function of a file that stands as it is in a message. */
interface Handed {
  readonly owner: string;
  readonly place: number;
  readonly path: string;
}

/** Another function of the same name in another file is not the one that is called here. */
function declares(file: ts.SourceFile, name: string): boolean {
  let found = false;
  everyNode(file, (node) => {
    const declared = ts.isFunctionDeclaration(node) || ts.isVariableDeclaration(node) ? node.name : undefined;
    if (declared !== undefined && ts.isIdentifier(declared) && declared.text === name) found = true;
  });
  return found;
}

/** Texts that are deliberately not translated, and the parameters that pass texts to such a placeholder. */
function looseIn({ path, file }: Source, handed: Handed[]): string[] {
  const constants = constantsOf(file);
  const found: string[] = [];
  everyNode(file, (node) => {
    if (!named(node, 'asIs')) return;
    const all = node.arguments.flatMap(ways).flatMap((one) => madeOf(one, constants));
    for (const argument of node.arguments) everyNode(argument, (inner) => found.push(...joinedWords(path, inner)));
    for (const way of all) {
      if (isLoose(way)) found.push(`${path}: ${way.getText(file)}`);
      const [owner, place] = (ts.isIdentifier(way) ? parameterOf(node, way.text) : null) ?? [];
      if (owner !== undefined && place !== undefined) handed.push({ owner, place, path });
    }
  });
  return found;
}

/** Texts that a call passes to an untranslated parameter. */
function handedWords({ path, file }: Source, handed: readonly Handed[]): string[] {
  const found: string[] = [];
  everyNode(file, (node) => {
    if (!ts.isCallExpression(node) || !ts.isIdentifier(node.expression)) return;
    const { text } = node.expression;
    const isOwn = declares(file, text);
    for (const { owner, place, path: from } of handed) {
      if (owner !== text || (isOwn && from !== path)) continue;
      const given = node.arguments[place];
      if (given === undefined) continue;
      for (const way of ways(given)) if (isLoose(way)) found.push(`${path}: ${way.getText(file)}`);
    }
  });
  return found;
}

/** The same for sources that are given as text, by their paths. */
export function messagesIn(texts: ReadonlyMap<string, string>): Messages {
  const sources = [...texts].map(([path, text]) => {
    const code = path.endsWith('.vue') ? (/<script[^>]*>([^]*?)<\/script>/.exec(text)?.[1] ?? '') : text;
    return { path, file: ts.createSourceFile(path, code, ts.ScriptTarget.Latest, true) };
  });
  const patterns = new Map<string, string>();
  const handed: Handed[] = [];
  const loose = sources.flatMap((source) => looseIn(source, handed));
  for (const { path, file } of sources) {
    everyNode(file, (node) => {
      if (ts.isTaggedTemplateExpression(node) && node.tag.getText(file) === 'say')
        patterns.set(patternOf(node.template), path);
    });
  }
  return { patterns, loose: [...loose, ...sources.flatMap((source) => handedWords(source, handed))] };
}

export const messagesOfTheProgram = (): Messages =>
  messagesIn(
    new Map(
      folders.flatMap((folder) =>
        filesIn(join('src', folder)).map((path) => [path, readFileSync(path, 'utf8')] as const),
      ),
    ),
  );
