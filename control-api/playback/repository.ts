import { readRenditionName } from '../../server/assets/rendition-names.ts';
import type { AssetState } from '../../server/db/tables/assets.ts';
import type { Database } from '../../server/db/port.ts';

/** An asset as playback needs it; undefined when there is none, or none any more. */
export async function findAsset(
  db: Database,
  assetId: string,
): Promise<{ readonly id: string; readonly state: AssetState; readonly versionId: string | undefined } | undefined> {
  const asset = await db
    .selectFrom('assets')
    .select(['state', 'current_version_id'])
    .where('id', '=', assetId)
    .where('state', '!=', 'deleted')
    .executeTakeFirst();
  return asset && { id: assetId, state: asset.state, versionId: asset.current_version_id ?? undefined };
}

/**
 * The short sides of a version's video renditions, in pixels, as their names say them. They are planned once, and all
 * are published by the time that a version can be played.
 */
export async function findRungs(db: Database, versionId: string): Promise<readonly number[]> {
  const renditions = await db
    .selectFrom('renditions')
    .select('name')
    .where('version_id', '=', versionId)
    .where('kind', '=', 'video')
    .execute();
  return renditions.flatMap(({ name }) => {
    const rendition = readRenditionName(name);
    return rendition?.kind === 'video' ? [rendition.shortSide] : [];
  });
}
