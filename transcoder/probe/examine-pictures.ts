import type { Config } from '../../config/schema.ts';
import { videoProblems } from '../../server/assets/problems.ts';
import type { Warning } from '../../server/assets/warnings.ts';
import { ProblemError } from '../../server/kit/errors.ts';
import { byMerit, picturesLeftOut, whyNotPlayable, type PictureTrack } from './choose-picture.ts';
import { checkPicture, samplesOfAPlace } from './describe.ts';
import type { Ffprobe } from './ffprobe.ts';
import { frameEntries, parseFrames, parseNumber, type ProbedFrame, type ProbedStream } from './ffprobe-output.ts';
import type { TrackTimes } from './packet-scan.ts';

/** What a picture track may have for another one to be shown in its place. */
const givesWay: ReadonlySet<string> = new Set<keyof typeof videoProblems>(['media_codec_not_allowed', 'media_damaged']);
/** Pictures decoded to learn colours and interlacing; more only when an edit list hides the first ones. */
const examinedPackets = [24, 1500] as const;
/** Places all over a file at which pictures are looked at. */
const sampledPlaces = 8;

/** Pictures that were decoded. */
interface Looked {
  readonly frames: readonly ProbedFrame[];
  /** Whether the decoder complained of them. */
  readonly isSuspect: boolean;
}

/** Whether a decoder complains: its name stands before what it says. A container's words are about something else. */
function hasComplaints(stderr: string, demuxer: string): boolean {
  return [...stderr.matchAll(/\[(\w+) @ 0x[0-9a-f]+\]/g)].some(
    ([, name]) => name !== demuxer && name !== 'NULL' && name !== 'IMGUTILS',
  );
}

/**
 * The first pictures as they come out of the decoder.
 * @throws ProblemError media_damaged when there are none, media_too_large_picture
 */
async function firstPictures(ffprobe: Ffprobe, stream: number): Promise<Looked> {
  for (const packets of examinedPackets) {
    const { stdout, stderr, exitCode } = await ffprobe.run([
      '-select_streams',
      String(stream),
      '-read_intervals',
      `%+#${packets}`,
      '-show_entries',
      frameEntries,
      '-of',
      'json=c=1',
    ]);
    ffprobe.checkPictures(stderr);
    const frames = exitCode === 0 ? parseFrames(stdout) : [];
    if (frames.length > 0) return { frames, isSuspect: hasComplaints(stderr, ffprobe.demuxer) };
  }
  throw new ProblemError(
    videoProblems.media_damaged,
    'The file is damaged or incomplete: no picture of its video track can be decoded. Export the video again and upload that',
  );
}

/**
 * The film among the picture tracks, and its first pictures. One that cannot be played gives way to the next.
 * @throws ProblemError what is wrong with the best one, when there is none that can be played
 */
export async function findFilm(
  ffprobe: Ffprobe,
  limits: Config['media'],
  pictures: readonly PictureTrack[],
  tracks: ReadonlyMap<number, TrackTimes>,
): Promise<Looked & { readonly video: ProbedStream; readonly warnings: readonly Warning[] }> {
  const { films, stills } = byMerit(pictures, tracks);
  const broken: PictureTrack[] = [];
  let first: ProblemError | undefined;
  // A cover is not shown in place of a film that cannot be played.
  for (const picture of films.length > 0 ? films : stills) {
    const { stream } = picture;
    try {
      const problem = whyNotPlayable(stream);
      if (problem) throw problem;
      checkPicture(stream.width ?? 0, stream.height ?? 0, limits);
      const looked = await firstPictures(ffprobe, stream.index);
      const [shown] = looked.frames;
      checkPicture(shown?.width ?? 0, shown?.height ?? 0, limits);
      return { ...looked, video: stream, warnings: picturesLeftOut(films, picture, broken) };
    } catch (error) {
      if (!(error instanceof ProblemError) || !givesWay.has(error.code)) throw error;
      first ??= error;
      broken.push(picture);
    }
  }
  throw (
    first ??
    new ProblemError(videoProblems.media_no_video, 'This file has no video track. Upload a file with a picture')
  );
}

/**
 * Some pictures from places all over the track, to learn what changes in it. Only where seeking is cheap, and none
 * where it fails: the encoder looks at every picture all the same.
 * @throws ProblemError media_too_large_picture
 */
export async function samplePictures(
  ffprobe: Ffprobe,
  limits: Config['media'],
  stream: number,
  { start = 0, end }: TrackTimes,
): Promise<Looked> {
  const places = Array.from(
    { length: sampledPlaces },
    (_, place) => (start + ((end - start) * (place + 0.5)) / sampledPlaces).toFixed(3),
    // The last one first: the decoder then knows nothing of the beginning, as when a chunk is encoded.
  ).toReversed();
  const { stdout, stderr, exitCode } = await ffprobe.run([
    '-select_streams',
    String(stream),
    '-read_intervals',
    places.map((at) => `${at}%+#${samplesOfAPlace}`).join(','),
    '-show_entries',
    frameEntries,
    '-of',
    'json=c=1',
  ]);
  ffprobe.checkPictures(stderr);
  const timeOf = (frame: ProbedFrame) => parseNumber(frame.best_effort_timestamp_time) ?? 0;
  const pictures = (exitCode === 0 ? parseFrames(stdout) : []).toSorted((a, b) => timeOf(a) - timeOf(b));
  for (const { width = 0, height = 0 } of pictures) checkPicture(width, height, limits);
  return { frames: pictures, isSuspect: hasComplaints(stderr, ffprobe.demuxer) };
}
