/** A mistake in how a command was called; shown with the usage. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
