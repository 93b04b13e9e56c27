import { Parser, type Result } from 'tap-parser';

/** A failed assertion, or a file that failed without one (it crashed, hung, or broke off). */
export interface Failure {
  /** The test file, then the names of the tests around it. */
  readonly path: readonly string[];
  readonly message: string;
  /** What tap knows about it: expected and found values, place, stack. */
  readonly detail: unknown;
}

/** The end of one test file. */
export interface FileResult {
  readonly file: string;
  readonly ok: boolean;
  readonly passed: number;
  readonly failures: readonly Failure[];
  /** Assertions and tests left out, each with its reason. */
  readonly skipped: readonly string[];
  readonly milliseconds: number;
}

interface Count {
  passed: number;
  failures: Failure[];
  skipped: string[];
}

/** Why something was left out: `# SKIP reason` or `# TODO reason`. */
function leftOut(result: Result): string | undefined {
  const mark = result.skip || result.todo;
  return mark ? `${result.name}${typeof mark === 'string' ? ` (${mark})` : ''}` : undefined;
}

function follow(parser: Parser, path: readonly string[], count: Count): void {
  // A subtest ends with a test point of its own, which repeats what was counted inside.
  let insideBefore = 0;
  const failuresSoFar = (): number => count.failures.length;
  parser.on('child', (child: Parser) => {
    insideBefore = failuresSoFar();
    follow(child, [...path, child.name], count);
  });
  parser.on('assert', (result: Result) => {
    const reason = leftOut(result);
    if (reason !== undefined) count.skipped.push([...path, reason].join(' > '));
    else if (result.closingTestPoint) {
      if (!result.ok && failuresSoFar() === insideBefore)
        count.failures.push({ path, message: result.name, detail: result.diag });
    } else if (result.ok) count.passed += 1;
    else count.failures.push({ path, message: result.name, detail: result.diag });
  });
  parser.on('bailout', (reason: string) =>
    count.failures.push({ path, message: `Bail out! ${reason}`, detail: undefined }),
  );
}

/**
 * Reads what `tap run` writes and tells of each test file as it ends. Counted are the assertions themselves, not the
 * tests around them.
 */
export class TapReader {
  readonly #parser = new Parser();
  readonly #outside: Failure[] = [];

  constructor(onFile: (result: FileResult) => void) {
    let count: Count = { passed: 0, failures: [], skipped: [] };
    let current: Parser | undefined;
    this.#parser.on('child', (child: Parser) => {
      count = { passed: 0, failures: [], skipped: [] };
      current = child;
      follow(child, [child.name], count);
    });
    this.#parser.on('assert', (result: Result) => {
      const file = current?.name ?? result.name;
      current = undefined;
      // tap calls a file without any test skipped; one that was skipped on purpose gives a reason of its own.
      const reason = result.skip === 'no tests found' ? undefined : leftOut(result);
      if (reason !== undefined) count.skipped.push(reason);
      else if (!result.ok && count.failures.length === 0)
        count.failures.push({ path: [file], message: 'The file failed', detail: result.diag });
      else if (count.passed + count.failures.length + count.skipped.length === 0) {
        count.failures.push({ path: [file], message: 'The file has no assertion: it cannot fail', detail: undefined });
      }
      onFile({
        file,
        ok: result.ok && count.failures.length === 0,
        ...count,
        milliseconds: Math.round(result.time ?? 0),
      });
      count = { passed: 0, failures: [], skipped: [] };
    });
    this.#parser.on('bailout', (reason: string) =>
      this.#outside.push({ path: [], message: `Bail out! ${reason}`, detail: undefined }),
    );
  }

  write(text: string): void {
    this.#parser.write(text);
  }

  /** Failures that belong to no file. */
  end(): readonly Failure[] {
    this.#parser.end();
    return this.#outside;
  }
}
