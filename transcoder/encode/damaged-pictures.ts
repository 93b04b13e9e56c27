import type { EncodingPlan, PlannedChunk } from '../plan.ts';
import { fileUrl } from '../probe/input-arguments.ts';
import { chunkLimits, runEncoder, sourcePixels, stoppable, type EncodeOptions } from './encode-options.ts';
import type { FfmpegCommandLine } from './ffmpeg-runner.ts';
import { decodingOptions, programOptions, seekOptions, sourceOptions } from './video-arguments.ts';

/*
 * Decoders go on over damage: they guess what they cannot read, or leave the picture out. ffmpeg says so in its log, and
 * ends as a success. What it says while it encodes is a sign only: the pictures before a chunk, from which decoding has to
 * begin, are damaged for another chunk. So where there is a sign, the pictures are decoded once more, alone, with every
 * packet and picture listed, and each is counted in the one chunk that shows it.
 */

/** Pictures of a chunk that are damaged in the source. */
export interface Damage {
  readonly pictures: number;
  /** When the first of them is shown, in seconds of the title. */
  readonly firstSeconds: number;
}

/** What ffmpeg and its decoders say of a picture that cannot be decoded as it was meant. */
const complaint =
  /corrupt decoded frame|Error while decoding stream|Error submitting packet to decoder|error while decoding MB|Could not find ref with POC|concealing|\[mjpeg @ [^\]]*\] (?:\[error\] )?error (?:count|y=)/i;

/** Whether a line of standard error is a sign of damage. Nothing is told by a line that is none. */
export const saysDamage = (line: string): boolean => complaint.test(line);

/** Pictures that a decoder may still hold when it is told to end, with room to spare. */
const heldBack = 32;

/**
 * Whether ffmpeg says, when it ends, that it read many more pictures than came out: some decoders leave out what they
 * cannot read without a word. Fields that come one by one look the same; the listing tells them apart.
 */
export function lacksPictures(line: string, { videoStream }: Pick<EncodingPlan, 'videoStream'>): boolean {
  const match = /Input stream #0:(\d+) \(video\): (\d+) packets read \(\d+ bytes\); (\d+) frames decoded/.exec(line);
  return match !== null && Number(match[1]) === videoStream && Number(match[2]) - Number(match[3]) > heldBack;
}

const packetLine =
  /demuxer\+ffmpeg -> .*type:video .*?pkt_pts:(\S+) pkt_pts_time:(\S+) pkt_dts:(\S+) pkt_dts_time:(\S+)/;
const frameLine =
  /decoder -> .*?(?:best_effort_ts:(\S+) best_effort_ts_time|pts:(\S+) pts_time):(\S+).*?time_base:(\d+)\/(\d+)/;

/** A time as the listing has it: exact in ticks, and in seconds of six digits. */
interface ListedTime {
  readonly ticks: number;
  readonly about: number;
}

/** How long packets are read after the end of a chunk, in seconds: pictures come out later than they went in. */
const readOnSeconds = 3;

/** Reads the listing of a decode (`-debug_ts`), line by line, and counts what of a chunk is damaged. */
export class DamageListing {
  readonly #plan: EncodingPlan;
  readonly #chunk: PlannedChunk;
  readonly #promised: ListedTime[] = [];
  readonly #shown: ListedTime[] = [];
  readonly #damaged = new Map<number, ListedTime>();
  #packet: ListedTime | undefined;
  #secondsPerTick: number | undefined;
  /** ffmpeg says that a picture is damaged before it says which one. */
  #nextIsDamaged = false;
  /** How often decoders complained, whatever is known of the pictures. */
  #complaints = 0;

  constructor(plan: EncodingPlan, chunk: PlannedChunk) {
    this.#plan = plan;
    this.#chunk = chunk;
  }

