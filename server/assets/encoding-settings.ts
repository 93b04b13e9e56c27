import type { Connection } from '../db/port.ts';
import type { QualityPreset } from '../db/tables/titles.ts';

/** Speed presets of x264, the fastest first. */
export const qualityPresets = [
  'ultrafast',
  'superfast',
  'veryfast',
  'faster',
  'fast',
  'medium',
  'slow',
  'slower',
  'veryslow',
] as const satisfies readonly QualityPreset[];

/** How the title of a video wants it to be encoded; null: as configured. */
export interface EncodingSettings {
  readonly qualityPreset: QualityPreset | null;
  /** A name of `encode.ladders`. */
  readonly ladder: string | null;
}

const configured: EncodingSettings = { qualityPreset: null, ladder: null };

/**
 * How a video is to be encoded: as its title says, or what that is a part of. A file that was uploaded for a title and
 * is not its video yet is encoded for that title already.
 */
export async function readEncodingSettings(
  db: Connection,
  { id, upload_id: uploadId }: { readonly id: string; readonly upload_id: string },
): Promise<EncodingSettings> {
  const titles = db
    .selectFrom('titles')
    .leftJoin('titles as parents', 'parents.id', 'titles.parent_id')
    .innerJoin('titles as roots', 'roots.id', 'titles.root_id')
    .select(['titles.quality_preset', 'parents.quality_preset as parent_preset'])
    .select(['roots.quality_preset as root_preset'])
    .select(['titles.ladder', 'parents.ladder as parent_ladder', 'roots.ladder as root_ladder'])
    .where('titles.deleted_at', 'is', null);
  const row =
    (await titles.where('titles.asset_id', '=', id).executeTakeFirst()) ??
    (await titles
      .innerJoin('title_uploads', 'title_uploads.title_id', 'titles.id')
      .where('upload_id', '=', uploadId)
      .where('settled_at', 'is', null)
      .executeTakeFirst());
  if (!row) return configured;
  return {
    qualityPreset: row.quality_preset ?? row.parent_preset ?? row.root_preset,
    ladder: row.ladder ?? row.parent_ladder ?? row.root_ladder,
  };
}
