import { sql, type Kysely } from 'kysely';
import { OperatorError } from '../../kit/errors.ts';
import { isPostgres } from '../dialect.ts';

/**
 * What titles are found by. Titles that are there already are indexed by the upkeep `catalog.index`: how is decided by
 * the program and not by a migration, and changes with it.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await (isPostgres(db) ? onPostgres(db) : onSqlite(db));
}

async function onSqlite(db: Kysely<unknown>): Promise<void> {
  for (const statement of [
    `create table search_documents (
      id integer primary key autoincrement,
      title_id text not null references titles (id) on delete cascade,
      language text not null,
      name text not null,
      other_words text not null,
      weight integer not null,
      place integer unique,
      version integer not null,
      unique (title_id, language))`,
    `create index search_documents_by_version on search_documents (version, title_id)`,
    // Tokens are words as the program makes them: nothing but spaces divides them.
    `create virtual table search_tokens using fts5 (tokens, content = '', contentless_delete = 1, detail = none,
      tokenize = 'ascii', prefix = '1 2 3 4')`,
    // However a document goes, with its title as well, its tokens go with it.
    `create trigger search_documents_moved after update of place on search_documents
      when old.place is not null and old.place is not new.place
      begin delete from search_tokens where rowid = old.place; end`,
    `create trigger search_documents_gone after delete on search_documents when old.place is not null
      begin delete from search_tokens where rowid = old.place; end`,
    `create table search_terms (id integer primary key, term text not null unique, backwards text not null)`,
    `create index search_terms_backwards on search_terms (backwards, term)`,
    `create virtual table search_term_parts using fts5 (term, content = 'search_terms', content_rowid = 'id',
      tokenize = 'trigram case_sensitive 1')`,
    `create trigger search_terms_new after insert on search_terms
      begin insert into search_term_parts (rowid, term) values (new.id, new.term); end`,
    `create trigger search_terms_gone after delete on search_terms
      begin insert into search_term_parts (search_term_parts, rowid, term) values ('delete', old.id, old.term); end`,
  ])
    await sql.raw(statement).execute(db);
}

async function onPostgres(db: Kysely<unknown>): Promise<void> {
  await addTrigrams(db);
  // An operator may have it in a schema where nobody looks by himself.
  const { rows } = await sql<{ readonly schema: string }>`
    select nspname as schema from pg_extension join pg_namespace on pg_namespace.oid = extnamespace
    where extname = 'pg_trgm'`.execute(db);
  const trigrams = sql.ref(`${rows[0]?.schema ?? 'public'}.gin_trgm_ops`);
  await sql`
    create table search_documents (
      id bigint generated always as identity primary key,
      title_id text not null references titles (id) on delete cascade,
      language text not null,
      name text not null,
      other_words text not null,
      weight integer not null,
      place bigint unique,
      version integer not null,
      tokens tsvector not null,
      unique (title_id, language))`.execute(db);
  // Titles are searched more often than changed: what changes goes into the index itself, and not into a list that every
  // search reads as well until somebody tidies up.
  await sql`create index search_documents_by_tokens on search_documents using gin (tokens) with (fastupdate = off)`.execute(
    db,
  );
  await sql`create index search_documents_by_version on search_documents (version, title_id)`.execute(db);
  await sql`create table search_terms (term text primary key, sketch text not null)`.execute(db);
  await sql`create index search_terms_by_sketch on search_terms using gin (sketch ${trigrams}) with (fastupdate = off)`.execute(
    db,
  );
}

/** SQLSTATE: the user may not; the server's machine does not have it (before PostgreSQL 15, and since). */
const refusals: Readonly<Record<string, string>> = {
  '42501': "the user of database.url may not create it. As the database's owner or a superuser, run",
  '58P01': 'the PostgreSQL server does not have it. Install its contrib package (postgresql-contrib), then run',
  '0A000': 'the PostgreSQL server does not have it. Install its contrib package (postgresql-contrib), then run',
};

/** @throws OperatorError that says what to do, where it cannot be created */
async function addTrigrams(db: Kysely<unknown>): Promise<void> {
  try {
    await sql`create extension if not exists pg_trgm`.execute(db);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    const refusal = refusals[code];
    if (refusal === undefined) throw error;
    throw new OperatorError(
      `The search needs PostgreSQL's extension pg_trgm, and ${refusal} "create extension pg_trgm" in this database, and start again.`,
      { cause: error },
    );
  }
}
