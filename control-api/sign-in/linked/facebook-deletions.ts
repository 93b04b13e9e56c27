import { randomBytes } from 'node:crypto';
import fastifyFormbody from '@fastify/formbody';
import type { Connection, Database, Transaction } from '../../../server/db/port.ts';
import { rawBodyOf } from '../../../server/http/callers/webhooks.ts';
import type { HttpApp } from '../../../server/http/http-app.ts';
import { auditOf, type Audit } from '../../../server/http/writes/audit.ts';
import { toIso, type Clock } from '../../../server/kit/clock.ts';
import { ProblemError } from '../../../server/kit/errors.ts';
import type { Outbox } from '../../../server/outbox/port.ts';
import { findAccount, lockAccount, type AccountRow } from '../../account.ts';
import { answer, reference } from '../../schemas.ts';
import type { AccountChanges } from '../account-changes.ts';
import { hasAWayIn } from '../factors/factor-settings.ts';
import type { AskedDeletion, FacebookDeletions } from '../providers/port.ts';
import type { Identities } from './identities.ts';
import { findIdentity } from './repository.ts';
import {
  facebookDeletionAnswer,
  facebookDeletionSchema,
  providerDeletionParams,
  providerDeletionSchema,
  type ProviderDeletionView,
} from './schemas.ts';

/** How long somebody may look what became of it, in milliseconds. */
const keptMs = 400 * 86_400_000;

export interface FacebookDeletionsOptions {
  readonly db: Database;
  readonly requests: FacebookDeletions;
  readonly identities: Identities;
  readonly changes: AccountChanges;
  readonly outbox: Pick<Outbox, 'record' | 'wake'>;
  /** What our own addresses begin with. */
  readonly baseUrl: string;
  readonly clock: Clock;
}

/** What was asked for in a body that Facebook posted. @throws ProviderRefused */
function askedIn(body: Buffer, requests: FacebookDeletions): AskedDeletion {
  return requests.read(new URLSearchParams(body.toString()).get('signed_request') ?? '');
}

function isGenuine(body: Buffer, requests: FacebookDeletions): boolean {
  try {
    return askedIn(body, requests) !== undefined;
  } catch {
    return false;
  }
}

/**
 * Somebody has Facebook ask for the deletion of what came from there. What it said about them goes at once: the link, with
 * its name and address. Where nothing else leads to the account, it was theirs by Facebook alone, and is deleted, too,
 * after the grace of every deletion. Who has an address, say, keeps the account and deletes it here if they want to.
 * @returns by which somebody may look how far it is
 */
async function heed(options: FacebookDeletionsOptions, asked: AskedDeletion, audit: Audit): Promise<string> {
  const { db, identities, changes, outbox, clock } = options;
  const code = randomBytes(16).toString('hex');
  const known = await findIdentity(db, { provider: 'facebook', subject: asked.subject });
  const isMeant = known !== undefined && known.linked_at <= asked.at;
  const now = clock.now();
  const isUnlinked = await db.transaction().execute(async (tx) => {
    const account = isMeant ? await lockAccount(tx, known.account_id) : undefined;
    const row = { code, account_id: null, requested_at: now };
    await tx.insertInto('provider_deletions').values(row).execute();
    if (!account || !known) return false;
    await identities.unlink(tx, account.id, known.id);
    await audit.record(tx, {
      subject: known.id,
      actor: account.id,
      before: { provider: 'facebook', reason: 'data-deletion' },
    });
    await changes.record(tx, account, 'account.identities-changed', { address: null });
    if (!(await hasAWayIn(tx, account))) await askForDeletion(tx, options, account, code);
    return true;
  });
  if (!isUnlinked) {
    audit.unchanged();
    return code;
  }
  outbox.wake();
  await changes.publish(known?.account_id ?? '');
  return code;
}

async function askForDeletion(
  tx: Transaction,
  { outbox, clock }: Pick<FacebookDeletionsOptions, 'outbox' | 'clock'>,
  { id: accountId }: AccountRow,
  code: string,
): Promise<void> {
  await tx.updateTable('provider_deletions').set({ account_id: accountId }).where('code', '=', code).execute();
  await outbox.record(tx, 'account.deletion-asked', accountId, { accountId, at: clock.now() });
}

/** @throws ProblemError not_found */
async function statusOf(db: Connection, code: string): Promise<ProviderDeletionView> {
  const row = await db.selectFrom('provider_deletions').selectAll().where('code', '=', code).executeTakeFirst();
  if (!row) throw new ProblemError('not_found', 'There is no such request, or it is long ago.');
  const account = row.account_id === null ? undefined : await findAccount(db, row.account_id);
  const endsAt = account?.deletion_ends_at ?? null;
  return {
    state: account === undefined ? 'done' : 'waiting',
    requestedAt: toIso(row.requested_at),
    endsAt: endsAt === null ? null : toIso(endsAt),
  };
}

/** Forgets codes of long ago; returns how many. */
export async function forgetProviderDeletions(db: Database, now: number): Promise<number> {
  const { numDeletedRows } = await db
    .deleteFrom('provider_deletions')
    .where('requested_at', '<', now - keptMs)
    .executeTakeFirst();
  return Number(numDeletedRows);
}

/**
 * Where Facebook's server says that somebody wants deleted what came from there.
 * https://developers.facebook.com/docs/development/create-an-app/app-dashboard/data-deletion-callback
 */
export async function registerFacebookDeletions(app: HttpApp, options: FacebookDeletionsOptions): Promise<void> {
  const { requests, baseUrl } = options;
  app.addSchema(facebookDeletionAnswer);
  await app.register(async (scope) => {
    await scope.register(fastifyFormbody, { bodyLimit: 16_384 });
    (scope as HttpApp).post(
      '/api/v1/sign-in/facebook/data-deletion',
      {
        config: {
          access: { webhook: { maxBytes: 16_384, verify: (body) => isGenuine(body, requests) } },
          audit: 'identity.unlinked',
        },
        schema: {
          operationId: 'takeFacebookDeletion',
          summary: 'Requests of Facebook to delete what came from there',
          tags: ['accounts'],
          body: facebookDeletionSchema,
          consumes: ['application/x-www-form-urlencoded'],
          response: { 200: answer('Heeded.', reference(facebookDeletionAnswer)) },
        },
      },
      async (request) => {
        const code = await heed(options, askedIn(rawBodyOf(request), requests), auditOf(request));
        return { url: `${baseUrl}/data-deletion#${code}`, confirmation_code: code };
      },
    );
  });
}

/** Where somebody sees what became of what they asked a provider for. */
export function registerDeletionStatus(app: HttpApp, db: Database): void {
  app.addSchema(providerDeletionSchema);
  app.get(
    '/api/v1/data-deletions/:code',
    {
      config: { access: 'public', limits: [{ per: 'address', points: 120, seconds: 3600, what: 'questions' }] },
      schema: {
        operationId: 'getProviderDeletion',
        summary: 'What became of a request to delete what came from a provider',
        tags: ['accounts'],
        params: providerDeletionParams,
        response: { 200: answer('How far it is.', reference(providerDeletionSchema)) },
      },
    },
    async ({ params }) => await statusOf(db, params.code),
  );
}
