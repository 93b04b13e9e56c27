import { OperatorError, toError } from '../kit/errors.ts';

/** Runs a step of the start. @throws OperatorError with `what` and the words of what went wrong, which stays its cause */
export async function settingUp<T>(what: string, step: () => T | Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (thrown) {
    const error = toError(thrown);
    throw new OperatorError(`${what}: ${error.message}`, { cause: error });
  }
}
