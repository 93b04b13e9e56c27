import { sql, type Kysely } from 'kysely';
import { isPostgres } from '../dialect.ts';

/** What stands for the hash of a record before the first one. */
const noHash = '0'.repeat(64);

/** When a change of a record is refused: always, but for being chained, and for being added to while it is open. */
const isForbiddenChange = `
  old.sequence is not null
  or (new.sequence is null) <> (new.hash is null)
  or new.id <> old.id or new.at <> old.at or new.event <> old.event or new.subject <> old.subject
  or new.before is distinct from old.before
  or (new.open_until <> old.open_until and new.open_until <> 0)
  or (old.open_until = 0 and (
    new.actor is distinct from old.actor or new.after is distinct from old.after
    or new.request_id is distinct from old.request_id or new.address is distinct from old.address))`;

/** When a change of the state of the chain is refused: it only goes forward. */
const isStepBack = `
  new.sequence < old.sequence or new.removed_sequence < old.removed_sequence
  or new.removed_sequence > new.sequence
  or (new.sequence = old.sequence and new.hash <> old.hash)
  or (new.removed_sequence = old.removed_sequence and new.removed_hash <> old.removed_hash)`;

const refusals = {
  insert: 'Records of the audit log begin unchained, and none takes the place of another',
  update: 'Records of the audit log are never changed',
  delete: 'Records of the audit log are removed by their age alone',
  chain: 'The chain of the audit log only goes forward',
};

const guardsOfSqlite = [
  // Also what "insert or replace" would remove without a word.
  `create trigger audit_log_insert before insert on audit_log
    when new.sequence is not null or new.hash is not null or exists (select 1 from audit_log where id = new.id)
    begin select raise(abort, '${refusals.insert}'); end`,
  `create trigger audit_log_update before update on audit_log when ${isForbiddenChange}
    begin select raise(abort, '${refusals.update}'); end`,
  `create trigger audit_log_delete before delete on audit_log
    when old.sequence is null or old.sequence > (select removed_sequence from audit_chain)
    begin select raise(abort, '${refusals.delete}'); end`,
  ...['insert', 'delete'].map(
    (event) => `create trigger audit_chain_${event} before ${event} on audit_chain
      begin select raise(abort, '${refusals.chain}'); end`,
  ),
  `create trigger audit_chain_update before update on audit_chain when ${isStepBack}
    begin select raise(abort, '${refusals.chain}'); end`,
];

const guardsOfPostgres = [
  `create function audit_refuse() returns trigger language plpgsql as $$
    begin raise exception '%', tg_argv[0]; end $$`,
  `create function audit_refuse_delete() returns trigger language plpgsql as $$
    begin
      if old.sequence is null or old.sequence > (select removed_sequence from audit_chain) then
        raise exception '${refusals.delete}';
      end if;
      return old;
    end $$`,
  `create trigger audit_log_insert before insert on audit_log for each row
    when (new.sequence is not null or new.hash is not null) execute function audit_refuse('${refusals.insert}')`,
  `create trigger audit_log_update before update on audit_log for each row
    when (${isForbiddenChange}) execute function audit_refuse('${refusals.update}')`,
  `create trigger audit_log_delete before delete on audit_log for each row execute function audit_refuse_delete()`,
  `create trigger audit_log_truncate before truncate on audit_log
    for each statement execute function audit_refuse('${refusals.delete}')`,
  `create trigger audit_chain_insert before insert or delete on audit_chain
    for each row execute function audit_refuse('${refusals.chain}')`,
  `create trigger audit_chain_update before update on audit_chain for each row
    when (${isStepBack}) execute function audit_refuse('${refusals.chain}')`,
  `create trigger audit_chain_truncate before truncate on audit_chain
    for each statement execute function audit_refuse('${refusals.chain}')`,
];

/**
 * Chains the records of the audit log by hashes. Those that are there wait for it as new ones do: the first process that
 * runs chains them, in the order of their ids.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  const { schema } = db;
  await schema
    .alterTable('audit_log')
    .addColumn('open_until', 'bigint', (c) => c.notNull().defaultTo(0))
    .execute();
  await schema.alterTable('audit_log').addColumn('sequence', 'bigint').execute();
  await schema.alterTable('audit_log').addColumn('hash', 'text').execute();
  // Each of the two holds what the other does not: SQLite would look for what waits among all numbers.
  await sql`create unique index audit_log_by_sequence on audit_log (sequence) where sequence is not null`.execute(db);
  await sql`create index audit_log_unchained on audit_log (open_until, id) where sequence is null`.execute(db);
  await schema.createIndex('audit_log_by_event').on('audit_log').columns(['event', 'id']).execute();
  await schema.createIndex('audit_log_by_address').on('audit_log').columns(['address', 'id']).execute();

  await schema
    .createTable('audit_chain')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('sequence', 'bigint', (c) => c.notNull())
    .addColumn('hash', 'text', (c) => c.notNull())
    .addColumn('removed_sequence', 'bigint', (c) => c.notNull())
    .addColumn('removed_hash', 'text', (c) => c.notNull())
    .addColumn('checked_at', 'bigint')
    .addColumn('checked_records', 'bigint')
    .addColumn('breaks', 'bigint')
    .addColumn('first_break', 'text')
    .execute();
  await sql`insert into audit_chain (id, sequence, hash, removed_sequence, removed_hash)
    values ('audit_log', 0, ${noHash}, 0, ${noHash})`.execute(db);
  for (const guard of isPostgres(db) ? guardsOfPostgres : guardsOfSqlite) await sql.raw(guard).execute(db);
}
