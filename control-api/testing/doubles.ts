import { MemoryEvents } from '../../server/events/memory.ts';
import type { EventName, Events } from '../../server/events/port.ts';
import type { EnqueueOptions, JobPayload, JobQueue, QueueCounts, QueueWorker } from '../../server/queue/port.ts';

/** A queue that only notes what was asked of it, and fails when told to. */
export class NotingQueue implements JobQueue {
  readonly asked: {
    readonly name: string;
    readonly payload: JobPayload;
    readonly options: EnqueueOptions | undefined;
  }[] = [];
  failure: Error | undefined;

  async enqueue(name: string, payload: JobPayload, options?: EnqueueOptions): Promise<void> {
    if (this.failure) throw this.failure;
    this.asked.push({ name, payload, options });
  }

  /** Nothing of what was asked is done. */
  work(): QueueWorker {
    return { stop: async () => undefined };
  }

  async missing(_keys?: readonly string[]): Promise<ReadonlySet<string>> {
    return new Set();
  }

  async forgetFailed(): Promise<number> {
    return 0;
  }

  async counts(): Promise<Readonly<Record<string, QueueCounts>>> {
    const none = { waiting: 0, active: 0, failed: 0 };
    return {
      'version.prepare': { ...none, waiting: this.asked.length },
      'version.remux': none,
      'version.encode-video': none,
      'version.encode-audio': none,
      'version.package': none,
    };
  }

  async close(): Promise<void> {
    /* holds nothing */
  }
}

/** The embedded bus, which also notes what was published and how many listen. */
export class NotingBus extends MemoryEvents {
  readonly published: { readonly name: EventName; readonly event: Events[EventName] }[] = [];
  /** A stream that ended must not go on listening. */
  listening = 0;

  override async publish<N extends EventName>(name: N, event: Events[N]): Promise<void> {
    this.published.push({ name, event });
    await super.publish(name, event);
  }

  override subscribe<N extends EventName>(name: N, listener: (event: Events[N]) => void): () => void {
    const cancel = super.subscribe(name, listener);
    let listens = true;
    this.listening += 1;
    return () => {
      if (listens) this.listening -= 1;
      listens = false;
      cancel();
    };
  }
}
