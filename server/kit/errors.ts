import { sharedProblems, type Problem, type SharedProblemCode } from './problems.ts';

type ParameterOf<P> = P extends SharedProblemCode
  ? (typeof sharedProblems)[P]['parameters'][number]
  : P extends Problem<string, infer Parameter>
    ? Parameter
    : never;

/**
 * An error with a declared problem: a shared one by its code, a feature's by its declaration (`uploadProblems.x`).
 * `message` is a sentence a person understands; `cause` keeps the origin.
 */
export class ProblemError<P extends SharedProblemCode | Problem = SharedProblemCode | Problem> extends Error {
  override readonly name = 'ProblemError';
  readonly code: string;
  readonly status: number;
  readonly title: string;
  /** The problem's parameters for the client. Never secrets. */
  readonly extras: Readonly<Record<string, unknown>> | undefined;

  constructor(
    problem: P,
    message?: string,
    options?: { readonly cause?: unknown; readonly extras?: Readonly<Partial<Record<ParameterOf<P>, unknown>>> },
  ) {
    const { code, status, title }: Problem =
      typeof problem === 'string' ? sharedProblems[problem as SharedProblemCode] : (problem as Problem);
    super(message ?? title, options?.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.status = status;
    this.title = title;
    this.extras = options?.extras;
  }
}

/**
 * Something that an operator can do something about: the configuration, the machine, how a command was called.
 * `message` says what is wrong and what to do, so that it can be printed alone, without a stack.
 */
export class OperatorError extends Error {
  override readonly name: string = 'OperatorError';
}

/** Turns whatever was thrown into an Error, keeping the original as `cause` when it was not one. */
export function toError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(`Non-error thrown: ${String(thrown)}`, { cause: thrown });
}
