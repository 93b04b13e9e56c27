import ts from 'typescript';
import { isTestCode, lineOf, type Source, type Violation } from './sources.ts';

const documented = /^server\/(kit\/|[a-z]+\/port\.ts$)/;

function isExported(node: ts.Node): boolean {
  return (
    ts.canHaveModifiers(node) && (ts.getModifiers(node) ?? []).some((each) => each.kind === ts.SyntaxKind.ExportKeyword)
  );
}

function nameOf(node: ts.Statement): string | undefined {
  if (ts.isVariableStatement(node)) return node.declarationList.declarations[0]?.name.getText();
  if (
    ts.isFunctionDeclaration(node) ||
    ts.isClassDeclaration(node) ||
    ts.isInterfaceDeclaration(node) ||
    ts.isTypeAliasDeclaration(node)
  ) {
    return node.name?.text ?? 'default';
  }
  return undefined;
}

/** Exported symbols of the ports and the kit, which everybody builds on, that nobody explained. */
export function missingDocstrings(sources: readonly Source[]): Violation[] {
  return sources
    .filter(({ file }) => documented.test(file) && !isTestCode(file))
    .flatMap((source) =>
      source.tree.statements.flatMap((node, index) => {
        const name = nameOf(node);
        if (name === undefined || !isExported(node)) return [];
        // The signatures of one overloaded function share the first one's text.
        const previous = source.tree.statements[index - 1];
        if (previous !== undefined && ts.isFunctionDeclaration(previous) && nameOf(previous) === name) return [];
        return ts.getJSDocCommentsAndTags(node).some(ts.isJSDoc)
          ? []
          : [{ file: source.file, line: lineOf(source, node), message: `exports ${name} without a docstring` }];
      }),
    );
}
