import type { Insertable, Selectable } from 'kysely';
import type { StoredMediaInfo } from '../assets/media-info.ts';
import { putWarnings } from '../assets/lifecycle/statements.ts';
import { sourceKey } from '../assets/storage-keys.ts';
import { titleKeys } from '../assets/title-keys.ts';
import type { Warning } from '../assets/warnings.ts';
import type { Connection } from '../db/port.ts';
import type { AccountsTable } from '../db/tables/accounts.ts';
import type {
  AssetsTable,
  AssetState,
  ChunksTable,
  RenditionsTable,
  StillsTable,
  VersionsTable,
  VersionState,
} from '../db/tables/assets.ts';
import type { SignInsTable } from '../db/tables/sign-in.ts';
import type { ProfilesTable } from '../db/tables/profiles.ts';
import type { SubtitlesTable } from '../db/tables/subtitles.ts';
import type { TermsTable } from '../db/tables/terms.ts';
import type { TitlesTable } from '../db/tables/titles.ts';
import type { UploadsTable } from '../db/tables/uploads.ts';
import type { Clock } from '../kit/clock.ts';
import { newId } from '../kit/ids.ts';
import { createFakeClock } from './fake-clock.ts';

/** A title as an upload leaves it, with its first version. */
export interface Title {
  readonly ownerId: string;
  readonly uploadId: string;
  readonly assetId: string;
  readonly versionId: string;
}

/** How long a sign-in lasts here, in milliseconds. */
const signInMs = 30 * 86_400_000;

/**
 * Makes rows for tests, on either database. Each method inserts one row, whose columns can be overridden, and returns
 * it; the rows that it must refer to are made first when they are not named. `title` and `plan` make what goes together.
 */
export class Rows {
  readonly #db: Connection;
  readonly #clock: Clock;

  /** @param clock says when the rows were made */
  constructor(db: Connection, clock: Clock = createFakeClock()) {
    this.#db = db;
    this.#clock = clock;
  }

  /** An active viewer; nobody knows the password. */
  async account(columns: Partial<Insertable<AccountsTable>> = {}): Promise<Selectable<AccountsTable>> {
    const id = newId('account');
    const now = this.#clock.now();
    const row = {
      id,
      email: `${id.toLowerCase()}@example.com`,
      email_proven_at: now,
      password_hash: 'x',
      role: 'viewer' as const,
      status: 'active' as const,
      created_at: now,
      updated_at: now,
      ...columns,
    };
    return this.#db.insertInto('accounts').values(row).returningAll().executeTakeFirstOrThrow();
  }

  /** A sign-in that has just been, by a password. */
  async signIn(columns: Partial<Insertable<SignInsTable>> = {}): Promise<Selectable<SignInsTable>> {
    const now = this.#clock.now();
    const row = {
      id: newId('family'),
      account_id: columns.account_id ?? (await this.account()).id,
      proofs: 'password',
      authenticated_at: now,
      user_agent: null,
      address: null,
      country: null,
      started_at: now,
      seen_at: now,
      expires_at: now + signInMs,
      ended_at: null,
      ...columns,
    };
    return this.#db.insertInto('sign_ins').values(row).returningAll().executeTakeFirstOrThrow();
  }

  /** The main profile of an account; nobody named it. */
  async profile(columns: Partial<Insertable<ProfilesTable>> = {}): Promise<Selectable<ProfilesTable>> {
    const now = this.#clock.now();
    const row = {
      id: newId('profile'),
      account_id: columns.account_id ?? (await this.account()).id,
      is_main: 1,
      picture: 'fox',
      colour: 'blue',
      is_kids: 0,
      preferences: '{}',
      created_at: now,
      updated_at: now,
      ...columns,
    };
    return this.#db.insertInto('profiles').values(row).returningAll().executeTakeFirstOrThrow();
  }

  /**
   * A movie of the catalogue with this video, which is there for everybody who has an account. Without this, only staff
   * can watch it.
   */
  async publish(assetId: string): Promise<string> {
    const { id } = await this.catalogueTitle({
      kind: 'movie',
      state: 'published',
      asset_id: assetId,
      maturity: 0,
      effective_maturity: 0,
      published_at: this.#clock.now(),
    });
    await this.#db
      .insertInto('title_windows')
      .values({ title_id: id, region: '*', kind: 'movie', opens_at: 0, closes_at: null })
      .execute();
    return id;
  }

  /** A series of the catalogue, a draft called `Series`. */
  async catalogueTitle(columns: Partial<Insertable<TitlesTable>> = {}): Promise<Selectable<TitlesTable>> {
    const now = this.#clock.now();
    const id = columns.id ?? newId('title');
    const row = {
      id,
      kind: 'series' as const,
      root_id: id,
      state: 'draft' as const,
      original_language: 'en',
      effective_maturity: 18,
      revision: 1,
      created_at: now,
      updated_at: now,
      ...columns,
    };
    const made = await this.#db.insertInto('titles').values(row).returningAll().executeTakeFirstOrThrow();
    const { title_folded: name_folded, title_order: name_order } = titleKeys('Series');
    await this.#db
      .insertInto('title_texts')
      .values({ title_id: id, language: row.original_language, name: 'Series', name_folded, name_order })
      .execute();
    return made;
  }

