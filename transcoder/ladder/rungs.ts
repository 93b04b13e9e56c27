import { videoRenditionName } from '../../server/assets/rendition-names.ts';
import type { Rational, VideoRendition } from '../plan.ts';
import { framesPerSecond } from './frame-rate.ts';
import { h264Level } from './h264-level.ts';
import type { Ladder, Rung } from './ladder-file.ts';

/** A source counts as clearly larger than a rung from this ratio of short sides on. */
const clearlyAbove = 1.08;
/** Longest side of any rendition in pixels: more is beyond H.264 level 5.2 at common aspects and many decoders. */
const longestSide = 4096;
/** Smallest side: x264 wants at least a macroblock. */
const shortestSide = 16;

const even = (pixels: number) => Math.max(shortestSide, 2 * Math.round(pixels / 2));
const evenDown = (pixels: number) => Math.max(shortestSide, 2 * Math.floor(pixels / 2));

/** Even dimensions with this short side and the source's display aspect. */
export function fitShortSide(
  source: { readonly width: number; readonly height: number },
  shortSide: number,
): { readonly width: number; readonly height: number } {
  const [short, long] = [Math.min(source.width, source.height), Math.max(source.width, source.height)];
  const scale = Math.min(shortSide / short, longestSide / long);
  // The source's own size must not be exceeded by rounding.
  const fit = (side: number) => (scale >= 1 ? evenDown(side) : even(side * scale));
  return { width: fit(source.width), height: fit(source.height) };
}

/** A rung for a size of the source's own, between (or below, or above) the ladder's. */
function interpolate(ladder: Ladder, shortSide: number): Rung {
  const below = ladder.video.findLast((rung) => rung.shortSide <= shortSide);
  const above = ladder.video.find((rung) => rung.shortSide > shortSide);
  if (!below) return { ...(above as Rung), shortSide };
  if (!above) return { ...below, shortSide };
  // Bit rate follows the number of pixels less than linearly; between two rungs a power law goes through both.
  const share = Math.log(shortSide / below.shortSide) / Math.log(above.shortSide / below.shortSide);
  return {
    shortSide,
    crf: below.crf + (above.crf - below.crf) * share,
    maxBitrate: Math.round((below.maxBitrate * (above.maxBitrate / below.maxBitrate) ** share) / 1000) * 1000,
    bufferMs: Math.min(below.bufferMs, above.bufferMs),
    audio: below.audio,
  };
}

/** The rungs for a source of this short side, smallest first: none above it, two at the top size. */
export function chooseRungs(ladder: Ladder, shortSide: number): Rung[] {
  const rungs = ladder.video.filter((rung) => rung.shortSide <= shortSide);
  const top = rungs.at(-1);
  const isNative =
    !top || (shortSide >= top.shortSide * clearlyAbove && ladder.video.some((rung) => rung.shortSide > shortSide));
  if (isNative) rungs.push(interpolate(ladder, shortSide));
  const highest = rungs.at(-1) as Rung;
  if (rungs.filter((rung) => rung.shortSide === highest.shortSide).length > 1) return rungs;
  const lesserCap = highest.maxBitrate * ladder.second.bitrateShare;
  if (lesserCap <= (rungs[0] as Rung).maxBitrate * 1.1) {
    // There is no room for a lesser one above the lowest rung: the second variant is the better one.
    return [
      ...rungs,
      {
        ...highest,
        crf: Math.max(0, highest.crf - ladder.second.crfDelta),
        maxBitrate: Math.round(highest.maxBitrate / ladder.second.bitrateShare / 1000) * 1000,
      },
    ];
  }
  const second = {
    ...highest,
    crf: Math.min(51, highest.crf + ladder.second.crfDelta),
    maxBitrate: Math.round(lesserCap / 1000) * 1000,
  };
  // A smaller picture must not cost more than a larger one, or players climb down in size as they climb up in rate.
  return [
    ...rungs.slice(0, -1).filter((rung) => rung.maxBitrate < second.maxBitrate || rung === rungs[0]),
    second,
    highest,
  ];
}

/** The sound that pictures are combined with. */
interface Sound {
  /** Names of the stereo qualities, best first; none for a silent source. */
  readonly qualities: readonly string[];
  /** The 5.1 quality, where there is one, and the cap in bits per second from which a picture has it. */
  readonly surround?: { readonly quality: string; readonly minVideoBitrate: number };
}

/** The renditions of a source, highest bit rate first. `source` is its display size in pixels. */
export function videoRenditions(
  ladder: Ladder,
  source: { readonly width: number; readonly height: number },
  frameRate: Rational,
  { qualities, surround }: Sound,
): VideoRendition[] {
  const used = new Set<string>();
  const renditions = chooseRungs(ladder, Math.min(source.width, source.height)).map((rung): VideoRendition => {
    const { width, height } = fitShortSide(source, rung.shortSide);
    const name = videoRenditionName(rung, used);
    used.add(name);
    return {
      name,
      width,
      height,
      preset: ladder.preset,
      crf: Math.round(rung.crf * 10) / 10,
      maxBitrate: rung.maxBitrate,
      bufferBits: Math.round((rung.maxBitrate * rung.bufferMs) / 1000),
      profile: 'high',
      level: h264Level(width, height, framesPerSecond(frameRate), rung.maxBitrate),
      audioQuality: qualities.includes(rung.audio) ? rung.audio : (qualities[0] ?? ''),
      ...(surround && rung.maxBitrate >= surround.minVideoBitrate && { surroundQuality: surround.quality }),
    };
  });
  const [best, ...others] = renditions.toSorted((a, b) => b.maxBitrate - a.maxBitrate) as [
    VideoRendition,
    ...VideoRendition[],
  ];
  // Who can afford the best picture there is gets the best sound, however small a source's best picture may be.
  const bestSound = { audioQuality: qualities[0] ?? '', ...(surround && { surroundQuality: surround.quality }) };
  return others.length === 0 ? [best] : [{ ...best, ...bestSound }, ...others];
}
