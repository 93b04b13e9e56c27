import { execFile } from 'node:child_process';
import path from 'node:path';
import { checkRules } from './rules.ts';

const root = path.join(import.meta.dirname, '..', '..');
const bin = (...parts: string[]): string => path.join(root, 'node_modules', ...parts);

/** One part of the check; returns what is wrong, empty when nothing is. */
interface Part {
  readonly name: string;
  readonly run: () => Promise<string>;
}

/** A program of ours: what it writes counts when it does not end with 0. */
function program(...argv: readonly string[]): () => Promise<string> {
  return () =>
    new Promise((resolve) => {
      execFile(process.execPath, argv, { cwd: root, maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
        resolve(error === null ? '' : `${stdout}${stderr}`.trim() || error.message);
      });
    });
}

const tsc = bin('typescript-native', 'bin', 'tsc');

const parts: readonly Part[] = [
  { name: 'types (server)', run: program(tsc, '--noEmit', '-p', '.') },
  { name: 'types (web kit)', run: program(tsc, '--noEmit', '-p', 'control-api/web/kit') },
  { name: 'types (dashboard)', run: program(tsc, '--noEmit', '-p', 'control-api/web/dashboard') },
  { name: 'types (viewer app)', run: program(tsc, '--noEmit', '-p', 'control-api/web/viewer') },
  {
    name: 'format',
    run: program(bin('prettier', 'bin', 'prettier.cjs'), '--check', '--log-level=warn', '--cache', '.'),
  },
  { name: 'lint', run: program(bin('oxlint', 'bin', 'oxlint'), '--type-aware', '--format=unix') },
  { name: 'unused exports, files and packages', run: program(bin('knip', 'bin', 'knip.js'), '--no-progress') },
  { name: 'OpenAPI document', run: program('server/cli/openapi.ts', '--check') },
  {
    name: 'rules of the repository',
    run: async () =>
      checkRules(root)
        .map(({ file, line, message }) => `${file}${line > 0 ? `:${line}` : ''} ${message}`)
        .join('\n'),
  },
];

/** Runs all parts at once and prints each as it ends; returns the exit code. */
async function check(): Promise<number> {
  const outcomes = await Promise.all(
    parts.map(async ({ name, run }) => {
      const startedAt = performance.now();
      const problems = await run();
      const time = `${((performance.now() - startedAt) / 1000).toFixed(1)} s`;
      console.log(
        problems === ''
          ? `ok    ${name}  ${time}`
          : `FAIL  ${name}  ${time}\n${problems
              .split('\n')
              .map((line) => `      ${line}`)
              .join('\n')}`,
      );
      return problems === '';
    }),
  );
  const failed = outcomes.filter((ok) => !ok).length;
  console.log(failed === 0 ? '\nEverything is in order.' : `\n${failed} of ${outcomes.length} checks failed.`);
  return failed === 0 ? 0 : 1;
}

process.exitCode = await check();
