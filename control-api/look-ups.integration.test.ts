import path from 'node:path';
import { CompiledQuery, sql, type KyselyPlugin, type RootOperationNode } from 'kysely';
import { pino } from 'pino';
import t, { type Test } from 'tap';
import { loadConfig } from '../config/load.ts';
import type { Database, OpenDatabase } from '../server/db/port.ts';
import { openPostgres } from '../server/db/postgres.ts';
import { openSqlite } from '../server/db/sqlite.ts';
import { MemoryEvents } from '../server/events/memory.ts';
import { newId } from '../server/kit/ids.ts';
import { staffRoles } from '../server/kit/permissions.ts';
import { everyTitle, TitleScope } from '../server/kit/title-scope.ts';
import { MemoryLimits } from '../server/limits/memory.ts';
import { DatabaseOutbox } from '../server/outbox/database.ts';
import { OutboxStatements } from '../server/outbox/statements.ts';
import { JobsStatements } from '../server/queue/jobs-table.ts';
import { auditWithoutRequest } from '../server/http/writes/audit.ts';
import { postgresSearch } from '../server/search/postgres.ts';
import { sqliteSearch } from '../server/search/sqlite.ts';
import { startPostgres } from '../server/testing/postgres.ts';
import { listAccounts } from './accounts/account-list.ts';
import { findNewestVersions, findRenditions, findVersions } from './assets/repository.ts';
import { chainRecords } from './audit/chaining.ts';
import { walkChain } from './audit/checking.ts';
import { findHistory } from './audit/history.ts';
import { forgetOldRecords } from './audit/retention.ts';
import { countWaiting, everything, listAuditRecords, type AuditFilter } from './audit/search.ts';
import { withoutGuards } from './audit/testing/log.ts';
import { endExpiredInvitation, endInvitationsOf, findInvitationOfChallenge } from './sign-in/invitations/repository.ts';
import { deleteExpiredSignIns, findActiveAdministrator, findRefreshToken } from './sign-in/repository.ts';
import { deleteUnused, findFrame, findFrames, findVideosBelow, listUnused } from './catalog/pictures/repository.ts';
import { PictureShowing } from './catalog/pictures/showing.ts';
import { Effects } from './catalog/release/effects.ts';
import { readMoment } from './catalog/release/generation.ts';
import { freeSlug } from './catalog/slugs.ts';
import { TitleTerms } from './catalog/terms/title-terms.ts';
import { TitleReading } from './catalog/titles/reading.ts';
import { readEncodingSettings } from '../server/assets/encoding-settings.ts';
import { findPlayable } from './catalog/viewers/playable.ts';
import { findRootsWith, indexRoot } from './catalog/search/indexing.ts';
import { Searching } from './catalog/search/searching.ts';
import { ReleasedTitles, type Reader } from './catalog/viewers/reading.ts';
import { findConsents, findLastConsents } from './consents/repository.ts';
import { listDue } from './personal-data/erasure.ts';
import { listCopies, listExpired } from './personal-data/repository.ts';
import { findHousehold } from './profiles/repository.ts';
import { findUploadsToCollect, listOpenUploads, noteArrival } from './uploads/repository.ts';
import { findUsage } from './uploads/usage.ts';

/** What an installation has that has been in use for a while, made by the database itself. */
const rows = 20_000;
const tables =
  'accounts invitations uploads assets versions audit_log sign_ins refresh_tokens challenges counters profiles chosen_profiles profile_settings consents titles title_texts slugs releases title_windows terms term_texts title_terms stills pictures title_pictures portraits search_documents search_terms jobs outbox_events outbox_deliveries'.split(
    ' ',
  );
