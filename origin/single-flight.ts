/** Lets those who ask for the same key while it is being produced share one production. */
export class SingleFlight<V> {
  readonly #flights = new Map<string, Promise<V>>();

  /**
   * The value of the production under way for `key`, or of a new one. `produce` is told whether it still counts:
   * after `forget` its result goes to those who wait, but must not be kept.
   */
  run(key: string, produce: (stillCounts: () => boolean) => Promise<V>): Promise<V> {
    const running = this.#flights.get(key);
    if (running) return running;
    const flight: Promise<V> = Promise.resolve()
      .then(() => produce(() => this.#flights.get(key) === flight))
      .finally(() => {
        if (this.#flights.get(key) === flight) this.#flights.delete(key);
      });
    this.#flights.set(key, flight);
    return flight;
  }

  has(key: string): boolean {
    return this.#flights.has(key);
  }

  /** Takes back what is being produced for keys that start with `prefix`. */
  forget(prefix: string): void {
    for (const key of this.#flights.keys()) if (key.startsWith(prefix)) this.#flights.delete(key);
  }
}