  /** A category called `Term`. */
  async term(columns: Partial<Insertable<TermsTable>> = {}): Promise<Selectable<TermsTable>> {
    const now = this.#clock.now();
    const kind = columns.kind ?? 'category';
    const row = { kind, original_language: 'en', position: 1, revision: 1, created_at: now, updated_at: now };
    const made = await this.#db
      .insertInto('terms')
      .values({ id: newId(kind), ...row, ...columns })
      .returningAll()
      .executeTakeFirstOrThrow();
    const { title_folded: name_folded, title_order: name_order } = titleKeys('Term');
    await this.#db
      .insertInto('term_texts')
      .values({ term_id: made.id, language: made.original_language, name: 'Term', name_folded, name_order })
      .execute();
    const slug = made.id.toLowerCase().replace('_', '-');
    await this.#db
      .insertInto('slugs')
      .values({ of: kind, slug, subject_id: made.id, is_current: 1, created_at: now })
      .execute();
    return made;
  }

  /** Subtitles in English, without a text; of a new series where no title is named. */
  async subtitles(columns: Partial<Insertable<SubtitlesTable>> = {}): Promise<Selectable<SubtitlesTable>> {
    const now = this.#clock.now();
    const row = {
      id: newId('subtitles'),
      title_id: columns.title_id ?? (await this.catalogueTitle()).id,
      language: 'en',
      is_forced: 0,
      is_sdh: 0,
      is_on: 1,
      cues: 0,
      next_cue: 1,
      revision: 1,
      created_at: now,
      updated_at: now,
      ...columns,
    };
    return this.#db.insertInto('subtitles').values(row).returningAll().executeTakeFirstOrThrow();
  }

  /** A finished upload of a few bytes; the bytes themselves are not stored. */
  async upload(columns: Partial<Insertable<UploadsTable>> = {}): Promise<Selectable<UploadsTable>> {
    const id = columns.id ?? newId('upload');
    const now = this.#clock.now();
    const state = columns.state ?? 'finished';
    const row = {
      id,
      owner_id: columns.owner_id ?? (await this.account({ role: 'content_manager' })).id,
      filename: 'clip.mp4',
      declared_type: 'video/mp4',
      bytes: 4,
      state,
      storage_key: sourceKey(id),
      created_at: now,
      active_at: now,
      expires_at: now,
      finished_at: state === 'finished' ? now : null,
      received_bytes: null,
      ...columns,
    };
    return this.#db.insertInto('uploads').values(row).returningAll().executeTakeFirstOrThrow();
  }

  /** An asset that is being processed, without a version. */
  async asset(columns: Partial<Insertable<AssetsTable>> = {}): Promise<Selectable<AssetsTable>> {
    const now = this.#clock.now();
    const upload =
      columns.upload_id === undefined
        ? await this.upload(columns.owner_id === undefined ? {} : { owner_id: columns.owner_id })
        : await this.#db
            .selectFrom('uploads')
            .selectAll()
            .where('id', '=', columns.upload_id)
            .executeTakeFirstOrThrow();
    const row = {
      id: newId('asset'),
      owner_id: upload.owner_id,
      title: 'Clip',
      ...titleKeys(columns.title ?? 'Clip'),
      duration_ms: 0,
      upload_id: upload.id,
      source_key: upload.storage_key,
      source_bytes: upload.bytes,
      state: 'processing' as const,
      created_at: now,
      updated_at: now,
      deleted_at: columns.state === 'deleted' ? now : null,
      ...columns,
    };
    return this.#db.insertInto('assets').values(row).returningAll().executeTakeFirstOrThrow();
  }

  /** A queued version, or one in the given state with the times that go with it. */
  async version(columns: Partial<Insertable<VersionsTable>> = {}): Promise<Selectable<VersionsTable>> {
    const now = this.#clock.now();
    const state: VersionState = columns.state ?? 'queued';
    const row = {
      id: newId('version'),
      asset_id: columns.asset_id ?? (await this.asset()).id,
      number: 1,
      state,
      created_at: now,
      started_at: state === 'queued' ? null : now,
      playable_at: state === 'playable' || state === 'complete' ? now : null,
      finished_at: ['complete', 'failed', 'cancelled'].includes(state) ? now : null,
      updated_at: now,
      ...columns,
    };
    return this.#db.insertInto('versions').values(row).returningAll().executeTakeFirstOrThrow();
  }

