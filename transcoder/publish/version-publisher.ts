import { constants, brotliCompress, brotliDecompress, gzip } from 'node:zlib';
import { promisify } from 'node:util';
import { dashManifest, hlsManifest } from '../../server/assets/manifest-names.ts';
import { publishedKey } from '../../server/assets/storage-keys.ts';
import { Semaphore } from '../../server/kit/semaphore.ts';
import { ObjectNotFound, type Storage } from '../../server/storage/port.ts';
import { writeMpd } from './dash.ts';
import {
  hlsFiles,
  writeKeyframePlaylist,
  writeMediaPlaylist,
  writeMultivariantPlaylist,
  writeTextPlaylist,
} from './hls.ts';
import { patientWrite } from './patient-write.ts';
import { mediaFiles, type Media, type Presentation } from './presentation.ts';
import type { TextFiles } from './text-files.ts';
import { rungsBelowTop, upToRung } from './rungs.ts';

const compress = { gzip: promisify(gzip), brotli: promisify(brotliCompress), unbrotli: promisify(brotliDecompress) };

/** Objects of one version that are written at the same time, at most. */
const parallelPuts = 16;

/** What of the storage port publishing needs. */
export type PublishStorage = Pick<Storage, 'put' | 'putFile' | 'read'>;

export interface PublisherOptions {
  readonly storage: PublishStorage;
  readonly assetId: string;
  readonly versionId: string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly signal: AbortSignal;
}

/** How far a media playlist that players may hold already goes. */
interface PublishedPlaylist {
  readonly segments: number;
  readonly ended: boolean;
}

/**
 * Writes one version's files in an order in which a reader never meets a name without its file: segments, then media
 * playlists, then the manifests of each rung below the top, then those of all renditions.
 *
 * A manifest is three objects: `<file>.br`, then `<file>.gz` and `<file>`. A client sees its own encoding only, so it
 * never sees a playlist get shorter; and since the `.br` comes first, it tells the longest that anybody may have seen.
 * Whatever has no order among itself is written side by side, a bounded number at a time: an object store takes some
 * tens of milliseconds for each. That is what a run after a kill reads: it publishes nothing until it has got at least as
 * far again. The manifests of a rung have their compressed forms only once the title is complete: until then they are
 * written again and again, and asked for by few, for whom the origin compresses them.
 */
export class VersionPublisher {
  readonly #options: PublisherOptions;
  readonly #floor: ReadonlyMap<string, PublishedPlaylist>;
  readonly #written = new Map<string, string>();
  readonly #puts = new Semaphore({ atOnce: parallelPuts });
  readonly #writing = new Set<Promise<void>>();
  /** Whether both manifests were in place before this run. */
  readonly alreadyPlayable: boolean;

  private constructor(
    options: PublisherOptions,
    floor: ReadonlyMap<string, PublishedPlaylist>,
    alreadyPlayable: boolean,
  ) {
    this.#options = options;
    this.#floor = floor;
    this.alreadyPlayable = alreadyPlayable;
  }

