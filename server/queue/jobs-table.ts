import { setImmediate as otherWork } from 'node:timers/promises';
import { PostgresAdapter, sql, type Selectable } from 'kysely';
import type { Database } from '../db/port.ts';
import type { JobsTable } from '../db/tables/jobs.ts';
import { newId } from '../kit/ids.ts';
import type { EnqueueOptions, QueueCounts } from './port.ts';

export type JobRow = Selectable<JobsTable>;

/** Proof that a job is held: every change to an active job names it, and finds no row once the job was taken away. */
export interface Lease {
  readonly jobId: string;
  /** Made anew for each delivery, so that not even the same worker mistakes a later delivery for its own. */
  readonly owner: string;
}

/** What `last_error` may hold, in characters. */
const maxErrorLength = 2000;

/** The statements on the table `jobs`, each one atomic by itself. Times are milliseconds since the epoch. */
export class JobsStatements {
  readonly #db: Database;
  readonly #skipLocked: boolean;

  constructor(db: Database) {
    this.#db = db;
    // SQLite has one writer at a time and no row locks to skip.
    this.#skipLocked = db.getExecutor().adapter instanceof PostgresAdapter;
  }

  /** Adds a job unless one of its key waits or runs. */
  async insert(name: string, payload: string, options: EnqueueOptions, now: number): Promise<void> {
    await this.#db
      .insertInto('jobs')
      .values({
        id: newId('job'),
        name,
        payload,
        dedupe_key: options.dedupeKey ?? null,
        group_key: options.group ?? '',
        priority: options.priority ?? 100,
        state: 'waiting',
        attempts: 0,
        max_attempts: options.maxAttempts ?? 3,
        run_at: now + (options.delayMs ?? 0),
        lease_owner: null,
        lease_until: null,
        last_error: null,
        created_at: now,
      })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }

  /** Makes jobs whose lease has ended free again. */
  async releaseExpired(name: string, now: number): Promise<void> {
    await this.#db
      .updateTable('jobs')
      .set({ state: 'waiting', lease_owner: null, lease_until: null })
      .where('name', '=', name)
      .where('state', '=', 'active')
      .where('lease_until', '<=', now)
      .execute();
  }

  /**
   * Takes the next job of the group whose turn it is, counting the attempt; undefined when none is due.
   * @param full groups that get none now
   */
  async claim(
    name: string,
    owner: string,
    now: number,
    until: number,
    full: ReadonlySet<string> = new Set(),
  ): Promise<JobRow | undefined> {
    for (const group of await this.#groupsInTurn(name)) {
      if (full.has(group)) continue;
      const row = await this.#claimOf(name, group, owner, now, until);
      if (!row) continue;
      await this.#noteTurn(name, group);
      return row;
    }
    return undefined;
  }

  /**
   * The groups that have a job waiting, the one whose turn it is first. It may be another one's a moment later: then
   * a turn is given twice, and no job.
   */
  async #groupsInTurn(name: string): Promise<string[]> {
    // From one group to the next by the index `jobs_to_run`, however many jobs each one has.
    const { rows } = await sql<{ group_key: string }>`
      with recursive waiting (group_key) as (
        select min(group_key) from jobs where name = ${name} and state = 'waiting'
        union all
        select (
          select min(group_key) from jobs
          where name = ${name} and state = 'waiting' and group_key > waiting.group_key
        )
        from waiting where waiting.group_key is not null
      )
      select waiting.group_key from waiting
      left join job_turns on job_turns.name = ${name} and job_turns.group_key = waiting.group_key
      where waiting.group_key is not null
      order by
        (select count(*) from jobs
          where name = ${name} and state = 'active' and jobs.group_key = waiting.group_key),
        coalesce(job_turns.turn, 0), waiting.group_key`.execute(this.#db);
    return rows.map(({ group_key: group }) => group);
  }

  async #claimOf(name: string, group: string, owner: string, now: number, until: number): Promise<JobRow | undefined> {
    const due = this.#db
      .selectFrom('jobs')
      .select('id')
      .where('name', '=', name)
      .where('state', '=', 'waiting')
      .where('group_key', '=', group)
      .where('run_at', '<=', now)
      .orderBy('priority')
      .orderBy('run_at')
      .orderBy('id')
      .limit(1);
    return this.#db
      .updateTable('jobs')
      .set((e) => ({ state: 'active', lease_owner: owner, lease_until: until, attempts: e('attempts', '+', 1) }))
      .where('id', '=', this.#skipLocked ? due.forUpdate().skipLocked() : due)
      .returningAll()
      .executeTakeFirst();
  }

  async #noteTurn(name: string, group: string): Promise<void> {
    await sql`
      insert into job_turns (name, group_key, turn)
      values (${name}, ${group}, (select coalesce(max(turn), 0) + 1 from job_turns where name = ${name}))
      on conflict (name, group_key) do update set turn = excluded.turn`.execute(this.#db);
  }

