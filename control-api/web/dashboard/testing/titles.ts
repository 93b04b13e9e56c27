import { execFile } from 'node:child_process';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Test } from 'tap';
import { publishedKey, stillKey } from '../../../../server/assets/storage-keys.ts';
import { mediaInfo } from '../../../../server/testing/rows.ts';
import type { Api } from '../../kit/testing/site.ts';

const program = process.env['DRAMABOX_TOOLS_FFMPEG'] ?? 'ffmpeg';

async function runFfmpeg(...options: readonly string[]): Promise<Buffer> {
  const { stdout } = await promisify(execFile)(program, ['-loglevel', 'error', ...options], { encoding: 'buffer' });
  return stdout;
}

type AssetState = 'processing' | 'playable' | 'ready' | 'failed' | 'cancelled';
type VersionState = 'queued' | 'preparing' | 'encoding' | 'playable' | 'complete' | 'failed' | 'cancelled';

/** A title in the database, as uploads and workers would leave it. */
export interface SeededTitle {
  readonly title: string;
  readonly assetId: string;
  readonly versionId: string;
}

interface Description {
  readonly title?: string;
  readonly filename?: string;
  readonly bytes?: number;
  readonly state?: AssetState;
  readonly version?: VersionState;
  /** False: no title of the catalogue has it. */
  readonly isInCatalogue?: boolean;
  readonly media?: object;
  readonly error?: { readonly code: string; readonly message: string };
}

type Audio = Partial<(typeof mediaInfo.audio)[number]>;

/** A MediaInfo as the probe stores it. */
export function media(
  durationMs: number,
  video: Partial<typeof mediaInfo.video>,
  audio: readonly Audio[] = [{ language: 'en' }],
): object {
  return {
    ...mediaInfo,
    durationMs,
    titleMs: durationMs,
    video: { ...mediaInfo.video, ...video },
    audio: audio.map((track) => ({ ...mediaInfo.audio[0], ...track })),
  };
}

/** Adds a title with one version, newest first in the library. */
export async function addTitle(api: Api, description: Description = {}): Promise<SeededTitle> {
  const { title = 'A title', filename = 'a-title.mp4', bytes = 12_345_678, error } = description;
  const { assetId, versionId, uploadId } = await api.rows.title({
    ownerId: api.admin.id,
    name: title,
    asset: description.state ?? 'processing',
    version: description.version ?? 'queued',
    published: description.isInCatalogue ?? true,
  });
  const failure = error === undefined ? {} : { error_code: error.code, error_message: error.message };
  await api.db.updateTable('uploads').set({ filename, bytes }).where('id', '=', uploadId).execute();
  await api.db
    .updateTable('assets')
    .set({
      source_bytes: bytes,
      media_info: description.media === undefined ? null : JSON.stringify(description.media),
      ...failure,
    })
    .where('id', '=', assetId)
    .execute();
  if (error !== undefined) await api.db.updateTable('versions').set(failure).where('id', '=', versionId).execute();
  await api.events.publish('asset.changed', { assetId });
  return { title, assetId, versionId };
}

/** Changes an asset and one of its versions as the workers would, and announces it. */
export async function change(
  api: Api,
  { assetId, versionId }: Pick<SeededTitle, 'assetId' | 'versionId'>,
  to: { readonly asset?: AssetState; readonly version?: VersionState; readonly media?: object },
): Promise<void> {
  const now = api.clock.now();
  if (to.version !== undefined) {
    const isOver = to.version === 'complete';
    await api.db
      .updateTable('versions')
      .set({ state: to.version, started_at: now - 151_000, ...(isOver && { finished_at: now, playable_at: now }) })
      .where('id', '=', versionId)
      .execute();
  }
  if (to.asset !== undefined || to.media !== undefined) {
    const isPlayable = to.asset === 'playable' || to.asset === 'ready';
    await api.db
      .updateTable('assets')
      .set({
        updated_at: now,
        ...(to.asset !== undefined && { state: to.asset }),
        ...(isPlayable && { current_version_id: versionId }),
        ...(to.media !== undefined && { media_info: JSON.stringify(to.media) }),
      })
      .where('id', '=', assetId)
      .execute();
  }
  await api.events.publish('asset.changed', { assetId });
}

