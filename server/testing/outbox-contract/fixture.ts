import type { ChildProcess } from 'node:child_process';
import { PostgresAdapter, type Generated, type Kysely } from 'kysely';
import type { Test } from 'tap';
import type { Database, Tables } from '../../db/port.ts';
import type { Consumer, Delivery, Outbox } from '../../outbox/port.ts';
import { until } from '../until.ts';

/** An outbox as one process sees it. */
export interface OpenOutbox {
  readonly outbox: Outbox;
  readonly db: Database;
}

/** An empty outbox that several processes can open. What rests is tried again within some 50 ms. */
export interface OutboxFixture {
  /** As another process would open it. With `alone`, its leases are its own, as if it had lost one and not noticed. */
  open(options?: { readonly alone: boolean }): OpenOutbox;
  /** Starts `relaying-process.ts` on it. */
  fork(): ChildProcess;
}

export type CreateOutboxFixture = (t: Test) => Promise<OutboxFixture>;

interface TestTables extends Tables {
  test_subjects: { subject: string; changes: number };
  test_effects: { id: Generated<number>; consumer: string; event_id: string; subject: string; number: number };
}

/** The suite's own tables: subjects that are changed, and what consumers did about it. */
export function testTables(db: unknown): Kysely<TestTables> {
  return db as Kysely<TestTables>;
}

/** Two processes on an empty outbox; closed when the test ends. */
export async function openTwo(
  t: Test,
  createFixture: CreateOutboxFixture,
): Promise<{ one: OpenOutbox; two: OpenOutbox; fixture: OutboxFixture }> {
  const fixture = await createFixture(t);
  const [one, two] = [fixture.open(), fixture.open()];
  const isPostgres = one.db.getExecutor().adapter instanceof PostgresAdapter;
  await one.db.schema
    .createTable('test_subjects')
    .addColumn('subject', 'text', (c) => c.primaryKey())
    .addColumn('changes', 'integer', (c) => c.notNull())
    .execute();
  await one.db.schema
    .createTable('test_effects')
    .addColumn('id', isPostgres ? 'serial' : 'integer', (c) =>
      isPostgres ? c.primaryKey() : c.primaryKey().autoIncrement(),
    )
    .addColumn('consumer', 'text', (c) => c.notNull())
    .addColumn('event_id', 'text', (c) => c.notNull())
    .addColumn('subject', 'text', (c) => c.notNull())
    .addColumn('number', 'integer', (c) => c.notNull())
    .execute();
  t.teardown(() => Promise.all([one.outbox.close(), two.outbox.close()]));
  return { one, two, fixture };
}

/** Changes a subject and records that as its next event, in one transaction; returns the event's number, from 1. */
export async function change(
  { outbox, db }: OpenOutbox,
  subject: string,
  spoil?: () => Promise<never>,
): Promise<number> {
  const number = await testTables(db)
    .transaction()
    .execute(async (tx) => {
      const { changes } = await tx
        .insertInto('test_subjects')
        .values({ subject, changes: 1 })
        .onConflict((conflict) =>
          conflict.column('subject').doUpdateSet((e) => ({ changes: e('test_subjects.changes', '+', 1) })),
        )
        .returning('changes')
        .executeTakeFirstOrThrow();
      await outbox.record(tx as never, 'version.queued', subject, { assetId: String(changes), versionId: subject });
      await spoil?.();
      return changes;
    });
  outbox.wake();
  return number;
}

/** Which of the subject's events it is. */
export const numberOf = ({ payload }: Delivery<'version.queued'>): number => Number(payload.assetId);

/** A consumer that notes what it is given, as `<subject><number>`. */
export function noting(
  name: string,
  options: {
    readonly fails?: (note: string, attempt: number) => boolean;
    readonly maxAttempts?: number;
    readonly concurrency?: number;
  } = {},
): Consumer<'version.queued'> & { readonly notes: string[] } {
  const notes: string[] = [];
  return {
    name,
    events: ['version.queued'],
    ...(options.maxAttempts === undefined ? {} : { maxAttempts: options.maxAttempts }),
    ...(options.concurrency === undefined ? {} : { concurrency: options.concurrency }),
    notes,
    async deliver(delivery) {
      const note = `${delivery.subject}${numberOf(delivery)}`;
      if (options.fails?.(note, delivery.attempt)) throw new Error(`not ${note}`);
      notes.push(note);
    },
  };
}

export async function isHandled({ outbox }: OpenOutbox, consumer: string): Promise<boolean> {
  return (await outbox.counts())[consumer]?.waiting === 0;
}

export async function untilHandled(opened: OpenOutbox, consumer: string): Promise<void> {
  await until(`${consumer} has handled everything`, () => isHandled(opened, consumer));
}

/** Whether each subject's notes are 1, 2, 3 … in this order. */
export function inOrder(notes: readonly string[]): boolean {
  const last = new Map<string, number>();
  return notes.every((note) => {
    const [subject = '', number = 0] = [note.replace(/\d+$/, ''), Number(/\d+$/.exec(note)?.[0])];
    const follows = number === (last.get(subject) ?? 0) + 1;
    last.set(subject, number);
    return follows;
  });
}
