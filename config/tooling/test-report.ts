import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { stringify } from 'yaml';
import type { FileResult } from './run-file.ts';
import type { RunReport } from './run-report.ts';
import type { Failure } from './tap-totals.ts';

const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(1)} s`;

function fileLine({ ok, file, passed, failures, skipped, foreign, milliseconds }: FileResult): string {
  const counts = [
    `${passed} passed`,
    ...(failures.length ? [`${failures.length} failed`] : []),
    ...(skipped.length ? [`${skipped.length} skipped`] : []),
    ...(foreign.length ? [`not ours, removed: ${foreign.join(' ')}`] : []),
  ];
  return `${ok ? 'ok  ' : 'FAIL'}  ${file}  ${counts.join(', ')}  ${seconds(milliseconds)}`;
}

/** A failure for a person: where, what, and the difference. */
function describeFailure({ path: at, message, detail }: Failure): string {
  const head = `FAIL  ${[...at, message].join(' > ')}`;
  if (detail === undefined || detail === null) return head;
  // The source excerpt and the stack's place say where; tap's own bookkeeping says nothing more.
  const shown =
    typeof detail === 'object'
      ? Object.fromEntries(
          Object.entries(detail).filter(([key]) => !['tapCaught', 'processID', 'sourceId'].includes(key)),
        )
      : detail;
  return `${head}\n${stringify(shown, { lineWidth: 0 })
    .trimEnd()
    .split('\n')
    .map((line) => `        ${line}`)
    .join('\n')}`;
}

/** Prints one file as it ends. */
export function printFile(result: FileResult): void {
  console.log(fileLine(result));
  for (const failure of result.failures) console.log(describeFailure(failure));
  if (!result.ok && result.complaints !== '') console.log(result.complaints);
}

const mostLetters = 300;

/** A failure on one line: it was told in full as its file ended. */
function failureLine({ path: at, message }: Failure): string {
  const line = [...at, message].join(' > ').replaceAll(/\s+/g, ' ');
  return `  ${line.length > mostLetters ? `${line.slice(0, mostLetters)}...` : line}`;
}

/** Prints the end of a run; its last line is `N passed, N failed`. */
export function printReport({ outcomes, failures, passed, flaky, skipped }: RunReport): void {
  if (skipped.length > 0)
    console.log(['', `Skipped: ${skipped.length}`, ...skipped.map((reason) => `  ${reason}`)].join('\n'));
  if (outcomes.length === 0) console.log('There is no such test.');
  if (failures.length > 0) console.log(['', 'Failures:', ...failures.map(failureLine)].join('\n'));
  console.log(['', ...flaky.map((file) => `flaky: ${file}`), `${passed} passed, ${failures.length} failed`].join('\n'));
}

/** Where a run leaves what it found, relative to the checkout. */
export const reportFile = '.tap/report.json';

/** Writes `{ passed, failed, flaky, files: [{ file, ok, passed, failed, skipped, milliseconds, tries }] }`. */
export function writeReport(root: string, { outcomes, failures, passed, flaky }: RunReport): void {
  const report = {
    passed,
    failed: failures.length,
    flaky,
    files: outcomes
      .map(({ last, tries }) => ({
        file: last.file,
        ok: last.ok,
        passed: last.passed,
        failed: last.failures.length,
        skipped: last.skipped.length,
        milliseconds: last.milliseconds,
        tries,
      }))
      .sort((a, b) => b.milliseconds - a.milliseconds),
  };
  const target = path.join(root, reportFile);
  mkdirSync(path.dirname(target), { recursive: true });
  writeFileSync(target, `${JSON.stringify(report, undefined, 2)}\n`);
}
