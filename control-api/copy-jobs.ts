/** The jobs of copies, and what each one is told. */
export interface CopyJobs {
  /** Make the file of a copy. */
  readonly 'data-copy.make': { readonly copyId: string };
}

/** Every name there is. */
export const copyJobNames: readonly (keyof CopyJobs)[] = ['data-copy.make'];

/** By what the job of a copy is known to the queue: there is one at a time. */
export function copyJobKey(copyId: string): string {
  return `data-copy.make:${copyId}`;
}
