import { assetPrefix, versionPrefix, workPrefix } from '../../../server/assets/storage-keys.ts';
import { collectUnknown } from './collect-unknown.ts';
import type { WorkerContext } from '../context.ts';

/** Workers and origins of an ended version have this long to notice, in milliseconds, before its files go. */
const settleMs = 60_000;
/** An operator has this long to look at a failed job, in milliseconds. */
const failedJobsMs = 7 * 24 * 3_600_000;

/**
 * Removes what nothing refers to any more: deleted assets; versions that ended early; versions replaced longer ago
 * than `collection.replacedAfterSeconds`; files of versions and uploads the database does not know; old records of
 * failed jobs. Every step may be interrupted and repeated. (Expired uploads are collected by the uploads themselves.)
 * @throws the signal's reason, between two things that it removes
 */
export async function collect(context: WorkerContext, signal?: AbortSignal): Promise<void> {
  await collectVersions(context, signal);
  await collectSources(context, signal);
  await collectUnknown(context, signal);
  signal?.throwIfAborted();
  await context.queue.forgetFailed(failedJobsMs);
  await context.storage.collectLeftovers(context.config.collection.scratchAfterSeconds * 1000);
}

async function collectVersions(
  { db, lifecycle, storage, clock, config, logger }: WorkerContext,
  signal?: AbortSignal,
): Promise<void> {
  const settled = clock.now() - settleMs;
  const replacedBefore = clock.now() - config.collection.replacedAfterSeconds * 1000;
  const versions = await db
    .selectFrom('versions')
    .innerJoin('assets', 'assets.id', 'versions.asset_id')
    .leftJoin('versions as current', 'current.id', 'assets.current_version_id')
    .select(['versions.id', 'versions.asset_id', 'versions.state'])
    .where('versions.collected_at', 'is', null)
    .where(({ and, or, eb, ref }) =>
      or([
        and([eb('assets.state', '=', 'deleted'), eb('assets.deleted_at', '<', settled)]),
        // Ended early: nobody plays it, and its workers have been told.
        and([eb('versions.state', 'in', ['failed', 'cancelled']), eb('versions.updated_at', '<', settled)]),
        // Replaced: counted from when the version that is served now was finished.
        and([
          eb('versions.state', '=', 'complete'),
          eb('versions.id', '!=', ref('assets.current_version_id')),
          eb('current.finished_at', '<', replacedBefore),
        ]),
      ]),
    )
    .limit(200)
    .execute();
  for (const { id, asset_id: assetId, state } of versions) {
    signal?.throwIfAborted();
    await storage.deletePrefix(workPrefix(id));
    await storage.deletePrefix(versionPrefix(assetId, id));
    await lifecycle.versionCollected(id);
    logger.info({ asset: assetId, version: id, state }, 'collected a version');
  }
}

/** The sources of deleted assets, once all of their versions are gone. */
async function collectSources(
  { db, lifecycle, storage, clock, logger }: WorkerContext,
  signal?: AbortSignal,
): Promise<void> {
  const assets = await db
    .selectFrom('assets')
    .select(['id', 'source_key'])
    .where('state', '=', 'deleted')
    .where('deleted_at', '<', clock.now() - settleMs)
    .where('source_key', '!=', '')
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('versions')
            .select('versions.id')
            .whereRef('versions.asset_id', '=', 'assets.id')
            .where('versions.collected_at', 'is', null),
        ),
      ),
    )
    .limit(200)
    .execute();
  for (const { id, source_key: key } of assets) {
    signal?.throwIfAborted();
    await storage.delete(key);
    await storage.deletePrefix(assetPrefix(id));
    await lifecycle.sourceCollected(id);
    logger.info({ asset: id }, 'collected the source of a deleted asset');
  }
}
