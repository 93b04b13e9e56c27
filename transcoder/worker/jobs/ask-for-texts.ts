import { askForVersionJob } from '../../../server/assets/version-jobs.ts';
import type { WorkerContext } from '../context.ts';

/**
 * Asks for the jobs of text tracks that wait to become subtitles: of one video, or of all.
 */
export async function askForTexts({ db, queue }: Pick<WorkerContext, 'db' | 'queue'>, assetId?: string): Promise<void> {
  let waiting = db
    .selectFrom('text_extractions')
    .innerJoin('assets', 'assets.id', 'text_extractions.asset_id')
    // A title that has another video by now waits until it gets this one back.
    .innerJoin('titles', (join) =>
      join.onRef('titles.id', '=', 'text_extractions.title_id').onRef('titles.asset_id', '=', 'assets.id'),
    )
    .select(['title_id', 'stream', 'tries', 'assets.owner_id', 'assets.current_version_id'])
    .where('text_extractions.state', '=', 'waiting')
    .where('assets.state', '!=', 'deleted')
    .where('titles.deleted_at', 'is', null);
  if (assetId !== undefined) waiting = waiting.where('text_extractions.asset_id', '=', assetId);
  for (const row of await waiting.orderBy('title_id').orderBy('stream').execute()) {
    const { title_id: titleId, stream, tries, owner_id: ownerId, current_version_id: versionId } = row;
    if (versionId !== null)
      await askForVersionJob.extractText(queue, { versionId, ownerId }, { titleId, stream, tries });
  }
}
