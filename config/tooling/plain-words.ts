import ts from 'typescript';
import type { Source, Violation } from './sources.ts';

/** Words that readers stumble over, and what to write instead. */
const stumbling: readonly { readonly words: RegExp; readonly instead: string }[] = [
  { words: /\bwho(m|so)?ever\b/i, instead: 'say who it is' },
  { words: /\bfor ever\b/i, instead: 'say until when, or "without end"' },
  {
    words: /[;,] answers (?:how|the|what|whether|an?|its)\b|\band answers (?:it|what|whether)\b/i,
    instead: '"returns"',
  },
  { words: /\b(?:red|fails) without\b.*\.test\.ts/i, instead: 'nothing: the test has a name of its own' },
];

/** Comments of our code in words that are not plain English. */
export function unplainWords(sources: readonly Source[]): Violation[] {
  return sources.flatMap((source) => {
    const { text } = source.tree;
    return commentsOf(source).flatMap(({ pos, end }) =>
      stumbling.flatMap(({ words, instead }) => {
        const found = words.exec(text.slice(pos, end));
        if (!found) return [];
        const line = source.tree.getLineAndCharacterOfPosition(pos + found.index).line + 1;
        return [{ file: source.file, line, message: `says ${JSON.stringify(found[0])} in a comment: ${instead}` }];
      }),
    );
  });
}

/** Every comment once. They stand in front of a token, or behind it on the same line. */
function commentsOf({ tree }: Source): readonly ts.CommentRange[] {
  const found = new Map<number, ts.CommentRange>();
  const visit = (node: ts.Node): void => {
    const ranges = [
      ...(ts.getLeadingCommentRanges(tree.text, node.getFullStart()) ?? []),
      ...(ts.getTrailingCommentRanges(tree.text, node.getEnd()) ?? []),
    ];
    for (const range of ranges) found.set(range.pos, range);
    node.getChildren(tree).forEach(visit);
  };
  visit(tree);
  return [...found.values()];
}
