import { useCallback, useEffect, useRef, useState } from 'react';
import type { ShownCue } from './cue-changes.ts';
import { shownAt } from './cue-marks.ts';

/** The player beside the texts. */
export interface CuePlayer {
  /** Whether there is a picture whose time can be asked for. */
  readonly isReady: boolean;
  /** What stands on the picture now. */
  readonly shown: readonly ShownCue[];
  readonly onVideo: (video: HTMLVideoElement | null) => void;
  /** Where it is, in milliseconds; undefined without a picture. */
  readonly nowMs: () => number | undefined;
  /** Plays from here on; with `untilMs` up to there. */
  readonly play: (fromMs: number, untilMs?: number) => void;
  /** Goes there, and does not begin to play. */
  readonly seek: (toMs: number) => void;
  readonly toggle: () => void;
}

/** Follows the player with every picture, and tells only when other texts are on it. */
export function usePlayer(cues: readonly ShownCue[]): CuePlayer {
  const [video, setVideo] = useState<HTMLVideoElement | null>(null);
  const [isReady, setIsReady] = useState(false);
  const [shown, setShown] = useState<readonly ShownCue[]>([]);
  const until = useRef<number>(undefined);
  useEffect(() => {
    if (!video) return undefined;
    let frame = 0;
    const look = () => {
      const now = video.currentTime * 1000;
      if (until.current !== undefined && now >= until.current) {
        until.current = undefined;
        video.pause();
      }
      const next = video.readyState > 0 ? shownAt(cues, now) : [];
      setShown((before) =>
        before.length === next.length && before.every((each, index) => each === next[index]) ? before : next,
      );
    };
    const follow = () => {
      look();
      frame = video.paused ? 0 : requestAnimationFrame(follow);
    };
    const begin = () => {
      cancelAnimationFrame(frame);
      follow();
    };
    const ready = () => setIsReady(video.readyState > 0);
    // The editor shows its own texts, not those of before that the stream still has.
    const hide = ({ track }: TrackEvent) => {
      if (track) track.mode = 'disabled';
    };
    ready();
    look();
    const heard = { play: begin, seeked: look, timeupdate: look, loadedmetadata: ready, emptied: ready } as const;
    for (const [name, listener] of Object.entries(heard)) video.addEventListener(name, listener);
    video.textTracks.addEventListener('addtrack', hide);
    if (!video.paused) begin();
    return () => {
      cancelAnimationFrame(frame);
      for (const [name, listener] of Object.entries(heard)) video.removeEventListener(name, listener);
      video.textTracks.removeEventListener('addtrack', hide);
    };
  }, [video, cues]);
  const seek = (toMs: number) => {
    until.current = undefined;
    if (video && video.readyState > 0) video.currentTime = toMs / 1000;
  };
  return {
    isReady,
    shown,
    onVideo: useCallback((element: HTMLVideoElement | null) => setVideo(element), []),
    nowMs: () => (video && video.readyState > 0 ? Math.round(video.currentTime * 1000) : undefined),
    seek,
    play: (fromMs, untilMs) => {
      seek(fromMs);
      until.current = untilMs;
      void video?.play().catch(() => undefined);
    },
    toggle: () => {
      if (video?.paused === true) void video.play().catch(() => undefined);
      else video?.pause();
    },
  };
}
