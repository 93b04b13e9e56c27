import type { ClockMending, ClockRun } from '../../server/assets/media-info.ts';
import { beforeBeginningSeconds } from '../probe/packet-clock.ts';

/** Between decoding a picture and showing it. */
const longestDelaySeconds = 60;

/** By how many seconds a packet is moved, by its number (N), as ffmpeg's expression. A tree: a chain would be too deep. */
function offsetOf(runs: readonly ClockRun[]): string {
  if (runs.length <= 1) return `${(runs[0]?.offsetSeconds ?? 0).toFixed(6)}`;
  const half = runs.length >> 1;
  const [before, after] = [runs.slice(0, half), runs.slice(half)];
  return `if(lt(N,${(after[0] as ClockRun).firstPacket}),${offsetOf(before)},${offsetOf(after)})`;
}

/**
 * Options that move the times of a track that is copied into Matroska, by a bitstream filter.
 * @param output number of the stream in the output
 * @param stream number of the stream in the source
 * @param hasDecodingTimes whether the source has some; else ffmpeg guessed them, wrongly behind a jump, and does it anew
 */
export function mendedTimes(
  output: number,
  stream: number,
  mending: ClockMending,
  hasDecodingTimes: boolean,
): string[] {
  const runs = mending.runs.find((track) => track.stream === stream)?.runs ?? [];
  if (runs.length === 0) return [];
  const wrap = mending.wrapsAfterSeconds;
  // As in `MendedPackets`: of all times that one of a clock that runs over may mean, that within the title.
  const turns = wrap && `floor((ld(1)*TB+${beforeBeginningSeconds})/${wrap})*round(${wrap}/TB)`;
  const moved = (time: string) =>
    `if(isnan(st(0,${time})),NOPTS,st(1,ld(0)+round((${offsetOf(runs)})/TB))${turns ? `-${turns}` : ''})`;
  // `+genpts` takes the next decoding time for a presentation time that is missing, be it that of another clock.
  const shown = hasDecodingTimes ? `if(gt(abs(PTS-DTS)*TB,${longestDelaySeconds}),DTS,PTS)` : 'PTS';
  const [pts, dts] = [moved(shown), hasDecodingTimes ? moved('DTS') : 'NOPTS'];
  return [
    // ffmpeg 5 tells the filter another time base than that of the packets that it gives it, but for this one.
    `-time_base:${output}`,
    '1/1000',
    `-bsf:${output}`,
    `setts=pts='${pts}':dts='${dts}'`,
  ];
}
