// Every message that the engine, the lab and the sessions can give, read from their sources: the English pattern of each, with {0} {1} …
// where values go. A message is a sentence that says what must be, what came instead or what to do.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

const folders = ['engine/spec', 'engine/core', 'engine/training', 'engine/tasks', 'engine/models', 'engine/device'];
const others = ['lab', 'session', 'protocol', 'engine-host'];
const leftOut = new Set(['testing', 'fixtures', 'native', 'wasm', 'ops', 'peers']);

const filesIn = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return leftOut.has(entry.name) ? [] : filesIn(path);
    return entry.name.endsWith('.ts') && !entry.name.endsWith('.test.ts') ? [path] : [];
  });

/** Where a message stands: as one of these properties, variables or arguments. */
const property = /^(message|cure)$/;
const variable = /^(message|cure|RESUME)$/;
const call = /(^|\.|#)(fail|failure|report|refused|broken|problem|permission|badInput|notFound|conflict|AppFailure)$/;

const hole = '\u0000';

function pattern(node: ts.Expression): string {
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) return node.text;
  if (ts.isTemplateExpression(node))
    return node.head.text + node.templateSpans.map((span) => hole + span.literal.text).join('');
  if (ts.isParenthesizedExpression(node)) return pattern(node.expression);
  if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken)
    return pattern(node.left) + pattern(node.right);
  return hole;
}

/** Each way a value can come out of choices between texts. */
function ways(node: ts.Expression): ts.Expression[] {
  if (ts.isConditionalExpression(node)) return [...ways(node.whenTrue), ...ways(node.whenFalse)];
  if (ts.isParenthesizedExpression(node)) return ways(node.expression);
  if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.QuestionQuestionToken)
    return [...ways(node.left), ...ways(node.right)];
  return [node];
}

function messagesIn(path: string, found: Map<string, string>): void {
  const source = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true);
  const add = (node: ts.Expression): void => {
    for (const way of ways(node)) {
      let at = 0;
      const text = pattern(way).replaceAll(hole, () => `{${at++}}`);
      if (/[A-Za-z]{2,} [A-Za-z"{]/.test(text)) found.set(text, path);
    }
  };
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAssignment(node) && property.test(node.name.getText())) add(node.initializer);
    if (ts.isVariableDeclaration(node) && node.initializer && variable.test(node.name.getText())) add(node.initializer);
    const called = ts.isCallExpression(node) || ts.isNewExpression(node) ? node : null;
    if (called && call.test(called.expression.getText())) for (const given of called.arguments ?? []) add(given);
    ts.forEachChild(node, visit);
  };
  visit(source);
}

/** Pattern -> the file it stands in. */
export function messagesOfTheLab(): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const folder of [...folders, ...others])
    for (const path of filesIn(join('src', folder))) messagesIn(path, found);
  return found;
}
