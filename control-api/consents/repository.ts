import type { Insertable, Selectable } from 'kysely';
import type { Connection, Transaction } from '../../server/db/port.ts';
import type { ConsentsTable } from '../../server/db/tables/consents.ts';

export type ConsentRow = Selectable<ConsentsTable>;

/** Newest first. */
export async function findConsents(db: Connection, accountId: string, limit: number): Promise<ConsentRow[]> {
  return db
    .selectFrom('consents')
    .selectAll()
    .where('account_id', '=', accountId)
    .orderBy('number', 'desc')
    .limit(limit)
    .execute();
}

/** The last row of each document. */
export async function findLastConsents(db: Connection, accountId: string): Promise<ConsentRow[]> {
  return db
    .selectFrom('consents')
    .selectAll('consents')
    .innerJoin(
      (eb) =>
        eb
          .selectFrom('consents')
          .select(({ fn }) => ['document', fn.max('number').as('last')])
          .where('account_id', '=', accountId)
          .groupBy('document')
          .as('latest'),
      (join) => join.onRef('latest.last', '=', 'consents.number'),
    )
    .where('consents.account_id', '=', accountId)
    .execute();
}

/** Adds a row behind those of its account, which the transaction holds or has made. */
export async function addConsent(tx: Transaction, row: Omit<Insertable<ConsentsTable>, 'number'>): Promise<void> {
  const { last } = await tx
    .selectFrom('consents')
    .select(({ fn }) => fn.max('number').as('last'))
    .where('account_id', '=', row.account_id)
    .executeTakeFirstOrThrow();
  await tx
    .insertInto('consents')
    .values({ ...row, number: 1 + (last ?? 0) })
    .execute();
}
