import { ClockLine } from './clock-line.ts';
import { clockReference, readPackets, type Packet, type ReadOptions } from './packets.ts';
import { clockTicks, readTimestamp, ticksPerSecond, timestampPlaces } from './pes-times.ts';
import { Programmes, type Programme, type Track } from './programmes.ts';

/** What a packet of a track says: at the beginning of a PES packet with times, where they stand and which part they belong to. */
export interface TrackPacket {
  readonly packet: Packet;
  readonly programme: Programme;
  readonly track: Track;
  readonly times: readonly number[];
  readonly part: number | undefined;
}

/**
 * The hole is ffmpeg's `dts_delta_threshold`; times run back a little where a muxer wrote presentation times only.
 */
const transportClock = { longestHoleSeconds: 10, tremblingSeconds: 0.2, isInterleaved: true };

/** Tables are looked for within so many bytes; what comes before them is then known, too. */
const tablesWithinBytes = 32 * 1024 * 1024;

/**
 * Walks through a transport stream with its tables and clocks followed. The same bytes give the same tracks and parts,
 * so a second walk can be told what was decided after the first.
 */
export class Walk {
  readonly programmes = new Programmes();
  readonly #clocks = new Map<Programme, ClockLine<number>>();

  clockOf(programme: Programme): ClockLine<number> {
    let clock = this.#clocks.get(programme);
    if (!clock) {
      clock = new ClockLine({ ...transportClock, ticksPerSecond, wrapsAfter: clockTicks });
      this.#clocks.set(programme, clock);
    }
    return clock;
  }

  async through(path: string, take: (found: TrackPacket) => void, options: ReadOptions = {}): Promise<void> {
    const { programmes } = this;
    await readPackets(
      path,
      (packet) => {
        programmes.take(packet);
        return !programmes.areKnown && packet.position < tablesWithinBytes;
      },
      { signal: options.signal },
    );
    await readPackets(
      path,
      (packet) => {
        programmes.take(packet);
        const known = programmes.trackOf(packet.pid);
        if (!known) return;
        const { programme, track } = known;
        const reference = clockReference(packet);
        if (reference !== undefined) this.clockOf(programme).reference(reference);
        const times = timestampPlaces(packet);
        const decoding = times.at(-1);
        // Subtitles come when they like and may have a clock of their own: they decide nothing.
        const isClock = decoding !== undefined && track.kind !== 'text';
        const part = isClock ? this.clockOf(programme).take(track.id, readTimestamp(packet.data, decoding)) : undefined;
        take({ packet, programme, track, times, part });
      },
      options,
    );
  }
}
