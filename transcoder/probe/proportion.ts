import { videoProblems } from '../../server/assets/problems.ts';
import { ProblemError } from '../../server/kit/errors.ts';

/**
 * What a file may become, by its size. Time costs a file nothing: a container of some kilobytes can hold two pictures
 * eight hours apart, or name the same bytes a million times, and all of that would be encoded.
 *
 * Every file may become two hours at 30 pictures a second, whatever its size: slides and screens that stand still. The
 * rest must be paid in bytes. Measured: a picture that is like the one before takes 21 to 130 bytes with any codec at
 * 320x180, container included; sound a hundred bytes a second and more, even silence.
 */
const freeSeconds = 7200;
const freeFrames = 216_000;
const bytesPerSecond = 20;
const bytesPerFrame = 8;
/** Every track has its own, and those of subtitles are small. */
const bytesPerPacket = 2;
/** Films have several languages, of the same length each. */
const freeSoundTracks = 8;

/** What a title would be encoded as. */
export interface Claim {
  readonly seconds: number;
  /** Output frames of one rendition. */
  readonly frames: number;
  readonly soundTracks: number;
}

/** The most that a file of so many bytes may become. */
export function mostFor(bytes: number): {
  readonly seconds: number;
  readonly frames: number;
  /** Of all sound tracks together. */
  readonly soundSeconds: number;
  /** Of all tracks together. */
  readonly packets: number;
} {
  const seconds = Math.floor(bytes / bytesPerSecond);
  return {
    seconds: freeSeconds + seconds,
    frames: freeFrames + Math.floor(bytes / bytesPerFrame),
    soundSeconds: freeSoundTracks * freeSeconds + seconds,
    packets: freeFrames + Math.floor(bytes / bytesPerPacket),
  };
}

const outOfProportion = (bytes: number, claimed: number, most: number, what: string) =>
  new ProblemError(
    videoProblems.media_out_of_proportion,
    `The file has only ${bytes} bytes and claims ${Math.round(claimed)} ${what}; a file of this size can have ${most} at most. Its times are damaged: export the video again and upload that`,
    { extras: { bytes } },
  );

/**
 * Judges what a file would become, before anything is encoded.
 * @param bytes size of the file as it was uploaded
 * @throws ProblemError media_out_of_proportion
 */
export function checkProportion({ seconds, frames, soundTracks }: Claim, bytes: number): void {
  const most = mostFor(bytes);
  if (seconds > most.seconds) throw outOfProportion(bytes, seconds, most.seconds, 'seconds');
  if (frames > most.frames) throw outOfProportion(bytes, frames, most.frames, 'pictures');
  if (seconds * soundTracks > most.soundSeconds)
    throw outOfProportion(bytes, seconds * soundTracks, most.soundSeconds, 'seconds of sound in all its tracks');
}

/**
 * The same while its packets are listed, so that the listing ends early.
 * @param pictureSeconds how far its picture has come
 * @throws ProblemError media_out_of_proportion
 */
export function checkProportionSoFar(
  { packets, pictureSeconds }: { readonly packets: number; readonly pictureSeconds: number },
  most: Pick<ReturnType<typeof mostFor>, 'seconds' | 'packets'>,
  bytes: number,
): void {
  if (packets > most.packets) throw outOfProportion(bytes, packets, most.packets, 'packets');
  if (pictureSeconds > most.seconds) throw outOfProportion(bytes, pictureSeconds, most.seconds, 'seconds');
}
