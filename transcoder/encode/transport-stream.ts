import { openPlainFile } from '../../server/kit/plain-file.ts';
import { packetBytes } from '../mend/packets.ts';
import { readTimestamp } from '../mend/pes-times.ts';

/** A frame or packet of the elementary stream as MPEG-TS carries it: one PES packet each, as our encoders write them. */
export interface TimedUnit {
  /** 90 kHz ticks. */
  readonly pts: number;
  readonly dts: number;
  /** Bytes of elementary stream. */
  readonly bytes: number;
  /** Marked as a random access point: an IDR picture. */
  readonly key: boolean;
}

/** A chunk can be of hundreds of megabytes: this much of it is in memory. */
const readBytes = packetBytes * 4096;

/** Adds the units of whole packets; `at` is where they stand in the file. */
function takePackets(
  data: Buffer,
  at: number,
  units: { pts: number; dts: number; bytes: number; key: boolean }[],
): void {
  for (let start = 0; start < data.length; start += packetBytes) {
    if (data[start] !== 0x47) throw new Error(`Not an MPEG-TS packet at byte ${at + start}`);
    const pid = data.readUInt16BE(start + 1) & 0x1fff;
    // 0..31 are tables, 0x1000 is where ffmpeg puts the program map, 0x1fff is stuffing.
    if (pid < 0x20 || pid === 0x1000 || pid === 0x1fff) continue;
    const control = data.readUInt8(start + 3);
    const adaptation = (control & 0x20) !== 0 ? 1 + data.readUInt8(start + 4) : 0;
    const key = adaptation > 1 && (data.readUInt8(start + 5) & 0x40) !== 0;
    if ((control & 0x10) === 0) continue;
    let payload = start + 4 + adaptation;
    if ((data.readUInt8(start + 1) & 0x40) !== 0) {
      const flags = data.readUInt8(payload + 7) >> 6;
      if (data.readUIntBE(payload, 3) !== 1 || flags < 2)
        throw new Error(`A unit without a time at byte ${at + start}`);
      const pts = readTimestamp(data, payload + 9);
      units.push({ pts, dts: flags === 3 ? readTimestamp(data, payload + 14) : pts, bytes: 0, key });
      payload += 9 + data.readUInt8(payload + 8);
    }
    const unit = units.at(-1);
    if (unit) unit.bytes += start + packetBytes - payload;
  }
}

/**
 * Every unit of a single-program, single-stream MPEG-TS file as ffmpeg writes it, in file order. It is our own output
 * that is read here, to check it; sources never are.
 * @throws Error when the file is not whole MPEG-TS packets or a unit carries no time
 */
export async function readTransportStream(path: string): Promise<TimedUnit[]> {
  const units: { pts: number; dts: number; bytes: number; key: boolean }[] = [];
  const file = await openPlainFile(path);
  try {
    const buffer = Buffer.allocUnsafe(readBytes);
    let at = 0;
    let waiting = 0;
    for (;;) {
      const { bytesRead } = await file.read(buffer, waiting, buffer.length - waiting);
      if (bytesRead === 0) break;
      const end = waiting + bytesRead;
      waiting = end % packetBytes;
      takePackets(buffer.subarray(0, end - waiting), at, units);
      buffer.copyWithin(0, end - waiting, end);
      at += end - waiting;
    }
    if (at === 0 || waiting > 0) throw new Error('Not a whole number of MPEG-TS packets');
    return units;
  } finally {
    await file.close();
  }
}
