/**
 * Passes on at most one value each `intervalMs`, the latest; `work` is never run twice at the same time. `flush`
 * resolves when nothing is under way and nothing more will be sent.
 */
export class ThrottledReport<T> {
  readonly #send: (value: T) => Promise<void>;
  readonly #intervalMs: number;
  #latest: { readonly value: T } | undefined;
  #timer: NodeJS.Timeout | undefined;
  #sending: Promise<void> | undefined;
  #closed = false;

  constructor(intervalMs: number, send: (value: T) => Promise<void>) {
    this.#intervalMs = intervalMs;
    this.#send = send;
  }

  report(value: T): void {
    if (this.#closed) return;
    this.#latest = { value };
    this.#timer ??= setTimeout(() => this.#fire(), this.#intervalMs);
  }

  #fire(): void {
    this.#timer = undefined;
    const latest = this.#latest;
    if (!latest || this.#sending) return;
    this.#latest = undefined;
    this.#sending = this.#send(latest.value).finally(() => {
      this.#sending = undefined;
      if (this.#latest && !this.#closed) this.#timer ??= setTimeout(() => this.#fire(), this.#intervalMs);
    });
    // Progress is a hint; the job itself reports a database that is gone.
    this.#sending.catch(() => undefined);
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#sending?.catch(() => undefined);
  }
}
