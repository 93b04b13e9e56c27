import { measureBandwidth, measureKeyframeBandwidth, type Bandwidth } from './bandwidth.ts';
import type { AudioMedia, Media, Presentation, VideoMedia } from './presentation.ts';

/*
 * What manifests say of bit rates. They are upper bounds: measured, and while the title grows no lower than the cap,
 * because what is still to come may need it. Flat or odd pictures may need more bits small than large, and players take
 * the highest bit rate that they are given for the best picture: so a larger picture always declares more than a
 * smaller one, if need be more than it has. Those below a rung declare the same with and without those above.
 */

/** A video rendition and what is heard with it. */
export interface Variant {
  readonly video: VideoMedia;
  /** Of these, one is heard at a time. */
  readonly sound: readonly AudioMedia[];
}

/** What is declared of an audio rendition. */
export function declaredAudio(presentation: Presentation, audio: AudioMedia): Bandwidth {
  return atLeastCap(presentation, audio);
}

/** What is declared of each video rendition alone, as DASH does. */
export function declaredVideo(presentation: Presentation): ReadonlyMap<VideoMedia, Bandwidth> {
  const all = presentation.video.map((video) => ({ video }));
  const declared = rising(all, ({ video }) => atLeastCap(presentation, video));
  return new Map([...declared].map(([{ video }, bandwidth]) => [video, bandwidth]));
}

/**
 * What is declared of video and audio together, as HLS does.
 * @param variants those with sound of one kind, so that what differs between them is the picture
 */
export function declaredVariants<V extends Variant>(
  presentation: Presentation,
  variants: readonly V[],
): ReadonlyMap<V, Bandwidth> {
  const alone = declaredVideo(presentation);
  return rising(variants, ({ video, sound }) => {
    const own = alone.get(video) as Bandwidth;
    // The variant must allow for the most demanding track.
    const heard = sound.map((audio) => declaredAudio(presentation, audio));
    return {
      average: own.average + Math.max(0, ...heard.map(({ average }) => average)),
      peak: own.peak + Math.max(0, ...heard.map(({ peak }) => peak)),
    };
  });
}

/** What is declared of the key frames of each video rendition. */
export function declaredKeyframes({
  complete,
  targetSeconds,
  video,
}: Presentation): ReadonlyMap<VideoMedia, Bandwidth> {
  const all = video.map((each) => ({ video: each }));
  const declared = rising(all, ({ video: { segments, maxBitrate } }) => {
    const { average, peak } = measureKeyframeBandwidth(segments, targetSeconds);
    return { average, peak: complete ? peak : Math.max(peak, maxBitrate) };
  });
  return new Map([...declared].map(([each, bandwidth]) => [each.video, bandwidth]));
}

function atLeastCap({ complete, targetSeconds }: Presentation, { segments, maxBitrate }: Media): Bandwidth {
  const { average, peak } = measureBandwidth(segments, targetSeconds);
  return { average, peak: complete ? peak : Math.max(peak, maxBitrate) };
}

/** Raises peaks so that each is above that of the next smaller picture; of pictures of one size the cap decides. */
function rising<V extends Pick<Variant, 'video'>>(
  all: readonly V[],
  bandwidthOf: (one: V) => Bandwidth,
): ReadonlyMap<V, Bandwidth> {
  const pixels = ({ video: { width, height } }: V): number => width * height;
  let least = 0;
  return new Map(
    all
      .toSorted((a, b) => pixels(a) - pixels(b) || a.video.maxBitrate - b.video.maxBitrate)
      .map((one) => {
        const { average, peak } = bandwidthOf(one);
        const declared = { average, peak: Math.max(peak, least) };
        least = declared.peak + 1;
        return [one, declared];
      }),
  );
}
