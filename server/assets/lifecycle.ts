import type { Selectable } from 'kysely';
import type { Database, Transaction } from '../db/port.ts';
import type { AssetsTable } from '../db/tables/assets.ts';
import type { EventBus } from '../events/port.ts';
import type { Clock } from '../kit/clock.ts';
import { toError } from '../kit/errors.ts';
import { newId } from '../kit/ids.ts';
import type { Logger } from '../kit/logger.ts';
import type { Outbox } from '../outbox/port.ts';
import {
  activeStates,
  assetWhenComplete,
  assetWhenEnded,
  assetWhenPlayable,
  assetWhenQueued,
  mayAddVersion,
  startsFrom,
  type NewVersionReason,
} from './lifecycle/states.ts';
import {
  changeAsset,
  holdAsset,
  holdAssetOf,
  insertVersion,
  moveVersion,
  putWarnings,
  replaceWork,
  writeMeasured,
  type MeasuredRendition,
  type PlannedChunk,
  type PlannedRendition,
} from './lifecycle/statements.ts';
import type { EncodingSettings } from './encoding-settings.ts';
import type { StoredMediaInfo } from './media-info.ts';
import type { Warning } from './warnings.ts';
import { titleKeys } from './title-keys.ts';

/** What an asset is made of. */
export interface NewAsset {
  readonly ownerId: string;
  readonly title: string;
  /** The finished upload; there is one asset of it. */
  readonly uploadId: string;
  readonly sourceKey: string;
  readonly sourceBytes: number;
}

/** What the preparation of a version decided. */
export interface PlannedVersion {
  /** Kept as JSON with the version; only the transcoder reads it. */
  readonly plan: object;
  /** What of the plan its title asked for; left out: nothing. */
  readonly settings?: EncodingSettings;
  readonly media: Omit<StoredMediaInfo, 'titleMs'>;
  /** How long the title is that it makes, in milliseconds: picture and sound together. */
  readonly titleMs: number;
  /** What is lost or guessed already now. */
  readonly warnings: readonly Warning[];
  readonly renditions: readonly PlannedRendition[];
  readonly chunks: readonly PlannedChunk[];
}

/** There is no such asset, or it was deleted. */
export class NoSuchAsset extends Error {
  override readonly name = 'NoSuchAsset';
}

/** The states that the asset and its versions are in do not allow it. */
export class NotNow extends Error {
  override readonly name = 'NotNow';
}

/**
 * What a change is bound to that somebody asks for: whether they may, and that it is written down. Called within the
 * transaction, with the asset held as it is before the change; what it throws undoes everything.
 */
export type Asked<More extends readonly unknown[] = []> = (
  tx: Transaction,
  asset: Selectable<AssetsTable>,
  ...more: More
) => Promise<void>;

export interface AssetLifecycleOptions {
  readonly db: Database;
  readonly outbox: Pick<Outbox, 'record' | 'wake'>;
  readonly events: Pick<EventBus, 'publish'>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * Every change of state of assets and their versions, for all roles. `lifecycle/states.ts` says which there are.
 *
 * Each method is one transaction that holds the asset's row, moves only from the states that it may start from and
 * otherwise does nothing and says so: of two that end a version at the same time one wins, and a late worker cannot
 * revive what was cancelled, failed or deleted meanwhile. What others must hear of is recorded in the same transaction;
 * hints for the living follow the commit.
 */
export class AssetLifecycle {
  readonly #options: AssetLifecycleOptions;

  constructor(options: AssetLifecycleOptions) {
    this.#options = options;
  }

  /**
   * Makes an asset with its first version.
   * @param claim takes what the asset of this id is made of, in the same transaction: so it becomes one asset and no
   *   more. Undefined when there is nothing to make one of.
   */
  async addAsset(
    claim: (tx: Transaction, assetId: string) => Promise<NewAsset | undefined>,
  ): Promise<{ readonly assetId: string; readonly versionId: string } | undefined> {
    const { db, clock } = this.#options;
    const now = clock.now();
    const [assetId, versionId] = [newId('asset'), newId('version')];
    const added = await db.transaction().execute(async (tx) => {
      const asset = await claim(tx, assetId);
      if (!asset) return false;
      await tx
        .insertInto('assets')
        .values({
          id: assetId,
          owner_id: asset.ownerId,
          title: asset.title,
          ...titleKeys(asset.title),
          duration_ms: 0,
          upload_id: asset.uploadId,
          source_key: asset.sourceKey,
          source_bytes: asset.sourceBytes,
          state: 'processing',
          created_at: now,
          updated_at: now,
        })
        .execute();
      await insertVersion(tx, { id: versionId, assetId, number: 1, now });
      await this.#record(tx, 'version.queued', assetId, versionId);
      return true;
    });
    if (!added) return undefined;
    this.#options.outbox.wake();
    await this.#tell('asset.changed', { assetId });
    return { assetId, versionId };
  }

