import type { Database } from '../../../server/db/port.ts';
import type { HttpApp } from '../../../server/http/http-app.ts';
import { rawBodyOf } from '../../../server/http/callers/webhooks.ts';
import { auditOf, type Audit } from '../../../server/http/writes/audit.ts';
import { lockAccount } from '../../account.ts';
import { emptyAnswer } from '../../schemas.ts';
import type { AccountChanges } from '../account-changes.ts';
import type { AppleEvent, AppleNotices } from '../providers/port.ts';
import type { Identities } from './identities.ts';
import { findIdentity } from './repository.ts';
import { appleNoticeSchema } from './schemas.ts';

export interface AppleNoticesOptions {
  readonly db: Database;
  readonly notices: AppleNotices;
  readonly identities: Identities;
  readonly changes: AccountChanges;
}

/** The event of a body that Apple posted; undefined for kinds that are not known. @throws ProviderRefused, ProviderAway */
async function eventIn(body: Buffer, notices: AppleNotices): Promise<AppleEvent | undefined> {
  const { payload } = JSON.parse(body.toString()) as { readonly payload?: unknown };
  return notices.read(typeof payload === 'string' ? payload : '');
}

/** Unlinks whom Apple says that they are gone; what was linked after it happened stays. */
async function heedAppleEvent(
  { db, identities, changes }: Omit<AppleNoticesOptions, 'notices'>,
  event: AppleEvent | undefined,
  audit: Audit,
): Promise<void> {
  const isEnd = event?.kind === 'consent-revoked' || event?.kind === 'account-deleted';
  const known = isEnd ? await findIdentity(db, { provider: 'apple', subject: event.subject }) : undefined;
  if (!event || !known || known.linked_at > event.at) return audit.unchanged();
  await db.transaction().execute(async (tx) => {
    const account = await lockAccount(tx, known.account_id);
    if (!account) return audit.unchanged();
    await identities.unlink(tx, account.id, known.id);
    await audit.record(tx, { subject: known.id, actor: account.id, before: { provider: 'apple', reason: event.kind } });
    await changes.record(tx, account, 'account.identities-changed', { address: null });
  });
  await changes.publish(known.account_id);
}

/** Where Apple's server says that somebody took back what they allowed, or has no account there any more. */
export function registerAppleNotices(app: HttpApp, options: AppleNoticesOptions): void {
  const { notices } = options;
  app.post(
    '/api/v1/sign-in/apple/notices',
    {
      config: {
        access: {
          webhook: {
            maxBytes: 32_768,
            verify: async (body) =>
              eventIn(body, notices).then(
                () => true,
                () => false,
              ),
          },
        },
        audit: 'identity.unlinked',
      },
      schema: {
        operationId: 'takeAppleNotice',
        summary: 'Notices of Apple about people who signed in with it',
        tags: ['accounts'],
        body: appleNoticeSchema,
        response: { 204: emptyAnswer('Heeded.') },
      },
    },
    async (request, reply) => {
      await heedAppleEvent(options, await eventIn(rawBodyOf(request), notices), auditOf(request));
      return reply.code(204).send(null);
    },
  );
}