const fill = [
  sql`insert into accounts (id, email, password_hash, role, status, created_at, updated_at)
    select 'account_' || n, n || '@example.com', 'x', case when n < 3 then 'super_admin' else 'viewer' end, 'active', n, n from numbers`,
  sql`insert into sign_ins (id, account_id, proofs, authenticated_at, started_at, seen_at, expires_at)
    select 'family_' || n, 'account_' || n, 'password', n, n, n, 1000000 + n from numbers`,
  sql`insert into refresh_tokens (id, family_id, account_id, token_hash, created_at, expires_at)
    select 'refresh_' || n, 'family_' || n, 'account_' || n, 'hash' || n, n, 1000000 + n from numbers`,
  sql`insert into challenges (id, purpose, account_id, email, kid, data, tries, created_at, expires_at)
    select 'challenge_' || n, 'sign-up', 'account_' || n, n || '@example.com', 'x', '{}', 0, n, 1000000 + n from numbers`,
  sql`insert into invitations (id, challenge_id, email, role, invited_by, created_at)
    select 'invitation_' || n, 'challenge_' || n, n || '@example.com', 'support', 'account_' || n, n from numbers`,
  sql`insert into counters (name, key, used, times, ends_at) select 'name', 'key' || n, 1, 0, 1000000 + n from numbers`,
  sql`insert into profiles (id, account_id, is_main, picture, colour, is_kids, preferences, created_at, updated_at)
    select 'profile_' || n, 'account_' || n, 1, 'fox', 'blue', 0, '{}', n, n from numbers`,
  sql`insert into chosen_profiles (family_id, account_id, profile_id)
    select 'family_' || n, 'account_' || n, 'profile_' || n from numbers`,
  sql`insert into profile_settings (account_id, pin_to_leave_kids, updated_at) select 'account_' || n, 0, n from numbers`,
  sql`insert into consents (id, account_id, number, document, version, given, at, address)
    select 'consent_' || n, 'account_' || n, 1, 'terms', '1', 1, n, '::1' from numbers`,
  sql`insert into uploads (id, owner_id, filename, declared_type, bytes, state, storage_key, created_at, expires_at, finished_at)
    select 'upload_' || n, 'account_' || n, 'x', 'x', 1, case when n % 2 = 0 then 'finished' else 'expired' end, 'x', n, n, n from numbers`,
  sql`insert into assets (id, owner_id, title, upload_id, source_key, source_bytes, state, created_at, updated_at)
    select 'asset_' || n, 'account_' || n, 'x', 'upload_' || n, 'x', 1, 'ready', n, n from numbers`,
  sql`insert into versions (id, asset_id, number, state, created_at, updated_at)
    select 'version_' || n, 'asset_' || n, 1, 'complete', n, n from numbers`,
  // Series of one season and eight episodes, released one after the other; one in fifty has another window in Korea.
  sql`insert into titles (id, kind, parent_id, root_id, number, state, asset_id, original_language, effective_maturity, revision, created_at, updated_at)
    select 'title_' || n, case n % 10 when 0 then 'series' when 1 then 'season' else 'episode' end,
      case n % 10 when 0 then null when 1 then 'title_' || (n - 1) else 'title_' || (n - n % 10 + 1) end,
      'title_' || (n - n % 10), case n % 10 when 0 then null when 1 then 1 else n % 10 - 1 end, 'published',
      case when n % 10 > 1 then 'asset_' || n end, 'en', 6, 1, n, n from numbers where n >= 10`,
  sql`insert into title_texts (title_id, language, name, name_folded, name_order) select id, 'en', id, id, id from titles`,
  sql`insert into slugs ("of", slug, subject_id, is_current, created_at)
    select 'title', 'slug-' || n, 'title_' || (n - n % 10), case n % 10 when 0 then 1 else 0 end, n
    from numbers where n >= 10`,
  sql`insert into terms (id, kind, original_language, position, revision, created_at, updated_at)
    select case when n < 20 then 'category_' else 'person_' end || n, case when n < 20 then 'category' else 'person' end,
      'en', case when n < 20 then n else 0 end, 1, n, n from numbers`,
  sql`insert into term_texts (term_id, language, name, name_folded, name_order) select id, 'en', id, id, id from terms`,
  sql`insert into title_terms (title_id, term_id, role, position)
    select 'title_' || n, 'person_' || (20 + n % 5000), 'cast', 1 from numbers where n >= 10`,
  sql`insert into pictures (hash, attempt, kind, width, height, colour, kid, created_at, touched_at)
    select 'hash_' || n, 'x', 'poster', 160, 240, '#000000', 'key', n, n from numbers`,
  sql`insert into title_pictures (title_id, kind, language, picture)
    select 'title_' || n, 'poster', '', 'hash_' || n from numbers where n >= 10`,
  sql`insert into portraits (person_id, picture) select 'person_' || n, 'hash_' || n from numbers where n >= 20`,
  sql`insert into stills (version_id, chunk, at_ms, width, height, score, fingerprint)
    select 'version_' || n, 1, 0, 640, 360, 1, 'x' from numbers`,
  sql`insert into featured_titles (title_id, position) select 'title_' || n, n from numbers where n >= 10 and n <= 50 and n % 10 = 0`,
  sql`insert into releases (title_id, region, opens_at, time_zone) select id, '*', created_at, 'Asia/Seoul' from titles`,
  sql`insert into title_windows (title_id, region, kind, opens_at, closes_at)
    select id, '*', kind, created_at, case when created_at % 7 = 0 then 900000 end from titles`,
  sql`insert into title_windows (title_id, region, kind, opens_at)
    select id, 'KR', kind, created_at from titles where created_at % 50 = 0`,
  // Most of it is chained; the rest waits, or is still added to.
  sql`insert into audit_log (id, at, event, subject, actor, address, sequence, hash, open_until)
    select 'audit_' || n, n, case when n % 2 = 0 then 'asset.created' else 'asset.renamed' end, 'asset_' || n,
      'account_' || n, '203.0.113.' || n, case when n <= 19000 then n end, case when n <= 19000 then 'x' end,
      case when n > 19500 then 9000000000000 else 0 end from numbers`,
  sql`update audit_chain set sequence = 19000, hash = 'x'`,
  sql`insert into jobs (id, name, payload, priority, state, attempts, max_attempts, run_at, created_at, group_key)
    select 'job_' || n, 'name', '{}', 100, 'failed', 3, 3, n, n, '' from numbers`,
  sql`insert into outbox_events (name, subject, payload, recorded_at)
    select 'version.queued', 'subject_' || n, '{}', n from numbers`,
  sql`insert into outbox_deliveries (event_id, consumer, subject, due_at)
    select id, 'consumer', subject, recorded_at from outbox_events`,
];

