import { topLevelBoxes } from './iso-media.ts';
import { readAt } from './matroska-elements.ts';
import { withFile, type Examined } from './random-access.ts';

/*
 * Files that were joined byte by byte. Of some containers ffmpeg reads all of them (`packet-clock.ts` mends the clock);
 * of these it reads the first and takes the others for nothing, without a word.
 */

/** Headers that are read at most. */
const mostHeaders = 500_000;

/** MP4: each has an index of its own. Fragments behind a second one are read. */
async function isoFiles(examined: Examined): Promise<number> {
  let indexes = 0;
  for await (const { type } of topLevelBoxes(examined)) {
    if (type === 'moof') return 1;
    if (type === 'moov') indexes += 1;
  }
  return indexes;
}

const asfHeader = Buffer.from('3026b2758e66cf11a6d900aa0062ce6c', 'hex');

/** ASF: objects of the top level have a GUID and a size of 64 bits. */
async function asfFiles({ file, bytes }: Examined): Promise<number> {
  let headers = 0;
  for (let at = 0, left = mostHeaders; at + 24 <= bytes && left > 0; left -= 1) {
    const head = await readAt(file, at, 24);
    if (head.length < 24) break;
    if (head.subarray(0, 16).equals(asfHeader)) headers += 1;
    const size = Number(head.readBigUInt64LE(16));
    // Of a live recording: unknown.
    if (size < 24) break;
    at += size;
  }
  return headers;
}

const oggHead = 27;
const oggFirstPage = 2;

/** Ogg (RFC 3533): first pages of streams behind other pages. */
async function oggFiles({ file, bytes }: Examined): Promise<number> {
  let [links, wasFirst] = [0, false];
  for (let at = 0, left = mostHeaders; at + oggHead <= bytes && left > 0; left -= 1) {
    const head = await readAt(file, at, oggHead + 255);
    if (head.length < oggHead || head.toString('latin1', 0, 4) !== 'OggS') break;
    const isFirst = ((head[5] as number) & oggFirstPage) !== 0;
    if (isFirst && !wasFirst) links += 1;
    wasFirst = isFirst;
    const segments = head[26] as number;
    const sizes = head.subarray(oggHead, oggHead + segments);
    at += oggHead + segments + sizes.reduce((sum, size) => sum + size, 0);
  }
  return links;
}

const counters: Readonly<Record<string, (examined: Examined) => Promise<number>>> = {
  mov: isoFiles,
  asf: asfFiles,
  ogg: oggFiles,
};

/** How many files stand behind the first one that ffmpeg does not read. Reads headers only. */
export async function filesBehind(path: string, demuxer: string): Promise<number> {
  const count = counters[demuxer];
  if (!count) return 0;
  return withFile(path, async (examined) => Math.max(0, (await count(examined)) - 1));
}
