import { sniffElementary, type ElementaryDemuxer } from './elementary-streams.ts';

/**
 * Which container a file is, from its first bytes. Only what is recognised here is ever shown to ffmpeg, and only to
 * the demuxer named here: a playlist that calls itself .mp4 must not reach a demuxer that opens other files.
 */
export interface Container {
  /** ffmpeg demuxer, for `-f` and `-format_whitelist`. */
  readonly demuxer:
    | 'mov'
    | 'matroska'
    | 'mpegts'
    | 'mpeg'
    | 'avi'
    | 'flv'
    | 'asf'
    | 'mxf'
    | 'ogg'
    | 'wtv'
    | 'nut'
    | 'gxf'
    | Exclude<ElementaryDemuxer, 'hevc'>;
  /** Seeking in it loses frames or reads it from the start: it is remuxed to Matroska before it is cut into chunks. */
  readonly needsRemux: boolean;
}

/** Whether the container lists its tracks; of others ffmpeg knows what the first packets of each say. */
export const listsTracks = ({ demuxer }: Container): boolean => demuxer !== 'mpeg' && demuxer !== 'flv';

/** What a file that is not an accepted video container turned out to be, in words that complete "This file is …". */
export interface NotAContainer {
  readonly is: string;
  /** Whether it is a sound file: then the complaint is that there is no picture. */
  readonly audio: boolean;
  /** What can be done, as a sentence without its full stop; the usual advice where nothing is said. */
  readonly advice?: string;
}

const convert = 'Convert it to H.264 in MP4 and upload that';

/** How many of the first bytes `sniff` looks at. */
export const sniffedBytes = 4096;

const mov: Container = { demuxer: 'mov', needsRemux: false };
const imageBrands = /^(heic|heix|hevc|hevx|heim|heis|mif1|msf1|avif|avis|jpeg|crx )$/;
const movFirstAtoms = new Set(['moov', 'mdat', 'wide', 'free', 'skip', 'pnot', 'uuid']);

function startsWith(head: Buffer, hex: string, at = 0): boolean {
  const wanted = Buffer.from(hex, 'hex');
  return head.subarray(at, at + wanted.length).equals(wanted);
}

/** MPEG-TS has no magic number: its sync byte must stand at the start of several packets in a row. */
function looksLikeTransportStream(head: Buffer): boolean {
  // 188: plain; 192: with a 4-byte time code before each packet (M2TS); 204: with error correction after it.
  return (
    [
      [188, 0],
      [192, 4],
      [204, 0],
    ] as const
  ).some(([length, first]) => {
    let packets = 0;
    for (let at = first; at < head.length; at += length) {
      if (head[at] !== 0x47) return false;
      packets += 1;
    }
    return packets >= 3 || (packets > 0 && head.length <= 2 * length);
  });
}

/** Packets in a row that make it certain, where a file does not begin with one: a recording cut out by bytes. */
const certainPackets = 8;

/** The same, behind the rest of a packet or something else. */
function hasTransportPackets(head: Buffer): boolean {
  for (let at = head.indexOf(0x47); at >= 0; at = head.indexOf(0x47, at + 1)) {
    for (const length of [188, 192, 204]) {
      let packets = 1;
      while (packets < certainPackets && head[at + packets * length] === 0x47) packets += 1;
      if (packets === certainPackets) return true;
    }
  }
  return false;
}

function sniffIsoMedia(head: Buffer): Container | NotAContainer | undefined {
  const type = head.toString('latin1', 4, 8);
  if (type === 'ftyp') {
    const brand = head.toString('latin1', 8, 12);
    return imageBrands.test(brand) ? { is: 'a picture, not a video', audio: false } : mov;
  }
  if (!movFirstAtoms.has(type)) return undefined;
  const size = head.readUInt32BE(0);
  return size === 1 || size === 0 || size >= 8 ? mov : undefined;
}

