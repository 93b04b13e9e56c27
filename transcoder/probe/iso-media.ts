import { readAt } from './matroska-elements.ts';
import { withFile, type Examined, type RandomAccess } from './random-access.ts';

/** A box of an ISO base media file (ISO/IEC 14496-12 §4.2), or an atom of a QuickTime file: the same. */
interface FileBox {
  readonly type: string;
  /** Offsets in the file of what follows its header, and of the first byte behind it. */
  readonly body: number;
  readonly end: number;
  /** Whether it ends where its parent or the file does, or before. */
  readonly isWhole: boolean;
}

/** Headers of boxes that are read at most, of all levels together. A film in fragments has its index before them. */
const mostBoxes = 50_000;

/** How a walk over boxes ended: at its end; at a box that reaches beyond it; at something that is no box. */
type WalkEnd = 'whole' | 'cut off' | 'damaged';

/** A file whose boxes are walked over. */
interface Walked {
  readonly file: RandomAccess;
  /** How many more headers may be read. */
  left: number;
}

/** The boxes between two offsets, of which only headers are read. Returns how the walk ended. */
async function* boxes(walked: Walked, from: number, to: number): AsyncGenerator<FileBox, WalkEnd> {
  let at = from;
  while (at < to) {
    walked.left -= 1;
    if (walked.left < 0) return 'damaged';
    // QuickTime ends some lists with four zero bytes.
    if (to - at < 8) return from > 0 ? 'whole' : 'cut off';
    const header = await readAt(walked.file, at, 16);
    if (header.length < 8) return 'cut off';
    const type = header.toString('latin1', 4, 8);
    let size = header.readUInt32BE(0);
    let body = at + 8;
    if (size === 1 && header.length === 16) {
      size = Number(header.readBigUInt64BE(8));
      body = at + 16;
    } else if (size === 0) size = to - at;
    if (size < body - at) return 'damaged';
    yield { type, body, end: Math.min(at + size, to), isWhole: at + size <= to };
    if (at + size > to) return 'cut off';
    at += size;
  }
  return 'whole';
}

async function* children(walked: Walked, parent: FileBox, type: string): AsyncGenerator<FileBox> {
  for await (const box of boxes(walked, parent.body, parent.end)) if (box.type === type) yield box;
}

/** The sample descriptions of all tracks: where each begins in the file, and its four-character code. */
async function* sampleEntries(walked: Walked, moov: FileBox): AsyncGenerator<FileBox> {
  for await (const trak of children(walked, moov, 'trak'))
    for await (const mdia of children(walked, trak, 'mdia'))
      for await (const minf of children(walked, mdia, 'minf'))
        for await (const stbl of children(walked, minf, 'stbl'))
          for await (const stsd of children(walked, stbl, 'stsd'))
            // Version, flags and the number of entries come first.
            yield* boxes(walked, stsd.body + 8, stsd.end);
}

/** Sample entries that say that the samples are encrypted (ISO/IEC 14496-12 §8.12), and those of Apple's FairPlay. */
const encrypted = new Set(['encv', 'enca', 'enct', 'encs', 'encm']);
const fairPlay = new Set(['drms', 'drmi', 'drmt', 'p608']);
const entrySearched = 64 * 1024;

/** The name of the encryption of a track of it, undefined when there is none that is known. */
async function encryptionOfEntry(file: RandomAccess, entry: FileBox): Promise<string | undefined> {
  if (fairPlay.has(entry.type)) return 'Apple FairPlay';
  if (!encrypted.has(entry.type)) return undefined;
  // The scheme stands in `sinf`, behind fields that differ by the kind of the track.
  const body = await readAt(file, entry.body, Math.min(entry.end - entry.body, entrySearched));
  const scheme = body.indexOf('schm', 0, 'latin1');
  const name = scheme < 0 ? '' : body.toString('latin1', scheme + 8, scheme + 12);
  return /^[\w-]{4}$/.test(name) ? `Common Encryption, ${name}` : 'Common Encryption';
}

export interface IsoMedia {
  /** Whether there is an index (`moov`), as long as it says. */
  readonly hasIndex: boolean;
  /** Whether not even the beginning of one is there. */
  readonly lacksIndex: boolean;
  readonly ends: WalkEnd;
  /** What it is encrypted with, when it is. */
  readonly encryption: string | undefined;
}

/** The boxes of the top level, as far as they are whole. */
export function topLevelBoxes({ file, bytes }: Examined): AsyncGenerator<{ readonly type: string }> {
  return boxes({ file, left: mostBoxes }, 0, bytes);
}

/** Whether its pictures are in fragments, each with a time of its own; else one index has all times. */
export function hasFragments(path: string): Promise<boolean> {
  return withFile(path, async (examined) => {
    for await (const { type } of topLevelBoxes(examined)) if (type === 'moof') return true;
    return false;
  });
}

/**
 * What the boxes of an MP4 or QuickTime file say that ffprobe does not. Reads headers of boxes only.
 */
export async function readIsoMedia({ file, bytes }: Examined): Promise<IsoMedia> {
  const walked = { file, left: mostBoxes };
  const walk = boxes(walked, 0, bytes);
  for (;;) {
    const next = await walk.next();
    if (next.done) return { hasIndex: false, lacksIndex: true, ends: next.value, encryption: undefined };
    if (next.value.type !== 'moov') continue;
    let encryption: string | undefined;
    for await (const entry of sampleEntries(walked, next.value)) encryption ??= await encryptionOfEntry(file, entry);
    const { isWhole } = next.value;
    return { hasIndex: isWhole, lacksIndex: false, ends: isWhole ? 'whole' : 'cut off', encryption };
  }
}
