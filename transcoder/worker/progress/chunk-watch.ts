import type { Database } from '../../../server/db/port.ts';
import type { EventBus } from '../../../server/events/port.ts';
import { chunkState, type ChunkKey, type ChunkState } from './chunk-rows.ts';

/** How long a look at the database is good for, in milliseconds: while a chunk is encoded, and before that begins. */
const usualRests = { encoding: 250, waiting: 5000 };

/**
 * Waits for the chunks of one version. All who wait for the same chunk share one look at the database. The event
 * that the asset changed is the fast way; the database is asked now and then as well, because events may be lost.
 * A thousand versions may wait at the same time in the thread that serves segments: one nobody works on costs a look
 * every few seconds.
 */
export class ChunkWatch {
  readonly #db: Database;
  readonly #versionId: string;
  readonly #restsMs: { readonly encoding: number; readonly waiting: number };
  readonly #unsubscribe: () => void;
  readonly #known = new Map<string, { readonly state: ChunkState; readonly changes: number }>();
  readonly #looks = new Map<string, Promise<ChunkState>>();
  readonly #rests = new Set<(error?: Error) => void>();
  /** Events so far: what was looked up before the last one may be out of date. */
  #changes = 0;
  #closed = false;

  constructor(
    deps: { readonly db: Database; readonly events: EventBus },
    assetId: string,
    versionId: string,
    restsMs = usualRests,
  ) {
    this.#db = deps.db;
    this.#versionId = versionId;
    this.#restsMs = restsMs;
    this.#unsubscribe = deps.events.subscribe('asset.changed', (event) => {
      if (event.assetId !== assetId) return;
      this.#changes++;
      for (const wake of this.#rests) wake();
    });
  }

  /** What was found at the last look. */
  known(kind: ChunkKey['kind'], index: number): ChunkState | undefined {
    return this.#known.get(`${kind}:${index}`)?.state;
  }

  /** The state at the next look: at once when there was none yet, otherwise when something may have changed. */
  next(kind: ChunkKey['kind'], index: number): Promise<ChunkState> {
    const name = `${kind}:${index}`;
    let look = this.#looks.get(name);
    if (!look) {
      look = this.#look(name, { versionId: this.#versionId, kind, index }).finally(() => this.#looks.delete(name));
      this.#looks.set(name, look);
    }
    return look;
  }

  /** Resolves when the chunk is encoded and stored. */
  async done(kind: ChunkKey['kind'], index: number): Promise<void> {
    while (this.known(kind, index) !== 'done') await this.next(kind, index);
  }

  /** Ends every wait with an error. */
  close(): void {
    this.#closed = true;
    this.#unsubscribe();
    for (const wake of this.#rests) wake(new Error('Nobody waits for chunks any more'));
  }

  async #look(name: string, key: ChunkKey): Promise<ChunkState> {
    const known = this.#known.get(name);
    if (known && known.changes === this.#changes)
      await this.#rest(this.#restsMs[known.state === 'encoding' ? 'encoding' : 'waiting']);
    const changes = this.#changes;
    const state = await chunkState(this.#db, key);
    this.#known.set(name, { state, changes });
    return state;
  }

  async #rest(ms: number): Promise<void> {
    if (this.#closed) throw new Error('Nobody waits for chunks any more');
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, ms);
    const wake = (error?: Error): void => {
      if (error) reject(error);
      else resolve();
    };
    this.#rests.add(wake);
    try {
      await promise;
    } finally {
      clearTimeout(timer);
      this.#rests.delete(wake);
    }
  }
}
