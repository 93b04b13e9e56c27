import { ffmpeg } from '../../testing/clips.ts';

/** Recordings with flashes and beeps at the same moments, to be joined and broken. */

/** Black, bright at the moments of an ffmpeg expression. */
export const colour = (seconds: number, flashes: string, size = '320x180') => [
  '-f',
  'lavfi',
  '-i',
  `color=black:s=${size}:r=25:d=${seconds},drawbox=c=white:t=fill:enable='${flashes}'`,
];
/** Silent, a tone at the moments of an ffmpeg expression. */
export const tone = (seconds: number, beeps: string) => [
  '-f',
  'lavfi',
  '-i',
  `aevalsrc='0.5*sin(2*PI*1000*t)*(${beeps})':s=48000:d=${seconds}`,
];
/** 0.2 s from each of these moments on, in seconds. */
export const at = (...moments: readonly number[]) =>
  moments.map((moment) => `between(t,${moment},${moment + 0.199})`).join('+');
export const coded = [
  '-c:v',
  'libx264',
  '-preset',
  'ultrafast',
  '-g',
  '25',
  '-pix_fmt',
  'yuv420p',
  '-c:a',
  'aac',
  '-ac',
  '1',
];
/** A recording of `seconds` with a flash and a beep at 1 s, whose clock begins at `from`. */
export async function recording(
  file: string,
  seconds: number,
  from: number,
  ...options: readonly string[]
): Promise<string> {
  const moments = at(1);
  await ffmpeg(
    ...colour(seconds, moments),
    ...tone(seconds, moments),
    ...coded,
    ...options,
    '-output_ts_offset',
    String(from),
    file,
  );
  return file;
}
