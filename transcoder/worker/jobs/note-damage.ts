import { videoWarnings } from '../../../server/assets/warnings.ts';
import type { Damage } from '../../encode/damaged-pictures.ts';
import { mostlyDamaged } from '../../encode/look-at-pictures.ts';
import type { EncodingPlan } from '../../plan.ts';
import type { WorkerContext } from '../context.ts';

/** A title of which more than this share of the pictures is damaged is refused: most of it is not what was filmed. */
const mostDamagedShare = 0.5;

/**
 * Keeps what a chunk found damaged with the version, in place of what an earlier try found in it.
 * @throws ProblemError media_damaged when it and the chunks before it are most of the title
 */
export async function noteDamage(
  { db, lifecycle }: Pick<WorkerContext, 'db' | 'lifecycle'>,
  versionId: string,
  found: { readonly index: number; readonly plan: EncodingPlan; readonly damage: Damage },
): Promise<void> {
  const { index, plan, damage } = found;
  const of = plan.sourcePictures ?? plan.frames;
  if (damage.pictures === 0) return;
  const { pictures, firstSeconds } = damage;
  const warning = videoWarnings.pictures_damaged({ pictures, of, firstMs: firstSeconds * 1000 }, `video ${index}`);
  await lifecycle.addWarnings(versionId, [warning]);
  // Each chunk looks after it has written, so the last one of several at the same time sees all of them.
  const row = await db
    .selectFrom('warnings')
    .select((eb) => eb.fn.sum<number | string | null>('amount').as('pictures'))
    .where('version_id', '=', versionId)
    .where('code', '=', warning.code)
    .executeTakeFirst();
  const all = Number(row?.pictures ?? 0);
  if (all > of * mostDamagedShare)
    throw mostlyDamaged(Math.min(100, Math.round((all / of) * 100)), `${all} of ${of} pictures are damaged`);
}
