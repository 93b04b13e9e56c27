import { toError } from '../kit/errors.ts';
import type { Logger } from '../kit/logger.ts';
import type { EventBus, EventName, Events } from './port.ts';

type Listener = (event: Events[EventName]) => void;

/** Events within one process. Like with a broker, listeners run after the publisher's turn, never inside its call. */
export class MemoryEvents implements EventBus {
  readonly #listeners = new Map<EventName, Set<{ readonly call: Listener }>>();
  readonly #logger: Logger;
  #closed = false;

  constructor(options: { readonly logger: Logger }) {
    this.#logger = options.logger;
  }

  async publish<N extends EventName>(name: N, event: Events[N]): Promise<void> {
    // A copy: what the publisher or another listener does to the object afterwards is not heard.
    const sent: Events[EventName] = Object.freeze({ ...(event as Events[EventName]) });
    await Promise.resolve();
    // As they are now: one that is subscribed by a listener hears the next event first.
    const listeners = Array.from(this.#listeners.get(name) ?? []);
    for (const listener of listeners) {
      // One that was unsubscribed by a listener before it is not called any more.
      if (this.#closed || !this.#listeners.get(name)?.has(listener)) continue;
      try {
        listener.call(sent);
      } catch (error) {
        // Its own fault, and no reason to keep the news from the others.
        this.#logger.error({ err: toError(error), event: name }, 'an event listener threw');
      }
    }
  }

  subscribe<N extends EventName>(name: N, listener: (event: Events[N]) => void): () => void {
    // In an object of its own: the same function may be subscribed twice, and each subscription ends by itself.
    const entry = { call: listener as Listener };
    const listeners = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, listeners.add(entry));
    return () => {
      listeners.delete(entry);
    };
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#listeners.clear();
    await Promise.resolve();
  }
}
