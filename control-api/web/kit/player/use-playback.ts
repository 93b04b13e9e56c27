import { useEffect, useRef, useState, type RefObject } from 'react';
import type { Stream, StreamFailure, StreamInfo } from './stream.ts';

/** Starts and ends the sessions that playback counts as. */
export interface PlaybackSessions {
  /** @throws ApiError, UnreachableError */
  begin(): Promise<{ readonly sessionId: string; readonly hls: string }>;
  end(sessionId: string): void;
}

type PlaybackState =
  | { readonly step: 'idle' }
  | { readonly step: 'opening' }
  | { readonly step: 'open' }
  /** `failure`: of the stream; `error`: what was thrown when the session was to begin. */
  | { readonly step: 'failed'; readonly failure: StreamFailure | undefined; readonly error: unknown };

export interface Playback {
  readonly video: RefObject<HTMLVideoElement | null>;
  readonly state: PlaybackState;
  readonly info: StreamInfo | undefined;
  /** Begins; after a failure anew, at the place where it stopped. @param fromSeconds where to begin instead */
  play(fromSeconds?: number): Promise<void>;
  setQuality(index: number): void;
  setAudio(index: number): void;
}

interface Open {
  readonly sessionId: string;
  stream: Stream | undefined;
}

/**
 * Playback in one `<video>`. A session counts as a stream of the account, so it begins with `play`, not with the page,
 * and ends with the page. hls.js is loaded when it is needed first.
 */
export function usePlayback(sessions: PlaybackSessions): Playback {
  const video = useRef<HTMLVideoElement>(null);
  const open = useRef<Open>(undefined);
  const attempt = useRef(0);
  const [state, setState] = useState<PlaybackState>({ step: 'idle' });
  const [info, setInfo] = useState<StreamInfo>();

  function close() {
    attempt.current += 1;
    open.current?.stream?.close();
    if (open.current) sessions.end(open.current.sessionId);
    open.current = undefined;
  }

  useEffect(() => {
    window.addEventListener('pagehide', close);
    return () => {
      window.removeEventListener('pagehide', close);
      close();
    };
  }, []);

  async function play(fromSeconds?: number) {
    const element = video.current;
    if (!element) return;
    const startAt = fromSeconds ?? (state.step === 'failed' ? element.currentTime : 0);
    close();
    const mine = attempt.current;
    const fail = (failure: StreamFailure | undefined, error?: unknown) => {
      if (mine !== attempt.current) return;
      close();
      setState({ step: 'failed', failure, error });
    };
    setState({ step: 'opening' });
    setInfo(undefined);
    try {
      const [session, { openStream }] = await Promise.all([sessions.begin(), import('./stream.ts')]);
      if (mine !== attempt.current) {
        sessions.end(session.sessionId);
        return;
      }
      const begun: Open = { sessionId: session.sessionId, stream: undefined };
      open.current = begun;
      begun.stream = openStream(element, session.hls, startAt, setInfo, fail);
      if (mine !== attempt.current) return;
      setState({ step: 'open' });
      // The browser may refuse to begin by itself with sound; the controls are there then.
      await element.play().catch(() => undefined);
    } catch (thrown) {
      fail(undefined, thrown);
    }
  }

  return {
    video,
    state,
    info,
    play,
    setQuality: (index) => open.current?.stream?.setQuality(index),
    setAudio: (index) => open.current?.stream?.setAudio(index),
  };
}
