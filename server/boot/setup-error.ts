import { OperatorError, toError } from '../kit/errors.ts';

/** Something of the machine or its folders that keeps the server from starting; `message` says what an operator can do. */
export class SetupError extends OperatorError {
  override readonly name = 'SetupError';
}

/** Runs a step of the start; what it throws becomes a SetupError with the same words after `what`. */
export async function settingUp<T>(what: string, step: () => T | Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (thrown) {
    const error = toError(thrown);
    if (error instanceof SetupError) throw error;
    throw new SetupError(`${what}: ${error.message}`, { cause: error });
  }
}
