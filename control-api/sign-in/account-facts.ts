import type { Connection } from '../../server/db/port.ts';
import type { IdentitiesTable } from '../../server/db/tables/ways-in.ts';
import { countRecoveryCodes, findTotp, listPasskeys } from './factors/repository.ts';
import { listSignIns } from './repository.ts';

/** How somebody signs in, as those see it who help them: nothing with which one could. */
export interface AccountFacts {
  readonly hasPassword: boolean;
  readonly hasTotp: boolean;
  readonly passkeys: number;
  /** How many are left. */
  readonly recoveryCodes: number;
  readonly providers: readonly IdentitiesTable['provider'][];
  /** Sign-ins that go on. */
  readonly devices: number;
  /** When one of its devices was there last, in milliseconds since the epoch; null when it has not been for long. */
  readonly seenAt: number | null;
}

export async function findAccountFacts(
  db: Connection,
  account: { readonly id: string; readonly password_hash: string | null },
  now: number,
): Promise<AccountFacts> {
  const totp = await findTotp(db, account.id);
  const identities = await db
    .selectFrom('identities')
    .select('provider')
    .where('account_id', '=', account.id)
    .orderBy('provider')
    .execute();
  const last = await db
    .selectFrom('sign_ins')
    .select('seen_at')
    .where('account_id', '=', account.id)
    .orderBy('seen_at', 'desc')
    .limit(1)
    .executeTakeFirst();
  return {
    hasPassword: account.password_hash !== null,
    hasTotp: Boolean(totp?.confirmed_at),
    passkeys: (await listPasskeys(db, account.id)).length,
    recoveryCodes: await countRecoveryCodes(db, account.id),
    providers: identities.map(({ provider }) => provider),
    devices: (await listSignIns(db, account.id, now)).length,
    seenAt: last?.seen_at ?? null,
  };
}
