import type { Config } from '../../config/schema.ts';
import { ProblemError } from '../../server/kit/errors.ts';
import type { EncodingPlan } from '../plan.ts';
import type { MediaInfo, VideoInfo } from '../../server/assets/media-info.ts';
import { audioTracks, hasSurround } from './audio-tracks.ts';
import { planChunks } from './chunks.ts';
import { chooseFrameRate, chooseGop, framesPerSecond } from './frame-rate.ts';
import type { Ladder } from './ladder-file.ts';
import { videoRenditions } from './rungs.ts';
import { videoProblems } from '../../server/assets/problems.ts';

/** Sound that begins earlier than this before the picture is kept (the first picture stands); less is cut off. */
const keptAudioLeadMs = 1000;
/** Sound that goes on longer than this after the picture is kept (the last one stands); less is an encoder's padding. */
const keptAudioTailMs = 500;
/** The probe refuses what is longer than the configuration allows; this is the most that it may allow. */
const longestTitleSeconds = 90_000;
/** The last picture may be held this much longer than the container says, where its end cannot be decoded. */
const extraHoldSeconds = 1;

function sourceColor(video: VideoInfo): EncodingPlan['sourceColor'] {
  const { primaries, perPicture } = video.color;
  const isWide = video.hdr === 'none' && (primaries === 'bt2020' || primaries === 'smpte432');
  return { ...sourceMatrix(video), ...(perPicture && { perPicture }), ...(isWide && { primaries }) };
}

function sourceMatrix(video: VideoInfo): Pick<EncodingPlan['sourceColor'], 'matrix' | 'fullRange'> {
  const fullRange = video.color.range === 'pc';
  const matrix = video.color.matrix ?? '';
  if (matrix === 'bt709') return { matrix, fullRange };
  if (matrix.startsWith('bt2020')) return { matrix: 'bt2020', fullRange };
  if (matrix === 'fcc' || matrix === 'smpte240m') return { matrix, fullRange };
  if (matrix === 'bt470bg' || matrix === 'smpte170m') return { matrix: 'bt601', fullRange };
  // Untagged: HDR is BT.2020; of the rest, high definition is BT.709 and standard definition BT.601, as in ITU-R.
  if (video.hdr !== 'none') return { matrix: 'bt2020', fullRange };
  return { matrix: Math.min(video.width, video.height) >= 720 ? 'bt709' : 'bt601', fullRange };
}

/** All sound ends before the first picture: cut off, none would be left. */
const isAllBefore = ({ audio, video }: MediaInfo): boolean =>
  audio.every(
    ({ startMicroseconds: start, promisedSeconds: seconds }) =>
      start !== undefined && seconds !== undefined && start + seconds * 1e6 <= video.startMicroseconds,
  );

/**
 * Decides everything about a version from what the source is, the ladder and the configuration. Pure: the same input
 * gives the same plan.
 * @throws ProblemError media_too_long beyond any length that a configuration allows
 * @param options.sourceKey storage key of what will be decoded; `info` must describe that very file
 */
export function planEncoding(options: {
  readonly info: MediaInfo;
  readonly ladder: Ladder;
  readonly encode: Pick<Config['encode'], 'gopSeconds' | 'segmentSeconds' | 'chunkSeconds' | 'firstChunkSeconds'>;
  readonly sourceKey: string;
}): EncodingPlan {
  const { info, ladder, encode } = options;
  const { video } = info;
  const frameRate = chooseFrameRate(video);
  const rate = framesPerSecond(frameRate);
  const { gopFrames, segmentFrames } = chooseGop(frameRate, encode.gopSeconds, encode.segmentSeconds);
  const isLeadKept = video.audioLeadMs > keptAudioLeadMs || isAllBefore(info);
  const leadFrames = info.audio.length > 0 && isLeadKept ? Math.ceil((video.audioLeadMs / 1000) * rate) : 0;
  const tailMs = info.audio.length > 0 && video.audioTailMs > keptAudioTailMs ? video.audioTailMs : 0;
  const frames = leadFrames + Math.max(1, Math.round(((info.durationMs + tailMs) / 1000) * rate));
  // NaN is refused, too.
  if (!(frames / rate <= longestTitleSeconds + 1)) {
    throw new ProblemError(
      videoProblems.media_too_long,
      `With its sound the video is ${Math.round(frames / rate)} seconds long; at most ${longestTitleSeconds} are possible. Cut it into parts and upload them one by one`,
      { extras: { seconds: Math.round(frames / rate), maxSeconds: longestTitleSeconds } },
    );
  }
  const audio = audioTracks(info.audio, ladder, Math.round((leadFrames / rate) * 1000), (frames / rate) * 1000);
  return {
    sourceKey: options.sourceKey,
    sourceFormat: info.format,
    videoStream: video.stream,
    ...(video.codedPixels && { sourcePicture: { pixels: video.codedPixels, pixelFormat: video.pixelFormat } }),
    sourceStartMicroseconds: video.startMicroseconds - Math.round((leadFrames / rate) * 1e6),
    frameRate,
    frames,
    gopFrames,
    segmentFrames,
    sourcePictures: video.frames,
    deinterlace: video.interlaced,
    ...(video.hdr === 'hdr10' && { toneMapFrom: 'smpte2084' as const }),
    ...(video.hdr === 'hlg' && { toneMapFrom: 'arib-std-b67' as const }),
    ...(video.frames === 1 && { still: true as const }),
    ...(video.crop && { crop: video.crop }),
    orientation: { mirrored: video.mirrored, rotation: video.rotation },
    sourceColor: sourceColor(video),
    finalHoldFrames: Math.ceil(((video.lastFrameMs + tailMs) / 1000 + extraHoldSeconds) * rate),
    chunks: planChunks({
      ...encode,
      frames,
      frameRate,
      segmentFrames,
      leadFrames,
      video,
      lastPictureMs: info.durationMs - video.lastFrameMs,
    }),
    video: videoRenditions(ladder, video, frameRate, {
      qualities: audio.length > 0 ? ladder.audio.map(({ quality }) => quality) : [],
      ...(hasSurround(audio) && ladder.surround && { surround: ladder.surround }),
    }),
    audio,
  };
}
