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

/** A constant of the file is resolved to its possible values. */
function withConstants(node: ts.Expression, constants: ReadonlyMap<string, ts.Expression>): ts.Expression[] {
  const name = ts.isCallExpression(node) ? node.expression : node;
  const known = ts.isIdentifier(name) ? constants.get(name.text) : undefined;
  return known === undefined ? [node] : ways(known);
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
  return /\p{L} \p{L}|^(none|nothing|more|parameters)$/u.test(isTemplate ? patternOf(node) : node.text);
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

/** Texts that are deliberately not translated, and the parameters that pass texts to such a placeholder. */
function looseIn({ path, file }: Source, handed: Map<string, Set<number>>): string[] {
  const constants = constantsOf(file);
  const found: string[] = [];
  everyNode(file, (node) => {
    if (!named(node, 'asIs')) return;
    const all = node.arguments.flatMap(ways).flatMap((one) => withConstants(one, constants));
    for (const argument of node.arguments) everyNode(argument, (inner) => found.push(...joinedWords(path, inner)));
    for (const way of all) {
      if (isLoose(way)) found.push(`${path}: ${way.getText(file)}`);
      const [owner, place] = (ts.isIdentifier(way) ? parameterOf(node, way.text) : null) ?? [];
      if (owner !== undefined && place !== undefined) handed.set(owner, (handed.get(owner) ?? new Set()).add(place));
    }
  });
  return found;
}

/** Texts that a call passes to an untranslated parameter. */
function handedWords({ path, file }: Source, handed: ReadonlyMap<string, ReadonlySet<number>>): string[] {
  const found: string[] = [];
  everyNode(file, (node) => {
    if (!ts.isCallExpression(node) || !ts.isIdentifier(node.expression)) return;
    for (const place of handed.get(node.expression.text) ?? []) {
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
  const handed = new Map<string, Set<number>>();
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