/** The id of an asset's newest version. */
export async function newestVersion(api: Api, assetId: string): Promise<string> {
  const version = await api.db
    .selectFrom('versions')
    .select('id')
    .where('asset_id', '=', assetId)
    .orderBy('number', 'desc')
    .executeTakeFirstOrThrow();
  return version.id;
}

const ladder = [
  ['v1080-6000', 'avc1.640028', 1920, 1080, 6_000_000],
  ['v720-3000', 'avc1.64001f', 1280, 720, 3_000_000],
  ['v540-2000', 'avc1.64001f', 960, 540, 2_000_000],
  ['v360-730', 'avc1.4d401e', 640, 360, 730_000],
  ['v234-145', 'avc1.42c01e', 416, 234, 145_000],
] as const;
const frames = 3168;
const audioMs = 132_000;

/** Renditions and chunks at one share (0..1) of their way, landscape or turned. */
export async function addRenditions(
  api: Api,
  versionId: string,
  share: number,
  isPortrait = false,
  elapsedMs = 60_000,
): Promise<void> {
  const measured = (bandwidth: number) =>
    share > 0 ? { average_bandwidth: Math.round(bandwidth * 0.71), peak_bandwidth: Math.round(bandwidth * 0.96) } : {};
  for (const [name, codec, width, height, bandwidth] of ladder) {
    await api.rows.rendition({
      version_id: versionId,
      name,
      width: isPortrait ? height : width,
      height: isPortrait ? width : height,
      target_bandwidth: bandwidth,
      codec: share > 0 ? codec : null,
      units_total: frames,
      units_packaged: Math.round(frames * share),
      bytes: Math.round(bandwidth * 6 * share),
      ...measured(bandwidth),
    });
  }
  for (const [name, channels, bandwidth] of [
    ['a0-128', 2, 128_000],
    ['a0-384', 6, 384_000],
  ] as const)
    await api.rows.rendition({
      version_id: versionId,
      name,
      kind: 'audio',
      width: null,
      height: null,
      channels,
      target_bandwidth: bandwidth,
      codec: share > 0 ? 'mp4a.40.2' : null,
      units_total: audioMs,
      units_packaged: Math.round(audioMs * share),
      bytes: Math.round(bandwidth * 6 * share),
      ...measured(bandwidth),
    });
  const startedAt = api.clock.now() - elapsedMs;
  for (const [kind, units] of [
    ['video', frames],
    ['audio', audioMs],
  ] as const) {
    await api.rows.chunk({
      version_id: versionId,
      kind,
      units,
      units_done: Math.round(units * share),
      state: share === 1 ? 'done' : 'encoding',
      started_at: startedAt,
      finished_at: share === 1 ? api.clock.now() : null,
    });
  }
}

/** Width and height of pictures as workers take them, in pixels. */
const landscapeStill = [640, 360] as const;
export const portraitStill = [360, 640] as const;
const drawn = new Map<string, Promise<Buffer>>();

/** A JPEG of one colour. */
function draw([width, height]: readonly [number, number], color: string): Promise<Buffer> {
  const source = `color=${color}:s=${width}x${height}`;
  const picture = drawn.get(source) ?? runFfmpeg('-f', 'lavfi', '-i', source, '-frames:v', '1', '-f', 'mjpeg', '-');
  drawn.set(source, picture);
  return picture;
}

/** Adds pictures to a version as workers would: one for each colour, ten seconds apart; the first is the poster. */
export async function addStills(
  api: Api,
  { assetId, versionId }: Pick<SeededTitle, 'assetId' | 'versionId'>,
  colors: readonly string[],
  size: readonly [number, number] = landscapeStill,
): Promise<void> {
  for (const [place, color] of colors.entries()) {
    const chunk = place + 1;
    await api.storage.put(stillKey(assetId, versionId, chunk), await draw(size, color));
    await api.rows.still({
      version_id: versionId,
      chunk,
      at_ms: chunk * 10_000,
      width: size[0],
      height: size[1],
      score: 9000 - place,
      // No two look alike.
      fingerprint: String(chunk).repeat(16).slice(0, 16),
    });
  }
  await api.events.publish('asset.changed', { assetId });
}

