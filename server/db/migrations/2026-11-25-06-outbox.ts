import { PostgresAdapter, sql, type Kysely } from 'kysely';

/** Durable events, who hears of them, and what is still to be delivered. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const isPostgres = db.getExecutor().adapter instanceof PostgresAdapter;
  await db.schema
    .createTable('outbox_events')
    // An id is never used again, also when the events before it are gone.
    .addColumn('id', isPostgres ? 'bigint' : 'integer', (c) =>
      isPostgres ? c.generatedAlwaysAsIdentity().primaryKey() : c.primaryKey().autoIncrement(),
    )
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('subject', 'text', (c) => c.notNull())
    .addColumn('payload', 'text', (c) => c.notNull())
    .addColumn('recorded_at', 'bigint', (c) => c.notNull())
    .execute();

  await db.schema
    .createTable('outbox_consumers')
    .addColumn('consumer', 'text', (c) => c.notNull())
    .addColumn('event', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('outbox_consumers_key', ['event', 'consumer'])
    .execute();

  await db.schema
    .createTable('outbox_deliveries')
    .addColumn('event_id', 'bigint', (c) => c.notNull().references('outbox_events.id'))
    .addColumn('consumer', 'text', (c) => c.notNull())
    .addColumn('subject', 'text', (c) => c.notNull())
    .addColumn('attempts', 'integer', (c) => c.notNull().defaultTo(0))
    .addColumn('due_at', 'bigint', (c) => c.notNull())
    .addColumn('set_aside_at', 'bigint')
    .addColumn('last_error', 'text')
    .addPrimaryKeyConstraint('outbox_deliveries_key', ['event_id', 'consumer'])
    .execute();
  // What a relay looks up at each poll, and what it compares for the order within a subject.
  await sql`create index outbox_deliveries_due on outbox_deliveries (consumer, due_at, event_id) where set_aside_at is null`.execute(
    db,
  );
  await sql`create index outbox_deliveries_in_order on outbox_deliveries (consumer, subject, event_id) where set_aside_at is null`.execute(
    db,
  );
}