/** What series are found by. Their names are `word7 rare7`; tokens are as `server/search/tokens.ts` makes them. */
const fillSearch = (isPostgres: boolean) => {
  const tokens = (n: string) => [
    `'\ue000word' || ${n} % 97 || 'rare' || ${n}`,
    `'word' || ${n} % 97`,
    `'rare' || ${n}`,
  ];
  const documents = sql`select 'title_' || n as title_id, 'en' as language, 'word' || n % 97 || ' rare' || n as name,
    '[]' as other_words, 1 as weight, 4294967296 + n as place, 1 as version`;
  const from = sql`from numbers where n >= 10`;
  const columns = sql`title_id, language, name, other_words, weight, place, version`;
  return isPostgres
    ? [
        sql`insert into search_documents (${columns}, tokens)
          ${documents}, array_to_tsvector(array[${sql.raw(tokens('n').join(', '))}]) ${from}`,
        sql`insert into search_terms (term, sketch) select chr(97 + n % 26) || 'are' || n, chr(97 + n % 26) || 'are' || n from numbers`,
      ]
    : [
        sql`insert into search_documents (${columns}) ${documents} ${from}`,
        sql`insert into search_tokens (rowid, tokens) select 4294967296 + n, ${sql.raw(tokens('n').join(` || ' ' || `))} ${from}`,
        sql`insert into search_terms (term, backwards) select char(97 + n % 26) || 'are' || n, n || 'era' || char(97 + n % 26) from numbers`,
      ];
};

async function filled(opened: OpenDatabase, isPostgres: boolean): Promise<Database> {
  await opened.migrate();
  const { db } = opened;
  const numbers = isPostgres
    ? sql`create table numbers as select n from generate_series(1, ${sql.lit(rows)}) as n`
    : sql`create table numbers as with recursive n(n) as (select 1 union all select n + 1 from n where n < ${sql.lit(rows)}) select n from n`;
  await numbers.execute(db);
  await withoutGuards(db);
  for (const statement of [...fill, ...fillSearch(isPostgres)]) await statement.execute(db);
  // SQLite goes by what the statements say: nothing has it count its rows.
  if (isPostgres) await sql`analyze`.execute(db);
  return db;
}

const noAudit = auditWithoutRequest(async () => undefined);

