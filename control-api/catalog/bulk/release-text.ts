import { DateTime } from 'luxon';
import type { ReleaseRow } from '../titles/repository.ts';

type Release = Pick<ReleaseRow, 'opens_at' | 'closes_at' | 'time_zone'>;

/** How a moment is written: local time, offset; to the millisecond, so that reading it gives the same. */
function localText(moment: number, timeZone: string): string {
  const format =
    moment % 1000 === 0
      ? moment % 60_000 === 0
        ? "yyyy-MM-dd'T'HH:mmZZ"
        : "yyyy-MM-dd'T'HH:mm:ssZZ"
      : "yyyy-MM-dd'T'HH:mm:ss.SSSZZ";
  return DateTime.fromMillis(moment, { zone: timeZone }).toFormat(format);
}

/**
 * A release as people read it in a table: `2026-12-24T18:00+09:00[Asia/Seoul]` (RFC 9557), with an end
 * `2026-12-24T18:00+09:00/2027-12-24T18:00+09:00[Asia/Seoul]`.
 */
export function releaseText({ opens_at: opensAt, closes_at: closesAt, time_zone: timeZone }: Release): string {
  const times = [opensAt, ...(closesAt === null ? [] : [closesAt])].map((time) => localText(time, timeZone));
  return `${times.join('/')}[${timeZone}]`;
}
