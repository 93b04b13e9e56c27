import path from 'node:path';
import { importTitles, releasedAt } from './catalogue/titles.ts';
import { listTitles, titleById } from './catalogue/parts.ts';
import type { DemoClient, Json } from './client.ts';

type Frames = Json<'/api/v1/catalogue/titles/{id}/frames', 'get', 200>;

/** What a movie is called whose file is called so: `my_holiday-1.mp4` becomes `My holiday 1`. */
export function nameOfFile(file: string): string {
  const { name } = path.parse(file);
  const words = /[\s_.]|[A-Z].*-/u.test(name) ? name.replace(/[_.]+/g, ' ') : name.replaceAll('-', ' ');
  const shown = words.replace(/\s+/g, ' ').trim().slice(0, 200);
  return shown === '' ? 'Video' : shown.charAt(0).toUpperCase() + shown.slice(1);
}

/** The title that has this video, deleted ones as well. */
async function findTitle(client: DemoClient, assetId: string): Promise<string | undefined> {
  const there = await listTitles(client, `assetId=${assetId}`);
  const gone = there.length > 0 ? [] : await listTitles(client, `assetId=${assetId}&deleted=true`);
  return [...there, ...gone][0]?.id;
}

/**
 * Makes a video a movie that everybody may watch, in one moment; unless it is one, or was.
 * @returns the id of the movie that was made
 * @throws Error what the server refused
 */
export async function makeMovie(client: DemoClient, assetId: string, file: string): Promise<string | undefined> {
  if ((await findTitle(client, assetId)) !== undefined) return undefined;
  const movie = {
    kind: 'movie',
    originalLanguage: 'en',
    texts: { en: { name: nameOfFile(file) } },
    assetId,
    freeEpisodes: 1,
    state: 'published',
    releases: [releasedAt(Date.now())],
  };
  await importTitles(client, [movie]);
  return findTitle(client, assetId);
}

/** Gives a movie pictures of its video, of those kinds that it is large enough for. */
export async function givePictures(client: DemoClient, movieId: string): Promise<void> {
  const { items } = await client.ask<Frames>('GET', `/catalogue/titles/${movieId}/frames`);
  const [frame] = items;
  if (!frame) return;
  const pictures = [];
  for (const kind of ['poster', 'cover', 'banner']) {
    const choice = { kind, stillVersionId: frame.versionId, chunk: frame.chunk };
    const made = await client
      .ask<Json<'/api/v1/catalogue/pictures/from-frame', 'post', 201>>('POST', '/catalogue/pictures/from-frame', choice)
      .catch(() => undefined);
    if (made) pictures.push({ kind, language: null, id: made.id });
  }
  const { revision } = await titleById(client, movieId);
  if (pictures.length > 0)
    await client.tell('PUT', '/catalogue/pictures', { titles: [{ titleId: movieId, revision, pictures }] });
}
