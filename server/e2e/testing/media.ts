import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);
const limits = { maxBuffer: 64 * 1024 * 1024, timeout: 180_000 };

export async function fetchBytes(url: string): Promise<Buffer> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${response.status} for ${new URL(url).pathname.replace(/^\/s\/[^/]+/, '/s/-')}`);
  return Buffer.from(await response.arrayBuffer());
}

export async function fetchText(url: string): Promise<string> {
  return (await fetchBytes(url)).toString();
}

/** Decodes everything behind `url` (optionally one stream, e.g. `0:v:2`) to the end; the frames, and what ffmpeg complained about. */
export async function decode(
  ffmpeg: string,
  url: string,
  map?: string,
): Promise<{ readonly frames: number; readonly complaints: string }> {
  const { stdout, stderr } = await run(
    ffmpeg,
    [
      '-nostdin',
      '-v',
      'error',
      '-xerror',
      '-i',
      url,
      ...(map === undefined ? [] : ['-map', map]),
      '-f',
      'null',
      '-progress',
      'pipe:1',
      '-',
    ],
    limits,
  );
  return { frames: Number([...stdout.matchAll(/^frame=(\d+)/gm)].at(-1)?.[1] ?? 0), complaints: stderr.trim() };
}

/** Presentation times (seconds) and key frame flags of every packet of the first video stream, in decoding order. */
export async function videoPackets(
  ffprobe: string,
  url: string,
): Promise<readonly { readonly pts: number; readonly dts: number; readonly key: boolean }[]> {
  const { stdout } = await run(
    ffprobe,
    ['-v', 'error', '-select_streams', 'v:0', '-show_entries', 'packet=pts_time,dts_time,flags', '-of', 'csv=p=0', url],
    limits,
  );
  return stdout
    .trim()
    .split('\n')
    .map((line) => {
      const [pts, dts, flags] = line.split(',');
      return { pts: Number(pts), dts: Number(dts), key: flags?.startsWith('K') ?? false };
    });
}

/** Channels, layout and the presentation time (seconds) of every packet of the first sound track. */
export async function soundOf(
  ffprobe: string,
  url: string,
): Promise<{ readonly channels: number; readonly layout: string; readonly times: readonly string[] }> {
  const { stdout } = await run(
    ffprobe,
    [
      '-v',
      'error',
      '-select_streams',
      'a:0',
      '-show_entries',
      'stream=channels,channel_layout:packet=pts_time',
      '-of',
      'json',
      url,
    ],
    limits,
  );
  const { streams, packets } = JSON.parse(stdout) as {
    readonly streams: readonly { readonly channels: number; readonly channel_layout: string }[];
    readonly packets: readonly { readonly pts_time: string }[];
  };
  const [stream] = streams;
  if (!stream) throw new Error('There is no sound');
  return { channels: stream.channels, layout: stream.channel_layout, times: packets.map(({ pts_time: time }) => time) };
}

interface Box {
  readonly type: string;
  readonly offset: number;
  readonly body: Buffer;
}

/** Boxes of one level (ISO/IEC 14496-12 §4.2). */
function boxes(data: Buffer): readonly Box[] {
  const found: Box[] = [];
  for (let offset = 0; offset + 8 <= data.length;) {
    let size = data.readUInt32BE(offset);
    let header = 8;
    if (size === 1) [size, header] = [Number(data.readBigUInt64BE(offset + 8)), 16];
    if (size < header) throw new Error(`A box of ${size} bytes at ${offset}`);
    found.push({
      type: data.toString('latin1', offset + 4, offset + 8),
      offset,
      body: data.subarray(offset + header, offset + size),
    });
    offset += size;
  }
  return found;
}

function inside(data: Buffer, ...path: readonly string[]): readonly Buffer[] {
  const [type, ...rest] = path;
  const matching = boxes(data)
    .filter((box) => box.type === type)
    .map((box) => box.body);
  return rest.length === 0 ? matching : matching.flatMap((body) => inside(body, ...rest));
}

/** Ticks a second of the one track in an init segment. */
export function timescale(init: Buffer): number {
  const [mdhd] = inside(init, 'moov', 'trak', 'mdia', 'mdhd');
  if (!mdhd) throw new Error('No mdhd');
  return mdhd.readUInt32BE(mdhd[0] === 1 ? 20 : 12);
}

export interface Fragment {
  /** Byte offset of the `moof` in the segment. */
  readonly offset: number;
  /** In ticks. */
  readonly decodeTime: number;
  readonly duration: number;
  readonly samples: number;
}

/** The fragments of a segment, with durations added up sample by sample (§8.8.7, §8.8.8, §8.8.12). */
export function fragments(segment: Buffer, defaultDuration = 0): readonly Fragment[] {
  return boxes(segment)
    .filter(({ type }) => type === 'moof')
    .map(({ offset, body }) => {
      const [tfdt] = inside(body, 'traf', 'tfdt');
      const [tfhd] = inside(body, 'traf', 'tfhd');
      const truns = inside(body, 'traf', 'trun');
      const trun = truns[0];
      if (!tfdt || !tfhd || !trun || truns.length !== 1)
        throw new Error('A fragment needs one tfdt, one tfhd and one trun');
      const decodeTime = tfdt[0] === 1 ? Number(tfdt.readBigUInt64BE(4)) : tfdt.readUInt32BE(4);
      const fragmentFlags = tfhd.readUInt32BE(0) & 0xffffff;
      let at = 8 + (fragmentFlags & 0x1 ? 8 : 0) + (fragmentFlags & 0x2 ? 4 : 0);
      const fallback = fragmentFlags & 0x8 ? tfhd.readUInt32BE(at) : defaultDuration;
      const flags = trun.readUInt32BE(0) & 0xffffff;
      const samples = trun.readUInt32BE(4);
      at = 8 + (flags & 0x1 ? 4 : 0) + (flags & 0x4 ? 4 : 0);
      const stride = [0x100, 0x200, 0x400, 0x800].filter((flag) => flags & flag).length * 4;
      let duration = 0;
      for (let sample = 0; sample < samples; sample++, at += stride)
        duration += flags & 0x100 ? trun.readUInt32BE(at) : fallback;
      return { offset, decodeTime, duration, samples };
    });
}