  /**
   * An asset with its upload and its first version, of a movie that is published unless said otherwise. It is
   * `processing` unless said otherwise, and one that can be played points at the version.
   */
  async title(
    given: {
      readonly ownerId?: string;
      readonly asset?: AssetState;
      readonly version?: VersionState;
      readonly name?: string;
      /** Code of what both ended with. */
      readonly error?: string;
      /** An EncodingPlan, for the version. */
      readonly plan?: object;
      /** False: it is a video without a title. */
      readonly published?: boolean;
    } = {},
  ): Promise<Title> {
    const { asset: state = 'processing', version: versionState = 'queued' } = given;
    const error = given.error === undefined ? {} : { error_code: given.error, error_message: 'A sentence.' };
    const versionId = newId('version');
    const asset = await this.asset({
      ...(given.ownerId === undefined ? {} : { owner_id: given.ownerId }),
      ...(given.name === undefined ? {} : { title: given.name }),
      state,
      current_version_id: state === 'playable' || state === 'ready' ? versionId : null,
      ...error,
    });
    const plan = given.plan === undefined ? null : JSON.stringify(given.plan);
    await this.version({ id: versionId, asset_id: asset.id, state: versionState, plan, ...error });
    if (given.published !== false && state !== 'deleted') await this.publish(asset.id);
    return { ownerId: asset.owner_id, uploadId: asset.upload_id, assetId: asset.id, versionId };
  }

  /** A 360p video rendition of 1000 frames, of which nothing is packaged. */
  async rendition(
    columns: Partial<Insertable<RenditionsTable>> & { readonly version_id: string },
  ): Promise<Selectable<RenditionsTable>> {
    const row = {
      id: newId('rendition'),
      name: 'v360-700',
      kind: 'video' as const,
      width: 640,
      height: 360,
      channels: null,
      target_bandwidth: 700_000,
      units_total: 1000,
      units_packaged: 0,
      bytes: 0,
      ...columns,
    };
    return this.#db.insertInto('renditions').values(row).returningAll().executeTakeFirstOrThrow();
  }

  /** A picture of a version, of 640 x 360. */
  async still(
    columns: Partial<Insertable<StillsTable>> & { readonly version_id: string; readonly chunk: number },
  ): Promise<void> {
    const row = { at_ms: 0, width: 640, height: 360, score: 1000, fingerprint: '0'.repeat(16), ...columns };
    await this.#db.insertInto('stills').values(row).execute();
  }

  /** A waiting video chunk of 250 frames; it begins where the chunks before it end. */
  async chunk(
    columns: Partial<Insertable<ChunksTable>> & { readonly version_id: string },
  ): Promise<Selectable<ChunksTable>> {
    const { kind = 'video', index = 0, units = 250 } = columns;
    const row = {
      kind,
      index,
      state: 'waiting' as const,
      first_unit: kind === 'video' ? index * units : 0,
      units,
      units_done: 0,
      attempts: 0,
      ...columns,
    };
    return this.#db.insertInto('chunks').values(row).returningAll().executeTakeFirstOrThrow();
  }

  /** Warnings of a version, put as workers put them. */
  async warnings(versionId: string, ...warnings: readonly Warning[]): Promise<void> {
    await putWarnings(this.#db, versionId, warnings);
  }

  /** Two video renditions of 1000 frames in 4 chunks and one audio track of 40 s, as the preparation makes them. */
  async plan(versionId: string): Promise<void> {
    const of = { version_id: versionId };
    await this.rendition(of);
    await this.rendition({ ...of, name: 'v720-3000', width: 1280, height: 720, target_bandwidth: 3_000_000 });
    const audio = { ...of, kind: 'audio' as const };
    await this.rendition({
      ...audio,
      name: 'a0-128',
      width: null,
      height: null,
      channels: 2,
      target_bandwidth: 128_000,
      units_total: 40_000,
    });
    for (const index of [0, 1, 2, 3]) await this.chunk({ ...of, index });
    await this.chunk({ ...audio, units: 40_000 });
  }
}

/** A MediaInfo as the probe stores it. */
export const mediaInfo: StoredMediaInfo = {
  format: 'mov,mp4,m4a,3gp,3g2,mj2',
  durationMs: 40_000.4,
  titleMs: 41_500,
  needsRemux: false,
  subtitles: [],
  video: {
    stream: 0,
    codec: 'h264',
    width: 1280,
    height: 720,
    rotation: 0,
    mirrored: false,
    startMicroseconds: 0,
    audioLeadMs: 0,
    audioTailMs: 1499.6,
    averageFrameRate: { num: 25, den: 1 },
    typicalFrameRate: 25,
    variableFrameRate: false,
    longestGapMs: 40,
    keySpans: [],
    lastFrameMs: 40,
    frames: 1000,
    packets: 1000,
    interlaced: false,
    pixelFormat: 'yuv420p',
    bitDepth: 8,
    color: {},
    hdr: 'none',
  },
  audio: [
    { stream: 1, codec: 'aac', channels: 2, layout: 'stereo', sampleRate: 48_000, language: 'und', isDefault: true },
  ],
};