/** What is asked all the time, or again and again. None of it may read a whole table, however long that grows. */
function asked(db: Database, isPostgres: boolean): Readonly<Record<string, () => Promise<unknown>>> {
  const logger = pino({ level: 'silent' });
  const outbox = new DatabaseOutbox({
    db,
    leases: new MemoryLimits().leases,
    events: new MemoryEvents({ logger }),
    logger,
  });
  const [jobs, deliveries] = [new JobsStatements(db), new OutboxStatements(db)];
  const records = (filter: Partial<AuditFilter>, cursor?: string) =>
    listAuditRecords(db, { ...everything, ...filter }, { cursor, limit: 10 });
  const events = ['asset.created', 'asset.renamed'];
  const going = new AbortController().signal;
  const page = { cursor: undefined, limit: 10 };
  const accounts = { ...page, roles: undefined, withoutRoles: [], status: undefined, search: undefined };
  return {
    'an administrator': () => findActiveAdministrator(db),
    accounts: () => listAccounts(db, accounts),
    'accounts of those who watch': () => listAccounts(db, { ...accounts, withoutRoles: staffRoles }),
    'accounts of staff': () => listAccounts(db, { ...accounts, roles: staffRoles }),
    'disabled accounts': () => listAccounts(db, { ...accounts, status: 'disabled' }),
    'accounts by the beginning of their address': () => listAccounts(db, { ...accounts, search: '77@' }),
    'an account by its id': () => listAccounts(db, { ...accounts, search: newId('account') }),
    'the history of an account': () => findHistory(db, 'account_7', 50),
    'a refresh token': () => findRefreshToken(db, 'hash7'),
    'expired refresh tokens': () => deleteExpiredSignIns(db, 1),
    'an invitation by its link': () => findInvitationOfChallenge(db, 'challenge_7'),
    'invitations of an account': () => db.transaction().execute((tx) => endInvitationsOf(tx, 'account_7')),
    'an invitation that expired': () => db.transaction().execute((tx) => endExpiredInvitation(tx, '7@example.com', 1)),
    'a household': () => findHousehold(db, { accountId: 'account_7', familyId: 'family_7' }),
    'consents of an account': () => findConsents(db, 'account_7', 10),
    'copies of the data of an account': () => listCopies(db, 'account_7'),
    'copies to be removed': () => listExpired(db, 1),
    'accounts whose grace is over': () => listDue(db, 1),
    'last consents of an account': () => findLastConsents(db, 'account_7'),
    'open uploads': () => listOpenUploads(db, undefined, { ...page, now: 1 }),
    'open uploads of an account': () => listOpenUploads(db, 'account_7', { ...page, now: 1 }),
    'uploads to collect': () => findUploadsToCollect(db, 1),
    'an arrival of bytes': () => noteArrival(db, 'upload_7', { now: 1, expiresAt: 2 }),
    'usage of an account': () => findUsage(db, 'account_7', 1),
    'versions of an asset': () => findVersions(db, 'asset_7', 20),
    'newest versions': () => findNewestVersions(db, ['asset_7', 'asset_8']),
    renditions: () => findRenditions(db, ['version_7', 'version_8']),
    'audit records': () => records({}),
    'audit records behind one': () => records({}, 'audit_7'),
    'audit records of a subject': () => records({ subjects: ['asset_7'] }),
    'audit records of an actor': () => records({ actors: ['account_7'] }),
    'audit records of an actor and of some events': () => records({ actors: ['account_7'], events }),
    'audit records from an address': () => records({ address: '203.0.113.7' }),
    'audit records of an event': () => records({ events: ['asset.created'] }),
    'audit records of some events': () => records({ events }, 'audit_7'),
    'audit records of a time': () => records({ from: 0, to: 1 }),
    'audit records of an event and a time': () => records({ events, from: 0, to: 1 }),
    'audit records that wait': () => countWaiting(db),
    'audit records to be chained': () => chainRecords(db, 1, going),
    'the chain of audit records': () => walkChain(db),
    'old audit records': () => forgetOldRecords({ db, audit: noAudit }, 1, going),
    ...catalogueAsked(db),
    ...searchAsked(db, isPostgres),
    'a job': () => jobs.claim('name', 'owner', 1, 2),
    'expired leases': () => jobs.releaseExpired('name', 1),
    'due events': () => deliveries.due({ name: 'consumer', events: ['version.queued'] }, rows, [], 4),
    'events set aside': () => outbox.setAside(10),
  };
}

/** Terms of titles, of which nobody is told. */
const pictureKey = { kid: 'key', secret: Buffer.alloc(32) };
const picturesIn = (db: Database) =>
  new PictureShowing({ config: loadConfig(), db, keyring: { current: pictureKey, find: () => pictureKey } });
const unnoticedTerms = (db: Database) =>
  new TitleTerms({
    db,
    showing: picturesIn(db),
    events: { publish: async () => undefined },
    search: { put: async () => undefined },
    clock: { now: () => 30_000 },
  });

