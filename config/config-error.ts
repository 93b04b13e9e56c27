import { OperatorError } from '../server/kit/errors.ts';

/** A configuration that cannot be used; `message` names every wrong option and how it can be set. */
export class ConfigError extends OperatorError {
  override readonly name = 'ConfigError';
}
