import { stringify } from 'yaml';
import type { Failure, FileResult } from './tap-totals.ts';

const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(1)} s`;

export function fileLine({ ok, file, passed, failures, skipped, milliseconds }: FileResult): string {
  const counts = [
    `${passed} passed`,
    ...(failures.length ? [`${failures.length} failed`] : []),
    ...(skipped.length ? [`${skipped.length} skipped`] : []),
  ];
  return `${ok ? 'ok  ' : 'FAIL'}  ${file}  ${counts.join(', ')}  ${seconds(milliseconds)}`;
}

/** A failure for a person: where, what, and the difference. */
export function describeFailure({ path, message, detail }: Failure): string {
  const head = `FAIL  ${[...path, message].join(' > ')}`;
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
