// Every message of the program, read from its sources: the pattern of each template that `say` tags, with the places of words that are no
// message themselves and so would stay English.
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
  /** Words that fill a place without being a message: `file: words`. */
  readonly loose: readonly string[];
}

function patternOf(template: ts.TemplateLiteral): string {
  if (ts.isNoSubstitutionTemplateLiteral(template)) return template.text;
  return template.templateSpans.reduce((sofar, span, at) => `${sofar}{${at}}${span.literal.text}`, template.head.text);
}

/** Each way a value can come out of choices. */
function ways(node: ts.Expression): ts.Expression[] {
  if (ts.isConditionalExpression(node)) return [...ways(node.whenTrue), ...ways(node.whenFalse)];
  if (ts.isParenthesizedExpression(node)) return ways(node.expression);
  const either = [ts.SyntaxKind.QuestionQuestionToken, ts.SyntaxKind.BarBarToken, ts.SyntaxKind.PlusToken];
  if (ts.isBinaryExpression(node) && either.includes(node.operatorToken.kind))
    return [...ways(node.left), ...ways(node.right)];
  return [node];
}

/** A constant of the file is looked through: what it may be is what fills the place. */
function withConstants(node: ts.Expression, constants: ReadonlyMap<string, ts.Expression>): ts.Expression[] {
  const known = ts.isIdentifier(node) ? constants.get(node.text) : undefined;
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

/** Two words of plain text, or one that only a person would read. */
function isLoose(node: ts.Expression): boolean {
  const isTemplate = ts.isNoSubstitutionTemplateLiteral(node) || ts.isTemplateExpression(node);
  if (!ts.isStringLiteral(node) && !isTemplate) return false;
  return /\p{L}{2,} \p{L}|^(none|nothing|more|parameters)$/u.test(isTemplate ? patternOf(node) : node.text);
}

function messagesIn(path: string, patterns: Map<string, string>, loose: string[]): void {
  const text = readFileSync(path, 'utf8');
  const code = path.endsWith('.vue') ? (/<script[^>]*>([^]*?)<\/script>/.exec(text)?.[1] ?? '') : text;
  const source = ts.createSourceFile(path, code, ts.ScriptTarget.Latest, true);
  const constants = constantsOf(source);
  const visit = (node: ts.Node): void => {
    if (ts.isTaggedTemplateExpression(node) && node.tag.getText() === 'say') {
      patterns.set(patternOf(node.template), path);
      const spans = ts.isTemplateExpression(node.template) ? node.template.templateSpans : [];
      for (const way of spans
        .flatMap(({ expression }) => ways(expression))
        .flatMap((one) => withConstants(one, constants)))
        if (isLoose(way)) loose.push(`${path}: ${way.getText()}`);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
}

export function messagesOfTheProgram(): Messages {
  const patterns = new Map<string, string>();
  const loose: string[] = [];
  for (const folder of folders) for (const path of filesIn(join('src', folder))) messagesIn(path, patterns, loose);
  return { patterns, loose };
}
