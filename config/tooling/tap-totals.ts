import { Parser, type Result } from 'tap-parser';

/** A failed assertion, or a file that failed without one (it crashed, hung, or broke off). */
export interface Failure {
  /** The test file, then the names of the tests around it. Empty: the run as a whole. */
  readonly path: readonly string[];
  readonly message: string;
  /** What tap knows about it: expected and found values, place, stack. */
  readonly detail: unknown;
}

/** What the assertions of one test file came to. */
export interface Count {
  passed: number;
  failures: Failure[];
  /** Assertions and tests left out, each with its reason. */
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

/** Reads what one test file writes. Counted are the assertions themselves, not the tests around them. */
export class TapReader {
  readonly #parser: Parser;
  readonly #count: Count = { passed: 0, failures: [], skipped: [] };
  readonly #file: string;

  constructor(file: string) {
    this.#file = file;
    this.#parser = new Parser();
    follow(this.#parser, [file], this.#count);
  }

  write(text: string): void {
    this.#parser.write(text);
  }

  /** The counts. A file that says nothing can fail nothing, and one that broke off has not passed: both are failures. */
  end(): Count {
    this.#parser.end();
    const { passed, failures, skipped } = this.#count;
    const fail = (message: string, detail: unknown): void => {
      failures.push({ path: [this.#file], message, detail });
    };
    // A file without any test says so by a plan of nothing; one that was left out as a whole gives a reason.
    const reason = this.#parser.results?.plan.skipAll ? this.#parser.results.plan.skipReason : '';
    if (reason !== '' && reason !== 'no tests found') skipped.push(`${this.#file} (${reason})`);
    if (failures.length === 0) {
      if (passed + skipped.length === 0) fail('The file has no assertion: it cannot fail', undefined);
      else if (this.#parser.results?.ok === false) fail('The file broke off', this.#parser.results.failures[0]);
    }
    return this.#count;
  }
}
