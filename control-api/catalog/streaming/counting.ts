import type { Static } from 'typebox';
import type { EncodingSettings } from '../../../server/assets/encoding-settings.ts';
import type { Connection } from '../../../server/db/port.ts';
import type { TitleKind } from '../../../server/db/tables/titles.ts';
import type { TitleRow } from '../titles/repository.ts';
import type { StreamingChoices } from './choices.ts';
import type { streamingSchema } from './schemas.ts';

export type StreamingView = Static<typeof streamingSchema>;

/** The first one of a chain that says something. */
function firstOf<K extends keyof TitleRow>(
  chain: readonly TitleRow[],
  key: K,
): { readonly value: TitleRow[K] | null; readonly from: TitleKind | null } {
  const found = chain.find((row) => row[key] !== null);
  return found ? { value: found[key], from: found.kind } : { value: null, from: null };
}

/**
 * What counts for a title.
 * @param chain the title, what it is a part of, and so on up to the root
 * @param encoded what the newest version of its video was encoded with; undefined while nobody knows
 */
export function presentStreaming(
  chain: readonly TitleRow[],
  choices: StreamingChoices,
  encoded: EncodingSettings | undefined,
): StreamingView {
  const ladder = firstOf(chain, 'ladder');
  const preset = firstOf(chain, 'quality_preset');
  const priceClass = firstOf(chain, 'price_class');
  const isKnown = ladder.value === null || choices.ladders.includes(ladder.value);
  return {
    topRung: firstOf(chain, 'top_rung'),
    qualityPreset: preset,
    ladder: { ...ladder, isKnown },
    priceClass: { value: priceClass.value ?? choices.priceClasses[0] ?? '', from: priceClass.from },
    freeEpisodes: firstOf(chain, 'free_episodes'),
    encoding: encoded
      ? {
          qualityPreset: encoded.qualityPreset,
          ladder: encoded.ladder,
          isAsSet: encoded.qualityPreset === preset.value && encoded.ladder === (isKnown ? ladder.value : null),
        }
      : null,
  };
}

/** A title with what it is a part of, up to its root. */
export async function findChain(db: Connection, row: TitleRow): Promise<TitleRow[]> {
  const ids = [...new Set([row.parent_id ?? row.id, row.root_id])].filter((id) => id !== row.id);
  if (ids.length === 0) return [row];
  const above = await db.selectFrom('titles').selectAll().where('id', 'in', ids).execute();
  return [row, ...ids.flatMap((id) => above.find((each) => each.id === id) ?? [])];
}

/**
 * What the newest version of a video was encoded with that was not given up; undefined where there is none, or where it
 * is still to be planned and will be as its title says then.
 */
export async function findEncoded(db: Connection, assetId: string | null): Promise<EncodingSettings | undefined> {
  if (assetId === null) return undefined;
  const version = await db
    .selectFrom('versions')
    .select(['state', 'quality_preset', 'ladder'])
    .where('asset_id', '=', assetId)
    .where('state', 'not in', ['failed', 'cancelled'])
    .orderBy('number', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (!version || version.state === 'queued' || version.state === 'preparing') return undefined;
  return { qualityPreset: version.quality_preset, ladder: version.ladder };
}

/** How long a video is, in milliseconds; undefined while nobody knows. */
export async function findDuration(db: Connection, assetId: string | null): Promise<number | undefined> {
  if (assetId === null) return undefined;
  const asset = await db.selectFrom('assets').select('duration_ms').where('id', '=', assetId).executeTakeFirst();
  return asset?.duration_ms || undefined;
}