  /** Finds out what an earlier run has published of these renditions. */
  static async open(options: PublisherOptions, renditionNames: readonly string[]): Promise<VersionPublisher> {
    const floor = new Map<string, PublishedPlaylist>();
    await Promise.all(
      renditionNames.map(async (name) => {
        const data = await readIfThere(options, `${name}/${mediaFiles.playlist}.br`);
        if (!data) return;
        const text = (await compress.unbrotli(data)).toString();
        floor.set(name, { segments: text.match(/^#EXTINF:/gm)?.length ?? 0, ended: text.includes('#EXT-X-ENDLIST') });
      }),
    );
    const manifests = await Promise.all([hlsManifest(), dashManifest()].map((file) => readIfThere(options, file)));
    return new VersionPublisher(
      options,
      floor,
      manifests.every((data) => data !== undefined),
    );
  }

  async putInit(renditionName: string, data: Buffer): Promise<void> {
    const key = this.#key(`${renditionName}/${mediaFiles.init}`);
    await this.#put(() => this.#options.storage.put(key, data));
  }

  async putSegment(renditionName: string, number: number, file: string): Promise<void> {
    const key = this.#key(`${renditionName}/${mediaFiles.segment(number)}`);
    await this.#put(() => this.#options.storage.putFile(key, file));
  }

  /**
   * Publishes the manifests of a presentation whose segments are all stored; what has not changed is not written
   * again. False when an earlier run had got further: then nothing is written.
   */
  async publish(presentation: Presentation): Promise<boolean> {
    if (!this.#isAtLeastPublished(presentation)) return false;
    const media = [...presentation.video, ...presentation.audio];
    await Promise.all([
      ...media.map((each) => this.#putManifest(hlsFiles.media(each), writeMediaPlaylist(presentation, each))),
      ...presentation.video.map((video) =>
        this.#putManifest(hlsFiles.keyframes(video), writeKeyframePlaylist(presentation, video)),
      ),
    ]);
    await this.#putManifests(presentation);
    return true;
  }

  /**
   * Publishes what a complete title offers now: its segments and their playlists stay as they are, its manifests are
   * written anew. Texts first, then their playlists, then the manifests of each rung below the top, then the others.
   */
  async offer(presentation: Presentation, texts: readonly TextFiles[]): Promise<void> {
    const put = (name: string, file: string, body: string): Promise<void> =>
      this.#put(() => this.#options.storage.put(this.#key(`${name}/${file}`), body));
    await Promise.all(
      texts.flatMap(({ media, files }) => [...files].map(([file, body]) => put(media.name, file, body))),
    );
    await Promise.all(texts.map(({ media }) => this.#putManifest(hlsFiles.media(media), writeTextPlaylist(media))));
    await this.#putManifests(presentation);
  }

  async #putManifests(presentation: Presentation): Promise<void> {
    await Promise.all(
      rungsBelowTop(presentation).map((rung) =>
        this.#putBoth(upToRung(presentation, rung), rung, { compressed: presentation.complete }),
      ),
    );
    await this.#putBoth(presentation, undefined, { compressed: true });
  }

  #isAtLeastPublished(presentation: Presentation): boolean {
    const media = new Map<string, Media>(
      [...presentation.video, ...presentation.audio].map((each) => [each.name, each]),
    );
    return [...this.#floor].every(
      ([name, published]) =>
        (media.get(name)?.segments.length ?? 0) >= published.segments && (presentation.complete || !published.ended),
    );
  }

  async #putBoth(
    presentation: Presentation,
    rung: number | undefined,
    { compressed }: { readonly compressed: boolean },
  ): Promise<void> {
    await Promise.all([
      this.#putManifest(hlsManifest(rung), writeMultivariantPlaylist(presentation), { compressed }),
      // Compared without its time stamp, or it would never be unchanged.
      this.#putManifest(dashManifest(rung), writeMpd(presentation, 0, dashManifest(rung)), {
        compressed,
        text: () => writeMpd(presentation, this.#options.now(), dashManifest(rung)),
      }),
    ]);
  }

  /**
   * @param identity tells whether there is anything new
   * @param options `text` is what to write, when it is not `identity` itself
   */
  async #putManifest(
    file: string,
    identity: string,
    options: { readonly compressed: boolean; readonly text?: () => string } = { compressed: true },
  ): Promise<void> {
    if (this.#written.get(file) === identity) return;
    const data = Buffer.from(options.text?.() ?? identity);
    const put = (suffix: string, body: Buffer) =>
      this.#put(() => this.#options.storage.put(this.#key(file + suffix), body));
    if (options.compressed) {
      const { brotli, gzipped } = await compressedForms(data);
      await put('.br', brotli);
      await Promise.all([put('.gz', gzipped), put('', data)]);
    } else await put('', data);
    this.#written.set(file, identity);
  }

  /** Writes when its turn comes. */
  #put(write: () => Promise<void>): Promise<void> {
    const { signal } = this.#options;
    return this.#puts.run(async () => {
      const writing = patientWrite(write, signal);
      this.#writing.add(writing);
      await writing.finally(() => this.#writing.delete(writing));
    }, signal);
  }

  /** Resolves when no write is under way, also of a publication that failed because of another one. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#writing);
  }

  #key(file: string): string {
    return publishedKey(this.#options.assetId, this.#options.versionId, file);
  }
}

/** What is stored beside a manifest. */
async function compressedForms(data: Buffer): Promise<{ readonly brotli: Buffer; readonly gzipped: Buffer }> {
  const [brotli, gzipped] = await Promise.all([
    compress.brotli(data, {
      params: { [constants.BROTLI_PARAM_QUALITY]: 7, [constants.BROTLI_PARAM_SIZE_HINT]: data.length },
    }),
    compress.gzip(data, { level: 9 }),
  ]);
  return { brotli, gzipped };
}

async function readIfThere(
  { storage, assetId, versionId }: PublisherOptions,
  file: string,
): Promise<Buffer | undefined> {
  try {
    return await storage.read(publishedKey(assetId, versionId, file));
  } catch (error) {
    if (error instanceof ObjectNotFound) return undefined;
    throw error;
  }
}
