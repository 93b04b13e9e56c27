import { packetBytes } from './packets.ts';
import { ticksPerSecond } from './pes-times.ts';
import type { Programme, Track } from './programmes.ts';
import { Walk } from './walk.ts';

/** What one track has in the file. */
interface TrackSurvey {
  /** Where the packet stands in which its first PES packet begins, and the PID that it has there. */
  readonly firstAt: number;
  readonly firstPid: number;
  /** Of transport packets. */
  bytes: number;
}

/** Everything about a transport stream that decides whether and how it is mended. */
export interface Survey {
  readonly walk: Walk;
  readonly tracks: ReadonlyMap<Track, TrackSurvey>;
}

/** Reads the whole file once. @throws ClockJumpsTooOften; the signal's reason when aborted */
export async function surveyTransportStream(path: string, signal?: AbortSignal): Promise<Survey> {
  const walk = new Walk();
  const tracks = new Map<Track, TrackSurvey>();
  await walk.through(
    path,
    ({ packet, track, times }) => {
      let survey = tracks.get(track);
      if (!survey) {
        if (times.length === 0) return;
        tracks.set(track, (survey = { firstAt: packet.position, firstPid: packet.pid, bytes: 0 }));
      }
      survey.bytes += packetBytes;
    },
    { signal },
  );
  return { walk, tracks };
}

/** How a file is rewritten, and what was found, for people. */
export interface Mending {
  /** The tables' own words about the programme. */
  readonly descriptors: Buffer;
  /** Their order is the order of PIDs. */
  readonly tracks: readonly (TrackSurvey & {
    readonly track: Track;
    /** Where its first packet belongs: the index of an offset. */
    readonly firstPart: number;
    /** Begins too late to be seen by those who look at the file's beginning. */
    readonly isLate: boolean;
  })[];
  /** Ticks to add to the times of each part. */
  readonly offsets: readonly number[];
  readonly jumps: number;
  readonly otherProgrammes: number;
  /** Of picture in another codec than the rest, before or after it, which is left out. */
  readonly otherPictureSeconds: number;
}

/** Where the title begins in a file that is rewritten: far enough from 0 for decoding times before the first picture. */
const originTicks = 10 * ticksPerSecond;
/** What begins later than this, in the file or in time, may not be seen by an examination of the first bytes. */
const lateBytes = 4_000_000;
const lateTicks = 4 * ticksPerSecond;

/** Newer codecs need fewer bytes for a better picture. */
const worth = (track: Track) => (track.type === 0x1b ? 2 : track.type === 0x24 || track.type === 0x33 ? 4 : 1);

/** Decides what is to be done; undefined when the file is in order as it is. Pure. */
export function planMending({ walk, tracks: surveys }: Survey): Mending | undefined {
  const weight = (track: Track) => (track.kind === 'video' ? (surveys.get(track)?.bytes ?? 0) * worth(track) : 0);
  const best = ({ tracks }: Programme) => tracks.toSorted((a, b) => weight(b) - weight(a))[0];
  const present = walk.programmes.all.flatMap((programme) => {
    const main = best(programme);
    return main && weight(main) > 0 ? [{ programme, main }] : [];
  });
  const chosen = present.toSorted((a, b) => weight(b.main) - weight(a.main))[0];
  if (!chosen) return undefined;
  const { programme, main } = chosen;
  const clock = walk.clockOf(programme);
  const found = programme.tracks.flatMap((track) => {
    const survey = surveys.get(track);
    return survey ? [{ ...survey, track }] : [];
  });
  const heard = found.map(({ track }) => track).filter(({ kind }) => kind !== 'text');
  const clocked = heard.map(({ id }) => id);
  const offsets = clock.offsets(clocked, originTicks);
  const span = (track: Track) => clock.spanOf(track.id, offsets) ?? [Infinity, Infinity];
  const [mainBegins, mainEnds] = span(main);
  // Recordings in two codecs, joined: no player goes from one to the other.
  const others = heard.filter((track) => {
    const [begins, ends] = span(track);
    return track.kind === 'video' && (begins > mainEnds || ends < mainBegins);
  });
  const kept = found.filter(({ track }) => !others.includes(track));
  const beginsAt = Math.min(...kept.map(({ firstAt }) => firstAt));
  const begins = Math.min(...kept.map(({ track }) => span(track)[0]));
  const tracks = kept.map((one) => ({
    ...one,
    firstPart: clock.firstPartOf(one.track.id) ?? 0,
    isLate:
      one.track.kind !== 'text' && (one.firstAt - beginsAt > lateBytes || span(one.track)[0] - begins > lateTicks),
  }));
  const jumps = clock.jumps(clocked);
  const otherProgrammes = present.length - 1;
  const isInOrder =
    jumps + otherProgrammes + others.length + walk.programmes.moves === 0 &&
    !clock.wraps &&
    tracks.every(({ isLate }) => !isLate);
  if (isInOrder) return undefined;
  const otherTicks = others.reduce((sum, track) => sum + span(track)[1] - span(track)[0], 0);
  return {
    descriptors: programme.descriptors,
    tracks,
    offsets,
    jumps,
    otherProgrammes,
    otherPictureSeconds: Math.ceil(otherTicks / ticksPerSecond),
  };
}
