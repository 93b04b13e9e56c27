import type { Database } from '../../server/db/port.ts';
import type { EventBus } from '../../server/events/port.ts';
import type { Caller } from '../../server/http/writes/audit.ts';
import type { Clock } from '../../server/kit/clock.ts';
import { ProblemError } from '../../server/kit/errors.ts';
import { may, mayToAll, type Who } from '../../server/kit/policy.ts';
import { isAssetWithin, type ScopedWho } from '../title-scope.ts';
import { NoSuchAsset, NotNow, type AssetLifecycle } from '../../server/assets/lifecycle.ts';
import { isActive, type NewVersionReason } from '../../server/assets/lifecycle/states.ts';
import { holdAsset } from '../../server/assets/lifecycle/statements.ts';
import { stillKey } from '../../server/assets/storage-keys.ts';
import type { SessionStore } from '../../server/sessions/port.ts';
import { ObjectNotFound, type Storage } from '../../server/storage/port.ts';
import { endStreams } from '../end-streams.ts';
import { displayText } from '../display-text.ts';
import { defaultPageSize, toPage } from '../schemas.ts';
import { listAssets, placeOf } from './asset-list.ts';
import { toEach } from './bulk.ts';
import { readCursor, writeCursor, type AssetOrder } from './list-cursor.ts';
import { presentAsset, presentAssetSummary, type VersionFacts } from './presentation.ts';
import {
  findActiveChunks,
  findAsset,
  findNewestVersions,
  findQueue,
  findRenditions,
  findStills,
  findVersions,
  findWarnings,
  hasStill,
  sumChunks,
  updateTitle,
  type AssetRow,
  type VersionRow,
} from './repository.ts';
import { requireUnused } from './usage.ts';
import {
  titleCharacters,
  type AssetListQuery,
  type AssetSummaryView,
  type AssetView,
  type BulkResult,
} from './schemas.ts';

export interface AssetsServiceOptions {
  readonly db: Database;
  readonly storage: Pick<Storage, 'read'>;
  readonly lifecycle: Pick<AssetLifecycle, 'addVersion' | 'cancel' | 'delete'>;
  readonly sessions: Pick<SessionStore, 'endAll'>;
  readonly events: Pick<EventBus, 'publish'>;
  readonly clock: Clock;
}

/** How many versions of an asset are shown. */
const versionsShown = 20;

/** The assets: what there is, how far its processing is, and what may be done to it. */
export class AssetsService {
  readonly #options: AssetsServiceOptions;

  constructor(options: AssetsServiceOptions) {
    this.#options = options;
  }

  /** @throws ProblemError invalid_request when the cursor is of another list */
  async list(
    by: Who & ScopedWho,
    query: AssetListQuery,
  ): Promise<{ items: AssetSummaryView[]; nextCursor: string | null }> {
    const { db } = this.#options;
    const { sort = 'added', limit = defaultPageSize } = query;
    const order: AssetOrder = { sort, order: query.order ?? (sort === 'title' || sort === 'state' ? 'asc' : 'desc') };
    const after = query.cursor === undefined ? undefined : readCursor(query.cursor, order);
    if (query.cursor !== undefined && !after)
      throw new ProblemError(
        'invalid_request',
        'The cursor is not of a list in this order. Begin with the first page.',
      );
    const rows = await listAssets(db, {
      ...order,
      by,
      ownerId: query.mine === true || !mayToAll(by, 'asset.read') ? by.accountId : undefined,
      state: query.state,
      search: query.search,
      hasWarnings: query.hasWarnings ?? false,
      after,
      limit,
    });
    const versions = await findNewestVersions(
      db,
      rows.map(({ id }) => id),
    );
    const facts = await this.#facts(versions, rows);
    const byAsset = new Map(versions.map((version) => [version.asset_id, version]));
    return toPage(
      rows,
      limit,
      (row) => ({ ...presentAssetSummary(row, byAsset.get(row.id), facts), mayChange: mayChange(by, row) }),
      (row) => writeCursor(order, placeOf(row, sort)),
    );
  }

