import { videoProblems } from '../../server/assets/problems.ts';
import { ProblemError } from '../../server/kit/errors.ts';
import type { Container } from './container.ts';
import type { ProbedHeader } from './ffprobe-output.ts';
import { readIsoMedia } from './iso-media.ts';
import type { Examined, RandomAccess } from './random-access.ts';
import { elementsIn, readAt, readTracks, trackEntryId, type MatroskaElement } from './matroska-elements.ts';

/**
 * Encrypted sources are found by what their containers say, before anything of them is decoded: a decoder makes garbage
 * of encrypted pictures and calls it a picture. Each function names what it found, or returns undefined.
 */

const searchedBytes = 2 * 1024 * 1024;
/** Broadcasts scramble nearly all packets of a track; a few marked ones are damage. */
const scrambledShare = 0.2;

const encodingsId = 0x6d80;
const encodingId = 0x6240;
const encryptionId = 0x5035;

/** Matroska: a track has a content encoding that encrypts (RFC 9559 §5.1.4.1.31.8). */
async function ofMatroska(file: RandomAccess): Promise<string | undefined> {
  const { data } = (await readTracks(file)) ?? { data: Buffer.alloc(0) };
  const within = (parent: Pick<MatroskaElement, 'content' | 'size'>, id: number) =>
    [...elementsIn(data, parent.content, parent.content + parent.size)].filter((child) => child.id === id);
  const encodings = within({ content: 0, size: data.length }, trackEntryId)
    .flatMap((entry) => within(entry, encodingsId))
    .flatMap((list) => within(list, encodingId));
  return encodings.some((encoding) => within(encoding, encryptionId).length > 0)
    ? 'WebM or Matroska encryption'
    : undefined;
}

/** Objects of an ASF header that say that the content is protected (ASF specification §3.14, 3.15 and PlayReady's). */
const asfProtection = new Set([
  'fbb3112223bdd211b4b700a0c955fc6e',
  '14e68a292226174cb935dae07ee9289c',
  '338505438169e6499b74ad12cb86d58c',
]);

async function ofAsf(file: RandomAccess): Promise<string | undefined> {
  const head = await readAt(file, 0, searchedBytes);
  if (head.length < 30) return undefined;
  const end = Math.min(head.length, Number(head.readBigUInt64LE(16)));
  for (let at = 30; at + 24 <= end;) {
    if (asfProtection.has(head.toString('hex', at, at + 16))) return 'Windows Media DRM';
    const size = Number(head.readBigUInt64LE(at + 16));
    if (size < 24) return undefined;
    at += size;
  }
  return undefined;
}

/** MPEG-TS: packets whose payload is marked as scrambled (ISO/IEC 13818-1 §2.4.3.3). */
async function ofTransportStream(file: RandomAccess): Promise<string | undefined> {
  const head = await readAt(file, 0, searchedBytes);
  for (const [length, first] of [
    [188, 0],
    [192, 4],
    [204, 0],
  ] as const) {
    let [packets, scrambled] = [0, 0];
    let inStep = true;
    for (let at = first; at + 4 <= head.length && inStep; at += length) {
      inStep = head[at] === 0x47;
      const pid = head.readUInt16BE(at + 1) & 0x1fff;
      // Neither tables nor padding.
      if (!inStep || pid < 0x20 || pid === 0x1fff) continue;
      packets += 1;
      if ((head[at + 3] as number) >> 6 !== 0) scrambled += 1;
    }
    if (packets >= 20 && scrambled > packets * scrambledShare) return 'a scrambled broadcast';
  }
  return undefined;
}

/** MPEG programme streams: PES packets that are marked as scrambled, as on a DVD. */
async function ofProgrammeStream(file: RandomAccess): Promise<string | undefined> {
  const head = await readAt(file, 0, searchedBytes);
  let [packets, scrambled] = [0, 0];
  for (let at = head.indexOf('000001', 0, 'hex'); at >= 0; at = head.indexOf('000001', at + 3, 'hex')) {
    const id = head[at + 3] ?? 0;
    const flags = head[at + 6] ?? 0;
    const isMedia = id === 0xbd || (id >= 0xc0 && id <= 0xef);
    if (!isMedia || flags >> 6 !== 2) continue;
    packets += 1;
    if (((flags >> 4) & 3) !== 0) scrambled += 1;
  }
  return packets >= 20 && scrambled > packets * scrambledShare ? 'DVD copy protection' : undefined;
}

/** What a file says that it is encrypted with, read from its first megabytes (of MP4: from its index). */
export async function encryptionOf(examined: Examined, container: Container): Promise<string | undefined> {
  const { file } = examined;
  switch (container.demuxer) {
    case 'matroska':
      return ofMatroska(file);
    case 'mov':
      return (await readIsoMedia(examined)).encryption;
    case 'asf':
      return ofAsf(file);
    case 'mpegts':
      return ofTransportStream(file);
    case 'mpeg':
      return ofProgrammeStream(file);
    default:
      return undefined;
  }
}

/** @throws ProblemError media_encrypted */
export function refuseEncrypted(encryption: string | undefined): void {
  if (encryption === undefined) return;
  throw new ProblemError(
    videoProblems.media_encrypted,
    `The file is encrypted (${encryption}), and there is no key to it here. Upload a copy without copy protection`,
    { extras: { encryption } },
  );
}

/** Stream types of Apple's SAMPLE-AES in MPEG-TS: H.264, AAC, AC-3, E-AC-3. */
const sampleAes = new Set(['0x00db', '0x00cf', '0x00c1', '0x00c2']);

/** The same for what only the list of tracks tells. */
export function encryptionOfTracks({ streams = [] }: ProbedHeader, container: Container): string | undefined {
  return container.demuxer === 'mpegts' && streams.some(({ codec_tag: tag = '' }) => sampleAes.has(tag))
    ? 'SAMPLE-AES'
    : undefined;
}