  /**
   * Makes another version of an asset, as its next number, and returns its id.
   * @throws NoSuchAsset, NotNow, what `asked` throws
   */
  async addVersion(assetId: string, reason: NewVersionReason, asked: Asked<[versionId: string]>): Promise<string> {
    const { db, clock } = this.#options;
    const now = clock.now();
    const versionId = newId('version');
    await db.transaction().execute(async (tx) => {
      const asset = await holdLiving(tx, assetId);
      await asked(tx, asset, versionId);
      const newest = await tx
        .selectFrom('versions')
        .select(['number', 'state'])
        .where('asset_id', '=', assetId)
        .orderBy('number', 'desc')
        .limit(1)
        .executeTakeFirst();
      if (!mayAddVersion(reason, newest)) throw new NotNow(`${assetId}: no ${reason} after ${newest?.state}`);
      await insertVersion(tx, { id: versionId, assetId, number: (newest?.number ?? 0) + 1, now });
      await changeAsset(tx, assetId, { ...assetWhenQueued(asset), updated_at: now });
      await this.#record(tx, 'version.queued', assetId, versionId);
    });
    this.#options.outbox.wake();
    await this.#tell('asset.changed', { assetId });
    return versionId;
  }

  /** A worker looks at the source. */
  async preparing(versionId: string): Promise<boolean> {
    const { db, clock } = this.#options;
    const now = clock.now();
    const assetId = await db.transaction().execute(async (tx) => {
      const asset = await holdAssetOf(tx, versionId);
      const change = { state: 'preparing', started_at: now, updated_at: now } as const;
      return asset && (await moveVersion(tx, versionId, startsFrom.prepare, change)) ? asset.id : undefined;
    });
    return this.#changed(assetId);
  }

  /**
   * Notes that a part of the work was put off for want of disk space.
   * @param until when it will have been tried again, in milliseconds since the epoch
   */
  async waitsForRoom(versionId: string, until: number): Promise<void> {
    const { db } = this.#options;
    const asset = await db.transaction().execute(async (tx) => {
      const held = await holdAssetOf(tx, versionId);
      const change = { waits_for_room_until: until };
      return held && (await moveVersion(tx, versionId, activeStates, change)) ? held : undefined;
    });
    await this.#changed(asset?.id);
  }

  /**
   * Notes how much of the source was fetched that is about to be examined.
   * @param share 0..1
   * @param until when more will have been said, in milliseconds since the epoch
   */
  async fetching(versionId: string, share: number, until: number): Promise<void> {
    const { db } = this.#options;
    const change = { fetched_permille: Math.round(Math.min(1, Math.max(0, share)) * 1000), fetching_until: until };
    const assetId = await db.transaction().execute(async (tx) => {
      const asset = await holdAssetOf(tx, versionId);
      return asset && (await moveVersion(tx, versionId, ['preparing'], change)) ? asset.id : undefined;
    });
    await this.#changed(assetId);
  }

  /**
   * Writes the plan with its renditions, chunks and warnings, replacing those of an earlier, interrupted preparation. The asset
   * learns what its source is.
   */
  async savePlan(versionId: string, planned: PlannedVersion): Promise<boolean> {
    const { db, clock } = this.#options;
    const now = clock.now();
    const assetId = await db.transaction().execute(async (tx) => {
      const asset = await holdAssetOf(tx, versionId);
      const change = {
        state: 'encoding',
        plan: JSON.stringify(planned.plan),
        quality_preset: planned.settings?.qualityPreset ?? null,
        ladder: planned.settings?.ladder ?? null,
        updated_at: now,
      } as const;
      if (!asset || !(await moveVersion(tx, versionId, startsFrom.plan, change))) return undefined;
      const media: StoredMediaInfo = { ...planned.media, titleMs: planned.titleMs };
      await changeAsset(tx, asset.id, {
        media_info: JSON.stringify(media),
        duration_ms: Math.round(media.titleMs),
        updated_at: now,
      });
      await replaceWork(tx, versionId, planned.renditions, planned.chunks);
      await tx.deleteFrom('warnings').where('version_id', '=', versionId).execute();
      await putWarnings(tx, versionId, planned.warnings);
      await this.#record(tx, 'version.planned', asset.id, versionId);
      return asset.id;
    });
    if (assetId !== undefined) this.#options.outbox.wake();
    return this.#changed(assetId);
  }

