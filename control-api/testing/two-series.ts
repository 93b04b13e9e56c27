import { newId } from '../../server/kit/ids.ts';
import type { Account, Harness } from './harness.ts';

/** A series with all that belongs to one; everything was brought by the same person. */
export interface WholeSeries {
  readonly series: string;
  readonly season: string;
  readonly episode: string;
  readonly assetId: string;
  readonly versionId: string;
  readonly subtitles: string;
}

/** Narrows the rights of somebody to these titles, as super admins do. @throws Error when it is refused */
export async function narrow(api: Harness, { id }: Account, titles: readonly string[] | null): Promise<void> {
  const { authorization } = await api.as('super_admin');
  const url = `/api/v1/accounts/${id}/scope`;
  const answer = await api.app.inject({ method: 'PUT', url, headers: { authorization }, body: { titles } });
  if (answer.statusCode !== 200) throw new Error(answer.body);
}

/** A published series with a season, an episode, its video with a picture, subtitles, a release, first on the home page. */
export async function addSeries(api: Harness, position: number): Promise<WholeSeries> {
  const { rows, db, clock } = api;
  const { id: ownerId } = await api.addAccount('content_manager');
  const video = await rows.title({ ownerId, asset: 'ready', version: 'complete', published: false });
  await rows.still({ version_id: video.versionId, chunk: 0 });
  const { id: series } = await rows.catalogueTitle({ state: 'published' });
  const below = { root_id: series, state: 'published' } as const;
  const { id: season } = await rows.catalogueTitle({ ...below, kind: 'season', parent_id: series, number: 1 });
  const { id: episode } = await rows.catalogueTitle({
    ...below,
    kind: 'episode',
    parent_id: season,
    number: 1,
    asset_id: video.assetId,
  });
  await db
    .insertInto('releases')
    .values({ title_id: series, region: '*', opens_at: clock.now(), closes_at: null, time_zone: 'UTC' })
    .execute();
  await db.insertInto('featured_titles').values({ title_id: series, position }).execute();
  const { id: subtitles } = await rows.subtitles({ title_id: episode });
  return { series, season, episode, assetId: video.assetId, versionId: video.versionId, subtitles };
}

/** What a series with all of it would be called, that is not there. */
export function noSeries(): WholeSeries {
  return {
    series: newId('title'),
    season: newId('title'),
    episode: newId('title'),
    assetId: newId('asset'),
    versionId: newId('version'),
    subtitles: newId('subtitles'),
  };
}
