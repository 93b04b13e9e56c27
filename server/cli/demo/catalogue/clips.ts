import { rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { drawLayers, layersOf } from '../../../../fixtures/demo-catalogue/art/clip-layers.ts';
import { rasterise } from '../../../../fixtures/demo-catalogue/art/rasterise.ts';
import { makeDemoClip } from '../../../../fixtures/demo-catalogue/clips/make-clip.ts';
import type { Json } from '../client.ts';
import { listTitles, titleById, type CatalogueMaking, type MadeTitle } from './parts.ts';

const pollMs = 250;

/** A title that is to get a clip. */
interface Place extends MadeTitle {
  /** The title that is watched: the episode, or the movie itself. */
  readonly watchedId: string;
  /** Undefined for a movie. */
  readonly number: number | undefined;
}

/** Where clips go: movies, all first episodes, then the second ones, so that soon there is something of each. */
async function placesOf({ client }: CatalogueMaking, made: readonly MadeTitle[]): Promise<readonly Place[]> {
  const places: Place[] = [];
  for (const { said, id } of made) {
    if (said.kind === 'movie') {
      places.push({ said, id, watchedId: id, number: undefined });
      continue;
    }
    const most = said.release.kind === 'in-work' ? said.release.videos : said.episodes.length;
    for (const { id: watchedId, kind, number } of await listTitles(client, `rootId=${id}`))
      if (kind === 'episode' && number !== null && number <= most) places.push({ said, id, watchedId, number });
  }
  return places.toSorted((one, other) => (one.number ?? 0) - (other.number ?? 0));
}

/** Waits until something is so. @throws AbortError when the demo ends */
async function until(making: CatalogueMaking, isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await delay(pollMs, undefined, { signal: making.signal });
}

/**
 * Makes the clips that are missing, one after the other and behind everything else: each is made, uploaded for its
 * title, waited for and published before the next one begins.
 * @returns how many there are
 */
export async function makeClips(making: CatalogueMaking, made: readonly MadeTitle[]): Promise<number> {
  const { folder, signal, show } = making;
  const places = await placesOf(making, made);
  const missing: Place[] = [];
  for (const place of places) if (!(await isOnItsWay(making, place))) missing.push(place);
  const drawn = new Map<string, Readonly<Record<string, string>>>();
  for (const { said } of missing) {
    if (drawn.has(said.slug)) continue;
    const numbers = missing.filter((place) => place.said === said).map(({ number }) => number);
    const pictures = Object.entries(drawLayers(said, numbers)).map(([name, svg]) => [`${said.slug}-${name}`, svg]);
    drawn.set(said.slug, await rasterise(folder, Object.fromEntries(pictures) as Record<string, string>, signal));
  }
  for (const [index, place] of places.entries()) {
    show([`catalogue: clip ${index + 1} of ${places.length}, ${nameOf(place)}`]);
    const { said, number } = place;
    const names = layersOf(said, number);
    const fileOf = (layer: keyof typeof names) => drawn.get(said.slug)?.[`${said.slug}-${names[layer]}`] ?? '';
    if (missing.includes(place)) {
      const layers = { back: fileOf('back'), air: fileOf('air'), front: fileOf('front'), words: fileOf('words') };
      const clip = path.join(folder, `${nameOf(place)}.mp4`);
      await makeDemoClip(making.ffmpeg, clip, { title: said, number, layers }, signal);
      await making.client.upload(clip, (await stat(clip)).size, () => undefined, place.watchedId);
      await rm(clip);
    }
    await publish(making, place);
  }
  return places.length;
}

const nameOf = ({ said, number }: Place) =>
  said.text.en.name + (number === undefined ? '' : ` E${String(number).padStart(2, '0')}`);

/** Whether a title has a video, or one has come that is about to be its own. */
async function isOnItsWay({ client }: CatalogueMaking, { watchedId }: Place): Promise<boolean> {
  if ((await titleById(client, watchedId)).assetId !== null) return true;
  const { items } = await client.ask<Json<'/api/v1/catalogue/titles/{id}/uploads', 'get', 200>>(
    'GET',
    `/catalogue/titles/${watchedId}/uploads`,
  );
  return items.some(({ state }) => state === 'arrived');
}

/** Waits for the video of a title, and publishes it where it only waited for that. */
async function publish(making: CatalogueMaking, { watchedId }: Place): Promise<void> {
  const { client } = making;
  await until(making, async () => (await titleById(client, watchedId)).assetId !== null);
  const { assetId, state } = await titleById(client, watchedId);
  await until(making, async () => {
    const asset = await client.asset(assetId ?? '');
    if (asset.state === 'failed' || asset.state === 'cancelled')
      throw new Error(`${asset.filename} could not be used: ${asset.error?.message ?? asset.state}`);
    return asset.state === 'ready';
  });
  if (state === 'approved') await client.tell('POST', '/catalogue/steps', { step: 'publish', titles: [watchedId] });
}