  /** @returns whether everything that concerns the chunk was read */
  take(line: string): boolean {
    const packet = packetLine.exec(line);
    if (packet) {
      const shown = listedTime(packet[1], packet[2]);
      const decoded = listedTime(packet[3], packet[4]);
      this.#packet = shown ?? decoded;
      if (shown) this.#promised.push(shown);
      return decoded !== undefined && this.#isAfter(decoded, readOnSeconds);
    }
    const frame = frameLine.exec(line);
    if (frame) {
      const time = listedTime(frame[1] ?? frame[2], frame[3]);
      this.#secondsPerTick = Number(frame[4]) / Number(frame[5]);
      if (time) {
        this.#shown.push(time);
        if (this.#nextIsDamaged) this.#damaged.set(time.ticks, time);
      }
      this.#nextIsDamaged = false;
      return time !== undefined && this.#isAfter(time, 0);
    }
    if (!saysDamage(line)) return false;
    this.#complaints += 1;
    if (/corrupt decoded frame/.test(line)) this.#nextIsDamaged = true;
    // Said while this packet was decoded; the picture may come out later, or never. What is concealed is said when the
    // picture is whole, which may be at the next packet: ffmpeg marks that picture as corrupt itself.
    else if (this.#packet && !/concealing/i.test(line)) this.#damaged.set(this.#packet.ticks, this.#packet);
    return false;
  }

  /** Of the chunk's own pictures. */
  get damage(): Damage {
    const { firstFrame, frames } = this.#chunk;
    // Another ffmpeg with other words: how many there are is still known.
    if (this.#promised.length + this.#shown.length === 0)
      return { pictures: Math.min(frames, this.#complaints), firstSeconds: this.#secondsAt(firstFrame) };
    const ownFrame = (time: ListedTime): number | undefined => {
      const frame = this.#frameOf(time);
      return frame >= firstFrame && frame < firstFrame + frames ? frame : undefined;
    };
    const shown = new Set(this.#shown.map((time) => this.#frameOf(time)));
    // What comes before the first picture of a file may refer to what is not in it.
    const begins = this.#chunk.decodeFromMs === 0 && this.#shown.length > 0 ? Math.min(...shown) : -Infinity;
    const isShown = (frame: number) => shown.has(frame) || (this.#plan.deinterlace && shown.has(frame - 1));
    const damaged = new Map<number, number>();
    for (const [ticks, time] of this.#damaged) {
      const frame = ownFrame(time);
      if (frame !== undefined) damaged.set(ticks, frame);
    }
    for (const time of this.#promised) {
      const frame = ownFrame(time);
      if (frame !== undefined && frame >= begins && !isShown(frame)) damaged.set(time.ticks, frame);
    }
    return {
      pictures: damaged.size,
      firstSeconds: damaged.size === 0 ? 0 : this.#secondsAt(Math.min(...damaged.values())),
    };
  }

  #secondsAt(frame: number): number {
    const { num, den } = this.#plan.frameRate;
    return (frame * den) / num;
  }

  /** The output frame at which a picture begins to be shown. */
  #frameOf({ ticks, about }: ListedTime): number {
    const { num, den } = this.#plan.frameRate;
    const seconds = this.#secondsPerTick === undefined ? about : ticks * this.#secondsPerTick;
    return Math.round(((seconds - this.#plan.sourceStartMicroseconds / 1e6) * num) / den);
  }

  #isAfter(time: ListedTime, seconds: number): boolean {
    const { firstFrame, frames } = this.#chunk;
    const { num, den } = this.#plan.frameRate;
    return this.#frameOf(time) - (seconds * num) / den >= firstFrame + frames;
  }
}

function listedTime(ticks: string | undefined, about: string | undefined): ListedTime | undefined {
  const time = { ticks: Number(ticks), about: Number(about) };
  return Number.isFinite(time.ticks) && Number.isFinite(time.about) ? time : undefined;
}

/** The command line that decodes what a chunk shows, as its encoder does, and lists it; nothing is kept. */
function damageCommandLine(
  plan: EncodingPlan,
  chunk: PlannedChunk,
  options: Pick<EncodeOptions, 'plan' | 'sourcePath' | 'maxPixels' | 'tools'>,
): FfmpegCommandLine {
  const { sourcePath, tools } = options;
  return {
    inputOptions: [
      ...programOptions,
      '-loglevel',
      'repeat+level+info',
      '-debug_ts',
      ...decodingOptions,
      ...seekOptions(plan, chunk),
      ...sourceOptions(plan, sourcePixels(options), sourcePath),
    ],
    input: fileUrl(sourcePath),
    outputs: [{ options: ['-map', `0:${plan.videoStream}`, ...tools.passFrames, '-f', 'null'], target: '-' }],
  };
}

/**
 * Decodes what a chunk shows and counts which of its pictures are damaged.
 * @throws as `runEncoder`
 */
export async function findDamage(given: EncodeOptions, chunk: PlannedChunk): Promise<Damage> {
  const listing = new DamageListing(given.plan, chunk);
  const { options, stop } = stoppable(given);
  let isRead = false;
  const onLine = (line: string) => {
    // One after the other is read: ffmpeg goes on for a while after it was told to end.
    if (!isRead && listing.take(line)) {
      isRead = true;
      stop(new Error('Everything was read'));
    }
    return true;
  };
  try {
    const limits = chunkLimits(given, chunk);
    await runEncoder(damageCommandLine(given.plan, chunk, given), options, { limits, onLine });
  } catch (error) {
    given.signal?.throwIfAborted();
    if (!isRead) throw error;
  }
  return listing.damage;
}