const choices = { ladders: [], priceClasses: ['free'] };

/** The same of the catalogue. */
function catalogueAsked(db: Database): Readonly<Record<string, () => Promise<unknown>>> {
  const anybody: Reader = { region: undefined, maturityLimit: null, languages: ['ko'], now: 30_000 };
  const inKorea: Reader = { ...anybody, region: 'KR', maturityLimit: 12 };
  const clock = { now: () => 30_000 };
  const showing = picturesIn(db);
  const titleTerms = unnoticedTerms(db);
  const titles = new ReleasedTitles({ db, titleTerms, showing, choices });
  const staff = new TitleReading({ db, showing, choices });
  const effects = new Effects({
    search: { put: async () => undefined },
    outbox: { record: async () => undefined },
    clock,
  });
  const [series, season] = ['title_10000', 'title_10001'];
  const scope = everyTitle;
  const narrow = { scope: new TitleScope(new Set(['title_10000', 'title_20000'])) };
  return {
    'the newest titles': () => titles.newest({ limit: 20 }, anybody),
    'the newest titles in a region': () => titles.newest({ limit: 20 }, inKorea),
    'the newest series behind one': () => titles.newest({ kind: 'series', cursor: `9000.${newId('title')}` }, inKorea),
    'a title': () => titles.get(series, inKorea),
    'a title by its address': () => titles.bySlug('slug-10000', inKorea),
    'the episodes of a season': () => titles.episodes(season, { limit: 5, cursor: '2' }, inKorea),
    'the titles of a person': () => titles.newest({ term: 'person_1007', limit: 20 }, inKorea),
    'the home page': () => titles.home(inKorea),
    categories: () => titles.categories(inKorea),
    'a person': () => titles.term('person_1007', inKorea),
    'what is wanted': () => findPlayable(db, { titleId: 'title_10003' }, inKorea),
    'a video that is wanted': () => findPlayable(db, { assetId: 'asset_10003' }, inKorea),
    'how a video is to be encoded': () => readEncodingSettings(db, { id: 'asset_x', upload_id: 'upload_7' }),
    'the moment of the catalogue': () => readMoment(db, 5),
    'titles for staff': () => staff.list({ scope }, {}, []),
    'episodes for staff': () => staff.list({ scope }, { kind: 'episode', state: 'published' }, []),
    'titles for staff who work on some': () => staff.list(narrow, {}, []),
    'the parts of a title for staff': () => staff.list({ scope }, { parentId: season }, []),
    'a title for staff': () => staff.get({ role: 'content_manager', scope }, series, []),
    'what follows from a tree': () => db.transaction().execute((tx) => effects.store(tx, series)),
    'pictures of titles': () =>
      showing.ofTitles([{ id: 'title_10002', parent_id: season, root_id: series, original_language: 'en' }], []),
    'a portrait': () => showing.portraits(['person_1007']),
    'pictures that nothing has': () => listUnused(db, 100),
    'a picture that nothing has': () => db.transaction().execute((tx) => deleteUnused(tx, 'hash_1', 100)),
    'frames of a series': async () => findFrames(db, await findVideosBelow(db, series, 10)),
    'a frame': () => findFrame(db, 'version_7', 1),
    'an address that is free': () => db.transaction().execute((tx) => freeSlug(tx, 'title', 'slug')),
  };
}

