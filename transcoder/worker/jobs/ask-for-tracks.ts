import { askForVersionJob } from '../../../server/assets/version-jobs.ts';
import type { WorkerContext } from '../context.ts';

/**
 * Asks for the manifests of a version that is played and offers other tracks than it should. One that is still being
 * made has them written when it is complete.
 */
export async function askForTracks(
  { db, queue }: Pick<WorkerContext, 'db' | 'queue'>,
  versionId: string,
): Promise<void> {
  const version = await db
    .selectFrom('versions')
    .innerJoin('assets', 'assets.current_version_id', 'versions.id')
    .select(['assets.owner_id', 'assets.tracks_revision'])
    .where('versions.id', '=', versionId)
    .where('versions.state', '=', 'complete')
    .whereRef('versions.tracks_revision', '<', 'assets.tracks_revision')
    .executeTakeFirst();
  if (version)
    await askForVersionJob.offerTracks(queue, { versionId, ownerId: version.owner_id }, version.tracks_revision);
}

/** The versions that are played and offer other tracks than they should. */
export async function versionsWithOtherTracks({ db }: Pick<WorkerContext, 'db'>): Promise<readonly string[]> {
  const rows = await db
    .selectFrom('versions')
    .innerJoin('assets', 'assets.current_version_id', 'versions.id')
    .select('versions.id')
    .where('versions.state', '=', 'complete')
    .where('assets.state', '!=', 'deleted')
    .whereRef('versions.tracks_revision', '<', 'assets.tracks_revision')
    .orderBy('versions.id')
    .execute();
  return rows.map(({ id }) => id);
}
