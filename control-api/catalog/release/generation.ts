import type { Connection, Transaction } from '../../../server/db/port.ts';

/** What tells whether something that was read of the catalogue is still so. */
export interface CatalogueMoment {
  /** Another one after every change. */
  readonly generation: number;
  /** When the next title opens or closes somewhere, in milliseconds since the epoch; Infinity: none is to. */
  readonly nextEdge: number;
}

/**
 * Says that the catalogue is another one, in the transaction that changes it. Last of all: who changes something else
 * waits from here to the commit.
 */
export async function countChange(tx: Transaction): Promise<void> {
  await tx
    .updateTable('catalogue_state')
    .set((expression) => ({ generation: expression('generation', '+', 1) }))
    .execute();
}

/** The present generation, and until when it shows the same to everybody. Three look-ups. */
export async function readMoment(db: Connection, now: number): Promise<CatalogueMoment> {
  const { generation } = await db.selectFrom('catalogue_state').select('generation').executeTakeFirstOrThrow();
  const opening = await db
    .selectFrom('title_windows')
    .select('opens_at')
    .where('opens_at', '>', now)
    .orderBy('opens_at')
    .limit(1)
    .executeTakeFirst();
  const closing = await db
    .selectFrom('title_windows')
    .select('closes_at')
    .where('closes_at', '>', now)
    .orderBy('closes_at')
    .limit(1)
    .executeTakeFirst();
  return { generation, nextEdge: Math.min(opening?.opens_at ?? Infinity, closing?.closes_at ?? Infinity) };
}
