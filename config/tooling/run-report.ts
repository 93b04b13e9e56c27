import type { FileResult } from './run-file.ts';
import type { Failure } from './tap-totals.ts';

/** So many files may pass at the second try only; one more and the run fails: the tests cannot be believed. */
const mostFlaky = 2;

/** What one file came to: its last try counts. */
export interface Outcome {
  readonly last: FileResult;
  readonly tries: 1 | 2;
}

/** What a run came to. */
export interface RunReport {
  readonly outcomes: readonly Outcome[];
  /** Failures that belong to no file. */
  readonly failures: readonly Failure[];
  readonly passed: number;
  readonly flaky: readonly string[];
  readonly skipped: readonly string[];
}

/** Adds up the last tries. `interrupted`: the signal that cut the run short. */
export function sumUp(
  files: readonly string[],
  outcomes: readonly Outcome[],
  { interrupted, isCi }: { readonly interrupted: string | undefined; readonly isCi: boolean },
): RunReport {
  const ofRun = (message: string, file?: string): Failure => ({
    path: file === undefined ? [] : [file],
    message,
    detail: undefined,
  });
  const ended = new Set(outcomes.map(({ last }) => last.file));
  const skipped = outcomes.flatMap(({ last }) => last.skipped);
  const flaky = outcomes.filter(({ last, tries }) => last.ok && tries > 1).map(({ last }) => last.file);
  return {
    outcomes,
    passed: outcomes.reduce((sum, { last }) => sum + last.passed, 0),
    flaky,
    skipped,
    failures: [
      ...outcomes.flatMap(({ last }) => last.failures),
      // A run that was cut short must not end in words that look like success.
      ...(interrupted === undefined
        ? []
        : files.filter((file) => !ended.has(file)).map((file) => ofRun(`did not end before ${interrupted}`, file))),
      ...(isCi ? skipped.map((reason) => ofRun(`Skipped, which CI forbids: ${reason}`)) : []),
      ...(flaky.length > mostFlaky
        ? [ofRun(`${flaky.length} files passed only when they were run again: at most ${mostFlaky} may`)]
        : []),
    ],
  };
}
