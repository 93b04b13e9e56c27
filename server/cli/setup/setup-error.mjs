/** Something that keeps a command from starting; `message` is what a person can do about it. */
export class SetupError extends Error {
  /** @override */
  name = 'SetupError';
}