/** One title in each situation, for tests and for looking at. */
export async function addSampleTitles(
  api: Api,
): Promise<Record<'ready' | 'portrait' | 'failed' | 'waiting' | 'encoding', SeededTitle>> {
  const landscape = { width: 1920, height: 1080, averageFrameRate: { num: 30_000, den: 1001 } };
  const ready = await addTitle(api, {
    title: 'The Lantern Keeper, episode 1',
    filename: 'lantern-keeper-e01-master.mov',
    bytes: 1_942_887_311,
    media: media(3_127_000, { ...landscape, variableFrameRate: true }, [
      { language: 'en' },
      { codec: 'ac3', channels: 6, layout: '5.1(side)', language: 'ko' },
    ]),
  });
  await addRenditions(api, ready.versionId, 1);
  await addStills(api, ready, ['steelblue', 'darkorange', 'seagreen']);
  await change(api, ready, { asset: 'ready', version: 'complete' });
  const portrait = await addTitle(api, {
    title: 'Midnight Contract (vertical)',
    filename: 'IMG_2041.MOV',
    bytes: 88_400_120,
    media: media(
      94_000,
      { width: 1080, height: 1920, rotation: 90, averageFrameRate: { num: 30, den: 1 }, codec: 'hevc', hdr: 'hlg' },
      [{ channels: 1, layout: 'mono' }],
    ),
  });
  await addRenditions(api, portrait.versionId, 1, true);
  await addStills(api, portrait, ['purple', 'teal'], portraitStill);
  await change(api, portrait, { asset: 'ready', version: 'complete' });
  const failed = await addTitle(api, {
    title: 'Podcast recording',
    filename: 'podcast.mp4',
    bytes: 7_300_000,
    state: 'failed',
    version: 'failed',
    error: { code: 'media_no_video', message: 'This file has no video track. Upload a file with a picture.' },
  });
  const waiting = await addTitle(api, {
    title:
      'A very long title that goes on and on so that one can see what happens when it does not fit into one line of the table',
    filename: 'long.mkv',
    bytes: 402_000_000,
  });
  const encoding = await addTitle(api, {
    title: 'Harbour Lights, trailer',
    filename: 'harbour-lights-trailer-4k.mp4',
    bytes: 512_000_000,
    media: media(132_000, { ...landscape, averageFrameRate: { num: 24, den: 1 } }),
  });
  await addRenditions(api, encoding.versionId, 0.42);
  await change(api, encoding, { asset: 'playable', version: 'playable' });
  return { ready, portrait, failed, waiting, encoding };
}

/** Publishes a short generated stream of 320×180 pixels as these titles, where the origin serves it from. */
export async function publishStream(t: Test, api: Api, titles: readonly SeededTitle[]): Promise<void> {
  // Beside the server's own folder, which a second `t.testdir()` would empty.
  const folder = join(t.testdirName, 'stream');
  const rendition = 'v180-300';
  await mkdir(join(folder, rendition), { recursive: true });
  const input = ['-f', 'lavfi', '-i', 'testsrc2=size=320x180:rate=25', '-f', 'lavfi', '-i', 'sine=frequency=440'];
  const codecs = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-g', '50', '-c:a', 'aac'];
  const hls = ['-f', 'hls', '-hls_time', '2', '-hls_playlist_type', 'vod', '-hls_segment_type', 'fmp4'];
  const names = ['-hls_segment_filename', `${rendition}/%d.m4s`, '-hls_fmp4_init_filename', 'init.mp4'];
  await promisify(execFile)(
    program,
    ['-loglevel', 'error', ...input, '-t', '8', ...codecs, ...hls, ...names, `${rendition}/index.m3u8`],
    { cwd: folder },
  );
  const multivariant = [
    '#EXTM3U',
    '#EXT-X-VERSION:7',
    '#EXT-X-STREAM-INF:BANDWIDTH=300000,RESOLUTION=320x180,CODECS="avc1.42c01e,mp4a.40.2"',
    `${rendition}/index.m3u8`,
    '',
  ].join('\n');
  for (const { assetId, versionId } of titles) {
    for (const file of await readdir(join(folder, rendition)))
      await api.storage.putFile(
        publishedKey(assetId, versionId, `${rendition}/${file}`),
        join(folder, rendition, file),
      );
    await api.storage.put(publishedKey(assetId, versionId, 'master.m3u8'), multivariant);
  }
}
