import ts from 'typescript';
import { isTestCode, lineOf, walkTree, type Source, type Violation } from './sources.ts';

/** Code of the web apps. Their catalogues are where texts belong. */
const webCode = /^control-api\/web\/(kit\/|[a-z]+\/src\/)/;
/** Names of formats and makers are the same in every language. */
const catalogue = /\/messages\/|\/[a-z-]+-names\.ts$/;
/** Attributes and properties whose value people read or hear. */
const spoken =
  /^(label|title|alt|placeholder|description|message|error|aria-(label|description|valuetext|roledescription))$/;
/** Two words, the first with a capital letter: a sentence or a heading. */
const sentence = /^\p{Lu}\p{L}*[,:]? \p{L}/u;
const letters = /^[^#]*\p{L}{2,}/u;

function written(node: ts.StringLiteralLike | ts.TemplateExpression): string {
  return ts.isTemplateExpression(node)
    ? [node.head.text, ...node.templateSpans.map((span) => span.literal.text)].join('')
    : node.text;
}

/** Errors are for developers; what people see of them is in the catalogue. */
function isForDevelopers(node: ts.Node): boolean {
  for (let parent = node.parent; parent !== undefined; parent = parent.parent)
    if (
      (ts.isNewExpression(parent) && parent.expression.getText().endsWith('Error')) ||
      (ts.isCallExpression(parent) && parent.expression.kind === ts.SyntaxKind.SuperKeyword)
    )
      return true;
  return false;
}

const joining: ReadonlySet<ts.SyntaxKind> = new Set([
  ts.SyntaxKind.BarBarToken,
  ts.SyntaxKind.QuestionQuestionToken,
  ts.SyntaxKind.AmpersandAmpersandToken,
  ts.SyntaxKind.PlusToken,
]);

/** The expression that a literal is a possible value of. */
function outermost(node: ts.Expression): ts.Expression {
  const { parent } = node;
  const isPart =
    ts.isParenthesizedExpression(parent) ||
    (ts.isConditionalExpression(parent) && parent.condition !== node) ||
    (ts.isBinaryExpression(parent) && joining.has(parent.operatorToken.kind));
  return isPart ? outermost(parent as ts.Expression) : node;
}

/** Why a literal is a text for people; undefined when it is not. */
function reasonOf(node: ts.Node): string | undefined {
  if (ts.isJsxText(node)) return letters.test(node.text) ? 'as the content of an element' : undefined;
  if (!ts.isStringLiteralLike(node) && !ts.isTemplateExpression(node)) return undefined;
  const text = written(node);
  const top = outermost(node);
  const { parent } = top;
  if (ts.isJsxExpression(parent) && !ts.isJsxAttribute(parent.parent) && letters.test(text))
    return 'as the content of an element';
  const holder = ts.isJsxExpression(parent) ? parent.parent : parent;
  const name = ts.isJsxAttribute(holder) || ts.isPropertyAssignment(holder) ? holder.name.getText() : '';
  if (spoken.test(name.replace(/^'|'$/g, '')) && top !== (holder as ts.PropertyAssignment).name && letters.test(text))
    return `as ${name}`;
  return sentence.test(text) && !isForDevelopers(node) ? 'as a sentence' : undefined;
}

/** Texts for people that stand in the code of a web app, where nobody can translate them. */
export function textsInCode(sources: readonly Source[]): Violation[] {
  return sources
    .filter(({ file }) => webCode.test(file) && !catalogue.test(file) && !isTestCode(file))
    .flatMap((source) => {
      const found: Violation[] = [];
      walkTree(source, (node) => {
        const reason = reasonOf(node);
        if (reason !== undefined)
          found.push({
            file: source.file,
            line: lineOf(source, node),
            message: `has a text in code, ${reason}: put it into the messages`,
          });
      });
      return found;
    });
}
