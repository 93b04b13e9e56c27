import { ClockJumpsTooOften, ClockLine } from '../mend/clock-line.ts';
import type { ClockMending, ClockRun } from '../../server/assets/media-info.ts';
import type { ScannedPacket } from './packet-scan.ts';

/*
 * The clocks of containers whose packets ffmpeg lists one by one: where they restart or jump, the times of all packets
 * behind that are moved, so that the parts follow one another.
 */

/** Of every track, whatever its own unit is: fine enough for sound, and whole where clocks run over. */
const ticksPerSecond = 90_000;

/**
 * Where ffmpeg takes times from the file. Others have none (bare streams), count their packets (AVI, DV), or were put
 * in order before (MPEG-TS).
 */
const clocks: Readonly<Record<string, ContainerClock>> = {
  // Every track has times at least every 0.7 s, with 33 bits (ISO/IEC 13818-1).
  mpeg: { wrapsAfter: 2 ** 33, longestHoleSeconds: { several: 10, one: 10 } },
  // 32 bits of milliseconds. Written live, and joined tag by tag.
  flv: { wrapsAfter: 2 ** 32 * (ticksPerSecond / 1000), longestHoleSeconds: { several: 10, one: Infinity } },
  matroska: {},
  mov: {},
  asf: {},
  ogg: {},
};

interface ContainerClock {
  readonly wrapsAfter?: number;
  /** What is not there for longer is a jump: in a file of several tracks, and of one. */
  readonly longestHoleSeconds?: { readonly several: number; readonly one: number };
}

/** A picture alone may stand still for hours. */
const usualHoleSeconds = { several: 60, one: Infinity };
/** Where decoding times are not in the file, ffmpeg makes them of presentation times, which go to and fro. */
const tremblingSeconds = 1;
/** Each takes some 70 characters of an argument, which may have 131,072. */
const mostRuns = 1500;

type Times = Pick<ScannedPacket, 'pts' | 'dts'>;

interface ClockedTrack {
  packets: number;
  readonly runs: { readonly firstPacket: number; readonly part: number }[];
  /** The packets before this one. */
  readonly latest: Times[];
}

/** Deepest reordering that any codec allows (H.264 and HEVC). */
const reorderDepth = 16;

/**
 * How many of the packets before a jump are shown by the new clock already: where a file has no decoding times, ffmpeg's
 * run behind.
 */
function shownAlready(latest: readonly Times[], dts: number): number {
  const before = latest.at(-1)?.dts;
  if (before === undefined) return 0;
  const old = latest.findLastIndex(({ pts }) => pts === undefined || Math.abs(pts - before) <= Math.abs(pts - dts));
  return latest.length - 1 - old;
}

/** Follows the clock of a file whose packets come in its order. */
export class PacketClock {
  readonly #line: ClockLine<number>;
  readonly #wrapsAfter: number | undefined;
  readonly #tracks: ReadonlyMap<number, ClockedTrack>;
  #firstPart: number | undefined;
  #isOne = true;

  /**
   * @param tracks streams that have a clock: picture and sound
   * @returns undefined for a container that has none to follow
   */
  static of(demuxer: string, tracks: readonly number[]): PacketClock | undefined {
    const clock = clocks[demuxer];
    return clock && tracks.length > 0 ? new PacketClock(clock, tracks) : undefined;
  }

  private constructor(
    { wrapsAfter, longestHoleSeconds = usualHoleSeconds }: ContainerClock,
    tracks: readonly number[],
  ) {
    this.#wrapsAfter = wrapsAfter;
    this.#line = new ClockLine({
      ticksPerSecond,
      ...(wrapsAfter !== undefined && { wrapsAfter }),
      longestHoleSeconds: longestHoleSeconds[tracks.length > 1 ? 'several' : 'one'],
      tremblingSeconds,
      isInterleaved: false,
    });
    this.#tracks = new Map(tracks.map((track) => [track, { packets: 0, runs: [], latest: [] }]));
  }

  /** @throws ClockJumpsTooOften */
  take({ stream, pts, dts }: ScannedPacket): void {
    const track = this.#tracks.get(stream);
    if (!track) return;
    const { runs, latest } = track;
    const packet = track.packets;
    track.packets += 1;
    if (dts !== undefined) {
      const part = this.#line.take(stream, Math.round(dts * ticksPerSecond));
      this.#firstPart ??= part;
      if (part !== this.#firstPart) this.#isOne = false;
      if (runs.at(-1)?.part !== part) {
        runs.push({ firstPacket: runs.length === 0 ? 0 : packet - shownAlready(latest, dts), part });
        if (runs.length > mostRuns) throw new ClockJumpsTooOften();
      }
    }
    latest.push({ pts, dts });
    if (latest.length > reorderDepth) latest.shift();
  }

  /** Whether all packets so far have one clock. */
  get isOne(): boolean {
    return this.#isOne;
  }

  /** What is to be done to put the file in order; undefined when it is. */
  mending(): ClockMending | undefined {
    if (this.#isOne) return undefined;
    const tracks = [...this.#tracks.keys()];
    const jumps = this.#line.jumps(tracks);
    const offsets = this.#line.offsets(tracks, 0);
    const seconds = (part: number) => (offsets[part] as number) / ticksPerSecond;
    return {
      jumps,
      runs: [...this.#tracks].map(([stream, { runs }]) => ({
        stream,
        runs: runs.map(({ firstPacket, part }): ClockRun => ({ firstPacket, offsetSeconds: seconds(part) })),
      })),
      ...(this.#wrapsAfter !== undefined && { wrapsAfterSeconds: this.#wrapsAfter / ticksPerSecond }),
    };
  }
}

/** Packets in the file's order, with their times moved. */
export class MendedPackets {
  readonly #mending: ClockMending;
  readonly #places = new Map<number, { packet: number; run: number }>();

  constructor(mending: ClockMending) {
    this.#mending = mending;
  }

  next(packet: ScannedPacket): ScannedPacket {
    const runs = this.#mending.runs.find(({ stream }) => stream === packet.stream)?.runs;
    if (!runs) return packet;
    const place = this.#places.get(packet.stream) ?? { packet: 0, run: 0 };
    this.#places.set(packet.stream, place);
    while (place.packet >= (runs[place.run + 1]?.firstPacket ?? Infinity)) place.run += 1;
    place.packet += 1;
    const offset = runs[place.run]?.offsetSeconds ?? 0;
    const moved = (at: number | undefined) => (at === undefined ? undefined : unwrapped(at + offset, this.#mending));
    // An edit list hides what it does not know of, too: the second of two recordings.
    return { ...packet, pts: moved(packet.pts), dts: moved(packet.dts), discarded: false };
  }
}

/** So much may stand before the beginning of what is put in order. */
export const beforeBeginningSeconds = 600;

/** ffmpeg turns clocks that run over back or not, as it sees fit: of all times that one may mean, that within the title. */
function unwrapped(at: number, { wrapsAfterSeconds: wrap }: ClockMending): number {
  return wrap === undefined ? at : at - Math.floor((at + beforeBeginningSeconds) / wrap) * wrap;
}
