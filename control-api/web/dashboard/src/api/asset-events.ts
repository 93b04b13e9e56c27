import { useEffect, useState } from 'react';
import { assetKeys } from './assets.ts';
import { authorisedFetch } from './client.ts';
import { readEvents } from './event-stream.ts';
import { ApiError } from './problem.ts';
import { queryClient } from './queries.ts';

export type LiveState = 'connecting' | 'live' | 'lost';

/** Changes are collected this long before the page asks again: encoders report several times a second. */
const gatherMs = 600;
/** A stream that is silent for this long is taken for dead; the server sends a sign of life every 15 s. */
const silenceMs = 45_000;
const longestDelayMs = 15_000;

function assetIdOf(data: string): string | undefined {
  try {
    const parsed: unknown = JSON.parse(data);
    const id =
      typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, unknown>)['assetId'] : undefined;
    return typeof id === 'string' ? id : undefined;
  } catch {
    return undefined;
  }
}

/** Asks again for what changed; several changes within a moment are one question. */
class Refresher {
  readonly #changed = new Set<string>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  add(assetId: string): void {
    this.#changed.add(assetId);
    this.#timer ??= setTimeout(() => this.#flush(), gatherMs);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #flush(): void {
    this.#timer = undefined;
    // An answer on its way is not thrown away, or a busy encoder would keep the page from ever showing one.
    const options = { cancelRefetch: false };
    void queryClient.invalidateQueries({ queryKey: assetKeys.lists }, options);
    for (const id of this.#changed) void queryClient.invalidateQueries({ queryKey: assetKeys.one(id) }, options);
    this.#changed.clear();
  }
}

async function listen(signal: AbortSignal, refresher: Refresher, onOpen: () => void): Promise<void> {
  const silence = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const heard = () => {
    clearTimeout(timer);
    timer = setTimeout(() => silence.abort(), silenceMs);
  };
  try {
    heard();
    const response = await authorisedFetch(
      new Request('/api/v1/assets/events', {
        headers: { Accept: 'text/event-stream' },
        cache: 'no-store',
        signal: AbortSignal.any([signal, silence.signal]),
      }),
    );
    if (!response.body) throw new TypeError('The event stream has no body');
    onOpen();
    // What happened while nobody listened is not repeated.
    void queryClient.invalidateQueries({ queryKey: assetKeys.all });
    for await (const event of readEvents(response.body, heard)) {
      const assetId = assetIdOf(event.data);
      if (assetId !== undefined) refresher.add(assetId);
    }
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Keeps what the page shows in step with the server while the page is visible. A hidden tab lets go of its stream:
 * browsers open only six HTTP/1.1 connections to a server, and many tabs would use them up.
 */
export function useAssetEvents(): LiveState {
  const [state, setState] = useState<LiveState>('connecting');
  useEffect(() => {
    let abort = new AbortController();
    const refresher = new Refresher();

    async function keepListening(signal: AbortSignal) {
      let failures = 0;
      while (!signal.aborted) {
        let isRefused = false;
        try {
          await listen(signal, refresher, () => {
            failures = 0;
            setState('live');
          });
          // Ended in good order, with the access token for instance: connect again without a fuss.
        } catch (error) {
          if (signal.aborted) return;
          failures += 1;
          setState('lost');
          isRefused = error instanceof ApiError && (error.status === 401 || error.status === 403);
        }
        if (isRefused) return;
        const delay = failures === 0 ? 200 : Math.min(longestDelayMs, 500 * 2 ** failures);
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, delay);
          const now = () => {
            clearTimeout(timer);
            resolve();
          };
          signal.addEventListener('abort', now, { once: true });
          window.addEventListener('online', now, { once: true });
        });
      }
    }

    function onVisibility() {
      if (document.visibilityState === 'visible') {
        if (!abort.signal.aborted) return;
        abort = new AbortController();
        setState('connecting');
        void keepListening(abort.signal);
      } else {
        abort.abort();
      }
    }

    document.addEventListener('visibilitychange', onVisibility);
    if (document.visibilityState === 'visible') void keepListening(abort.signal);
    else abort.abort();
    return () => {
      document.removeEventListener('visibilitychange', onVisibility);
      abort.abort();
      refresher.stop();
    };
  }, []);
  return state;
}
