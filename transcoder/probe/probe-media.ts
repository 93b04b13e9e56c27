import type { MediaInfo } from '../../server/assets/media-info.ts';
import { videoProblems } from '../../server/assets/problems.ts';
import { videoWarnings } from '../../server/assets/warnings.ts';
import { ProblemError } from '../../server/kit/errors.ts';
import { pictureTracks, whyNotPlayable } from './choose-picture.ts';
import { listsTracks, type Container } from './container.ts';
import { refuseHalfAnIndex, unopened } from './damage.ts';
import { checkTracks, describeMedia } from './describe.ts';
import { encryptionOf, encryptionOfTracks, refuseEncrypted } from './encryption.ts';
import { findFilm, samplePictures } from './examine-pictures.ts';
import { Ffprobe, type ProbeOptions } from './ffprobe.ts';
import { headerEntries, parseHeader, parseNumber, type ProbedHeader } from './ffprobe-output.ts';
import { filesBehind } from './joined-files.ts';
import { matroskaVideos } from './matroska-video.ts';
import { decodablePixels } from './picture-limit.ts';
import { withFile } from './random-access.ts';
import { recognizeMedia } from './recognize-media.ts';
import { scanTracks } from './scan-tracks.ts';

/** Whether a track is announced of which nothing has come yet. */
function beginsLate({ streams = [] }: ProbedHeader, container: Container): boolean {
  return (
    !listsTracks(container) &&
    streams.some(
      ({ codec_type: type, ...stream }) =>
        (type === 'audio' && (!stream.channels || !parseNumber(stream.sample_rate))) ||
        (type === 'video' && !stream.width),
    )
  );
}

/** @throws ProblemError as `unopened` does */
async function readHeader(
  ffprobe: Ffprobe,
  { path, limits }: Pick<ProbeOptions, 'path' | 'limits'>,
  container: Container,
): Promise<ProbedHeader> {
  const { stdout, stderr, exitCode } = await ffprobe.run(['-show_entries', headerEntries, '-of', 'json=c=1']);
  if (exitCode === 0) {
    const header = parseHeader(stdout);
    if (!ffprobe.looksFar && beginsLate(header, container)) {
      ffprobe.looksFar = true;
      return readHeader(ffprobe, { path, limits }, container);
    }
    const pictures = (header.streams ?? []).map(({ width = 0, height = 0 }) => width * height);
    ffprobe.maxPixels = decodablePixels(Math.max(0, ...pictures), limits.maxPixels);
    return header;
  }
  throw await unopened(path, container, new Error(stderr.slice(-2000)));
}

const noPicture = ({ streams = [] }: ProbedHeader): string =>
  streams.some((stream) => stream.codec_type === 'video')
    ? 'This file has no video track, only a cover picture. Upload a file with a picture that moves'
    : 'This file has no video track. Upload a file with a picture';

/**
 * Finds out what an uploaded file really is: magic bytes first, then ffprobe held to that one container, then one
 * pass over all packets, which tells the film from covers, and one decode of its first pictures.
 * @throws ProblemError media_empty, media_unrecognized, media_format_not_allowed, media_encrypted,
 *   media_codec_not_allowed, media_no_video, media_damaged, media_too_large_picture, media_too_long, media_out_of_proportion,
 *   media_too_many_streams, media_probe_limit, each with a sentence for people; other errors mean that the server, not the file, is at fault
 */
export async function probeMedia(options: ProbeOptions): Promise<MediaInfo> {
  const { container, bytes } = await recognizeMedia(options.path);
  const ffprobe = new Ffprobe(options, container.demuxer);
  refuseEncrypted(await withFile(options.path, (examined) => encryptionOf(examined, container)));
  const header = await readHeader(ffprobe, options, container);
  refuseEncrypted(encryptionOfTracks(header, container));
  checkTracks(header, options.limits);
  const pictures = pictureTracks(header);
  const problems = pictures.map(({ stream }) => whyNotPlayable(stream));
  const playable = pictures.filter((_, index) => !problems[index]);
  // Nothing to look for in the packets.
  if (playable.length === 0) await refuseHalfAnIndex(options.path, container);
  if (pictures.length === 0) throw new ProblemError(videoProblems.media_no_video, noPicture(header));
  if (playable.length === 0 && problems[0]) throw problems[0];
  const sounds = (header.streams ?? []).filter(({ codec_type: type }) => type === 'audio');
  const { tracks, mending } = await scanTracks(
    ffprobe,
    { ...options, bytes },
    new Set(playable.map(({ stream }) => stream.index)),
    [...playable.map(({ stream }) => stream), ...sounds].map(({ index }) => index),
  );
  const film = await findFilm(ffprobe, options.limits, pictures, tracks);
  const { video } = film;
  const times = tracks.get(video.index);
  // Only where seeking is cheap; in a file whose clock jumps there is none.
  const canSeek = !container.needsRemux && !mending;
  const samples = times && canSeek ? await samplePictures(ffprobe, options.limits, video.index, times) : undefined;
  const place = pictures.findIndex(({ stream }) => stream === video);
  const matroska = container.demuxer === 'matroska' ? (await matroskaVideos(options.path))[place] : undefined;
  const behind = await filesBehind(options.path, container.demuxer);
  const warnings = [...(behind > 0 ? [videoWarnings.joined_files_left_out({ files: behind })] : []), ...film.warnings];
  const info = describeMedia({
    ...film,
    warnings,
    container,
    header,
    tracks,
    mending,
    samples: samples?.frames ?? [],
    matroska,
    limits: options.limits,
  });
  return {
    ...info,
    ...((film.isSuspect || samples?.isSuspect) && { video: { ...info.video, suspect: true } }),
    ...(ffprobe.looksFar && { looksFar: true }),
  };
}
