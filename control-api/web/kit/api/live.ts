import { useEffect, useEffectEvent, useState } from 'react';
import { readEvents, type ServerSentEvent } from './event-stream.ts';
import { ApiError } from './problem.ts';

export type LiveState = 'connecting' | 'live' | 'lost';

export interface EventStreamOptions {
  readonly url: string;
  /** Sends with authorisation and refuses what is not a success. */
  readonly fetch: (request: Request) => Promise<Response>;
  /** Called when the stream is open: what happened while nobody listened is not repeated. */
  readonly onOpen: () => void;
  readonly onEvent: (event: ServerSentEvent) => void;
}

/** A stream that is silent for this long is taken for dead; the server sends a sign of life every 15 s. */
const silenceMs = 45_000;
const longestDelayMs = 15_000;

async function listen(signal: AbortSignal, options: EventStreamOptions): Promise<void> {
  const silence = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const heard = () => {
    clearTimeout(timer);
    timer = setTimeout(() => silence.abort(), silenceMs);
  };
  try {
    heard();
    const response = await options.fetch(
      new Request(options.url, {
        headers: { Accept: 'text/event-stream' },
        cache: 'no-store',
        signal: AbortSignal.any([signal, silence.signal]),
      }),
    );
    if (!response.body) throw new TypeError('The event stream has no body');
    options.onOpen();
    for await (const event of readEvents(response.body, heard)) options.onEvent(event);
  } finally {
    clearTimeout(timer);
  }
}

/** Resolves after the delay, or earlier when the network is back or the signal aborts. */
async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(now, milliseconds);
    function now() {
      clearTimeout(timer);
      window.removeEventListener('online', now);
      signal.removeEventListener('abort', now);
      resolve();
    }
    signal.addEventListener('abort', now);
    window.addEventListener('online', now);
  });
}

async function keepListening(
  signal: AbortSignal,
  options: EventStreamOptions,
  onState: (state: LiveState) => void,
): Promise<void> {
  let failures = 0;
  while (!signal.aborted) {
    try {
      await listen(signal, {
        ...options,
        onOpen: () => {
          failures = 0;
          onState('live');
          options.onOpen();
        },
      });
      // Ended in good order, with the access token for instance: connect again without a fuss.
    } catch (error) {
      if (signal.aborted) return;
      failures += 1;
      onState('lost');
      if (error instanceof ApiError && (error.status === 401 || error.status === 403)) return;
    }
    await pause(failures === 0 ? 200 : Math.min(longestDelayMs, 500 * 2 ** failures), signal);
  }
}

/**
 * Listens to a stream of server-sent events while the page is visible. A hidden tab lets go of its stream: browsers
 * open only six HTTP/1.1 connections to a server, and many tabs would use them up.
 * @param options `url` and `fetch` are read once
 */
export function useEventStream(options: EventStreamOptions): LiveState {
  const [state, setState] = useState<LiveState>('connecting');
  const onOpen = useEffectEvent(options.onOpen);
  const onEvent = useEffectEvent(options.onEvent);
  useEffect(() => {
    let abort = new AbortController();
    const begin = () => void keepListening(abort.signal, { ...options, onOpen, onEvent }, setState);

    function onVisibility() {
      if (document.visibilityState !== 'visible') return abort.abort();
      if (!abort.signal.aborted) return;
      abort = new AbortController();
      setState('connecting');
      begin();
    }

    document.addEventListener('visibilitychange', onVisibility);
    if (document.visibilityState === 'visible') begin();
    else abort.abort();
    return () => {
      document.removeEventListener('visibilitychange', onVisibility);
      abort.abort();
    };
  }, []);
  return state;
}