  /**
   * What was found while the version was made. Safe to repeat, and for several workers at the same time. A version that
   * ended gets none any more.
   */
  async addWarnings(versionId: string, warnings: readonly Warning[]): Promise<boolean> {
    if (warnings.length === 0) return false;
    const assetId = await this.#options.db.transaction().execute(async (tx) => {
      const asset = await holdAssetOf(tx, versionId);
      const change = { updated_at: this.#options.clock.now() };
      if (!asset || !(await moveVersion(tx, versionId, activeStates, change))) return undefined;
      await putWarnings(tx, versionId, warnings);
      return asset.id;
    });
    return this.#changed(assetId);
  }

  /** First playable moment: new sessions get this version unless a complete one is being served. */
  async playable(versionId: string): Promise<boolean> {
    const { db, clock } = this.#options;
    const now = clock.now();
    const assetId = await db.transaction().execute(async (tx) => {
      const asset = await holdAssetOf(tx, versionId);
      const change = { state: 'playable', playable_at: now, updated_at: now } as const;
      if (!asset || !(await moveVersion(tx, versionId, startsFrom.playable, change))) return undefined;
      await changeAsset(tx, asset.id, { ...assetWhenPlayable(asset, versionId), updated_at: now });
      return asset.id;
    });
    return this.#changed(assetId);
  }

  /**
   * The atomic switch: from this transaction on, new sessions play the finished version.
   * @param tracksRevision of the tracks that its manifests offer; where there is something newer by now, they are
   *   written anew
   */
  async complete(versionId: string, measured: readonly MeasuredRendition[], tracksRevision = 0): Promise<boolean> {
    const { db, clock } = this.#options;
    const now = clock.now();
    const assetId = await db.transaction().execute(async (tx) => {
      const asset = await holdAssetOf(tx, versionId);
      const change = { state: 'complete', finished_at: now, updated_at: now, tracks_revision: tracksRevision } as const;
      if (!asset || !(await moveVersion(tx, versionId, startsFrom.complete, change))) return undefined;
      await writeMeasured(tx, versionId, measured);
      await changeAsset(tx, asset.id, { ...assetWhenComplete(asset, versionId), updated_at: now });
      if (asset.tracks_revision > tracksRevision) await this.#record(tx, 'version.tracks-changed', asset.id, versionId);
      return asset.id;
    });
    if (assetId !== undefined) this.#options.outbox.wake();
    return this.#changed(assetId);
  }

  /**
   * Ends a version with a reason. An asset that has a complete version keeps serving it; one that was only as far as
   * this version becomes `failed` and shows the reason.
   */
  async fail(versionId: string, reason: { readonly code: string; readonly message: string }): Promise<boolean> {
    const { db, clock } = this.#options;
    const now = clock.now();
    const assetId = await db.transaction().execute(async (tx) => {
      const asset = await holdAssetOf(tx, versionId);
      const error = { error_code: reason.code, error_message: reason.message };
      const change = { state: 'failed', finished_at: now, updated_at: now, ...error } as const;
      if (!asset || !(await moveVersion(tx, versionId, startsFrom.fail, change))) return undefined;
      await changeAsset(tx, asset.id, {
        ...assetWhenEnded(asset, { state: 'failed', error: reason }),
        updated_at: now,
      });
      await this.#record(tx, 'version.ended', asset.id, versionId);
      return asset.id;
    });
    if (assetId === undefined) return false;
    await this.#tellEnded(assetId, [versionId]);
    return this.#changed(assetId);
  }

