import Hls, { ErrorDetails, ErrorTypes, Events, type ErrorData, type Level } from 'hls.js';
import { withSurround } from './surround.ts';

/** Why a stream stopped for good; the texts are the kit's `player.failed`. */
export type StreamFailure = 'session_ended' | 'not_found' | 'codecs' | 'network' | 'decoding' | 'unsupported' | 'other';

export interface Quality {
  /** Index in hls.js. */
  readonly index: number;
  /** Pixels; 0 where there is only sound. */
  readonly width: number;
  readonly height: number;
  /** Bits per second. */
  readonly bitRate: number;
}

interface AudioTrack {
  /** Index in hls.js. */
  readonly index: number;
  /** As the manifest calls it; empty when it does not. */
  readonly name: string;
}

export interface StreamInfo {
  readonly qualities: readonly Quality[];
  /** What is on the screen now; undefined before the first segment or where the browser decides by itself. */
  readonly current: Quality | undefined;
  readonly audio: readonly AudioTrack[];
}

export interface Stream {
  /** @param index of a quality, -1 for automatic */
  setQuality(index: number): void;
  setAudio(index: number): void;
  close(): void;
}

const noInfo: StreamInfo = { qualities: [], current: undefined, audio: [] };

const qualityOf = ({ width, height, bitrate }: Level, index: number): Quality => ({
  index,
  width,
  height,
  bitRate: bitrate,
});

/** What a fatal error of hls.js means to the person. */
function failureOf(data: ErrorData): StreamFailure {
  const status = data.response?.code;
  if (status === 401 || status === 403) return 'session_ended';
  if (status === 404 || status === 410) return 'not_found';
  if (
    data.details === ErrorDetails.BUFFER_INCOMPATIBLE_CODECS_ERROR ||
    data.details === ErrorDetails.MANIFEST_INCOMPATIBLE_CODECS_ERROR
  ) {
    return 'codecs';
  }
  if (data.type === ErrorTypes.NETWORK_ERROR) return 'network';
  return data.type === ErrorTypes.MEDIA_ERROR ? 'decoding' : 'other';
}

function mediaFailure(video: HTMLVideoElement): StreamFailure {
  const code = video.error?.code;
  if (code === MediaError.MEDIA_ERR_NETWORK) return 'network';
  return code === MediaError.MEDIA_ERR_DECODE ? 'decoding' : 'unsupported';
}

function playNatively(
  video: HTMLVideoElement,
  url: string,
  startAt: number,
  onError: (failure: StreamFailure) => void,
): Stream {
  const failed = () => onError(mediaFailure(video));
  const seek = () => {
    if (startAt > 0) video.currentTime = startAt;
  };
  video.addEventListener('error', failed);
  video.addEventListener('loadedmetadata', seek, { once: true });
  video.src = url;
  return {
    setQuality: () => undefined,
    setAudio: () => undefined,
    close: () => {
      video.removeEventListener('error', failed);
      video.removeEventListener('loadedmetadata', seek);
      video.removeAttribute('src');
      video.load();
    },
  };
}

/**
 * Plays an HLS URL in `video`: hls.js where there is Media Source Extensions, the browser itself elsewhere (iOS).
 * `startAt` is in seconds. The first media and network errors are recovered from; what stays is told to `onError`.
 */
export function openStream(
  video: HTMLVideoElement,
  url: string,
  startAt: number,
  onInfo: (info: StreamInfo) => void,
  onError: (failure: StreamFailure) => void,
): Stream {
  if (!Hls.isSupported()) {
    if (video.canPlayType('application/vnd.apple.mpegurl') !== '') return playNatively(video, url, startAt, onError);
    onError('unsupported');
    return { setQuality: () => undefined, setAudio: () => undefined, close: () => undefined };
  }
  // A title that is still being processed is a growing playlist: begin at its start, not at its live edge.
  const hls = new Hls({ startPosition: startAt, capLevelToPlayerSize: false, backBufferLength: 60 });
  let mediaRecoveries = 0;
  let networkRecoveries = 0;
  let info = noInfo;
  const publish = (change: Partial<StreamInfo>) => {
    info = { ...info, ...change };
    onInfo(info);
  };
  hls.on(Events.MANIFEST_PARSED, (_event, { audioTracks }) => {
    for (const index of withSurround(hls.levels, audioTracks)) hls.removeLevel(index);
    publish({ qualities: hls.levels.map(qualityOf).reverse() });
  });
  hls.on(Events.AUDIO_TRACKS_UPDATED, () => {
    publish({ audio: hls.audioTracks.map((track, index) => ({ index, name: track.name || track.lang || '' })) });
  });
  hls.on(Events.LEVEL_SWITCHED, (_event, { level }) => {
    const playing = hls.levels[level];
    publish({ current: playing && qualityOf(playing, level) });
  });
  hls.on(Events.FRAG_BUFFERED, () => {
    networkRecoveries = 0;
  });
  hls.on(Events.ERROR, (_event, data) => {
    if (!data.fatal) return;
    const status = data.response?.code ?? 0;
    const refused = status >= 400 && status < 500;
    if (
      data.type === ErrorTypes.MEDIA_ERROR &&
      mediaRecoveries < 2 &&
      data.details !== ErrorDetails.BUFFER_INCOMPATIBLE_CODECS_ERROR
    ) {
      mediaRecoveries += 1;
      hls.recoverMediaError();
      return;
    }
    if (data.type === ErrorTypes.NETWORK_ERROR && !refused && networkRecoveries < 2 && hls.levels.length > 0) {
      networkRecoveries += 1;
      hls.startLoad();
      return;
    }
    onError(failureOf(data));
  });
  hls.loadSource(url);
  hls.attachMedia(video);
  return {
    setQuality: (index) => {
      hls.nextLevel = index;
    },
    setAudio: (index) => {
      hls.audioTrack = index;
    },
    close: () => hls.destroy(),
  };
}
