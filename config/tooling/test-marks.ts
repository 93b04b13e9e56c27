import ts from 'typescript';
import { lineOf, walkTree, type Source, type Violation } from './sources.ts';

const marks = new Set(['only', 'skip', 'todo']);

/** Whether a value switches a test off whatever the machine is like, as against `skip: reason when something is missing`. */
function isFixed(value: ts.Expression): boolean {
  return value.kind === ts.SyntaxKind.TrueKeyword || ts.isStringLiteralLike(value);
}

/**
 * Tests switched off, or all others switched off by `only`. What a machine lacks is said by the option
 * `{ skip: condition && reason }`, which fails where CI is set.
 */
export function switchedOffTests(sources: readonly Source[]): Violation[] {
  const found: Violation[] = [];
  for (const source of sources.filter(({ file }) => /\.test\.tsx?$/.test(file))) {
    walkTree(source, (node) => {
      if (
        ts.isCallExpression(node) &&
        ts.isPropertyAccessExpression(node.expression) &&
        marks.has(node.expression.name.text)
      ) {
        found.push({ file: source.file, line: lineOf(source, node), message: `calls .${node.expression.name.text}(` });
      } else if (
        ts.isPropertyAssignment(node) &&
        ts.isIdentifier(node.name) &&
        marks.has(node.name.text) &&
        isFixed(node.initializer)
      ) {
        found.push({
          file: source.file,
          line: lineOf(source, node),
          message: `has a test with ${node.name.text} always on`,
        });
      }
    });
  }
  return found;
}
