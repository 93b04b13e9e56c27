import type { Kysely, Transaction as KyselyTransaction } from 'kysely';
import type { AccountsTable, StaffScopesTable } from './tables/accounts.ts';
import type {
  AssetsTable,
  ChunksTable,
  RenditionsTable,
  StillsTable,
  VersionsTable,
  WarningsTable,
} from './tables/assets.ts';
import type { ApiKeysTable } from './tables/api-keys.ts';
import type { AuditChainTable, AuditLogTable } from './tables/audit.ts';
import type { CollectionMarksTable } from './tables/collection.ts';
import type { ConsentsTable } from './tables/consents.ts';
import type { IdempotencyKeysTable } from './tables/idempotency.ts';
import type { InvitationScopesTable, InvitationsTable } from './tables/invitations.ts';
import type { JobsTable, JobTurnsTable } from './tables/jobs.ts';
import type { OutboxConsumersTable, OutboxDeliveriesTable, OutboxEventsTable } from './tables/outbox.ts';
import type { DataCopiesTable, ProviderDeletionsTable } from './tables/personal-data.ts';
import type { ChallengesTable } from './tables/challenges.ts';
import type { CountersTable } from './tables/counters.ts';
import type { RefreshTokensTable, SignInsTable } from './tables/sign-in.ts';
import type { ChosenProfilesTable, ProfileSettingsTable, ProfilesTable } from './tables/profiles.ts';
import type { SearchDocumentsTable, SearchTermsTable } from './tables/search.ts';
import type { SigningKeysTable } from './tables/signing-keys.ts';
import type { TitleUploadsTable } from './tables/title-uploads.ts';
import type {
  CatalogueStateTable,
  FeaturedTitlesTable,
  ReleasesTable,
  SlugsTable,
  TitlesTable,
  TitleTextsTable,
  TitleWindowsTable,
} from './tables/titles.ts';
import type { PicturesTable, PortraitsTable, TitlePicturesTable } from './tables/pictures.ts';
import type { AudioOffTable, SubtitleCuesTable, SubtitlesTable } from './tables/subtitles.ts';
import type { TermsTable, TermTextsTable, TitleTermsTable } from './tables/terms.ts';
import type { UploadsTable } from './tables/uploads.ts';
import type { IdentitiesTable, PasskeysTable, RecoveryCodesTable, TotpFactorsTable } from './tables/ways-in.ts';

/**
 * Every table, by feature: what each one holds is said in `tables/`. Columns are chosen so that SQLite and PostgreSQL
 * mean the same: times are integer milliseconds since the epoch, booleans are 0/1, JSON is text, enumerations are text.
 */
export interface Tables {
  accounts: AccountsTable;
  staff_scopes: StaffScopesTable;
  sign_ins: SignInsTable;
  refresh_tokens: RefreshTokensTable;
  challenges: ChallengesTable;
  counters: CountersTable;
  totp_factors: TotpFactorsTable;
  recovery_codes: RecoveryCodesTable;
  passkeys: PasskeysTable;
  identities: IdentitiesTable;
  invitations: InvitationsTable;
  invitation_scopes: InvitationScopesTable;
  profiles: ProfilesTable;
  chosen_profiles: ChosenProfilesTable;
  profile_settings: ProfileSettingsTable;
  consents: ConsentsTable;
  data_copies: DataCopiesTable;
  provider_deletions: ProviderDeletionsTable;
  uploads: UploadsTable;
  assets: AssetsTable;
  versions: VersionsTable;
  warnings: WarningsTable;
  stills: StillsTable;
  renditions: RenditionsTable;
  chunks: ChunksTable;
  collection_marks: CollectionMarksTable;
  titles: TitlesTable;
  title_texts: TitleTextsTable;
  slugs: SlugsTable;
  releases: ReleasesTable;
  title_windows: TitleWindowsTable;
  title_uploads: TitleUploadsTable;
  terms: TermsTable;
  term_texts: TermTextsTable;
  title_terms: TitleTermsTable;
  pictures: PicturesTable;
  title_pictures: TitlePicturesTable;
  portraits: PortraitsTable;
  featured_titles: FeaturedTitlesTable;
  subtitles: SubtitlesTable;
  subtitle_cues: SubtitleCuesTable;
  audio_off: AudioOffTable;
  catalogue_state: CatalogueStateTable;
  search_documents: SearchDocumentsTable;
  search_terms: SearchTermsTable;
  jobs: JobsTable;
  job_turns: JobTurnsTable;
  audit_log: AuditLogTable;
  audit_chain: AuditChainTable;
  idempotency_keys: IdempotencyKeysTable;
  api_keys: ApiKeysTable;
  signing_keys: SigningKeysTable;
  outbox_events: OutboxEventsTable;
  outbox_consumers: OutboxConsumersTable;
  outbox_deliveries: OutboxDeliveriesTable;
}

