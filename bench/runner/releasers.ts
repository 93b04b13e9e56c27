/**
 * What has to be undone at the end: processes to stop, folders to remove. Last in, first out; one that fails does not
 * keep the others from being undone.
 */
export class Releasers {
  readonly #pending: { readonly what: string; readonly undo: () => Promise<void> }[] = [];
  #releasing: Promise<void> | undefined;

  add(what: string, undo: () => Promise<void>): void {
    this.#pending.push({ what, undo });
  }

  /** Undoes everything. Called twice, it waits for the same. @throws Error naming what could not be undone */
  release(): Promise<void> {
    this.#releasing ??= this.#undoAll().finally(() => {
      this.#releasing = undefined;
    });
    return this.#releasing;
  }

  async #undoAll(): Promise<void> {
    const failures: unknown[] = [];
    for (let next = this.#pending.pop(); next !== undefined; next = this.#pending.pop()) {
      const { what, undo } = next;
      await undo().catch((error: unknown) => failures.push(new Error(`${what}: ${String(error)}`, { cause: error })));
    }
    if (failures.length > 0)
      throw new AggregateError(failures, `Could not be undone: ${failures.map(String).join('; ')}`);
  }
}
