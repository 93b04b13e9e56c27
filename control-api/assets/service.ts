import type { Selectable } from 'kysely';
import type { AssetsTable, AssetState } from '../../server/db/tables/assets.ts';
import type { Database, Transaction } from '../../server/db/port.ts';
import type { EventBus } from '../../server/events/port.ts';
import type { Caller } from '../../server/http/writes/audit.ts';
import type { Clock } from '../../server/kit/clock.ts';
import { ProblemError } from '../../server/kit/errors.ts';
import { newId } from '../../server/kit/ids.ts';
import { may, mayToAll, type Who } from '../../server/kit/policy.ts';
import { askForVersionJob, type VersionJobs } from '../../server/assets/version-jobs.ts';
import type { JobQueue } from '../../server/queue/port.ts';
import type { SessionStore } from '../../server/sessions/port.ts';
import { displayText } from '../display-text.ts';
import { defaultPageSize, toPage } from '../schemas.ts';
import { isActive, presentAsset, presentAssetSummary, type VersionFacts } from './presentation.ts';
import {
  cancelActiveVersions,
  findActiveChunks,
  findAsset,
  findNewestVersions,
  findQueue,
  findRenditions,
  findVersions,
  listAssets,
  lockAsset,
  sumChunks,
  updateTitle,
  type AssetRow,
  type VersionRow,
} from './repository.ts';
import { titleCharacters, type AssetSummaryView, type AssetView } from './schemas.ts';

export interface CatalogServiceOptions {
  readonly db: Database;
  readonly queue: Pick<JobQueue<VersionJobs>, 'enqueue'>;
  readonly sessions: Pick<SessionStore, 'endAll'>;
  readonly events: Pick<EventBus, 'publish'>;
  readonly clock: Clock;
}

/** How many versions of an asset are shown. */
const versionsShown = 20;

/**
 * The catalogue: what there is, how far its processing is, and what may be done to it. The states are described in
 * `server/db/port.ts`; who changes the versions of an asset holds the asset's row, and every change names the
 * states it may start from, because a worker may be changing them too.
 */
export class CatalogService {
  readonly #options: CatalogServiceOptions;

  constructor(options: CatalogServiceOptions) {
    this.#options = options;
  }

  async list(
    by: Who,
    query: { readonly cursor?: string; readonly limit?: number; readonly state?: AssetState },
  ): Promise<{ items: AssetSummaryView[]; nextCursor: string | null }> {
    const { db } = this.#options;
    const limit = query.limit ?? defaultPageSize;
    const ownerId = mayToAll(by, 'asset.read') ? undefined : by.accountId;
    const rows = await listAssets(db, { ownerId, cursor: query.cursor, limit, state: query.state });
    const versions = await findNewestVersions(
      db,
      rows.map(({ id }) => id),
    );
    const facts = await this.#facts(versions);
    const byAsset = new Map(versions.map((version) => [version.asset_id, version]));
    return toPage(rows, limit, (row) => ({
      ...presentAssetSummary(row, byAsset.get(row.id), facts),
      mayChange: mayChange(by, row),
    }));
  }

