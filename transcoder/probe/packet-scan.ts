import { longGapMs, longKeySpacingMs, longSilenceMs } from '../../server/assets/media-info.ts';

/** One line of ffprobe's packet listing, times in seconds. */
export interface ScannedPacket {
  readonly stream: number;
  readonly pts: number | undefined;
  readonly dts: number | undefined;
  readonly duration: number | undefined;
  /** Decoding can begin here. */
  readonly key: boolean;
  /** Hidden by an edit list. */
  readonly discarded: boolean;
}

const time = (text: string | undefined): number | undefined => {
  const value = Number(text);
  return text === undefined || text === '' || !Number.isFinite(value) ? undefined : value;
};

/** `-show_entries packet=stream_index,pts_time,dts_time,duration_time,flags -of csv=p=0` */
export const packetEntries = 'packet=stream_index,pts_time,dts_time,duration_time,flags';

/** Reads a line of that listing; undefined for the blank lines that ffprobe puts after side data. */
export function parsePacketLine(line: string): ScannedPacket | undefined {
  const [stream, pts, dts, duration, flags] = line.split(',');
  if (!stream || flags === undefined) return undefined;
  return {
    stream: Number(stream),
    pts: time(pts),
    dts: time(dts),
    duration: time(duration),
    key: flags.includes('K'),
    discarded: flags.includes('D'),
  };
}

/** Deepest reordering that any codec allows (H.264 and HEVC: 16 frames), doubled for badly muxed files. */
const reorderDepth = 32;
const maxGaps = 2000;
const maxIntervalKinds = 50_000;
/** More long spans than the longest accepted title can have: only a hostile time line reaches it. */
const maxLongSpans = 10_000;

export interface TrackTimes {
  readonly packets: number;
  readonly frames: number;
  /** Seconds, file time line; undefined when nothing is shown. */
  readonly start: number | undefined;
  /** End of the last frame. */
  readonly end: number;
  /** Seconds that the packets last, by what they say themselves. */
  readonly promised: number;
  readonly lastFrame: number;
  /** Seconds between frames that come regularly. */
  readonly typicalInterval: number | undefined;
  readonly longestGap: number;
  readonly variable: boolean;
  /** Many intervals are no multiple of the typical one. */
  readonly irregular: boolean;
  /** The first frame has no presentation time (AVI): `start` is its decoding time. */
  readonly startsAtDecodingTime: boolean;
  /** [from, to] in seconds from `start`. */
  readonly gaps: readonly (readonly [number, number])[] | undefined;
  /** [end of one packet, start of the next] in seconds from `start`, more than `longSilenceMs` apart. */
  readonly silences: readonly (readonly [number, number])[];
  /** [key frame, next key frame or end] in seconds from `start`, more than `longKeySpacingMs` apart. */
  readonly keySpans: readonly (readonly [number, number])[];
  /**
   * Where the first key frame stands, in seconds from `start`, and how many packets come before it: they cannot be
   * decoded. 0 and 0 where no packet is marked as one.
   */
  readonly firstKey: number;
  readonly beforeFirstKey: number;
}

/**
 * What the packets of one track say about its time line, gathered in one pass with bounded memory: packets come in
 * decoding order and are put into presentation order in a small window.
 */
export class TrackScan {
  #packets = 0;
  #startsAtDecodingTime = false;
  #frames = 0;
  #waiting: { readonly at: number; readonly duration: number | undefined; readonly presented: boolean }[] = [];
  #start: number | undefined;
  #last: number | undefined;
  #lastDuration: number | undefined;
  #promised = 0;
  #longest = 0;
  /** How often each interval occurs, keyed by microseconds. */
  #intervals = new Map<number, number>();
  #gaps: [number, number][] | undefined = [];
  readonly #silences: [number, number][] = [];
  #firstKey: number | undefined;
  #beforeFirstKey = 0;
  #lastKey: number | undefined;
  /** File time line. */
  readonly #keySpans: [number, number][] = [];

