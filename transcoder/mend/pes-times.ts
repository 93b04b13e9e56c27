import { packetBytes, type Packet } from './packets.ts';

/** Time stamps have 33 bits of 90 kHz ticks: they begin again at 0 after 26.5 hours. */
export const clockTicks = 2 ** 33;
export const ticksPerSecond = 90_000;

/** A 33-bit time stamp of a PES header (ISO/IEC 13818-1 §2.4.3.7). */
export function readTimestamp(data: Buffer, at: number): number {
  return (
    (data.readUInt8(at) & 0x0e) * 2 ** 29 +
    (data.readUInt16BE(at + 1) >> 1) * 2 ** 15 +
    (data.readUInt16BE(at + 3) >> 1)
  );
}

/** Overwrites the time in place; the bits that say which one it is stay. */
export function writeTimestamp(data: Buffer, at: number, ticks: number): void {
  data.writeUInt8((data.readUInt8(at) & 0xf0) | (Math.floor(ticks / 2 ** 29) & 0x0e) | 1, at);
  data.writeUInt16BE(((Math.floor(ticks / 2 ** 15) & 0x7fff) << 1) | 1, at + 1);
  data.writeUInt16BE(((ticks % 2 ** 15) << 1) | 1, at + 3);
}

/** Where the times of a PES packet stand that begins in this transport packet, in `data`; none when it carries none. */
export function timestampPlaces({ data, at, payload, unitStart }: Packet): readonly number[] {
  const end = at + packetBytes;
  if (!unitStart || payload + 14 > end || data.readUIntBE(payload, 3) !== 1) return [];
  const id = data[payload + 3] as number;
  // Program stream maps, padding, private_stream_2, ECM, EMM, … have no such header (Table 2-21).
  if (id < 0xbd || id === 0xbe || id === 0xbf || (id >= 0xf0 && id !== 0xfd)) return [];
  const flags = (data[payload + 7] as number) >> 6;
  if (flags === 2) return [payload + 9];
  return flags === 3 && payload + 19 <= end ? [payload + 9, payload + 14] : [];
}
