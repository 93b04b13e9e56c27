import { readRenditionName } from '../../../server/assets/rendition-names.ts';
import { versionPrefix } from '../../../server/assets/storage-keys.ts';
import { offeredTracks, type OfferedTracks } from '../../../server/assets/tracks.ts';
import type { VersionJob } from '../../../server/assets/version-jobs.ts';
import { publishedPresentation, type PublishedVersion } from '../../package/published-presentation.ts';
import type { EncodingPlan } from '../../plan.ts';
import { hlsFiles } from '../../publish/hls.ts';
import { textFiles } from '../../publish/text-files.ts';
import { VersionPublisher } from '../../publish/version-publisher.ts';
import { withTracks } from '../../publish/with-tracks.ts';
import type { WorkerContext } from '../context.ts';

/**
 * Writes the manifests of a complete version anew, with the tracks that it is to offer now. It always writes, and looks
 * afterwards whether there is something newer by then: of two workers the one that wrote what is old does it again, and
 * what a kill left half done is done by the next one that gets the job. Who plays the manifests from before plays on: texts
 * that changed lie in another folder.
 */
export async function offerTracksJob(context: WorkerContext, job: VersionJob<'version.offer-tracks'>): Promise<void> {
  const { db, events, logger } = context;
  const { versionId } = job.payload;
  for (;;) {
    const version = await loadServed(context, versionId);
    if (!version) return;
    const offered = await offeredTracks(db, version.assetId);
    const used = await writeTracks(context, version, offered, job.signal);
    await forgetUnused(context, version, used, job.signal);
    await db.updateTable('versions').set({ tracks_revision: offered.revision }).where('id', '=', versionId).execute();
    await events.publish('asset.changed', { assetId: version.assetId });
    logger.info({ asset: version.assetId, version: versionId, revision: offered.revision }, 'offers other tracks');
    const asset = await db
      .selectFrom('assets')
      .select('tracks_revision')
      .where('id', '=', version.assetId)
      .executeTakeFirst();
    if (!asset || asset.tracks_revision === offered.revision) return;
  }
}

/** Publishes texts and manifests of a version whose segments are all published, and returns the names of the texts. */
export async function writeTracks(
  { storage, clock }: Pick<WorkerContext, 'storage' | 'clock'>,
  version: PublishedVersion,
  offered: OfferedTracks,
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  const { assetId, versionId } = version;
  const published = await publishedPresentation(version, storage, signal);
  const texts = textFiles(offered.subtitles, published.durationTicks);
  const publisher = await VersionPublisher.open({ storage, assetId, versionId, now: () => clock.now(), signal }, []);
  try {
    await publisher.offer(
      withTracks(published, { audioOff: offered.audioOff, text: texts.map(({ media }) => media) }),
      texts,
    );
    return new Set(texts.map(({ media }) => media.name));
  } finally {
    // Nothing may be written once this has ended: another worker may be at it by then.
    await publisher.settled();
  }
}

/** The version, when it is complete and what is played. */
async function loadServed({ db }: WorkerContext, versionId: string): Promise<PublishedVersion | undefined> {
  const found = await db
    .selectFrom('versions')
    .innerJoin('assets', 'assets.current_version_id', 'versions.id')
    .select(['versions.asset_id', 'versions.plan'])
    .where('versions.id', '=', versionId)
    .where('versions.state', '=', 'complete')
    .where('versions.collected_at', 'is', null)
    .where('assets.state', '!=', 'deleted')
    .executeTakeFirst();
  if (!found?.plan) return undefined;
  const renditions = await db
    .selectFrom('renditions')
    .select(['name', 'codec'])
    .where('version_id', '=', versionId)
    .execute();
  return {
    assetId: found.asset_id,
    versionId,
    plan: JSON.parse(found.plan) as EncodingPlan,
    codecs: new Map(renditions.map(({ name, codec }) => [name, codec ?? ''])),
  };
}

/** Removes texts that no manifest has named for as long as a replaced version stays. */
async function forgetUnused(
  { storage, clock, config }: Pick<WorkerContext, 'storage' | 'clock' | 'config'>,
  { assetId, versionId }: PublishedVersion,
  used: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<void> {
  const before = clock.now() - config.collection.replacedAfterSeconds * 1000;
  const prefix = versionPrefix(assetId, versionId);
  for await (const folder of storage.listPrefixes(prefix)) {
    signal.throwIfAborted();
    const name = folder.slice(prefix.length, -1);
    if (used.has(name) || readRenditionName(name)?.kind !== 'text') continue;
    // Written whenever a manifest names it.
    const playlist = await storage.stat(`${prefix}${hlsFiles.media({ name })}`);
    if (!playlist || playlist.modifiedAt < before) await storage.deletePrefix(folder);
  }
}