  /** Seconds from the first frame to the latest seen so far. */
  get elapsed(): number {
    return (this.#last ?? 0) - (this.#start ?? 0);
  }

  get packets(): number {
    return this.#packets;
  }

  add(packet: ScannedPacket): void {
    this.#packets += 1;
    // AVI has decoding times only; decoders order those frames themselves.
    const at = packet.pts ?? packet.dts;
    if (at === undefined) return;
    // Decoding begins at hidden key frames, too.
    if (packet.key) this.#addKey(at);
    if (packet.discarded) return;
    let place = this.#waiting.length;
    while (place > 0 && (this.#waiting[place - 1] as { at: number }).at > at) place -= 1;
    this.#waiting.splice(place, 0, { at, duration: packet.duration, presented: packet.pts !== undefined });
    if (this.#waiting.length > reorderDepth) this.#show();
  }

  #addKey(at: number): void {
    if (this.#firstKey === undefined) [this.#firstKey, this.#beforeFirstKey] = [at, this.#packets - 1];
    const from = this.#lastKey ?? at;
    if ((at - from) * 1000 > longKeySpacingMs && this.#keySpans.length < maxLongSpans) this.#keySpans.push([from, at]);
    this.#lastKey = Math.max(from, at);
  }

  #show(): void {
    const frame = this.#waiting.shift();
    if (!frame) return;
    if (this.#start === undefined) {
      this.#start = frame.at;
      this.#startsAtDecodingTime = !frame.presented;
    }
    if (this.#last !== undefined) {
      const interval = frame.at - this.#last;
      // The second field of a frame, or a time that runs backwards: not a new frame.
      if (interval <= 0) return;
      this.#longest = Math.max(this.#longest, interval);
      const key = Math.round(interval * 1e6);
      if (this.#intervals.size < maxIntervalKinds || this.#intervals.has(key)) {
        this.#intervals.set(key, (this.#intervals.get(key) ?? 0) + 1);
      }
      if (interval * 1000 > longGapMs) this.#gaps?.push([this.#last - this.#start, frame.at - this.#start]);
      if (this.#gaps && this.#gaps.length > maxGaps) this.#gaps = undefined;
      const ended = this.#last + Math.max(0, this.#lastDuration ?? 0);
      if ((frame.at - ended) * 1000 > longSilenceMs && this.#silences.length < maxLongSpans) {
        this.#silences.push([ended - this.#start, frame.at - this.#start]);
      }
    }
    this.#frames += 1;
    this.#promised += Math.max(0, frame.duration ?? 0);
    this.#last = frame.at;
    this.#lastDuration = frame.duration;
  }

  /** @param isSound the last packet of sound may be much shorter than the others, and is as long as it says */
  finish(isSound = false): TrackTimes {
    while (this.#waiting.length > 0) this.#show();
    const { typical, variable, irregular } = this.#regularity();
    // Some muxers write nonsense for the last frame (Matroska's 1 ms); a frame lasts at least about one interval.
    const declared = Math.max(0, this.#lastDuration ?? 0);
    const isBelieved = typical === undefined || declared >= typical / 2 || isSound;
    const lastFrame = isBelieved && declared > 0 ? declared : (typical ?? 1 / 25);
    const [start, end] = [this.#start ?? 0, (this.#last ?? 0) + lastFrame];
    // As if there were a key frame at the end; a track that names none is decoded from its start.
    const hasKey = this.#firstKey !== undefined;
    this.#lastKey ??= start;
    this.#addKey(end);
    return {
      packets: this.#packets,
      frames: this.#frames,
      start: this.#start,
      end,
      promised: this.#promised,
      lastFrame,
      silences: this.#silences,
      keySpans: this.#keySpans.map(([from, to]) => [from - start, to - start] as const),
      typicalInterval: typical,
      longestGap: Math.max(this.#longest, lastFrame),
      variable,
      irregular,
      gaps: this.#gaps,
      startsAtDecodingTime: this.#startsAtDecodingTime,
      firstKey: hasKey ? Math.max(0, (this.#firstKey as number) - start) : 0,
      beforeFirstKey: hasKey ? this.#beforeFirstKey : 0,
    };
  }

  /** The median interval, refined to the mean of the intervals near it, whether some lie elsewhere, and many off its multiples. */
  #regularity(): { readonly typical: number | undefined; readonly variable: boolean; readonly irregular: boolean } {
    const sorted = [...this.#intervals].sort(([a], [b]) => a - b);
    const total = sorted.reduce((sum, [, times]) => sum + times, 0);
    if (total === 0) return { typical: undefined, variable: false, irregular: false };
    let passed = 0;
    const median = (sorted.find(([, times]) => (passed += times) * 2 >= total) as [number, number])[0];
    const near = sorted.filter(([interval]) => Math.abs(interval - median) <= Math.max(median * 0.2, 2000));
    const nearTimes = near.reduce((sum, [, times]) => sum + times, 0);
    const typical = near.reduce((sum, [interval, times]) => sum + interval * times, 0) / nearTimes / 1e6;
    const astray = sorted.reduce((sum, [interval, times]) => {
      const periods = interval / (typical * 1e6);
      const away = Math.abs(periods - Math.max(1, Math.round(periods))) * typical * 1e6;
      return away > Math.max(typical * 1e6 * 0.1, 2000) ? sum + times : sum;
    }, 0);
    return { typical, variable: total - nearTimes > total * 0.005, irregular: astray > total * 0.2 };
  }
}