  /** @throws ProblemError not_found */
  async get(by: Who & ScopedWho, id: string): Promise<AssetView> {
    const { db } = this.#options;
    const row = await this.#find(by, id);
    const versions = await findVersions(db, id, versionsShown);
    return { ...presentAsset(row, versions, await this.#facts(versions, [row])), mayChange: mayChange(by, row) };
  }

  /** A picture of an asset, as JPEG. @throws ProblemError not_found */
  async still(by: Who & ScopedWho, id: string, versionId: string, chunk: number): Promise<Buffer> {
    const { db, storage } = this.#options;
    await this.#find(by, id);
    if (!(await hasStill(db, id, versionId, chunk))) throw new ProblemError('not_found', 'There is no such picture.');
    try {
      return await storage.read(stillKey(id, versionId, chunk));
    } catch (error) {
      if (error instanceof ObjectNotFound)
        throw new ProblemError('not_found', 'There is no such picture.', { cause: error });
      throw error;
    }
  }

  async #find(by: Who & ScopedWho, id: string): Promise<AssetRow> {
    const { db } = this.#options;
    const row = await findAsset(db, id);
    const isThere = row && may(by, 'asset.read', { ownerId: row.owner_id }) && (await isAssetWithin(db, by, id));
    if (!isThere) throw notFound();
    return row;
  }

  async #facts(versions: readonly VersionRow[], assets: readonly AssetRow[]): Promise<VersionFacts> {
    const { db, clock } = this.#options;
    const active = versions.filter(isActive).map(({ id }) => id);
    const ids = versions.map(({ id }) => id);
    // The version that is served may be an older one than is listed.
    const served = assets.map((asset) => asset.current_version_id).filter((id) => id !== null);
    return {
      renditions: await findRenditions(db, ids),
      warnings: await findWarnings(db, [...new Set([...ids, ...served])]),
      stills: await findStills(db, [...new Set([...ids, ...served])]),
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
      const asset = await holdAsset(tx, id);
      if (!asset || asset.state === 'deleted') throw notFound();
      requireChange(by, asset);
      await updateTitle(tx, id, shown, clock.now());
      await by.audit.record(tx, { subject: id, before: { title: asset.title }, after: { title: shown } });
    });
    await events.publish('asset.changed', { assetId: id });
    return this.get(by, id);
  }

  /** Marks the asset as deleted; the worker removes its files. @throws ProblemError not_found, asset_in_use */
  async delete(by: Caller, id: string): Promise<void> {
    const { lifecycle, sessions } = this.#options;
    await refusing('It cannot be deleted now.', () =>
      lifecycle.delete(id, async (tx, { title, state, owner_id }) => {
        requireChange(by, { owner_id });
        await requireUnused(tx, by, id);
        await by.audit.record(tx, { subject: id, before: { title, state } });
      }),
    );
    await endStreams(sessions, { assetId: id });
  }

  /** @throws ProblemError not_found, conflict unless the newest version failed or was cancelled */
  async retry(by: Caller, id: string): Promise<AssetView> {
    await this.#addVersion(by, id, 'retry', 'Only processing that failed or was cancelled can be tried again.');
    return this.get(by, id);
  }

  /** @throws ProblemError not_found, conflict while a version is being made */
  async reencode(by: Caller, id: string): Promise<AssetView> {
    await this.#reencode(by, id);
    return this.get(by, id);
  }

  async #reencode(by: Caller, id: string): Promise<void> {
    await this.#addVersion(by, id, 'reencode', 'A version is being made already. Wait for it or cancel it.');
  }

  async #addVersion(by: Caller, id: string, reason: NewVersionReason, whyNot: string): Promise<void> {
    const { lifecycle } = this.#options;
    await refusing(whyNot, () =>
      lifecycle.addVersion(id, reason, async (tx, asset, versionId) => {
        requireChange(by, asset);
        await by.audit.record(tx, { subject: id, before: { state: asset.state }, after: { version: versionId } });
      }),
    );
  }

  /**
   * Stops the processing under way. An asset with a complete version keeps it; one that was only as far as this
   * version cannot be played any more.
   * @throws ProblemError not_found, conflict when nothing is under way
   */
  async cancel(by: Caller, id: string): Promise<AssetView> {
    await this.#cancel(by, id);
    return this.get(by, id);
  }

  async #cancel(by: Caller, id: string): Promise<void> {
    await refusing('Nothing is being processed.', () =>
      this.#options.lifecycle.cancel(id, async (tx, asset) => {
        requireChange(by, asset);
        await by.audit.record(tx, { subject: id, before: { state: asset.state } });
      }),
    );
  }

  /** The same for several assets: what is refused is said of each. */
  async deleteEach(by: Caller, ids: readonly string[]): Promise<{ results: BulkResult[] }> {
    return toEach(by, ids, (id) => this.delete(by, id));
  }

  async reencodeEach(by: Caller, ids: readonly string[]): Promise<{ results: BulkResult[] }> {
    return toEach(by, ids, (id) => this.#reencode(by, id));
  }

  async cancelEach(by: Caller, ids: readonly string[]): Promise<{ results: BulkResult[] }> {
    return toEach(by, ids, (id) => this.#cancel(by, id));
  }
}

/** What the life of an asset refuses, as a problem: `whyNot` says why this is not possible now. */
async function refusing<T>(whyNot: string, change: () => Promise<T>): Promise<T> {
  try {
    return await change();
  } catch (error) {
    if (error instanceof NoSuchAsset) throw notFound();
    if (error instanceof NotNow) throw new ProblemError('conflict', whyNot, { cause: error });
    throw error;
  }
}

function mayChange(by: Who, { owner_id: ownerId }: Pick<AssetRow, 'owner_id'>): boolean {
  return may(by, 'asset.change', { ownerId });
}

/** @throws ProblemError not_found for those who may not change it */
function requireChange(by: Who, asset: Pick<AssetRow, 'owner_id'>): void {
  if (!mayChange(by, asset)) throw notFound();
}

function notFound(): ProblemError {
  return new ProblemError('not_found', 'There is no such asset, or it is not yours.');
}
