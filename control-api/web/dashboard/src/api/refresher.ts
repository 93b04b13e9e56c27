/**
 * Asks again for what changed; several changes within a moment are one question. Between two questions is as long a rest
 * as the first one took: a list of many pages, or a slow network, is not asked without end.
 */
export class Refresher {
  readonly #ask: (ids: readonly string[]) => Promise<unknown>;
  readonly #gatherMs: number;
  readonly #changed = new Set<string>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param gatherMs changes are collected this long at least, in milliseconds */
  constructor(ask: (ids: readonly string[]) => Promise<unknown>, gatherMs: number) {
    this.#ask = ask;
    this.#gatherMs = gatherMs;
  }

  add(id: string): void {
    this.#changed.add(id);
    this.#timer ??= setTimeout(() => void this.#flush(), this.#gatherMs);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#changed.clear();
  }

  async #flush(): Promise<void> {
    const began = performance.now();
    const ids = [...this.#changed];
    this.#changed.clear();
    // What goes wrong is shown by those that asked; here it only ends the wait.
    await this.#ask(ids).catch(() => undefined);
    const restMs = Math.max(this.#gatherMs, performance.now() - began);
    this.#timer = this.#changed.size > 0 ? setTimeout(() => void this.#flush(), restMs) : undefined;
  }
}
