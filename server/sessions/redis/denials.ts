/** A session that was ended: denied until its token has expired, in milliseconds since the epoch. */
export type Denial = readonly [sessionId: string, until: number];

/**
 * Who was ended, as this process knows it. It only grows, except by expiry: what Redis forgets is told to it again.
 */
export class Denials {
  readonly #until = new Map<string, number>();
  /** Those that Redis may not have: it was away when they came up here. */
  readonly #untold = new Set<string>();

  get size(): number {
    return this.#until.size;
  }

  has(sessionId: string, now: number): boolean {
    const until = this.#until.get(sessionId);
    return until !== undefined && until > now;
  }

  /** What Redis told, or was told. */
  add(denials: Iterable<Denial>): void {
    for (const [id, until] of denials) {
      this.#until.set(id, Math.max(until, this.#until.get(id) ?? 0));
      this.#untold.delete(id);
    }
  }

  /** What Redis has still to be told. */
  addUntold([id, until]: Denial): void {
    this.#until.set(id, until);
    this.#untold.add(id);
  }

  /** What Redis has still to be told, and all of those that are not among what it has. */
  missing(told: ReadonlySet<string>, now: number): Denial[] {
    return [...this.#until].filter(([id, until]) => until > now && (this.#untold.has(id) || !told.has(id)));
  }

  /** What Redis has still to be told. */
  untold(now: number): Denial[] {
    return [...this.#untold].flatMap((id): Denial[] => {
      const until = this.#until.get(id) ?? 0;
      return until > now ? [[id, until]] : [];
    });
  }

  /** Forgets those whose tokens have expired. */
  sweep(now: number): void {
    for (const [id, until] of this.#until) {
      if (until > now) continue;
      this.#until.delete(id);
      this.#untold.delete(id);
    }
  }
}
