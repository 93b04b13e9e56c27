import { boxes, findBox, fullBoxHeader, requireBox, type Box } from './boxes.ts';
import { packageFailed } from './failure.ts';

/** What a CMAF header (`init.mp4`) says about its one track. */
export interface InitSegment {
  /** Ticks per second of every time in the track's segments. */
  readonly timescale: number;
  /** RFC 6381, e.g. `avc1.640028`, `mp4a.40.2`. */
  readonly codec: string;
  /** Pixels, for video. */
  readonly width?: number;
  readonly height?: number;
  /** Channels and samples per second, for audio. */
  readonly channels?: number;
  readonly sampleRate?: number;
  /** First composition time that is shown (edit list), in ticks: what B-frames delay. */
  readonly mediaTime: number;
  /** Used where a fragment is silent about it (`trex`). */
  readonly defaultSampleDuration: number;
  readonly defaultSampleSize: number;
  readonly defaultSampleFlags: number;
}

/** @throws ProblemError package_failed when a box is missing, or the codec is neither H.264 nor AAC */
export function readInitSegment(data: Buffer): InitSegment {
  const track = requireBox(data, ['moov', 'trak']);
  const mdhd = requireBox(data, ['mdia', 'mdhd'], track);
  const timescale = data.readUInt32BE(mdhd.body + (fullBoxHeader(data, mdhd).version === 1 ? 20 : 12));
  const trex = requireBox(data, ['moov', 'mvex', 'trex']);
  const stsd = requireBox(data, ['mdia', 'minf', 'stbl', 'stsd'], track);
  const [entry] = boxes(data, stsd.body + 8, stsd.end);
  if (!entry) throw packageFailed('The init segment describes no codec');
  return {
    timescale,
    ...readSampleEntry(data, entry),
    mediaTime: readMediaTime(data, track),
    defaultSampleDuration: data.readUInt32BE(trex.body + 12),
    defaultSampleSize: data.readUInt32BE(trex.body + 16),
    defaultSampleFlags: data.readUInt32BE(trex.body + 20),
  };
}

/** What every piece of a rendition must have in common, in ticks. */
export interface CommonTiming {
  /** Length of the whole presentation. */
  readonly durationTicks: number;
  /** One frame, rounded. */
  readonly frameTicks: number;
  /** The first piece's `mediaTime`; undefined while this is the first piece. */
  readonly mediaTime: number | undefined;
}

/**
 * Makes the init segments of two pieces of the same encoding byte-identical. The packager stamps them with the time
 * of day and with what it was fed: times become 0, the length becomes that of the whole presentation. Where a frame
 * does not last whole ticks, the delay of B-frames may be rounded to a tick more or less: it becomes that of the
 * first piece (see `withShiftedComposition`).
 */
export function normalizeInitSegment(data: Buffer, common: CommonTiming): void {
  const track = requireBox(data, ['moov', 'trak']);
  for (const box of [
    requireBox(data, ['moov', 'mvhd']),
    requireBox(data, ['tkhd'], track),
    requireBox(data, ['mdia', 'mdhd'], track),
  ]) {
    const bytes = fullBoxHeader(data, box).version === 1 ? 16 : 8;
    data.fill(0, box.body + 4, box.body + 4 + bytes);
  }
  // Every fragment states its own durations: this is only what a reader may show.
  data.writeUInt32BE(common.frameTicks, requireBox(data, ['moov', 'mvex', 'trex']).body + 12);
  const mehd = findBox(data, ['moov', 'mvex', 'mehd']);
  if (mehd && fullBoxHeader(data, mehd).version === 1)
    data.writeBigUInt64BE(BigInt(common.durationTicks), mehd.body + 4);
  else if (mehd) data.writeUInt32BE(Math.min(common.durationTicks, 0xffff_ffff), mehd.body + 4);
  const elst = findBox(data, ['edts', 'elst'], track);
  if (!elst || common.mediaTime === undefined || Math.abs(common.mediaTime - readMediaTime(data, track)) > 1) return;
  if (fullBoxHeader(data, elst).version === 1) data.writeBigInt64BE(BigInt(common.mediaTime), elst.body + 16);
  else data.writeInt32BE(common.mediaTime, elst.body + 12);
}

function readMediaTime(data: Buffer, track: Box): number {
  const elst = findBox(data, ['edts', 'elst'], track);
  if (!elst) return 0;
  if (data.readUInt32BE(elst.body + 4) !== 1) throw packageFailed('The init segment has more than one edit');
  return fullBoxHeader(data, elst).version === 1
    ? Number(data.readBigInt64BE(elst.body + 16))
    : data.readInt32BE(elst.body + 12);
}

function readSampleEntry(
  data: Buffer,
  entry: Box,
): Pick<InitSegment, 'codec' | 'width' | 'height' | 'channels' | 'sampleRate'> {
  if (entry.type === 'avc1') {
    const width = data.readUInt16BE(entry.body + 24);
    const height = data.readUInt16BE(entry.body + 26);
    const avcC = [...boxes(data, entry.body + 78, entry.end)].find(({ type }) => type === 'avcC');
    if (!avcC) throw packageFailed('The init segment has no H.264 configuration');
    // Profile, constraints and level (ISO/IEC 14496-15 §5.3.3.1) are what RFC 6381 §3.3 writes in hexadecimal.
    return { codec: `avc1.${data.toString('hex', avcC.body + 1, avcC.body + 4)}`, width, height };
  }
  if (entry.type === 'mp4a') {
    const channels = data.readUInt16BE(entry.body + 16);
    const sampleRate = data.readUInt32BE(entry.body + 24) >>> 16;
    const esds = [...boxes(data, entry.body + 28, entry.end)].find(({ type }) => type === 'esds');
    if (!esds) throw packageFailed('The init segment has no AAC configuration');
    return { codec: `mp4a.40.${audioObjectType(data, esds)}`, channels, sampleRate };
  }
  throw packageFailed(`The init segment holds "${entry.type}", neither H.264 nor AAC`);
}

/** Audio object type out of the DecoderSpecificInfo (tag 5) of an ES descriptor (ISO/IEC 14496-1 §7.2.6). */
function audioObjectType(data: Buffer, esds: Box): number {
  let at = esds.body + 4;
  while (at < esds.end) {
    const tag = data.readUInt8(at++);
    while (data.readUInt8(at++) & 0x80);
    // ES_Descriptor (3) and DecoderConfigDescriptor (4) are containers: step over their own fields, go inside.
    if (tag === 3) at += 3;
    else if (tag === 4) at += 13;
    else if (tag === 5) {
      const type = data.readUInt8(at) >> 3;
      return type === 31 ? 32 + ((data.readUInt16BE(at) >> 5) & 0x3f) : type;
    } else break;
  }
  throw packageFailed('The AAC configuration cannot be read');
}
