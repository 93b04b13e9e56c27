import type { Database, Transaction } from '../../../../server/db/port.ts';
import type { EventBus } from '../../../../server/events/port.ts';
import type { Audit, Caller } from '../../../../server/http/writes/audit.ts';
import { toIso, type Clock } from '../../../../server/kit/clock.ts';
import { ProblemError } from '../../../../server/kit/errors.ts';
import { TitleScope } from '../../../../server/kit/title-scope.ts';
import { isAllowed } from '../../../../server/kit/permissions.ts';
import type { Consumer } from '../../../../server/outbox/port.ts';
import { findRoots } from '../../../title-scope.ts';
import { defaultPageSize, toPage } from '../../../schemas.ts';
import { catalogProblems } from '../../problems.ts';
import type { Effects } from '../../release/effects.ts';
import { holdForChange, type TitleEditing } from '../../titles/editing.ts';
import { isWatched } from '../../titles/kinds.ts';
import { noSuchTitle } from '../../titles/reading.ts';
import { findTitle } from '../../titles/repository.ts';
import type { ArrivalView } from './schemas.ts';

export interface ArrivalsOptions {
  readonly db: Database;
  readonly events: Pick<EventBus, 'publish'>;
  readonly effects: Pick<Effects, 'store'>;
  readonly editing: Pick<TitleEditing, 'changeIn'>;
  /** Records what no request asks for. */
  readonly audit: Audit;
  readonly clock: Clock;
}

/** Files on their way to titles: noted when their upload begins, made the title's video when it is here. */
export class Arrivals {
  readonly #options: ArrivalsOptions;

  constructor(options: ArrivalsOptions) {
    this.#options = options;
  }

  /**
   * Notes that an upload is for a title, in the transaction that lets the upload in.
   * @param given `replaces`: whether it may take the place of the video that the title has now
   * @throws ProblemError forbidden, not_found, invalid_request, has_video
   */
  async expect(
    tx: Transaction,
    by: Caller,
    uploadId: string,
    { titleId, replaces }: { readonly titleId: string; readonly replaces: boolean },
  ): Promise<void> {
    if (!isAllowed(by.role, 'titles.edit')) throw new ProblemError('forbidden', 'Your account may not edit titles.');
    const title = await findTitle(tx, by.scope, titleId);
    if (!title || title.deleted_at !== null) throw noSuchTitle();
    if (!isWatched(title.kind)) throw new ProblemError('invalid_request', `A ${title.kind} has no video of its own.`);
    const { asset_id: assetId } = title;
    if (assetId !== null && !replaces && (await isThere(tx, assetId))) throw hasVideo(titleId, assetId);
    await tx
      .insertInto('title_uploads')
      .values({
        upload_id: uploadId,
        title_id: titleId,
        replaces_asset_id: assetId,
        asset_id: null,
        problem: null,
        created_at: this.#options.clock.now(),
        settled_at: null,
      })
      .execute();
  }

  /** Makes what has arrived the video of its title, once; where that is refused the title's list of uploads says why. */
  consumer(): Consumer<'upload.finished'> {
    return {
      name: 'catalog.take-videos',
      events: ['upload.finished'],
      deliver: async ({ payload }) => {
        await this.#take(payload.uploadId, payload.assetId);
      },
    };
  }

