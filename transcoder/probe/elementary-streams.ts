/*
 * Streams without a container, and containers of one stream: recognised by what stands at their beginning. They have no
 * magic numbers of some length, so each is held to several of its rules: a wrong guess would let ffmpeg loose on
 * something else, and hide from people what their file really is.
 */

/** FFmpeg's name of the demuxer. */
export type ElementaryDemuxer = 'h264' | 'hevc' | 'mpegvideo' | 'm4v' | 'obu' | 'ivf' | 'dv' | 'yuv4mpegpipe';

/** The bytes behind each start code (00 00 01) of `head`, which must begin with one; undefined when it does not. */
function units(head: Buffer): readonly Buffer[] | undefined {
  const first = head.indexOf('000001', 0, 'hex');
  if (first !== 0 && !(first === 1 && head[0] === 0)) return undefined;
  const found: Buffer[] = [];
  for (let at = first; at >= 0 && found.length < 200;) {
    const next = head.indexOf('000001', at + 3, 'hex');
    found.push(head.subarray(at + 3, next < 0 ? head.length : next));
    at = next;
  }
  return found;
}

const profiles: ReadonlySet<number> = new Set([44, 66, 77, 88, 100, 110, 122, 244]);

/** H.264 (Annex B): parameter sets, SPS before PPS, then a slice; nothing that is no NAL unit of a stream. */
function isH264(found: readonly Buffer[]): boolean {
  const types = found.map((unit) => unit[0] ?? 0xff);
  if (types.some((byte) => byte > 0x7f || (byte & 31) === 0 || (byte & 31) > 21)) return false;
  const kinds = types.map((byte) => byte & 31);
  const [sps, pps, slice] = [kinds.indexOf(7), kinds.indexOf(8), kinds.findIndex((kind) => kind === 5 || kind === 1)];
  return (
    sps >= 0 &&
    pps > sps &&
    slice > pps &&
    kinds.slice(0, sps).every((kind) => kind === 9 || kind === 6) &&
    profiles.has(found[sps]?.[1] ?? 0)
  );
}

/** HEVC (Annex B): VPS, SPS, PPS in this order, all of the base layer. */
function isHevc(found: readonly Buffer[]): boolean {
  const kinds = found.map((unit) =>
    (unit[0] ?? 0xff) > 0x7f || ((unit[1] ?? 0) & 7) === 0 ? -1 : (unit[0] as number) >> 1,
  );
  const [vps, sps, pps] = [32, 33, 34].map((kind) => kinds.indexOf(kind)) as [number, number, number];
  return vps >= 0 && sps > vps && pps > sps && !kinds.includes(-1) && kinds.slice(0, vps).every((kind) => kind === 35);
}

/** MPEG-1 and MPEG-2 video: a sequence header with a size, an aspect, a rate and its marker bit; then a picture. */
function isMpegVideo(found: readonly Buffer[]): boolean {
  const [header] = found;
  if (!header || header.length < 9 || header[0] !== 0xb3) return false;
  const width = header.readUInt16BE(1) >> 4;
  const height = header.readUInt16BE(2) & 0xfff;
  const [aspect, rate] = [(header[4] as number) >> 4, (header[4] as number) & 15];
  const hasMarker = ((header[7] as number) & 0x20) !== 0;
  return (
    width > 0 &&
    height > 0 &&
    aspect > 0 &&
    aspect < 15 &&
    rate > 0 &&
    rate < 9 &&
    hasMarker &&
    [0xb5, 0xb8, 0xb2, 0x00].includes(found[1]?.[0] ?? 0xff) &&
    found.some((unit) => unit[0] === 0)
  );
}

/** MPEG-4 part 2: a visual object sequence, a visual object, a video object and its layer. */
function isMpeg4Video(found: readonly Buffer[]): boolean {
  const codes = found.map((unit) => unit[0] ?? 0xff);
  return (
    codes[0] === 0xb0 &&
    codes[1] === 0xb5 &&
    codes.some((code) => code < 0x20) &&
    codes.some((code) => code >= 0x20 && code < 0x30)
  );
}

/** Kinds of OBU that may follow the sequence header: frame header, metadata, frame, padding. */
const afterSequence: ReadonlySet<number> = new Set([3, 5, 6, 15]);

/** AV1: an empty temporal delimiter, then a sequence header that fits (AV1 specification §5.3, 5.5). */
function isObu(head: Buffer): boolean {
  const size = head[3] ?? 0;
  const next = head[4 + size];
  if (head.toString('hex', 0, 3) !== '12000a' || size < 3 || size > 0x3f || next === undefined) return false;
  const profile = (head[4] as number) >> 5;
  // Of the next one: no forbidden bit, a size field, nothing reserved.
  return profile <= 2 && (next & 0x83) === 0x02 && afterSequence.has((next >> 3) & 15);
}

/** DV: the first blocks of a frame: header, subcode twice, VAUX three times, each 80 bytes (IEC 61834-2). */
function isDv(head: Buffer): boolean {
  const sections = [0x1f, 0x3f, 0x3f, 0x5f, 0x5f, 0x5f];
  return (
    head.length >= 480 &&
    sections.every((id, block) => ((head[block * 80] as number) | 0x1f) === id) &&
    [0, 80, 160].every((at) => (head[at + 1] as number) === 0x07) &&
    head[2] === 0
  );
}

/** The demuxer of a stream whose first bytes are `head`; undefined when it is none of these. */
export function sniffElementary(head: Buffer): ElementaryDemuxer | undefined {
  if (head.toString('latin1', 0, 10) === 'YUV4MPEG2 ') return 'yuv4mpegpipe';
  if (/^DKIF\0\0\x20\0(?:VP80|VP90|AV01)/.test(head.toString('latin1', 0, 12))) return 'ivf';
  if (isDv(head)) return 'dv';
  if (isObu(head)) return 'obu';
  const found = units(head);
  if (!found) return undefined;
  if (isMpegVideo(found)) return 'mpegvideo';
  if (isMpeg4Video(found)) return 'm4v';
  if (isH264(found)) return 'h264';
  return isHevc(found) ? 'hevc' : undefined;
}
