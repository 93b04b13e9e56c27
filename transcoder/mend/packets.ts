import { open } from 'node:fs/promises';

/** Bytes of a transport packet (ISO/IEC 13818-1 §2.4.3.2), without what some files put around it. */
export const packetBytes = 188;
const syncByte = 0x47;
export const readBytes = 2 * 1024 * 1024;
/** How many sync bytes in a row make it certain that packets are there. */
const certainSyncs = 3;

/** Where packets stand: every `stride` bytes. 192 has a time code of 4 bytes before each, 204 error correction after it. */
const strides = [188, 192, 204] as const;

/** One packet in place. The reader uses one object for all of them: it is valid only during the call. */
export interface Packet {
  readonly data: Buffer;
  /** Where its sync byte stands in `data`. */
  readonly at: number;
  /** Where its sync byte stands in the file. */
  readonly position: number;
  readonly pid: number;
  /** A PES packet or a section begins in it. */
  readonly unitStart: boolean;
  /** Where its payload begins in `data`; `at + packetBytes` when it has none. */
  readonly payload: number;
}

/** Fills in what the header at `at` says; false when it contradicts itself. */
function parseHeader(packet: { -readonly [Key in keyof Packet]: Packet[Key] }): boolean {
  const { data, at } = packet;
  const flags = data[at + 1] as number;
  const control = (data[at + 3] as number) >> 4;
  packet.pid = ((flags & 0x1f) << 8) | (data[at + 2] as number);
  packet.unitStart = (flags & 0x40) !== 0;
  const adaptation = (control & 2) === 0 ? 0 : 1 + (data[at + 4] as number);
  if (adaptation > packetBytes - 4) return false;
  packet.payload = (control & 1) === 0 ? at + packetBytes : at + 4 + adaptation;
  return true;
}

/** Program clock reference of a packet in 90 kHz ticks, when it carries one. */
export function clockReference({ data, at }: Packet): number | undefined {
  const hasAdaptation = ((data[at + 3] as number) & 0x20) !== 0;
  if (!hasAdaptation || (data[at + 4] as number) < 7 || ((data[at + 5] as number) & 0x10) === 0) return undefined;
  return data.readUInt32BE(at + 6) * 2 + ((data[at + 10] as number) >> 7);
}

/** Where the first of several sync bytes in a row stands, at `from` or after it; -1 when there is none in `data`. */
function nextSync(data: Buffer, from: number, stride: number): number {
  for (let at = data.indexOf(syncByte, from); at >= 0; at = data.indexOf(syncByte, at + 1)) {
    let found = 1;
    while (found < certainSyncs && data[at + found * stride] === syncByte) found += 1;
    if (found === certainSyncs) return at;
  }
  return -1;
}

/** The distance between packets, from a file's first bytes; undefined when they are no transport stream. */
function strideOf(head: Buffer): number | undefined {
  const found = strides
    .map((stride) => ({ stride, first: nextSync(head, 0, stride) }))
    .filter(({ first }) => first >= 0);
  return found.toSorted((a, b) => a.first - b.first)[0]?.stride;
}

export interface ReadOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called between blocks of at most `readBytes`; reading goes on when it is done. */
  readonly afterBlock?: () => Promise<void>;
}

/**
 * Reads a transport stream packet by packet, over damaged bytes to where packets go on.
 * @param take returns false to stop
 * @param options.from a packet's position in the file. Default: the beginning
 */
export async function readPackets(
  path: string,
  take: (packet: Packet) => boolean | void,
  options: ReadOptions & { readonly from?: number } = {},
): Promise<void> {
  const file = await open(path);
  try {
    const buffer = Buffer.allocUnsafe(readBytes);
    const head = await file.read(buffer, 0, 64 * 1024, 0);
    const stride = strideOf(buffer.subarray(0, head.bytesRead));
    if (stride === undefined) return;
    const packet = { data: buffer, at: 0, position: 0, pid: 0, unitStart: false, payload: 0 };
    let position = options.from ?? 0;
    let kept = 0;
    for (;;) {
      options.signal?.throwIfAborted();
      const { bytesRead } = await file.read(buffer, kept, buffer.length - kept, position + kept);
      const end = kept + bytesRead;
      const data = buffer.subarray(0, end);
      let at = 0;
      while (at + packetBytes <= end) {
        if (data[at] !== syncByte) {
          at = nextSync(data, at, stride);
          // What may be the beginning of packets is looked at again, with what follows.
          if (at < 0) at = Math.max(0, end - certainSyncs * stride) + (bytesRead === 0 ? certainSyncs * stride : 1);
          if (data[at] !== syncByte) break;
        }
        packet.at = at;
        packet.position = position + at;
        if (parseHeader(packet) && take(packet) === false) return;
        at += stride;
      }
      await options.afterBlock?.();
      if (bytesRead === 0) return;
      at = Math.min(at, end);
      kept = end - at;
      position += at;
      buffer.copyWithin(0, at, end);
    }
  } finally {
    await file.close();
  }
}
