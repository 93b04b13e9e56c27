import { ProblemError } from '../../server/kit/errors.ts';
import { videoProblems } from '../../server/assets/problems.ts';
import { videoWarnings, type Warning } from '../../server/assets/warnings.ts';
import { isVideoCodecAllowed } from './codecs.ts';
import type { ProbedHeader, ProbedStream } from './ffprobe-output.ts';
import type { TrackTimes } from './packet-scan.ts';

/** A picture track that may be the film. */
export interface PictureTrack {
  readonly stream: ProbedStream;
  /** 1, 2, 3 … among the picture tracks, as people count them. */
  readonly number: number;
}

const isAttachedPicture = (stream: ProbedStream) => stream.disposition?.['attached_pic'] === 1;
export const isDefault = (stream: ProbedStream) => stream.disposition?.['default'] === 1;

/** The picture tracks of a file. Attached pictures are covers, never the film. */
export function pictureTracks(header: ProbedHeader): readonly PictureTrack[] {
  return (header.streams ?? [])
    .filter((stream) => stream.codec_type === 'video' && !isAttachedPicture(stream))
    .map((stream, index) => ({ stream, number: index + 1 }));
}

/** Of the frames of the track that has most: with fewer, a track is a cover or a few stills beside the film. */
const leastShare = 0.1;

/**
 * The picture tracks, the one that is most likely the film first. Covers are written as ordinary tracks, too, and as
 * the first default one: what counts is what is there. Of those that have frames for a film, the ones that are marked
 * as default come first, and among them the one with the most to see (pixels times frames).
 */
export function byMerit(
  pictures: readonly PictureTrack[],
  tracks: ReadonlyMap<number, TrackTimes>,
): { readonly films: readonly PictureTrack[]; readonly stills: readonly PictureTrack[] } {
  const framesOf = ({ stream }: PictureTrack) => tracks.get(stream.index)?.frames ?? 0;
  const most = Math.max(0, ...pictures.map(framesOf));
  const isFilm = (picture: PictureTrack) =>
    framesOf(picture) >= Math.max(1, most * leastShare) && (framesOf(picture) > 1 || most === 1);
  const toSee = (picture: PictureTrack) =>
    (picture.stream.width ?? 0) * (picture.stream.height ?? 0) * framesOf(picture);
  const films = pictures
    .filter(isFilm)
    .toSorted((a, b) => Number(isDefault(b.stream)) - Number(isDefault(a.stream)) || toSee(b) - toSee(a));
  return { films, stills: pictures.filter((picture) => !isFilm(picture)) };
}

/** Why nothing can be made of a picture track, whatever is in its packets. */
export function whyNotPlayable({ codec_name: codec = 'unknown', ...stream }: ProbedStream): ProblemError | undefined {
  if (!isVideoCodecAllowed(codec)) {
    return new ProblemError(
      videoProblems.media_codec_not_allowed,
      codec === 'unknown' || codec === 'none'
        ? 'The video codec of this file is not known. Export the video as H.264 in MP4 and upload that'
        : `The video codec ${codec} is not accepted. Export the video as H.264 in MP4 and upload that`,
      { extras: { codec } },
    );
  }
  const dolbyVision = stream.side_data_list?.find((data) => data.dv_profile !== undefined);
  if (dolbyVision && dolbyVision.dv_bl_signal_compatibility_id === 0) {
    return new ProblemError(
      videoProblems.media_codec_not_allowed,
      `Dolby Vision profile ${dolbyVision.dv_profile} has no picture that other players understand. Export the video as HDR10, HLG or SDR and upload that`,
      { extras: { codec: 'dolby-vision', profile: dolbyVision.dv_profile } },
    );
  }
  return undefined;
}

/** What is said of the picture tracks that are not shown, once it is known which one is. */
export function picturesLeftOut(
  films: readonly PictureTrack[],
  shown: PictureTrack,
  broken: readonly PictureTrack[],
): readonly Warning[] {
  const others = films.length - 1 - broken.length;
  return [
    ...broken.map(({ stream, number }) =>
      videoWarnings.picture_track_not_playable({
        track: number,
        codec: stream.codec_name ?? 'unknown',
        shown: shown.number,
      }),
    ),
    ...(others > 0 ? [videoWarnings.picture_tracks_left_out({ tracks: others, shown: shown.number })] : []),
  ];
}
