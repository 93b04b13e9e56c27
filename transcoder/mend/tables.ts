import { packetBytes, type Packet } from './packets.ts';

/** A stream as a program map describes it (ISO/IEC 13818-1 §2.4.4.8). */
export interface MappedStream {
  readonly type: number;
  readonly pid: number;
  readonly descriptors: Buffer;
}

export interface ProgramMapTable {
  readonly programme: number;
  readonly descriptors: Buffer;
  readonly streams: readonly MappedStream[];
}

const patId = 0;
const pmtId = 2;
/** Bytes of a section's header before its content, and of the checksum after it. */
const headerBytes = 8;
const crcBytes = 4;
const maxSectionBytes = 1024;

const crcTable = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 24;
  for (let bit = 0; bit < 8; bit += 1) crc = (crc << 1) ^ (crc < 0 ? 0x04c11db7 : 0);
  return crc >>> 0;
});

/** CRC of sections (§2.4.4, Annex A): 0 over a section with its own checksum. */
function sectionCrc(data: Buffer): number {
  let crc = 0xffffffff;
  for (const byte of data) crc = ((crc << 8) ^ (crcTable[((crc >>> 24) ^ byte) & 0xff] as number)) >>> 0;
  return crc;
}

/** Puts the sections of one PID together, which may reach over packets. */
export class SectionReader {
  #waiting: Buffer = Buffer.alloc(0);

