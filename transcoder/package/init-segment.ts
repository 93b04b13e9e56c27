import { boxes, findBox, fullBoxHeader, makeBox, requireBox, withBytes, type Box } from './boxes.ts';
import { packageFailed } from './failure.ts';
import { languageCode } from './language-code.ts';

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
  /** First composition time that is shown (edit list), in ticks: what B-frames delay. 0 in what is published. */
  readonly mediaTime: number;
  /** Used where a fragment is silent about it (`trex`). */
  readonly defaultSampleDuration: number;
  readonly defaultSampleSize: number;
  readonly defaultSampleFlags: number;
}

/** Bytes of a VisualSampleEntry before the boxes in it (ISO/IEC 14496-12 §12.1.3). */
const avc1Fields = 78;

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

/** What the plan knows of a rendition and the packager does not. */
export interface TrackDescription {
  /** Length of the whole presentation, in ticks. */
  readonly durationTicks: number;
  /** One frame, rounded, in ticks. */
  readonly frameTicks: number;
  /** BCP 47; `und` for pictures. */
  readonly language: string;
}

/**
 * The packager's init segment as it is published, the same bytes for all pieces of an encoding. The packager stamps
 * each with the time of day and with what it was fed: times become 0, the length becomes that of the whole
 * presentation. There is no edit list, which some players ignore: `withoutDelay` makes it needless. The language and
 * what CMAF (ISO/IEC 23000-19) wants said of the picture are added.
 * @throws ProblemError package_failed when a box is missing
 */
export function publishedInitSegment(packaged: Buffer, track: TrackDescription): Buffer {
  const data = Buffer.from(packaged);
  const trak = requireBox(data, ['moov', 'trak']);
  for (const box of [
    requireBox(data, ['moov', 'mvhd']),
    requireBox(data, ['tkhd'], trak),
    requireBox(data, ['mdia', 'mdhd'], trak),
  ]) {
    const bytes = fullBoxHeader(data, box).version === 1 ? 16 : 8;
    data.fill(0, box.body + 4, box.body + 4 + bytes);
  }
  // Every fragment states its own durations: this is only what a reader may show.
  data.writeUInt32BE(track.frameTicks, requireBox(data, ['moov', 'mvex', 'trex']).body + 12);
  const mehd = findBox(data, ['moov', 'mvex', 'mehd']);
  if (mehd && fullBoxHeader(data, mehd).version === 1)
    data.writeBigUInt64BE(BigInt(track.durationTicks), mehd.body + 4);
  else if (mehd) data.writeUInt32BE(Math.min(track.durationTicks, 0xffff_ffff), mehd.body + 4);
  return withPictureDescription(withLanguage(withoutEditList(data), track.language));
}

function withoutEditList(data: Buffer): Buffer {
  const edts = findBox(data, ['moov', 'trak', 'edts']);
  return edts ? withBytes(data, enclosing(data, ['moov', 'trak']), edts.start, edts.end, Buffer.alloc(0)) : data;
}

/**
 * The language as `mdhd` has room for it, three letters of ISO 639-2/T in five bits each, and as `elng` has it: the
 * whole tag (ISO/IEC 14496-12 §8.4.2, §8.4.6).
 */
function withLanguage(data: Buffer, language: string): Buffer {
  const mdhd = requireBox(data, ['moov', 'trak', 'mdia', 'mdhd']);
  const letters = [...languageCode(language)].map((letter) => letter.charCodeAt(0) - 0x60);
  data.writeUInt16BE(
    letters.reduce((packed, letter) => (packed << 5) | letter, 0),
    mdhd.end - 4,
  );
  if (language === 'und') return data;
  const elng = makeBox('elng', Buffer.alloc(4), Buffer.from(`${language}\0`, 'latin1'));
  return withBytes(data, enclosing(data, ['moov', 'trak', 'mdia']), mdhd.end, mdhd.end, elng);
}

/**
 * Colours of BT.709 in limited range (`colr` of kind `nclx`: primaries, transfer function and matrix 1) and square
 * samples (`pasp`), as everything is encoded; behind the H.264 configuration, in place of what may be there of them.
 */
function withPictureDescription(data: Buffer): Buffer {
  const path = ['moov', 'trak', 'mdia', 'minf', 'stbl', 'stsd'];
  const stsd = requireBox(data, path);
  const [entry] = boxes(data, stsd.body + 8, stsd.end);
  if (entry?.type !== 'avc1') return data;
  const rest = [...boxes(data, entry.body + avc1Fields, entry.end)].filter(
    ({ type }) => !['colr', 'pasp'].includes(type),
  );
  const colr = makeBox('colr', Buffer.from('nclx\0\x01\0\x01\0\x01\0', 'latin1'));
  const pasp = makeBox('pasp', Buffer.from([0, 0, 0, 1, 0, 0, 0, 1]));
  return withBytes(
    data,
    [...enclosing(data, path), entry],
    entry.body + avc1Fields,
    entry.end,
    Buffer.concat([...rest.map(({ start, end }) => data.subarray(start, end)), colr, pasp]),
  );
}

/** The boxes along a path, from the outside in. */
function enclosing(data: Buffer, path: readonly string[]): readonly Box[] {
  return path.map((_, index) => requireBox(data, path.slice(0, index + 1)));
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
    const avcC = [...boxes(data, entry.body + avc1Fields, entry.end)].find(({ type }) => type === 'avcC');
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
