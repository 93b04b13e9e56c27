import { open, type FileHandle } from 'node:fs/promises';
import { packetBytes, readBytes, readPackets, type Packet } from './packets.ts';
import { clockTicks, readTimestamp, ticksPerSecond, timestampPlaces, writeTimestamp } from './pes-times.ts';
import type { Mending } from './survey.ts';
import { programmeTables } from './tables.ts';
import { Walk } from './walk.ts';

const firstPid = 0x100;
/** Enough of a track for a decoder to say what it is: PES packets, and bytes of transport packets. */
const hoistedUnits = { video: 150, audio: 16, text: 0 } as const;
const hoistedBytes = 2_000_000;
const hoistedTicks = 10 * ticksPerSecond;
/** How far its first packets are looked for. */
const hoistWithinBytes = 64_000_000;

/** The packets of a block of input; written before the next block is read. */
class Output {
  readonly #file: FileHandle;
  readonly #buffer = Buffer.allocUnsafe(2 * readBytes);
  #used = 0;

  constructor(file: FileHandle) {
    this.#file = file;
  }

  /** Copies a packet to its new PID, without a clock reference, its times moved. */
  add({ data, at }: Packet, pid: number, times: readonly number[], offset: number): void {
    const buffer = this.#buffer;
    const to = this.#used;
    data.copy(buffer, to, at, at + packetBytes);
    buffer.writeUInt16BE((buffer.readUInt16BE(to + 1) & 0xe000) | pid, to + 1);
    const adaptation = ((buffer[to + 3] as number) & 0x20) === 0 ? 0 : (buffer[to + 4] as number);
    if (adaptation > 0) {
      // Of the adaptation field only "decoding can begin here" is kept.
      buffer.writeUInt8((buffer[to + 5] as number) & 0x40, to + 5);
      buffer.fill(0xff, to + 6, to + 5 + adaptation);
    }
    for (const place of times) {
      const moved = (readTimestamp(data, place) + offset) % clockTicks;
      writeTimestamp(buffer, to + place - at, (moved + clockTicks) % clockTicks);
    }
    this.#used += packetBytes;
  }

  readonly flush = async (): Promise<void> => {
    for (let from = 0; from < this.#used;) {
      const { bytesWritten } = await this.#file.write(this.#buffer, from, this.#used - from);
      from += bytesWritten;
    }
    this.#used = 0;
  };
}

type MendedTrack = Mending['tracks'][number];

/** Puts the first packets of a track at the beginning. @returns how many */
async function hoist(
  source: string,
  output: Output,
  { late, pid, offset }: { readonly late: MendedTrack; readonly pid: number; readonly offset: number },
  signal: AbortSignal | undefined,
): Promise<number> {
  const most = Math.floor(hoistedBytes / packetBytes);
  let [packets, units] = [0, 0];
  let begins: number | undefined;
  await readPackets(
    source,
    (packet) => {
      if (packet.position - late.firstAt > hoistWithinBytes) return false;
      if (packet.pid !== late.firstPid) return true;
      const times = timestampPlaces(packet);
      const [place] = times;
      if (place !== undefined) {
        const time = readTimestamp(packet.data, place);
        begins ??= time;
        units += 1;
        // Another clock: the rest comes where it stands in the file.
        if (Math.abs(time - begins) > hoistedTicks) return false;
      }
      if (units > hoistedUnits[late.track.kind] || packets === most) return false;
      packets += 1;
      output.add(packet, pid, times, offset);
      return true;
    },
    { signal, from: late.firstAt },
  );
  await output.flush();
  return packets;
}

/**
 * Writes a transport stream that says the same as the source in order: one programme, each track on one PID from its
 * beginning to its end, one clock, every track announced at once. The first packets of tracks that begin late stand at
 * the file's beginning, under their own times, so that nobody has to look far to know what they are; who reads the
 * file must not correct its clock.
 * @throws the signal's reason when aborted; what the disk says
 */
export async function rewriteTransportStream(
  source: string,
  target: string,
  { tracks, offsets, descriptors }: Mending,
  signal?: AbortSignal,
): Promise<void> {
  const file = await open(target, 'wx');
  try {
    const pids = new Map(tracks.map(({ track }, index) => [track.id, firstPid + index]));
    await file.write(
      programmeTables(
        descriptors,
        tracks.map(({ track }) => ({ ...track, pid: pids.get(track.id) as number })),
      ),
    );
    const output = new Output(file);
    /** Packets of a track that stand at the beginning already. */
    const written = new Map<number, number>();
    for (const late of tracks.filter(({ isLate }) => isLate)) {
      const pid = pids.get(late.track.id) as number;
      const offset = offsets[late.firstPart] as number;
      written.set(late.track.id, await hoist(source, output, { late, pid, offset }, signal));
    }
    const begins = new Map(tracks.map(({ track, firstAt }) => [track.id, firstAt]));
    let latestOffset = offsets[0] as number;
    await new Walk().through(
      source,
      ({ packet, track, times, part }) => {
        const pid = pids.get(track.id);
        // What comes before a track's first PES packet is the end of one that is not there.
        if (pid === undefined || packet.position < (begins.get(track.id) as number)) return;
        // Text has no part of its own: it goes with what it stands beside.
        const offset = part === undefined ? latestOffset : (offsets[part] as number);
        latestOffset = offset;
        const before = written.get(track.id) ?? 0;
        if (before > 0) written.set(track.id, before - 1);
        else output.add(packet, pid, times, offset);
      },
      { signal, afterBlock: output.flush },
    );
  } finally {
    await file.close();
  }
}