  async #take(uploadId: string, assetId: string): Promise<void> {
    const { db, events } = this.#options;
    const settle = async (tx: Transaction, problem: string | null) =>
      tx
        .updateTable('title_uploads')
        .set({ asset_id: assetId, problem, settled_at: this.#options.clock.now() })
        .where('upload_id', '=', uploadId)
        .where('settled_at', 'is', null)
        .returning('title_id')
        .executeTakeFirst();
    try {
      const rootId = await db.transaction().execute(async (tx) => {
        const waiting = await settle(tx, null);
        return waiting && (await this.#putVideo(tx, { uploadId, titleId: waiting.title_id, assetId }));
      });
      if (rootId !== undefined) await events.publish('titles.changed', { rootId });
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      // All of it was taken back; the asset stays.
      await db.transaction().execute((tx) => settle(tx, error.code));
    }
  }

  /** @throws ProblemError what keeps it from becoming the video of the title now */
  async #putVideo(
    tx: Transaction,
    { uploadId, titleId, assetId }: { readonly uploadId: string; readonly titleId: string; readonly assetId: string },
  ): Promise<string> {
    const meant = await tx
      .selectFrom('title_uploads')
      .innerJoin('uploads', 'uploads.id', 'title_uploads.upload_id')
      .innerJoin('accounts', 'accounts.id', 'uploads.owner_id')
      .select(['replaces_asset_id', 'accounts.id', 'role', 'status', 'is_narrowed'])
      .where('upload_id', '=', uploadId)
      .executeTakeFirstOrThrow();
    if (meant.status !== 'active' || !isAllowed(meant.role, 'titles.edit')) throw new ProblemError('forbidden');
    const by = { accountId: meant.id, scope: new TitleScope(await findRoots(tx, meant)), audit: this.#options.audit };
    const { title, root } = await holdForChange(tx, by, titleId, undefined);
    if (title.asset_id !== assetId) {
      // Another one than it was meant to replace: somebody was faster.
      const { asset_id: present } = title;
      if (present !== null && present !== meant.replaces_asset_id && (await isThere(tx, present)))
        throw hasVideo(titleId, present);
      await this.#options.editing.changeIn(tx, by, title, { assetId }, meant.id);
      await this.#options.effects.store(tx, root.id);
    }
    return root.id;
  }

  /**
   * The uploads that were meant for a title or for what is a part of it, the newest first.
   * @throws ProblemError not_found
   */
  async list(
    scope: TitleScope,
    titleId: string,
    { cursor, limit = defaultPageSize }: { readonly cursor?: string; readonly limit?: number },
  ): Promise<{ items: ArrivalView[]; nextCursor: string | null }> {
    const { db, clock } = this.#options;
    if (!(await findTitle(db, scope, titleId))) throw noSuchTitle();
    let query = db
      .selectFrom('title_uploads')
      .innerJoin('uploads', 'uploads.id', 'title_uploads.upload_id')
      .innerJoin('titles', 'titles.id', 'title_uploads.title_id')
      .leftJoin('assets', 'assets.id', 'title_uploads.asset_id')
      .select(['uploads.id', 'title_id', 'filename', 'bytes', 'uploads.state as uploadState', 'uploads.expires_at'])
      .select(['title_uploads.asset_id', 'assets.state as assetState', 'problem', 'settled_at'])
      .select('title_uploads.created_at')
      .where((where) =>
        where.or([
          where('titles.id', '=', titleId),
          where('titles.parent_id', '=', titleId),
          where('titles.root_id', '=', titleId),
        ]),
      )
      .orderBy('uploads.id', 'desc')
      .limit(limit + 1);
    if (cursor !== undefined) query = query.where('uploads.id', '<', cursor);
    const now = clock.now();
    return toPage(await query.execute(), limit, (row) => ({
      uploadId: row.id,
      titleId: row.title_id,
      filename: row.filename,
      bytes: row.bytes,
      state: stateOf(row, now),
      assetId: row.asset_id,
      assetState: row.assetState,
      problem: row.problem,
      createdAt: toIso(row.created_at),
    }));
  }
}

function stateOf(
  row: {
    readonly uploadState: string;
    readonly expires_at: number;
    readonly problem: string | null;
    readonly settled_at: number | null;
  },
  now: number,
): ArrivalView['state'] {
  if (row.problem !== null) return 'failed';
  if (row.settled_at !== null) return 'attached';
  if (row.uploadState === 'finished') return 'arrived';
  return row.uploadState === 'receiving' && row.expires_at > now ? 'uploading' : 'ended';
}

async function isThere(tx: Transaction, assetId: string): Promise<boolean> {
  const asset = await tx.selectFrom('assets').select('state').where('id', '=', assetId).executeTakeFirst();
  return asset !== undefined && asset.state !== 'deleted';
}

function hasVideo(titleId: string, assetId: string): ProblemError {
  return new ProblemError(catalogProblems.has_video, 'This title has a video already.', {
    extras: { titleId, assetId },
  });
}
