import type { Database } from '../../server/db/port.ts';
import { ProblemError } from '../../server/kit/errors.ts';

/**
 * The version of an asset that is served now.
 * @throws ProblemError not_found, asset_not_playable
 */
export async function findPlayableVersion(db: Database, assetId: string): Promise<string> {
  const asset = await db
    .selectFrom('assets')
    .select(['state', 'current_version_id'])
    .where('id', '=', assetId)
    .executeTakeFirst();
  if (!asset || asset.state === 'deleted') throw new ProblemError('not_found', 'There is no such title.');
  const isPlayable = asset.state === 'playable' || asset.state === 'ready';
  if (!isPlayable || asset.current_version_id === null) throw new ProblemError('asset_not_playable');
  return asset.current_version_id;
}