  // The following return whether the lease still held; when it did not, nothing was changed.

  async extend(lease: Lease, until: number): Promise<boolean> {
    return this.#change(lease, { lease_until: until });
  }

  /** Done: the job is gone. */
  async complete(lease: Lease): Promise<boolean> {
    const result = await this.#db
      .deleteFrom('jobs')
      .where('id', '=', lease.jobId)
      .where('lease_owner', '=', lease.owner)
      .executeTakeFirst();
    return result.numDeletedRows > 0n;
  }

  /** To be tried again, not before `runAt`. */
  async retry(lease: Lease, runAt: number, error: Error): Promise<boolean> {
    return this.#change(lease, {
      state: 'waiting',
      lease_owner: null,
      lease_until: null,
      run_at: runAt,
      last_error: error.message.slice(0, maxErrorLength),
    });
  }

  /** As if it had never been taken; with `later`, not to be taken before `runAt`. */
  async handBack(lease: Lease, later?: { readonly runAt: number; readonly error: Error }): Promise<boolean> {
    const result = await this.#db
      .updateTable('jobs')
      .set((e) => ({
        state: 'waiting',
        lease_owner: null,
        lease_until: null,
        attempts: e('attempts', '-', 1),
        ...(later && { run_at: later.runAt, last_error: later.error.message.slice(0, maxErrorLength) }),
      }))
      .where('id', '=', lease.jobId)
      .where('lease_owner', '=', lease.owner)
      .executeTakeFirst();
    return result.numUpdatedRows > 0n;
  }

  /** No further try. Still held, so that the worker that finds the lease ended goes on with announcing the failure. */
  async exhaust(lease: Lease, error: Error): Promise<boolean> {
    const result = await this.#db
      .updateTable('jobs')
      .set((e) => ({ attempts: e.ref('max_attempts'), last_error: error.message.slice(0, maxErrorLength) }))
      .where('id', '=', lease.jobId)
      .where('lease_owner', '=', lease.owner)
      .executeTakeFirst();
    return result.numUpdatedRows > 0n;
  }

  /** Failed for good and announced; the row stays for the operator. */
  async fail(lease: Lease): Promise<boolean> {
    return this.#change(lease, { state: 'failed', lease_owner: null, lease_until: null });
  }

  /** Those of the keys of which no job waits or runs. */
  async missing(dedupeKeys: readonly string[]): Promise<ReadonlySet<string>> {
    const missing = new Set(dedupeKeys);
    const keys = [...missing];
    // In the words of the index `jobs_dedupe`, or SQLite would not use it. Each statement is short, because the
    // embedded database lets go of the thread only between two of them.
    for (let at = 0; at < keys.length; at += 200) {
      const rows = await this.#db
        .selectFrom('jobs')
        .select('dedupe_key')
        .where('dedupe_key', 'in', keys.slice(at, at + 200))
        .where(sql<boolean>`state in ('waiting', 'active')`)
        .execute();
      for (const row of rows) missing.delete(row.dedupe_key ?? '');
      await otherWork();
    }
    return missing;
  }

  /** Removes jobs that failed for good and were last due before a time, and turns of groups that have no job; returns how many jobs. */
  async forgetFailed(before: number): Promise<number> {
    await sql`
      delete from job_turns where not exists (
        select 1 from jobs where jobs.name = job_turns.name and jobs.group_key = job_turns.group_key
      )`.execute(this.#db);
    const result = await this.#db
      .deleteFrom('jobs')
      .where('state', '=', 'failed')
      .where('run_at', '<', before)
      .executeTakeFirst();
    return Number(result.numDeletedRows);
  }

  /** @param declared names that are there even without a job */
  async counts(declared: readonly string[]): Promise<Readonly<Record<string, QueueCounts>>> {
    const rows = await this.#db
      .selectFrom('jobs')
      .select((e) => ['name', 'state', e.fn.countAll<number>().as('count')])
      .groupBy(['name', 'state'])
      .execute();
    const names = new Set([...declared, ...rows.map(({ name }) => name).sort()]);
    const count = (name: string, state: JobRow['state']) =>
      rows.find((row) => row.name === name && row.state === state)?.count ?? 0;
    return Object.fromEntries(
      [...names].map((name) => [
        name,
        { waiting: count(name, 'waiting'), active: count(name, 'active'), failed: count(name, 'failed') },
      ]),
    );
  }

  async #change(lease: Lease, values: Partial<JobRow>): Promise<boolean> {
    const result = await this.#db
      .updateTable('jobs')
      .set(values)
      .where('id', '=', lease.jobId)
      .where('lease_owner', '=', lease.owner)
      .executeTakeFirst();
    return result.numUpdatedRows > 0n;
  }
}
