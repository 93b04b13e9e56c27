import type { Kysely } from 'kysely';

/**
 * Glossary. An **upload** is bytes arriving by tus. Finished, it becomes the source of one **asset** (a title's
 * video). Processing an asset makes a **version**: one complete set of **renditions** (video and audio encodings)
 * cut into **chunks** for encoding and segments for delivery. The asset points at the version that is served.
 *
 * Columns are chosen so that SQLite and PostgreSQL mean the same: times are integer milliseconds since the epoch,
 * booleans are 0/1, JSON is text, enumerations are text.
 *
 * Life of an asset: `processing` until its first version is playable, then `playable` (that version still grows),
 * then `ready`. `failed` and `cancelled` mean that no version can be played; `deleted` waits for collection. A
 * re-encoding of a ready asset leaves it `ready`: only its newest version shows the work.
 *
 * Life of a version: `queued` -> `preparing` -> `encoding` -> (`playable`: first segments are published, more to
 * come) -> `complete`. `failed` and `cancelled` end it early. Once its files are gone, `collected_at` says since when.
 */
export interface Tables {
  accounts: AccountsTable;
  refresh_tokens: RefreshTokensTable;
  uploads: UploadsTable;
  assets: AssetsTable;
  versions: VersionsTable;
  renditions: RenditionsTable;
  chunks: ChunksTable;
  jobs: JobsTable;
}

/** What roles and adapters work with; opened by an adapter, migrated at start. */
export type Database = Kysely<Tables>;

/**
 * Whether a statement failed because a row with this key exists already, on either database. Prefer
 * `on conflict do nothing` where nothing but that is to be known.
 */
export function isUniqueViolation(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === '23505' || code === 'SQLITE_CONSTRAINT_UNIQUE' || code === 'SQLITE_CONSTRAINT_PRIMARYKEY';
}

/**
 * The embedded database has one connection: inside a transaction use the transaction's handle for everything; to
 * await anything that uses `db` there (the queue, say) would wait for ever.
 */
export interface OpenDatabase {
  readonly db: Database;
  /** Applies what is missing, safe to call twice and from two processes at the same time; answers the names applied. */
  migrate(): Promise<readonly string[]>;
  /** Names of migrations that are known but not applied. */
  pending(): Promise<readonly string[]>;
  close(): Promise<void>;
}

/** What an account may be. None includes another by itself: every route names the roles it is for. */
export const roles = ['super_admin', 'content_manager', 'viewer'] as const;
/** The role of an account. */
export type Role = (typeof roles)[number];

/** Who can sign in. */
export interface AccountsTable {
  id: string;
  /** Lower case, unique. */
  email: string;
  /** argon2id in PHC string format. */
  password_hash: string;
  role: Role;
  status: 'active' | 'disabled';
  created_at: number;
  updated_at: number;
}

/** One row per refresh token ever issued and not yet expired; rotation keeps the family. */
export interface RefreshTokensTable {
  id: string;
  /** All descendants of one sign-in; the reuse of a spent token revokes them all. */
  family_id: string;
  /** The token it was given for; null for the first of a family. */
  parent_id: string | null;
  account_id: string;
  /** SHA-256 of the token, hex. */
  token_hash: string;
  created_at: number;
  expires_at: number;
  used_at: number | null;
  revoked_at: number | null;
}

/** Files arriving by tus, and what became of them. */
export interface UploadsTable {
  id: string;
  owner_id: string;
  /** As the client named it; shown, never used as a path. */
  filename: string;
  /** MIME type as declared; the probe decides what it is. */
  declared_type: string;
  bytes: number;
  state: 'receiving' | 'finished' | 'terminated' | 'expired';
  storage_key: string;
  created_at: number;
  expires_at: number;
  finished_at: number | null;
}

/** See the life of an asset above. */
export type AssetState = 'processing' | 'playable' | 'ready' | 'failed' | 'cancelled' | 'deleted';

/** The video of a title, whatever version of it is served. */
export interface AssetsTable {
  id: string;
  owner_id: string;
  title: string;
  /** Unique: finishing an upload twice makes one asset. */
  upload_id: string;
  source_key: string;
  source_bytes: number;
  state: AssetState;
  /** The version that new playback sessions get. */
  current_version_id: string | null;
  /** Probed MediaInfo as JSON. */
  media_info: string | null;
  error_code: string | null;
  error_message: string | null;
  created_at: number;
  updated_at: number;
  deleted_at: number | null;
}

/** See the life of a version above. */
export type VersionState = 'queued' | 'preparing' | 'encoding' | 'playable' | 'complete' | 'failed' | 'cancelled';

/** One processing of an asset. */
export interface VersionsTable {
  id: string;
  asset_id: string;
  /** 1, 2, 3 … within the asset. */
  number: number;
  state: VersionState;
  /** EncodingPlan as JSON, written by the preparation. */
  plan: string | null;
  error_code: string | null;
  error_message: string | null;
  created_at: number;
  started_at: number | null;
  playable_at: number | null;
  finished_at: number | null;
  /** When its files were removed. */
  collected_at: number | null;
  updated_at: number;
}

/** One encoding inside a version, with what was measured of it. */
export interface RenditionsTable {
  id: string;
  version_id: string;
  /** Unique within the version; also its folder, e.g. `v720-3000`, `a1-128`. */
  name: string;
  kind: 'video' | 'audio';
  /** Codec string of RFC 6381 once known, e.g. `avc1.640028`. */
  codec: string | null;
  /** Pixels; null for audio. */
  width: number | null;
  height: number | null;
  /** Bit rates in bits per second: the cap from the ladder, then what was measured. */
  target_bandwidth: number;
  average_bandwidth: number | null;
  peak_bandwidth: number | null;
  /** Video frames, or audio milliseconds, in all and packaged so far. */
  units_total: number;
  units_packaged: number;
  bytes: number;
}

/** A unit of encoding: a range of output frames for video (all renditions at once), a whole track for audio. */
export interface ChunksTable {
  version_id: string;
  kind: 'video' | 'audio';
  /** Chunk number, or track number for audio. */
  index: number;
  state: 'waiting' | 'encoding' | 'done';
  /** First output frame and frames in all; for audio 0 and milliseconds. */
  first_unit: number;
  units: number;
  /** Progress of the try in hand. */
  units_done: number;
  attempts: number;
  started_at: number | null;
  finished_at: number | null;
}

/** The embedded queue's own table; nothing but `server/queue/database.ts` touches it. */
export interface JobsTable {
  id: string;
  name: string;
  payload: string;
  dedupe_key: string | null;
  priority: number;
  state: 'waiting' | 'active' | 'failed';
  attempts: number;
  max_attempts: number;
  run_at: number;
  lease_owner: string | null;
  lease_until: number | null;
  last_error: string | null;
  created_at: number;
}
