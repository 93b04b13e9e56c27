import type { VideoInfo } from '../../server/assets/media-info.ts';
import type { Rational } from '../plan.ts';
import { ticksOf } from '../timeline.ts';

/** Rates that cameras, films and broadcasts use, slowest first. */
const common: readonly Rational[] = [
  { num: 5, den: 1 },
  { num: 6, den: 1 },
  { num: 8, den: 1 },
  { num: 10, den: 1 },
  { num: 12, den: 1 },
  { num: 25, den: 2 },
  { num: 15, den: 1 },
  { num: 20, den: 1 },
  { num: 24_000, den: 1001 },
  { num: 24, den: 1 },
  { num: 25, den: 1 },
  { num: 30_000, den: 1001 },
  { num: 30, den: 1 },
  { num: 48, den: 1 },
  { num: 50, den: 1 },
  { num: 60_000, den: 1001 },
  { num: 60, den: 1 },
];
const slowest = 5;
const fastest = 60;

export const framesPerSecond = (rate: Rational): number => rate.num / rate.den;

function nearest(rates: readonly Rational[], wanted: number): Rational {
  return rates.reduce((best, rate) =>
    Math.abs(framesPerSecond(rate) - wanted) < Math.abs(framesPerSecond(best) - wanted) ? rate : best,
  );
}

const isClose = (rate: Rational, wanted: number, tolerance: number) =>
  Math.abs(framesPerSecond(rate) / wanted - 1) <= tolerance;

type Rates = Pick<
  VideoInfo,
  'typicalFrameRate' | 'declaredFrameRate' | 'averageFrameRate' | 'irregular' | 'interlaced'
>;

/**
 * The constant output rate for a source: that of its pictures, or of its fields where it is interlaced and they do not
 * exceed 60 a second (50i becomes 50p: motion stays as smooth as it was filmed). All renditions have it: a player may
 * change between them at any segment, caps hold whatever the rate is, and a picture that is like the one before costs
 * next to nothing.
 */
export function chooseFrameRate(video: Rates): Rational {
  const rate = pictureRate(video);
  const fields = { num: rate.num * 2, den: rate.den };
  return video.interlaced && framesPerSecond(fields) <= fastest ? fields : rate;
}

/** Pictures that come at times of their own are shown no further than half of this away: 17 ms. */
const irregular: readonly Rational[] = [
  { num: 30, den: 1 },
  { num: 60, den: 1 },
];

/**
 * The common rate that pictures really have; half, a third … of one above 60 (slow motion and high-speed cameras); a
 * whole rate that fits exactly; else the next common rate above, so that every source frame has a place. A rate that
 * the header declares decides between neighbours such as 29.97 and 30. Pictures at irregular times (browsers, webcams)
 * get a rate that shows them nearly when they came, however few they are: no other rate fits them better.
 */
function pictureRate(video: Rates): Rational {
  const average = framesPerSecond(video.averageFrameRate);
  // Bursts make the typical rate of a mostly still screen recording; never slower than what there is on average.
  let wanted = Math.max(video.typicalFrameRate, average * 0.98);
  const declared = video.declaredFrameRate;
  if (declared && common.some((rate) => rate.num * declared.den === declared.num * rate.den))
    wanted = framesPerSecond(declared);
  if (video.irregular && wanted >= slowest) {
    return irregular.find((one) => framesPerSecond(one) >= wanted * 0.9) ?? { num: fastest, den: 1 };
  }
  if (wanted > fastest * 1.002) wanted /= Math.ceil(wanted / (fastest * 1.002));
  if (wanted < slowest) wanted *= Math.ceil(slowest / wanted - 0.01);

  const fitting = nearest(common, wanted);
  if (isClose(fitting, wanted, 0.015)) return fitting;
  const whole = { num: Math.round(wanted), den: 1 };
  if (isClose(whole, wanted, 0.002)) return whole;
  return common.find((rate) => framesPerSecond(rate) >= wanted) ?? { num: fastest, den: 1 };
}

/**
 * Frames per GOP and per segment nearest to what is wished for, such that a GOP is a whole number of 90 kHz ticks
 * (so that segment boundaries are exact in MPEG-TS) and a segment a whole number of GOPs.
 */
export function chooseGop(
  rate: Rational,
  gopSeconds: number,
  segmentSeconds: number,
): { readonly gopFrames: number; readonly segmentFrames: number } {
  const wanted = gopSeconds * framesPerSecond(rate);
  let gopFrames = Math.max(1, Math.round(wanted));
  for (let distance = 0; !Number.isInteger(ticksOf(gopFrames, rate)); distance += 1) {
    const candidates = [Math.round(wanted) - distance, Math.round(wanted) + distance].filter((frames) => frames >= 1);
    gopFrames = candidates.find((frames) => Number.isInteger(ticksOf(frames, rate))) ?? gopFrames;
  }
  const gops = Math.max(1, Math.round((segmentSeconds * framesPerSecond(rate)) / gopFrames));
  return { gopFrames, segmentFrames: gops * gopFrames };
}
