import type { Selectable } from 'kysely';
import { activeStates } from '../../../server/assets/lifecycle/states.ts';
import type { Database } from '../../../server/db/port.ts';
import type { AssetsTable } from '../../../server/db/tables/assets.ts';
import type { EncodingPlan } from '../../plan.ts';

interface VersionWork {
  readonly asset: Selectable<AssetsTable>;
  /** Undefined until the version was prepared. */
  readonly plan: EncodingPlan | undefined;
}

/** The version with its asset, or undefined when either is gone or the version is no longer active. */
export async function loadActive(db: Database, versionId: string): Promise<VersionWork | undefined> {
  const version = await db
    .selectFrom('versions')
    .select(['asset_id', 'plan'])
    .where('id', '=', versionId)
    .where('state', 'in', activeStates)
    .executeTakeFirst();
  if (!version) return undefined;
  const asset = await db
    .selectFrom('assets')
    .selectAll()
    .where('id', '=', version.asset_id)
    .where('state', '!=', 'deleted')
    .executeTakeFirst();
  if (!asset) return undefined;
  return { asset, plan: version.plan === null ? undefined : (JSON.parse(version.plan) as EncodingPlan) };
}

/** Whether `loadActive` would find the version, for those who ask often: the plan of a film is a long text. */
export async function isActive(db: Database, versionId: string): Promise<boolean> {
  const version = await db
    .selectFrom('versions')
    .innerJoin('assets', 'assets.id', 'versions.asset_id')
    .select('versions.id')
    .where('versions.id', '=', versionId)
    .where('versions.state', 'in', activeStates)
    .where('assets.state', '!=', 'deleted')
    .executeTakeFirst();
  return version !== undefined;
}
