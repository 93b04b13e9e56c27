import { DateTime } from 'luxon';
import { momentOf, readLocal } from './edits/local-time.ts';
import type { ReleaseRow } from '../titles/repository.ts';

type Release = Pick<ReleaseRow, 'opens_at' | 'closes_at' | 'time_zone'>;

/** How a moment is written: local time and offset; to the millisecond where that says more. */
function localText(moment: number, timeZone: string): string {
  const seconds = moment % 60_000 === 0 ? '' : moment % 1000 === 0 ? ':ss' : ':ss.SSS';
  const text = DateTime.fromMillis(moment, { zone: timeZone }).toFormat(`yyyy-MM-dd'T'HH:mm${seconds}ZZ`);
  // Offsets of long ago had seconds, which ISO 8601 cannot write.
  return Date.parse(text) === moment ? text : new Date(moment).toISOString();
}

/**
 * A release as people read it in a table: `2026-12-24T18:00+09:00[Asia/Seoul]` (RFC 9557), with an end
 * `2026-12-24T18:00+09:00/2027-12-24T18:00+09:00[Asia/Seoul]`.
 */
export function releaseText({ opens_at: opensAt, closes_at: closesAt, time_zone: timeZone }: Release): string {
  const times = [opensAt, ...(closesAt === null ? [] : [closesAt])].map((time) => localText(time, timeZone));
  return `${times.join('/')}[${timeZone}]`;
}

/** Releases of all regions as one text: `* 2026-12-24T18:00+09:00[Asia/Seoul]; KR …`. */
export function releasesText(releases: readonly ReleaseRow[]): string {
  return releases.map((release) => `${release.region} ${releaseText(release)}`).join('; ');
}

/** A release as the API has it. */
export interface ReadRelease {
  readonly region: string;
  readonly opensAt: string;
  readonly closesAt: string | null;
  readonly timeZone: string;
}

const release =
  /^(?<region>\*|[A-Z]{2})\s+(?<opens>[\d:.TZ+-]{16,29})(?:\/(?<closes>[\d:.TZ+-]{16,29}))?\[(?<zone>[\w+/-]{1,64})\]$/;

/**
 * Reads what `releasesText` writes. Times without an offset are those of the clock on the wall in the time zone.
 * @throws RangeError for what is none, in words
 */
export function readReleases(text: string): readonly ReadRelease[] {
  const parts = text.split(/[;\n]/).map((part) => part.trim());
  return parts.filter(Boolean).map((part) => {
    const { region = '', opens = '', closes, zone = '' } = release.exec(part)?.groups ?? {};
    if (region === '')
      throw new RangeError(
        `must be like * 2026-12-24T18:00+09:00[Asia/Seoul], several with semicolons between them; this is not: ${part.slice(0, 80)}`,
      );
    return {
      region,
      opensAt: readMoment(opens, zone),
      closesAt: closes === undefined ? null : readMoment(closes, zone),
      timeZone: zone,
    };
  });
}

function readMoment(text: string, timeZone: string): string {
  const hasOffset = /(?:Z|[+-]\d\d:\d\d)$/.test(text);
  const local = hasOffset ? undefined : readLocal(text);
  const moment = hasOffset ? Date.parse(text) : local === undefined ? NaN : momentOf(local, timeZone);
  if (Number.isNaN(moment)) throw new RangeError(`has a time that is none: ${text}`);
  return new Date(moment).toISOString();
}
