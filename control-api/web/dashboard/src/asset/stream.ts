import Hls, { ErrorDetails, ErrorTypes, Events, type ErrorData, type Level } from 'hls.js';

interface Quality {
  /** Index in hls.js, -1 for automatic. */
  readonly index: number;
  readonly label: string;
}

export interface StreamInfo {
  readonly qualities: readonly Quality[];
  /** What is on the screen now; undefined before the first segment or where the browser decides by itself. */
  readonly current: string | undefined;
  readonly audio: readonly Quality[];
}

export interface Stream {
  setQuality(index: number): void;
  setAudio(index: number): void;
  close(): void;
}

const noInfo: StreamInfo = { qualities: [], current: undefined, audio: [] };

function nameOf(level: Level): string {
  const bitRate =
    level.bitrate >= 1e6 ? `${(level.bitrate / 1e6).toFixed(1)} Mb/s` : `${Math.round(level.bitrate / 1e3)} kb/s`;
  return level.width > 0 ? `${level.width} × ${level.height} · ${bitRate}` : bitRate;
}

/** A fatal error of hls.js in a sentence. */
function sentence(data: ErrorData): string {
  const status = data.response?.code;
  if (status === 401 || status === 403) return 'This playback session has ended. Press play to start a new one.';
  if (status === 404 || status === 410)
    return 'A part of this stream was not found on the server. It may have been replaced or deleted.';
  if (
    data.details === ErrorDetails.BUFFER_INCOMPATIBLE_CODECS_ERROR ||
    data.details === ErrorDetails.MANIFEST_INCOMPATIBLE_CODECS_ERROR
  ) {
    return 'This browser cannot decode the codecs of this stream.';
  }
  if (data.type === ErrorTypes.NETWORK_ERROR) return 'The stream cannot be loaded. Check the connection and try again.';
  if (data.type === ErrorTypes.MEDIA_ERROR) return 'The browser could not decode the video.';
  return `Playback failed (${data.details}).`;
}

function mediaSentence(video: HTMLVideoElement): string {
  const code = video.error?.code;
  if (code === MediaError.MEDIA_ERR_NETWORK) return 'The stream cannot be loaded. Check the connection and try again.';
  if (code === MediaError.MEDIA_ERR_DECODE) return 'The browser could not decode the video.';
  return 'This browser cannot play this stream.';
}

function playNatively(
  video: HTMLVideoElement,
  url: string,
  startAt: number,
  onError: (message: string) => void,
): Stream {
  const failed = () => onError(mediaSentence(video));
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
  onError: (message: string) => void,
): Stream {
  if (!Hls.isSupported()) {
    if (video.canPlayType('application/vnd.apple.mpegurl') !== '') return playNatively(video, url, startAt, onError);
    onError('This browser cannot play HLS streams.');
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
  hls.on(Events.MANIFEST_PARSED, () => {
    publish({ qualities: hls.levels.map((level, index) => ({ index, label: nameOf(level) })).reverse() });
  });
  hls.on(Events.AUDIO_TRACKS_UPDATED, () => {
    publish({
      audio: hls.audioTracks.map((track, index) => ({
        index,
        label: track.name || track.lang || `Track ${index + 1}`,
      })),
    });
  });
  hls.on(Events.LEVEL_SWITCHED, (_event, { level }) => {
    const playing = hls.levels[level];
    publish({ current: playing ? nameOf(playing) : undefined });
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
    onError(sentence(data));
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
