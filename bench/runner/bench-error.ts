/** Something that the person who runs the bench can mend, or must know. Its message is shown without a stack. */
export class BenchError extends Error {
  override readonly name = 'BenchError';
}
