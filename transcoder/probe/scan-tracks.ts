import type { ClockMending } from '../../server/assets/media-info.ts';
import { videoProblems } from '../../server/assets/problems.ts';
import { ProblemError } from '../../server/kit/errors.ts';
import { clockProblem } from '../mend/clock-problem.ts';
import type { Ffprobe, ProbeOptions } from './ffprobe.ts';
import { hasFragments } from './iso-media.ts';
import { MendedPackets, PacketClock } from './packet-clock.ts';
import { packetEntries, parsePacketLine, TrackScan, type ScannedPacket, type TrackTimes } from './packet-scan.ts';
import { checkProportionSoFar, mostFor } from './proportion.ts';

/** A scan reads the whole file: slow disks get this much time for it on top, in bytes per second. */
const slowestReadRate = 20_000_000;

interface ScanOptions extends Pick<ProbeOptions, 'limits' | 'isCopy' | 'path'> {
  /** Size of the file. */
  readonly bytes: number;
}

/** One pass over every packet of the file. */
async function listPackets(ffprobe: Ffprobe, wallMs: number, take: (packet: ScannedPacket) => void): Promise<void> {
  const { exitCode, stderr } = await ffprobe.run(['-show_entries', packetEntries, '-of', 'csv=p=0'], {
    wallMs,
    outputBytes: 2 * 1024 ** 3,
    onLine: (line) => {
      const packet = parsePacketLine(line);
      if (packet) take(packet);
    },
  });
  // What it listed is then not the whole file.
  if (exitCode !== 0) {
    throw new ProblemError(
      videoProblems.media_damaged,
      'The file is damaged or incomplete: it cannot be read to its end. Upload the whole file again',
      { cause: new Error(stderr.slice(-2000)) },
    );
  }
}

/**
 * The times of all tracks, as if the clock had been put in order where it restarts or jumps.
 * @param clocked picture and sound
 */
export async function scanTracks(
  ffprobe: Ffprobe,
  { limits, isCopy, path, bytes }: ScanOptions,
  pictures: ReadonlySet<number>,
  clocked: readonly number[],
): Promise<{ readonly tracks: ReadonlyMap<number, TrackTimes>; readonly mending: ClockMending | undefined }> {
  const { demuxer } = ffprobe;
  // An index has no clock that could jump: where times run to and fro, an edit list wants it so.
  const hasClock = !isCopy && (demuxer !== 'mov' || (await hasFragments(path)));
  const clock = hasClock ? PacketClock.of(demuxer, clocked) : undefined;
  let scans = new Map<number, TrackScan>();
  let packets = 0;
  const wallMs = limits.probeTimeoutSeconds * 1000 + (bytes / slowestReadRate) * 1000;
  const most = mostFor(bytes);
  // A bare H.264 stream has no times at all: its pictures follow one another.
  const untimed = demuxer === 'h264';
  const scan = (listed: ScannedPacket) => {
    const packet = untimed
      ? { ...listed, dts: (listed.duration ?? 0) * (scans.get(listed.stream)?.packets ?? 0) }
      : listed;
    let track = scans.get(packet.stream);
    if (!track) scans.set(packet.stream, (track = new TrackScan()));
    track.add(packet);
    packets += 1;
    return pictures.has(packet.stream) ? track.elapsed : 0;
  };
  const check = (pictureSeconds: number) => {
    checkProportionSoFar({ packets, pictureSeconds }, most, bytes);
    if (pictureSeconds <= limits.maxDurationSeconds) return;
    throw new ProblemError(
      videoProblems.media_too_long,
      `The video is longer than the ${limits.maxDurationSeconds} seconds that are accepted. Cut it into parts and upload them one by one`,
      { extras: { maxSeconds: limits.maxDurationSeconds } },
    );
  };
  try {
    await listPackets(ffprobe, wallMs, (packet) => {
      clock?.take(packet);
      const pictureSeconds = scan(packet);
      // By a clock that jumps nothing is long.
      check((clock?.isOne ?? true) ? pictureSeconds : 0);
    });
  } catch (error) {
    throw clockProblem(error);
  }
  const mending = clock?.mending();
  if (mending) {
    [scans, packets] = [new Map(), 0];
    const mended = new MendedPackets(mending);
    await listPackets(ffprobe, wallMs, (packet) => check(scan(mended.next(packet))));
  }
  const tracks = new Map([...scans].map(([stream, found]) => [stream, found.finish(!pictures.has(stream))]));
  return { tracks, mending };
}
