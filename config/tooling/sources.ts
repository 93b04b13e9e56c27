import { readFileSync, readdirSync, realpathSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

/** One of our files, parsed once for all rules. TypeScript 5 gives the tree; the type check itself runs on version 7. */
export interface Source {
  /** Relative to the checkout, with `/`. */
  readonly file: string;
  readonly tree: ts.SourceFile;
}

/** A broken rule of this repository. */
export interface Violation {
  readonly file: string;
  /** From 1; 0 when the whole file is meant. */
  readonly line: number;
  readonly message: string;
}

/** The folders that hold our code. */
const codeFolders = ['server', 'transcoder', 'origin', 'control-api', 'config', 'fixtures', 'bench'] as const;

const passedOver = new Set(['node_modules', 'dist', '.tap']);
const isCode = (name: string): boolean => /\.(ts|tsx|mts|mjs|js)$/.test(name);

/** Every file in the code folders that `wanted` takes, by real path, relative to the checkout and in order. */
export function listFiles(root: string, wanted: (name: string) => boolean): string[] {
  const files = new Set<string>();
  const realRoot = realpathSync(root);
  const walk = (folder: string): void => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const full = path.join(folder, entry.name);
      if (entry.isDirectory()) {
        if (!passedOver.has(entry.name)) walk(full);
      } else if (wanted(entry.name)) {
        files.add(path.relative(realRoot, realpathSync(full)).split(path.sep).join('/'));
      }
    }
  };
  for (const folder of readdirSync(realRoot)) {
    if ((codeFolders as readonly string[]).includes(folder)) walk(path.join(realRoot, folder));
  }
  return [...files].sort();
}

export function parse(file: string, text: string): Source {
  const kind = file.endsWith('x') ? ts.ScriptKind.TSX : file.endsWith('js') ? ts.ScriptKind.JS : ts.ScriptKind.TS;
  return { file, tree: ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true, kind) };
}

export function loadSources(root: string): Source[] {
  return listFiles(root, isCode).map((file) => parse(file, readFileSync(path.join(root, file), 'utf8')));
}

/** Calls `visit` for every node of a file. */
export function walkTree(source: Source, visit: (node: ts.Node) => void): void {
  const step = (node: ts.Node): void => {
    visit(node);
    ts.forEachChild(node, step);
  };
  step(source.tree);
}

export function lineOf(source: Source, node: ts.Node): number {
  return source.tree.getLineAndCharacterOfPosition(node.getStart(source.tree)).line + 1;
}

/** Code that only tests run: it may use what production code may not. */
export function isTestCode(file: string): boolean {
  return /\.test\.tsx?$|\/testing\//.test(file) || file.startsWith('server/e2e/');
}
