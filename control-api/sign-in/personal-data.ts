import type { Selectable } from 'kysely';
import type { Connection, Database } from '../../server/db/port.ts';
import type { SignInsTable } from '../../server/db/tables/sign-in.ts';
import { toIso } from '../../server/kit/clock.ts';
import { findAccount } from '../account.ts';
import { atOnce, inPages, type PersonalData } from '../personal-data.ts';
import { countRecoveryCodes, findTotp, listPasskeys } from './factors/repository.ts';
import { endInvitationsOf } from './invitations/repository.ts';
import type { Identities } from './linked/identities.ts';
import { listIdentities } from './linked/repository.ts';

const timeOf = (at: number | null) => (at === null ? null : toIso(at));

/** Ways into an account, and where it is or was signed in. Never anything with which one could sign in. */
export function personalDataOfSignIn({
  db,
  identities,
}: {
  readonly db: Database;
  readonly identities: Pick<Identities, 'tellProvider'>;
}): PersonalData {
  return {
    tables: {
      sign_ins: 'erased',
      refresh_tokens: 'erased',
      totp_factors: 'erased',
      recovery_codes: 'erased',
      passkeys: 'erased',
      identities: 'erased',
      challenges: 'erased',
      invitations: 'erased',
      provider_deletions: { kept: 'A random code by which somebody sees that what they asked Facebook for is done.' },
    },
    sections: [
      {
        name: 'waysIn',
        about:
          'How you sign in. Passwords, secrets and codes are never shown: they are kept unreadable, or not at all.',
        read: (accountId) => atOnce(waysInOf(db, accountId)),
      },
      {
        name: 'passkeys',
        about: 'Your passkeys.',
        read: (accountId) =>
          atOnce(
            listPasskeys(db, accountId).then((rows) =>
              rows.map((row) => ({
                id: row.id,
                name: row.name,
                isSynced: row.is_synced === 1,
                createdAt: toIso(row.created_at),
                usedAt: timeOf(row.used_at),
              })),
            ),
          ),
      },
      {
        name: 'linkedAccounts',
        about: 'Accounts elsewhere that you sign in with, and what was told about you there.',
        read: (accountId) =>
          atOnce(
            listIdentities(db, accountId).then((rows) =>
              rows.map((row) => ({
                id: row.id,
                provider: row.provider,
                subject: row.subject,
                email: row.email,
                name: row.name,
                linkedAt: toIso(row.linked_at),
                usedAt: toIso(row.used_at),
              })),
            ),
          ),
      },
      {
        name: 'signIns',
        about: 'Devices and browsers that are signed in, or were lately.',
        async *read(accountId) {
          const read = (after: string, limit: number) =>
            db
              .selectFrom('sign_ins')
              .selectAll()
              .where('account_id', '=', accountId)
              .where('id', '>', after)
              .orderBy('id')
              .limit(limit)
              .execute();
          for await (const rows of inPages(read, ({ id }) => id)) yield rows.map(presentSignIn);
        },
      },
      {
        name: 'invitations',
        about:
          'Invitations to become staff that you sent and nobody has accepted yet. Whom you invited is not your data.',
        read: (accountId) =>
          atOnce(
            db
              .selectFrom('invitations')
              .select(['id', 'role', 'created_at'])
              .where('invited_by', '=', accountId)
              .orderBy('id')
              .execute()
              .then((rows) => rows.map(({ id, role, created_at }) => ({ id, role, createdAt: toIso(created_at) }))),
          ),
      },
    ],
    async erase(tx, account) {
      const { id, email } = account;
      // Before their rows are gone: those elsewhere take back what was allowed.
      for (const identity of await listIdentities(tx, id)) await identities.tellProvider(tx, identity);
      await endInvitationsOf(tx, id);
      for (const table of [
        'identities',
        'passkeys',
        'recovery_codes',
        'totp_factors',
        'challenges',
        'refresh_tokens',
        'sign_ins',
      ] as const)
        await tx.deleteFrom(table).where('account_id', '=', id).execute();
      // What anybody began with the address, invitations with it.
      if (email !== null) await tx.deleteFrom('challenges').where('email', '=', email).execute();
      await tx.updateTable('provider_deletions').set({ account_id: null }).where('account_id', '=', id).execute();
    },
  };
}

async function waysInOf(db: Connection, accountId: string): Promise<readonly object[]> {
  const [account, totp] = [await findAccount(db, accountId), await findTotp(db, accountId)];
  if (!account) return [];
  return [
    {
      hasPassword: account.password_hash !== null,
      authenticatorSince: timeOf(totp?.confirmed_at ?? null),
      recoveryCodesLeft: await countRecoveryCodes(db, accountId),
    },
  ];
}

function presentSignIn(row: Selectable<SignInsTable>): object {
  return {
    id: row.id,
    proofs: row.proofs.split(',').filter((proof) => proof !== ''),
    userAgent: row.user_agent,
    address: row.address,
    country: row.country,
    startedAt: toIso(row.started_at),
    seenAt: toIso(row.seen_at),
    provenAt: toIso(row.authenticated_at),
    endedAt: timeOf(row.ended_at),
    expiresAt: toIso(row.expires_at),
  };
}
