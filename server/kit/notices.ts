import type { Clock } from './clock.ts';
import type { Logger } from './logger.ts';

/** Something about the set-up that an operator should look at. */
export interface Notice {
  /** Stable; one notice each. */
  readonly code: string;
  /** The option to change, e.g. `server.trustProxy`. */
  readonly setting: string;
  /** What was seen and what to do, in sentences for people. Never secrets. */
  readonly detail: string;
}

/** Notices of one process, each said once for as long as it is so: in the log, and to those who ask what is to be done (the dashboard). */
export class Notices {
  readonly #said = new Map<string, Notice & { readonly since: number }>();
  readonly #logger: Logger;
  readonly #clock: Clock;

  constructor(options: { readonly logger: Logger; readonly clock: Clock }) {
    this.#logger = options.logger;
    this.#clock = options.clock;
  }

  /** Says it, unless it was said before. */
  say({ code, setting, detail }: Notice): void {
    if (this.#said.has(code)) return;
    this.#said.set(code, { code, setting, detail, since: this.#clock.now() });
    this.#logger.warn({ notice: code, setting }, detail);
  }

  /** Takes it back: it is over. Said again, it is news again. */
  withdraw(code: string): void {
    this.#said.delete(code);
  }

  /** What was said, in the order it was; `since` in milliseconds since the epoch. */
  get all(): readonly (Notice & { readonly since: number })[] {
    return [...this.#said.values()];
  }
}
