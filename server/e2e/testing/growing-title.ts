import path from 'node:path';
import type { Test } from 'tap';
import { toError } from '../../kit/errors.ts';
import { createLogger } from '../../kit/logger.ts';
import { Semaphore } from '../../kit/semaphore.ts';
import { until } from '../../testing/until.ts';
import { startOrigin } from '../../../origin/testing/start-origin.ts';
import { packageVersion } from '../../../transcoder/package/package-version.ts';
import { encodeTitle, readPieces } from '../../../transcoder/package/testing/encoded-title.ts';
import { PublishedFiles } from '../../../transcoder/package/testing/published-files.ts';
import { defaultTools } from './clips.ts';

/** Length of a chunk, which is a segment, in seconds. */
export const chunkSeconds = 4;

/** A title that is really packaged and served, and grows only when the test says so. */
export interface GrowingTitle {
  readonly urls: { readonly hls: string; readonly dash: string };
  /** How many chunks may be packaged so far. */
  released(): number;
  /** Lets one more chunk be packaged. */
  release(): void;
  /** Paths of requests that were answered with 404, without the token. */
  readonly missing: readonly string[];
  /** Requests in all. */
  readonly requests: readonly string[];
}

/**
 * Packages and serves a title of `chunks` chunks, of which the first ones are released at once: by default more than a
 * player keeps between itself and a live edge.
 */
export async function startGrowingTitle(t: Test, chunks: number, first = 5): Promise<GrowingTitle> {
  const tools = await defaultTools();
  const folder = t.testdir({ scratch: {} });
  const title = await encodeTitle(tools.ffmpeg.path, path.join(folder, 'media'), {
    frameRate: { num: 25, den: 1 },
    gopFrames: 50,
    segmentFrames: 25 * chunkSeconds,
    chunks: Array.from({ length: chunks }, () => 25 * chunkSeconds),
  });
  // Time stands still for the origin, so what it has in memory would always be fresh.
  const storage = new PublishedFiles();
  const origin = await startOrigin(t, { manifestMaxAgeMs: 0 }, storage);
  const missing: string[] = [];
  const requests: string[] = [];
  origin.server.prependListener('request', (request, response) => {
    const file = (request.url ?? '').split('/').slice(5).join('/');
    requests.push(file);
    response.once('finish', () => {
      if (response.statusCode === 404) missing.push(file);
    });
  });

  let failed: unknown;
  let released = first;
  const wake: (() => void)[] = [];
  const stop = new AbortController();
  const release = (): void => {
    if (failed !== undefined) throw toError(failed);
    released += 1;
    for (const each of wake.splice(0)) each();
  };
  const isVideo = (name: string) => title.plan.video.some((rendition) => rendition.name === name);
  const packaging = packageVersion({
    plan: title.plan,
    assetId: origin.assetId,
    versionId: origin.versionId,
    storage,
    tools,
    limit: new Semaphore({ atOnce: 2 }),
    scratchDir: path.join(folder, 'scratch'),
    async *pieces(name, signal) {
      let index = 0;
      for await (const piece of readPieces(title, name)) {
        while (isVideo(name) && index >= released && !signal.aborted)
          await new Promise<void>((resolve) => {
            wake.push(resolve);
            signal.addEventListener('abort', () => resolve(), { once: true });
          });
        signal.throwIfAborted();
        index += 1;
        yield piece;
      }
    },
    signal: stop.signal,
    logger: createLogger({ level: 'silent' }),
  });
  packaging.catch((error: unknown) => {
    failed = error;
  });
  t.teardown(async () => {
    stop.abort(new Error('The test is over'));
    await packaging.catch(() => undefined);
  });
  const at = `http://127.0.0.1:${origin.port}`;
  const hls = `${at}${origin.path('master.m3u8')}`;
  const dash = `${at}${origin.path('manifest.mpd')}`;
  await until('it can be played', async () => {
    if (failed !== undefined) throw toError(failed);
    return (await fetch(hls)).ok && (await fetch(dash)).ok;
  });
  // Asking whether it can be played yet does not count.
  missing.length = 0;
  requests.length = 0;
  return { urls: { hls, dash }, released: () => released, release, missing, requests };
}