/** What roles and adapters work with; opened by an adapter, migrated at start. */
export type Database = Kysely<Tables>;

/** The handle of a transaction: inside of it nothing else may be awaited that uses the database. */
export type Transaction = KyselyTransaction<Tables>;

/** Either of them, for statements that stand alone as well as in a transaction. */
export type Connection = Database | Transaction;

/**
 * Whether a statement failed because a row with this key exists already, on either database. Prefer
 * `on conflict do nothing` where nothing but that is to be known.
 */
export function isUniqueViolation(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === '23505' || code === 'SQLITE_CONSTRAINT_UNIQUE' || code === 'SQLITE_CONSTRAINT_PRIMARYKEY';
}

/**
 * The database cannot do it now and nothing of it was done, so that it can be asked for again later: it is away, all
 * connections are in use, or a statement took longer than it may.
 */
export class DatabaseUnavailable extends Error {
  override readonly name = 'DatabaseUnavailable';
}

/** The connection was lost before the answer to a write came: it was done, or it was not, and nobody can tell which. */
export class OutcomeUnknown extends Error {
  override readonly name = 'OutcomeUnknown';
}

/** Whether the database could not do it now, and nothing of it was done; on either database. */
export function isUnavailable(error: unknown): boolean {
  if (error instanceof DatabaseUnavailable) return true;
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && code.startsWith('SQLITE_BUSY');
}

/** How the connections of a process are used just now. */
interface DatabaseFigures {
  /** How many there may be. */
  readonly most: number;
  readonly busy: number;
  readonly idle: number;
  /** Who waits for one. */
  readonly waiting: number;
  /** Statements and transactions that were tried again, since the start. */
  readonly retries: number;
}

/**
 * **What is tried again, and what is not.** On PostgreSQL connections get lost (a restart, a failover, a network) and
 * transactions are refused because of others (serialisation failures, deadlocks). The adapter tries again, with growing
 * pauses and for a bounded time:
 *
 * - whatever could not be sent, because there was no connection;
 * - whatever the server says it took back: serialisation failures and deadlocks;
 * - a statement outside of a transaction that only reads (`selectFrom` without `with`; raw SQL counts as a write);
 * - a whole transaction (`db.transaction().execute`) whose connection is lost before its COMMIT was sent. The callback
 *   is called again, so it must do nothing but use the transaction's handle: what else it did would be done twice.
 * - a transaction whose COMMIT got no answer, if the server says afterwards, by the transaction's id, that it took it
 *   back. If it says that it is committed, that is the answer: it is never applied twice. Where it cannot say (the
 *   server does not come back in time, or is another one), `OutcomeUnknown` is thrown.
 *
 * A write outside of a transaction whose answer is lost is not tried again: `OutcomeUnknown`. What is to be done
 * exactly once goes into a transaction, or bears to be done twice. `startTransaction()` and `connection()` are not
 * tried again, and a connection has no state of its own (settings, temporary tables, advisory locks) that outlives a
 * statement.
 *
 * SQLite is in the process: no answer is lost, and nothing is refused but what meets the write of another process,
 * which it waits for, five seconds, before a transaction begins. After that the error is `isUnavailable`; nothing was
 * done.
 *
 * When the time is up, or there is no free connection for too long, or a statement takes too long:
 * `DatabaseUnavailable`.
 *
 * The embedded database has one connection: inside a transaction use the transaction's handle for everything; to
 * await anything that uses `db` there (the queue, say) would never end.
 */
export interface OpenDatabase {
  readonly db: Database;
  /** Applies what is missing, safe to call twice and from two processes at the same time; returns the names applied. */
  migrate(): Promise<readonly string[]>;
  /** Names of migrations that are known but not applied. */
  pending(): Promise<readonly string[]>;
  /** Rejects, within two seconds, when the database cannot be read or was never migrated. It is asked once. */
  check(): Promise<void>;
  figures(): DatabaseFigures;
  close(): Promise<void>;
}