  /**
   * Ends what is worked on. An asset with a complete version keeps serving it; one that was only as far as this
   * version becomes `cancelled`.
   * @throws NoSuchAsset, NotNow when nothing is worked on, what `asked` throws
   */
  async cancel(assetId: string, asked?: Asked): Promise<void> {
    const { db, clock } = this.#options;
    const now = clock.now();
    const ended = await db.transaction().execute(async (tx) => {
      const asset = await holdLiving(tx, assetId);
      await asked?.(tx, asset);
      const versions = await this.#cancelActive(tx, assetId, now);
      if (versions.length === 0) throw new NotNow(`${assetId}: nothing to cancel`);
      await changeAsset(tx, assetId, { ...assetWhenEnded(asset, { state: 'cancelled' }), updated_at: now });
      return versions;
    });
    await this.#tellEnded(assetId, ended);
    await this.#changed(assetId);
  }

  /**
   * Ends an asset and what is worked on of it; its files are collected later.
   * @throws NoSuchAsset, what `asked` throws
   */
  async delete(assetId: string, asked?: Asked): Promise<void> {
    const { db, clock } = this.#options;
    const now = clock.now();
    const ended = await db.transaction().execute(async (tx) => {
      const asset = await holdLiving(tx, assetId);
      await asked?.(tx, asset);
      const versions = await this.#cancelActive(tx, assetId, now);
      await changeAsset(tx, assetId, { state: 'deleted', current_version_id: null, deleted_at: now, updated_at: now });
      return versions;
    });
    await this.#tellEnded(assetId, ended);
    await this.#tell('asset.deleted', { assetId });
  }

  /** The files of a version that ended are gone. */
  async versionCollected(versionId: string): Promise<void> {
    const { db, clock } = this.#options;
    await db.transaction().execute(async (tx) => {
      await holdAssetOf(tx, versionId);
      await moveVersion(tx, versionId, startsFrom.collect, { collected_at: clock.now() });
    });
  }

  /** The source of a deleted asset is gone. */
  async sourceCollected(assetId: string): Promise<void> {
    await this.#options.db
      .updateTable('assets')
      .set({ source_key: '' })
      .where('id', '=', assetId)
      .where('state', '=', 'deleted')
      .execute();
  }

  /** Within a transaction that holds the asset; returns the versions that it ended. */
  async #cancelActive(tx: Transaction, assetId: string, now: number): Promise<readonly string[]> {
    const active = await tx
      .selectFrom('versions')
      .select('id')
      .where('asset_id', '=', assetId)
      .where('state', 'in', activeStates)
      .execute();
    for (const { id } of active) {
      await moveVersion(tx, id, startsFrom.cancel, { state: 'cancelled', finished_at: now, updated_at: now });
      await this.#record(tx, 'version.ended', assetId, id);
    }
    return active.map(({ id }) => id);
  }

  /** For those who must hear of it. The asset's row, held by the transaction, orders the events of its versions. */
  #record(
    tx: Transaction,
    name: 'version.queued' | 'version.planned' | 'version.tracks-changed' | 'version.ended',
    assetId: string,
    versionId: string,
  ): Promise<void> {
    return this.#options.outbox.record(tx, name, versionId, { assetId, versionId });
  }

  /** After the commit: work on these versions ends at once. */
  async #tellEnded(assetId: string, versionIds: readonly string[]): Promise<void> {
    if (versionIds.length > 0) this.#options.outbox.wake();
    for (const versionId of versionIds) await this.#tell('version.ended', { assetId, versionId });
  }

  /** Says that a viewer of the asset would see something new, if there was a change. */
  async #changed(assetId: string | undefined): Promise<boolean> {
    if (assetId !== undefined) await this.#tell('asset.changed', { assetId });
    return assetId !== undefined;
  }

  /** Hints are lost when the bus is away; the change stands. */
  async #tell(...[name, event]: Parameters<EventBus['publish']>): Promise<void> {
    try {
      await this.#options.events.publish(name, event);
    } catch (error) {
      this.#options.logger.warn({ err: toError(error), event: name, ...event }, 'a hint could not be published');
    }
  }
}

/** @throws NoSuchAsset */
async function holdLiving(tx: Transaction, assetId: string): Promise<Selectable<AssetsTable>> {
  const asset = await holdAsset(tx, assetId);
  if (!asset || asset.state === 'deleted') throw new NoSuchAsset(assetId);
  return asset;
}
