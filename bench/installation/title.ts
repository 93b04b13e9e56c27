import { existsSync } from 'node:fs';
import path from 'node:path';
import { generateClip, type ClipOptions } from '../../fixtures/generate-clip.ts';
import { BenchError } from '../runner/bench-error.ts';
import type { Releasers } from '../runner/releasers.ts';
import type { Extent } from '../scenario.ts';
import type { ApiClient, Asset } from './api-client.ts';

/** FFmpeg as the server would be told of it, or from the path. */
export const ffmpegCommand = (): string => process.env['DRAMABOX_TOOLS_FFMPEG'] || 'ffmpeg';

/** Makes a clip, once in a folder. @throws BenchError saying what is missing */
export async function makeClip(folder: string, clip: ClipOptions): Promise<string> {
  const file = path.join(folder, `clip-${clip.width}x${clip.height}-${clip.seconds}s.mp4`);
  if (existsSync(file)) return file;
  await generateClip(ffmpegCommand(), file, clip).catch((error: unknown) => {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new BenchError(
      code === 'ENOENT'
        ? 'FFmpeg is not installed: install it (apt-get install ffmpeg), or name it by DRAMABOX_TOOLS_FFMPEG.'
        : `The clip could not be made: ${message}`,
      { cause: error },
    );
  });
  return file;
}

const clips: Readonly<Record<Extent, ClipOptions>> = {
  full: { seconds: 8, width: 640, height: 360, rate: '24' },
  quick: { seconds: 2, width: 320, height: 180, rate: '24' },
};

/** Uploads a small clip, waits until it can be played in whole, and publishes it as a movie. */
export async function publishTitle(options: {
  readonly client: ApiClient;
  readonly folder: string;
  readonly extent: Extent;
  /** Deletes it again at the end, in an installation that stays. */
  readonly deleteBy?: Releasers;
  readonly progress: (asset: Asset) => void;
}): Promise<Asset> {
  const { client, folder, extent, deleteBy, progress } = options;
  const file = await makeClip(folder, clips[extent]);
  const id = await client.upload(file, 'dramabox-bench.mp4');
  deleteBy?.add(`the video ${id}`, () => client.deleteAsset(id));
  const asset = await client.whenReady(id, progress);
  const titleId = await client.publishMovie(id);
  deleteBy?.add(`the title ${titleId}`, () => client.deleteTitle(titleId));
  return asset;
}

const lines = (playlist: string): string[] => playlist.split('\n').map((line) => line.trim());
/** Addresses that a playlist names: lines of their own, and the attributes of its tags (RFC 8216 §4). */
const addressesIn = (playlist: string): string[] =>
  lines(playlist).flatMap((line) =>
    line.startsWith('#') ? [...line.matchAll(/URI="([^"]+)"/g)].map((match) => match[1] as string) : line ? [line] : [],
  );

async function text(url: URL): Promise<string> {
  const response = await fetch(url);
  if (!response.ok) throw new BenchError(`A playlist answered ${response.status}`);
  return response.text();
}

/** What one stream offers, as the ends of paths behind its prefix, which are the same for every stream. */
export async function filesOf(hls: string): Promise<{ playlists: string[]; segments: string[] }> {
  const master = new URL(hls);
  const base = new URL('.', master);
  const playlists = [...new Set(addressesIn(await text(master)))].map((address) => new URL(address, master));
  const segments = new Set<string>();
  for (const playlist of playlists)
    for (const address of addressesIn(await text(playlist))) segments.add(new URL(address, playlist).pathname);
  const behindPrefix = (pathname: string): string => pathname.slice(base.pathname.length);
  return {
    playlists: [master, ...playlists].map(({ pathname }) => behindPrefix(pathname)),
    segments: [...segments].map(behindPrefix),
  };
}