/** The same of the search. */
function searchAsked(db: Database, isPostgres: boolean): Readonly<Record<string, () => Promise<unknown>>> {
  const search = isPostgres ? postgresSearch({ db }) : sqliteSearch({ db });
  const searching = new Searching({
    search,
    released: new ReleasedTitles({ db, titleTerms: unnoticedTerms(db), showing: picturesIn(db), choices }),
  });
  const child: Reader = { region: 'KR', maturityLimit: 12, languages: ['ko'], now: 30_000 };
  const ids = ['title_10000', 'title_10010'];
  const title = { titleId: 'title_10000', weight: 0 };
  return {
    'titles by the beginning of a name': () => searching.search({ q: 'word7 rare100' }, child),
    'titles by a word that many have': () => searching.search({ q: 'w' }, child),
    'titles by several words': () => searching.search({ q: 'rare10000 word' }, child),
    'titles by a word with an error': () => searching.search({ q: 'raer' }, child),
    'titles by a long word with errors': () => searching.search({ q: 'extraordynarly' }, child),
    'titles by a cursor': () => searching.search({ q: 'word7', cursor: '2.0.0.title_10000' }, child),
    'names that are suggested': () => searching.suggest({ q: 'wor' }, child),
    'what is indexed otherwise': () => search.outdated(ids),
    'titles that wait to be indexed': () => search.waiting(10),
    'titles that are indexed later': () => db.transaction().execute((tx) => search.putLater(tx, ids)),
    'a title with everything that finds it': () =>
      db.transaction().execute((tx) => indexRoot(tx, search, 'title_10020')),
    'titles with a person': () => db.transaction().execute((tx) => findRootsWith(tx, 'person_7')),
    'another name of a title': () =>
      db
        .transaction()
        .execute((tx) =>
          search.put(tx, { ...title, documents: [{ language: 'en', name: 'Another', otherWords: [] }] }),
        ),
    'titles without a name': () => db.transaction().execute((tx) => search.put(tx, { ...title, documents: [] })),
  };
}

/** The statements that `work` sends. */
async function statementsOf(db: Database, work: (db: Database) => Promise<unknown>): Promise<CompiledQuery[]> {
  const statements: CompiledQuery[] = [];
  const noting: KyselyPlugin = {
    transformQuery({ node, queryId }) {
      statements.push(db.getExecutor().compileQuery(node as RootOperationNode, queryId));
      return node;
    },
    transformResult: async ({ result }) => result,
  };
  await work(db.withPlugin(noting));
  return statements;
}

/** Tables that the plan of a statement reads from end to end. */
async function scanned(db: Database, { sql: text, parameters }: CompiledQuery, isPostgres: boolean): Promise<string[]> {
  const { rows: plan } = await db.executeQuery<Record<string, unknown>>(
    CompiledQuery.raw(`${isPostgres ? 'explain (format json)' : 'explain query plan'} ${text}`, [...parameters]),
  );
  const words = JSON.stringify(plan);
  const pattern = isPostgres
    ? /"Node Type":"Seq Scan"(?:(?!"Node Type").)*?"Relation Name":"(\w+)"/g
    : /"SCAN (\w+)(?! USING)[^"]*"/g;
  return [...words.matchAll(pattern)].map(([, name = '']) => name).filter((name) => tables.includes(name));
}

/** What may be sorted: a few of each of several. */
const mayBeSorted = /audit records of (some events|an event and a time)/;

/** Whether SQLite sorts what it finds before it takes the first of it. */
async function isSorted(db: Database, { sql: text, parameters }: CompiledQuery): Promise<boolean> {
  const { rows: plan } = await db.executeQuery(CompiledQuery.raw(`explain query plan ${text}`, [...parameters]));
  return JSON.stringify(plan).includes('USE TEMP B-TREE FOR ORDER BY');
}

async function check(t: Test, opened: OpenDatabase, isPostgres: boolean): Promise<void> {
  const db = await filled(opened, isPostgres);
  for (const name of Object.keys(asked(db, isPostgres))) {
    const statements = await statementsOf(db, async (noted) => asked(noted, isPostgres)[name]?.());
    t.ok(statements.length > 0);
    for (const statement of statements) {
      t.same(await scanned(db, statement, isPostgres), [], `${name}: ${statement.sql.slice(0, 120)}`);
      // All that waits, or all of an actor, would be read for the first few.
      if (!isPostgres && /audit|chain/.test(name) && !mayBeSorted.test(name))
        t.notOk(await isSorted(db, statement), `${name} is not sorted: ${statement.sql.slice(0, 120)}`);
    }
  }
  const whole = CompiledQuery.raw(
    'select * from accounts where password_hash = $1'.replace('$1', isPostgres ? '$1' : '?'),
    ['y'],
  );
  t.same(await scanned(db, whole, isPostgres), ['accounts'], 'one that does is noticed');
}

t.test('on SQLite', async (t) => {
  const opened = openSqlite({ path: path.join(t.testdir(), 'dramabox.db') });
  t.teardown(() => opened.close());
  await check(t, opened, false);
});

t.test('on PostgreSQL', async (t) => {
  const server = await startPostgres(t);
  if (!server) return;
  const opened = openPostgres({ url: await server.createDatabase(), logger: pino({ level: 'silent' }) });
  t.teardown(() => opened.close());
  await check(t, opened, true);
});