  /** Whole sections whose checksum is right. */
  take({ data, at, payload, unitStart }: Packet): Buffer[] {
    const end = at + packetBytes;
    if (payload >= end) return [];
    if (!unitStart) {
      if (this.#waiting.length === 0) return [];
      return this.#split(Buffer.concat([this.#waiting, data.subarray(payload, end)]));
    }
    const begins = payload + 1 + (data[payload] as number);
    if (begins >= end) return [];
    const ended =
      this.#waiting.length > 0 ? Buffer.concat([this.#waiting, data.subarray(payload + 1, begins)]) : undefined;
    return [...(ended ? this.#split(ended) : []), ...this.#split(Buffer.from(data.subarray(begins, end)))];
  }

  #split(bytes: Buffer): Buffer[] {
    const sections: Buffer[] = [];
    let at = 0;
    this.#waiting = Buffer.alloc(0);
    while (at + 3 <= bytes.length && bytes[at] !== 0xff) {
      const end = at + 3 + (bytes.readUInt16BE(at + 1) & 0x0fff);
      if (end - at > maxSectionBytes) return sections;
      if (end > bytes.length) {
        this.#waiting = bytes.subarray(at);
        return sections;
      }
      const section = bytes.subarray(at, end);
      if (section.length >= headerBytes + crcBytes && sectionCrc(section) === 0) sections.push(section);
      at = end;
    }
    return sections;
  }
}

const isInForce = (section: Buffer) => ((section[5] as number) & 1) === 1;

/** PIDs of the program maps by programme; undefined when the section is none, or only a part of one. */
export function parsePat(section: Buffer): Map<number, number> | undefined {
  if (section[0] !== patId || !isInForce(section) || section[6] !== 0 || section[7] !== 0) return undefined;
  const programmes = new Map<number, number>();
  for (let at = headerBytes; at + 4 <= section.length - crcBytes; at += 4) {
    const programme = section.readUInt16BE(at);
    // 0 is the network information table.
    if (programme !== 0) programmes.set(programme, section.readUInt16BE(at + 2) & 0x1fff);
  }
  return programmes;
}

export function parsePmt(section: Buffer): ProgramMapTable | undefined {
  const end = section.length - crcBytes;
  if (section[0] !== pmtId || !isInForce(section) || end < headerBytes + 4) return undefined;
  let at = headerBytes + 4 + (section.readUInt16BE(headerBytes + 2) & 0x0fff);
  if (at > end) return undefined;
  const descriptors = section.subarray(headerBytes + 4, at);
  const streams: MappedStream[] = [];
  while (at + 5 <= end) {
    const next = at + 5 + (section.readUInt16BE(at + 3) & 0x0fff);
    if (next > end) break;
    streams.push({
      type: section[at] as number,
      pid: section.readUInt16BE(at + 1) & 0x1fff,
      descriptors: section.subarray(at + 5, next),
    });
    at = next;
  }
  return { programme: section.readUInt16BE(3), descriptors, streams };
}

/** The descriptors of a list, as [tag, content]. */
export function* descriptorsOf(list: Buffer): Generator<readonly [tag: number, content: Buffer]> {
  for (let at = 0; at + 2 <= list.length; at += 2 + (list[at + 1] as number)) {
    const content = list.subarray(at + 2, at + 2 + (list[at + 1] as number));
    if (content.length < (list[at + 1] as number)) return;
    yield [list[at] as number, content];
  }
}

function makeSection(tableId: number, tableExtension: number, content: Buffer): Buffer {
  const body = Buffer.alloc(headerBytes + content.length);
  body.writeUInt8(tableId, 0);
  body.writeUInt16BE(0xb000 | (headerBytes - 3 + content.length + crcBytes), 1);
  body.writeUInt16BE(tableExtension, 3);
  body.writeUInt8(0xc1, 5);
  content.copy(body, headerBytes);
  const crc = Buffer.alloc(crcBytes);
  crc.writeUInt32BE(sectionCrc(body));
  return Buffer.concat([body, crc]);
}

/** The section in packets of its PID. */
function packetsOf(pid: number, bytes: Buffer): Buffer {
  const payload = Buffer.concat([Buffer.from([0]), bytes]);
  const room = packetBytes - 4;
  const packets = Math.ceil(payload.length / room);
  const out = Buffer.alloc(packets * packetBytes, 0xff);
  for (let index = 0; index < packets; index += 1) {
    out.writeUInt8(0x47, index * packetBytes);
    out.writeUInt16BE((index === 0 ? 0x4000 : 0) | pid, index * packetBytes + 1);
    out.writeUInt8(0x10 | (index & 0x0f), index * packetBytes + 3);
    payload.copy(out, index * packetBytes + 4, index * room, (index + 1) * room);
  }
  return out;
}

/** Where the program map of a file that is written here stands. */
const mapPid = 0x1000;
/** What a section of a program map has room for, beside its own header. */
const maxMapBytes = 1021 - (headerBytes - 3) - crcBytes - 4;

/** Packets that announce one programme with these streams. What does not fit into one section is left out, from the end. */
export function programmeTables(descriptors: Buffer, streams: readonly MappedStream[]): Buffer {
  const kept = descriptors.length <= maxMapBytes / 2 ? descriptors : Buffer.alloc(0);
  const entries: Buffer[] = [];
  let bytes = kept.length;
  for (const stream of streams) {
    const fits = bytes + 5 + stream.descriptors.length <= maxMapBytes;
    const about = fits ? stream.descriptors : Buffer.alloc(0);
    if (bytes + 5 + about.length > maxMapBytes) break;
    const entry = Buffer.alloc(5);
    entry.writeUInt8(stream.type, 0);
    entry.writeUInt16BE(0xe000 | stream.pid, 1);
    entry.writeUInt16BE(0xf000 | about.length, 3);
    entries.push(entry, about);
    bytes += 5 + about.length;
  }
  const head = Buffer.alloc(4);
  head.writeUInt16BE(0xffff, 0); // No clock reference: times alone are read.
  head.writeUInt16BE(0xf000 | kept.length, 2);
  const pat = Buffer.from([0, 1, 0xe0 | (mapPid >> 8), mapPid & 0xff]);
  return Buffer.concat([
    packetsOf(0, makeSection(patId, 1, pat)),
    packetsOf(mapPid, makeSection(pmtId, 1, Buffer.concat([head, kept, ...entries]))),
  ]);
}
