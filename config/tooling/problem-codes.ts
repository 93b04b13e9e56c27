import ts from 'typescript';
import { isTestCode, lineOf, walkTree, type Source, type Violation } from './sources.ts';

/** Codes of problems that are declared twice. Clients tell problems apart by their code, whatever part they come from. */
export function repeatedProblemCodes(sources: readonly Source[]): Violation[] {
  const found: Violation[] = [];
  const places = new Map<string, string>();
  for (const source of sources.filter(({ file }) => !isTestCode(file))) {
    walkTree(source, (node) => {
      if (!ts.isCallExpression(node) || node.expression.getText(source.tree) !== 'defineProblems') return;
      const [declared] = node.arguments;
      if (declared === undefined || !ts.isObjectLiteralExpression(declared)) return;
      for (const property of declared.properties) {
        const code = property.name?.getText(source.tree) ?? '';
        const place = places.get(code);
        if (place === undefined) places.set(code, source.file);
        else
          found.push({
            file: source.file,
            line: lineOf(source, property),
            message: `declares the problem ${code}, which ${place} has declared`,
          });
      }
    });
  }
  return found;
}
