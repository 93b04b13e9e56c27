import { open, type FileHandle } from 'node:fs/promises';

/** Adobe Flash Video File Format §E.2: version 1; byte 4 has flags; 9 bytes in all. */
const signature = Buffer.from('464c5601', 'hex');
const headerBytes = 9;
const tagHeaderBytes = 11;
/** Behind each tag and the header: how long it was. */
const sizeBytes = 4;
const tagTypes: ReadonlySet<number> = new Set([8, 9, 18]);
const blockBytes = 1024 * 1024;

/** Small reads of a file in order, from blocks. */
class Blocks {
  readonly #file: FileHandle;
  readonly #block = Buffer.allocUnsafe(blockBytes);
  #from = 0;
  #to = 0;

  constructor(file: FileHandle) {
    this.#file = file;
  }

  /** @returns fewer bytes at the file's end */
  async at(position: number, bytes: number): Promise<Buffer> {
    if (position < this.#from || position + bytes > this.#to) {
      const { bytesRead } = await this.#file.read(this.#block, 0, blockBytes, position);
      [this.#from, this.#to] = [position, position + bytesRead];
    }
    return this.#block.subarray(position - this.#from, Math.min(position + bytes, this.#to) - this.#from);
  }
}

const soundTag = 8;
const [aac, aacConfig] = [10, 0];
/** Longest description of AAC that is compared. */
const configBytes = 64;

type Span = readonly [from: number, to: number];

/** What is to be left out. Reads the headers of tags only. */
async function superfluous(source: string, signal: AbortSignal | undefined): Promise<readonly Span[]> {
  const file = await open(source);
  try {
    const blocks = new Blocks(file);
    const found: Span[] = [];
    let config: Buffer | undefined;
    for (let at = headerBytes + sizeBytes; ;) {
      signal?.throwIfAborted();
      const head = await blocks.at(at, tagHeaderBytes + configBytes);
      if (head.length < tagHeaderBytes) return found;
      const type = (head[0] as number) & 0x1f;
      let end = at + headerBytes + sizeBytes;
      if (head.subarray(0, 4).equals(signature) && head.readUInt32BE(5) === headerBytes) found.push([at, end]);
      // Damaged from here on: ffmpeg looks for where it goes on.
      else if (!tagTypes.has(type)) return found;
      else {
        const bytes = head.readUIntBE(1, 3);
        end = at + tagHeaderBytes + bytes + sizeBytes;
        const body = head.subarray(tagHeaderBytes, tagHeaderBytes + bytes);
        if (type === soundTag && bytes <= configBytes && (body[0] ?? 0) >> 4 === aac && body[1] === aacConfig) {
          if (config?.equals(body)) found.push([at, end]);
          else config = Buffer.from(body);
        }
      }
      at = end;
    }
  } finally {
    await file.close();
  }
}

/** Copies a file but for these spans. */
async function copyWithout(
  source: string,
  target: string,
  spans: readonly Span[],
  signal?: AbortSignal,
): Promise<void> {
  const [from, to] = [await open(source), await open(target, 'wx')];
  try {
    const { size } = await from.stat();
    const block = Buffer.allocUnsafe(blockBytes);
    const ends: readonly Span[] = [...spans, [size, size]];
    let at = 0;
    for (const [end, next] of ends) {
      while (at < end) {
        signal?.throwIfAborted();
        const { bytesRead } = await from.read(block, 0, Math.min(blockBytes, end - at), at);
        if (bytesRead === 0) return;
        await to.writeFile(block.subarray(0, bytesRead));
        at += bytesRead;
      }
      at = next;
    }
  } finally {
    await from.close();
    await to.close();
  }
}

/**
 * Files joined byte by byte have a header in their middle, which ffmpeg takes for a tag of 5 MB: all behind it is lost.
 * And where they describe their AAC once more (live recordings do it all the time), ffmpeg's Matroska writer destroys
 * the list of tracks. Writes the file without both; the clock that restarts is mended when it is copied.
 * @param target absolute path of the file to make
 * @returns whether it was written
 * @throws the signal's reason when aborted; what the disk says
 */
export async function mendFlashVideo(source: string, target: string, signal?: AbortSignal): Promise<boolean> {
  const spans = await superfluous(source, signal);
  if (spans.length === 0) return false;
  await copyWithout(source, target, spans, signal);
  return true;
}
