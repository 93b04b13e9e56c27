import path from 'node:path';
import ts from 'typescript';
import { lineOf, walkTree, type Source } from './sources.ts';

/** One `import`, `export … from`, `import()`, `require()` or `import('…')` type. */
export interface Import {
  readonly specifier: string;
  readonly line: number;
  /** Erased when run. */
  readonly typeOnly: boolean;
}

const isText = (node: ts.Node | undefined): node is ts.StringLiteralLike =>
  node !== undefined && ts.isStringLiteralLike(node);

function isTypeOnly(clause: ts.ImportClause | undefined): boolean {
  return clause?.phaseModifier === ts.SyntaxKind.TypeKeyword;
}

/** Everything a file imports. An import whose target is computed has the specifier `*`. */
export function importsOf(source: Source): Import[] {
  const found: Import[] = [];
  const add = (node: ts.Node, specifier: ts.Node | undefined, typeOnly: boolean): void => {
    found.push({ specifier: isText(specifier) ? specifier.text : '*', line: lineOf(source, node), typeOnly });
  };
  walkTree(source, (node) => {
    if (ts.isImportDeclaration(node)) add(node, node.moduleSpecifier, isTypeOnly(node.importClause));
    else if (ts.isExportDeclaration(node) && node.moduleSpecifier) add(node, node.moduleSpecifier, node.isTypeOnly);
    else if (ts.isImportTypeNode(node))
      add(node, ts.isLiteralTypeNode(node.argument) ? node.argument.literal : undefined, true);
    else if (ts.isCallExpression(node) && isImportCall(node)) add(node, node.arguments[0], false);
  });
  return found;
}

function isImportCall(node: ts.CallExpression): boolean {
  return (
    node.expression.kind === ts.SyntaxKind.ImportKeyword ||
    (ts.isIdentifier(node.expression) && node.expression.text === 'require' && node.arguments.length === 1)
  );
}

/** The file of the checkout that a relative import means, or undefined for a package. */
export function resolveImport(from: string, specifier: string): string | undefined {
  return specifier.startsWith('.')
    ? path.posix.join(path.posix.dirname(from), specifier.split('?')[0] as string)
    : undefined;
}

/** `@scope/name/file` -> `@scope/name`; undefined for relative and built-in modules. */
export function packageOf(specifier: string): string | undefined {
  if (
    specifier.startsWith('.') ||
    specifier.startsWith('node:') ||
    specifier === '*' ||
    specifier.startsWith('virtual:')
  )
    return undefined;
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}