  /** @throws ProblemError not_found */
  async get(by: Who, id: string): Promise<AssetView> {
    const { db } = this.#options;
    const row = await findAsset(db, id);
    if (!row || !may(by, 'asset.read', { ownerId: row.owner_id })) throw notFound();
    const versions = await findVersions(db, id, versionsShown);
    return { ...presentAsset(row, versions, await this.#facts(versions)), mayChange: mayChange(by, row) };
  }

  async #facts(versions: readonly VersionRow[]): Promise<VersionFacts> {
    const { db, clock } = this.#options;
    const active = versions.filter(isActive).map(({ id }) => id);
    return {
      renditions: await findRenditions(
        db,
        versions.map(({ id }) => id),
      ),
      sums: await sumChunks(db, active),
      active: await findActiveChunks(db, active),
      queue: versions.some(({ state }) => state === 'queued') ? await findQueue(db) : [],
      now: clock.now(),
    };
  }

  /** The following are for those who may change the asset. @throws ProblemError not_found */
  async rename(by: Caller, id: string, title: string): Promise<AssetView> {
    const { db, clock, events } = this.#options;
    const shown = displayText(title, titleCharacters);
    await db.transaction().execute(async (tx) => {
      const asset = await lockForChange(tx, by, id);
      await updateTitle(tx, id, shown, clock.now());
      await by.audit.record(tx, { subject: id, before: { title: asset.title }, after: { title: shown } });
    });
    await events.publish('asset.changed', { assetId: id });
    return this.get(by, id);
  }

  /** Marks the asset as deleted; the worker removes its files. @throws ProblemError not_found */
  async delete(by: Caller, id: string): Promise<void> {
    const { db, clock, events, sessions } = this.#options;
    const now = clock.now();
    const cancelled = await db.transaction().execute(async (tx) => {
      const { title, state } = await lockForChange(tx, by, id);
      await by.audit.record(tx, { subject: id, before: { title, state } });
      const versions = await cancelActiveVersions(tx, id, now);
      await tx
        .updateTable('assets')
        .set({ state: 'deleted', current_version_id: null, deleted_at: now, updated_at: now })
        .where('id', '=', id)
        .execute();
      return versions;
    });
    for (const versionId of cancelled) await events.publish('version.cancelled', { assetId: id, versionId });
    await events.publish('asset.deleted', { assetId: id });
    await sessions.endAll({ assetId: id });
  }

  /** @throws ProblemError not_found, conflict unless the newest version failed or was cancelled */
  async retry(by: Caller, id: string): Promise<AssetView> {
    return this.#addVersion(by, id, (newest) => {
      if (newest?.state !== 'failed' && newest?.state !== 'cancelled')
        throw new ProblemError('conflict', 'Only processing that failed or was cancelled can be tried again.');
    });
  }

  /** @throws ProblemError not_found, conflict while a version is being made */
  async reencode(by: Caller, id: string): Promise<AssetView> {
    return this.#addVersion(by, id, (newest) => {
      if (newest && isActive(newest))
        throw new ProblemError('conflict', 'A version is being made already. Wait for it or cancel it.');
    });
  }

  async #addVersion(by: Caller, assetId: string, check: (newest: VersionRow | undefined) => void): Promise<AssetView> {
    const { db, clock, queue, events } = this.#options;
    const now = clock.now();
    const versionId = newId('version');
    await db.transaction().execute(async (tx) => {
      const asset = await lockForChange(tx, by, assetId);
      const [newest] = await findVersions(tx, assetId, 1);
      check(newest);
      await by.audit.record(tx, { subject: assetId, before: { state: asset.state }, after: { version: versionId } });
      await tx
        .insertInto('versions')
        .values({
          id: versionId,
          asset_id: assetId,
          number: (newest?.number ?? 0) + 1,
          state: 'queued',
          plan: null,
          error_code: null,
          error_message: null,
          created_at: now,
          started_at: null,
          playable_at: null,
          finished_at: null,
          updated_at: now,
        })
        .execute();
      const restarts = asset.state === 'failed' || asset.state === 'cancelled';
      await tx
        .updateTable('assets')
        .set({
          updated_at: now,
          ...(restarts ? { state: 'processing' as const, error_code: null, error_message: null } : {}),
        })
        .where('id', '=', assetId)
        .execute();
    });
    await askForVersionJob.prepare(queue, versionId);
    await events.publish('asset.changed', { assetId });
    return this.get(by, assetId);
  }

  /**
   * Stops the processing under way. An asset with a complete version keeps it; one that was only as far as this
   * version cannot be played any more.
   * @throws ProblemError not_found, conflict when nothing is under way
   */
  async cancel(by: Caller, id: string): Promise<AssetView> {
    const { db, clock, events } = this.#options;
    const now = clock.now();
    const cancelled = await db.transaction().execute(async (tx) => {
      const { state } = await lockForChange(tx, by, id);
      const versions = await cancelActiveVersions(tx, id, now);
      if (versions.length === 0) throw new ProblemError('conflict', 'Nothing is being processed.');
      await by.audit.record(tx, { subject: id, before: { state } });
      await tx
        .updateTable('assets')
        .set({ state: 'cancelled', current_version_id: null, updated_at: now })
        .where('id', '=', id)
        .where('state', 'in', ['processing', 'playable'])
        .execute();
      return versions;
    });
    for (const versionId of cancelled) await events.publish('version.cancelled', { assetId: id, versionId });
    await events.publish('asset.changed', { assetId: id });
    return this.get(by, id);
  }
}

function mayChange(by: Who, { owner_id: ownerId }: Pick<AssetRow, 'owner_id'>): boolean {
  return may(by, 'asset.change', { ownerId });
}

/**
 * Holds the asset's row until the transaction ends.
 * @throws ProblemError not_found, also for somebody else's
 */
async function lockForChange(tx: Transaction, by: Who, id: string): Promise<Selectable<AssetsTable>> {
  const asset = await lockAsset(tx, id);
  if (!asset || !mayChange(by, asset)) throw notFound();
  return asset;
}

function notFound(): ProblemError {
  return new ProblemError('not_found', 'There is no such asset, or it is not yours.');
}