const known: readonly (readonly [hex: string, at: number, what: NotAContainer])[] = [
  ['ffd8ff', 0, { is: 'a picture, not a video', audio: false }],
  ['89504e47', 0, { is: 'a picture, not a video', audio: false }],
  ['47494638', 0, { is: 'a picture, not a video', audio: false }],
  ['424d', 0, { is: 'a picture, not a video', audio: false }],
  ['49492a00', 0, { is: 'a picture, not a video', audio: false }],
  ['4d4d002a', 0, { is: 'a picture, not a video', audio: false }],
  ['494433', 0, { is: 'a sound file', audio: true }],
  ['664c6143', 0, { is: 'a sound file', audio: true }],
  ['fffb', 0, { is: 'a sound file', audio: true }],
  ['fff1', 0, { is: 'a sound file', audio: true }],
  ['fff9', 0, { is: 'a sound file', audio: true }],
  ['2321414d52', 0, { is: 'a sound file', audio: true }],
  ['2e524d46', 0, { is: 'RealMedia, which cannot be read here', audio: false, advice: convert }],
  ['465753', 0, { is: 'Flash (SWF), a program and not a video', audio: false, advice: convert }],
  ['435753', 0, { is: 'Flash (SWF), a program and not a video', audio: false, advice: convert }],
  ['4e535676', 0, { is: 'Nullsoft video (NSV), which cannot be read here', audio: false, advice: convert }],
  ['4e535666', 0, { is: 'Nullsoft video (NSV), which cannot be read here', audio: false, advice: convert }],
  ['25504446', 0, { is: 'a document, not a video', audio: false }],
  ['504b0304', 0, { is: 'an archive, not a video', audio: false }],
  ['1f8b', 0, { is: 'an archive, not a video', audio: false }],
  ['526172211a07', 0, { is: 'an archive, not a video', audio: false }],
  ['377abcaf271c', 0, { is: 'an archive, not a video', audio: false }],
  ['7f454c46', 0, { is: 'a program, not a video', audio: false }],
  ['4d5a', 0, { is: 'a program, not a video', audio: false }],
];

function sniffText(head: Buffer): NotAContainer | undefined {
  const text = head
    .toString('latin1')
    .replace(/^\xef\xbb\xbf/, '')
    .trimStart()
    .toLowerCase();
  if (/^(#ext|ffconcat|\[playlist\]|<\?xml|<mpd|<smoothstreaming|<playlist|<asx)/.test(text)) {
    return { is: 'a playlist or text that points to other files, not a video', audio: false };
  }
  // eslint-disable-next-line no-control-regex -- control characters are what tells binary data from text
  return /^[^\x00-\x08\x0e-\x1a\x1c-\x1f]+$/.test(text) ? { is: 'text, not a video', audio: false } : undefined;
}

/**
 * The container of a file whose first bytes (up to `sniffedBytes`) are `head`; what else it is; undefined when that
 * is unknown.
 */
export function sniff(head: Buffer): Container | NotAContainer | undefined {
  if (head.length >= 12) {
    const iso = sniffIsoMedia(head);
    if (iso) return iso;
  }
  if (startsWith(head, '1a45dfa3')) return { demuxer: 'matroska', needsRemux: false };
  if (startsWith(head, '52494646') && head.toString('latin1', 8, 12) === 'AVI ')
    return { demuxer: 'avi', needsRemux: false };
  if (startsWith(head, '52494646') && head.toString('latin1', 8, 12) === 'WEBP')
    return { is: 'a picture, not a video', audio: false };
  if (startsWith(head, '52494646') || startsWith(head, '464f524d')) return { is: 'a sound file', audio: true };
  if (startsWith(head, '464c5601')) return { demuxer: 'flv', needsRemux: true };
  if (startsWith(head, '3026b2758e66cf11a6d900aa0062ce6c')) return { demuxer: 'asf', needsRemux: true };
  if (startsWith(head, '060e2b34020501010d0102')) return { demuxer: 'mxf', needsRemux: false };
  if (startsWith(head, '4f67675300')) return { demuxer: 'ogg', needsRemux: true };
  if (startsWith(head, 'b7d800203749da11a64e0007e95ead8d')) return { demuxer: 'wtv', needsRemux: true };
  if (head.toString('latin1', 0, 25) === 'nut/multimedia container\0') return { demuxer: 'nut', needsRemux: true };
  // Packet leader, type MAP, reserved (SMPTE 360M).
  if (startsWith(head, '0000000001bc') && startsWith(head, 'e1e2', 14)) return { demuxer: 'gxf', needsRemux: true };
  if (startsWith(head, '000001ba')) return { demuxer: 'mpeg', needsRemux: true };
  if (looksLikeTransportStream(head)) return { demuxer: 'mpegts', needsRemux: true };
  const elementary = sniffElementary(head);
  if (elementary === 'hevc')
    return {
      is: 'a bare HEVC stream, which says nothing about when its pictures are shown',
      audio: false,
      advice: 'Put it into MP4 or Matroska and upload that',
    };
  if (elementary) return { demuxer: elementary, needsRemux: true };
  const other = known.find(([hex, at]) => startsWith(head, hex, at))?.[2];
  if (!other && hasTransportPackets(head)) return { demuxer: 'mpegts', needsRemux: true };
  return other ?? sniffText(head);
}
