import type { Config } from '../../config/schema.ts';
import type { Database } from '../../server/db/port.ts';
import { toIso } from '../../server/kit/clock.ts';
import type { Logger } from '../../server/kit/logger.ts';
import type { Secrets } from '../../server/kit/secrets.ts';
import { MailRefused, type KeptMails, type Mailer } from '../../server/mail/port.ts';
import type { Consumer } from '../../server/outbox/port.ts';
import { findAccount } from '../account.ts';
import { erasedSealedFor } from '../erased-address.ts';
import type { Feature } from '../feature.ts';
import { linkBase } from '../link-base.ts';
import { answer, reference } from '../schemas.ts';
import { dataLetter, erasedLetter } from './data-letters.ts';
import { challengeLetter, noticeLetter, type ChallengeFacts, type Letter } from './letters.ts';
import { keptMailSchema, keptMailsSchema } from './schemas.ts';

/** What mail asks of sign-in. */
interface Challenges {
  /** What is to be said about one; undefined when nothing is to be sent any more. */
  letterOf(challengeId: string): Promise<ChallengeFacts | undefined>;
}

export interface MailDeps {
  readonly config: Pick<Config, 'mail' | 'server'>;
  /** Opens the address of somebody who has no account any more. */
  readonly secrets: Pick<Secrets, 'open'>;
  readonly db: Database;
  readonly challenges: Challenges;
  readonly mailer: Pick<Mailer, 'send'>;
  /** Undefined where mails are sent. */
  readonly keptMails: KeptMails | undefined;
  readonly logger: Logger;
}

/** So many kept mails are shown. */
const mostShown = 100;

/** With pauses of five minutes: for as long as a mail server may be out of order, three days. */
const maxAttempts = 900;

/** Tells the owners of accounts what happens to these. Where nothing is sent, super admins read what would have been. */
export function mailFeature(deps: MailDeps): Feature {
  const { keptMails } = deps;
  return {
    name: 'mail',
    routes(app) {
      for (const schema of [keptMailSchema, keptMailsSchema]) app.addSchema(schema);
      app.get(
        '/api/v1/mails',
        {
          config: { access: { may: 'mails.read' } },
          schema: {
            operationId: 'listKeptMails',
            summary: 'Mails that were kept instead of sent, newest first',
            tags: ['operations'],
            response: { 200: answer('The latest of them.', reference(keptMailsSchema)) },
          },
        },
        async () => ({
          areSent: keptMails === undefined,
          items: ((await keptMails?.list(mostShown)) ?? []).map((mail) => ({ ...mail, at: toIso(mail.at) })),
        }),
      );
    },
    consumers: [tellOwners(deps), tellOfErasure(deps), sendChallenges(deps)],
  };
}

/** A mail that nobody takes is not tried again. Nothing is sent any more once `signal` aborts: somebody else may send it. */
async function send(
  { mailer, logger }: Pick<MailDeps, 'mailer' | 'logger'>,
  mail: { readonly id: string; readonly to: string; readonly letter: Letter },
  signal: AbortSignal,
): Promise<void> {
  signal.throwIfAborted();
  const { id, to, letter } = mail;
  try {
    await mailer.send({ id, to, ...letter });
  } catch (error) {
    if (!(error instanceof MailRefused)) throw error;
    logger.warn({ err: error, mail: id }, 'nobody takes a mail');
  }
}

/**
 * The notice goes to the address that the account had when it happened, as its challenge says; else to the one it has
 * when it is sent, and to nobody when the account is gone.
 */
const tellOwners = (
  deps: MailDeps,
): Consumer<
  | 'account.password-changed'
  | 'account.email-changed'
  | 'account.second-factor-changed'
  | 'account.identities-changed'
  | 'account.new-device'
  | 'account.role-changed'
  | 'account.deletion-begun'
  | 'account.deletion-taken-back'
  | 'account.data-copy-ready'
> => ({
  name: 'mail.tell-owners',
  events: [
    'account.password-changed',
    'account.email-changed',
    'account.second-factor-changed',
    'account.identities-changed',
    'account.new-device',
    'account.role-changed',
    'account.deletion-begun',
    'account.deletion-taken-back',
    'account.data-copy-ready',
  ],
  maxAttempts,
  async deliver({ eventId, name, payload }, signal) {
    const { accountId, challengeId, at, address } = payload;
    const account = await findAccount(deps.db, accountId);
    const facts = challengeId === undefined ? undefined : await deps.challenges.letterOf(challengeId);
    const to = facts?.to ?? account?.email;
    if (!account || !to) return;
    const notice = { event: name, at, address, role: account.role, notMeUrl: facts?.url };
    const { senderName } = deps.config.mail;
    const letter =
      noticeLetter(senderName, notice) ??
      dataLetter(senderName, {
        ...notice,
        pageUrl: `${linkBase(deps.config.server)}/account/data`,
        endsAt: account.deletion_ends_at,
        by: account.deletion_by,
      });
    if (letter) await send(deps, { id: `notice-${eventId}`, to, letter }, signal);
  },
});

/** The last mail, to the address that the account had. */
const tellOfErasure = (deps: MailDeps): Consumer<'account.erased'> => ({
  name: 'mail.tell-of-erasure',
  events: ['account.erased'],
  maxAttempts,
  async deliver({ eventId, payload: { accountId, to: sealed } }, signal) {
    if (sealed === null) return;
    const to = deps.secrets.open(sealed, erasedSealedFor(accountId));
    await send(deps, { id: `erased-${eventId}`, to, letter: erasedLetter(deps.config.mail.senderName) }, signal);
  },
});

const sendChallenges = (deps: MailDeps): Consumer<'challenge.begun'> => ({
  name: 'mail.send-challenges',
  events: ['challenge.begun'],
  // Most of what it sends lives for a day at most; an invitation, for a week, can be sent again.
  maxAttempts: 100,
  async deliver({ eventId, payload: { challengeId } }, signal) {
    const facts = await deps.challenges.letterOf(challengeId);
    const letter = facts && challengeLetter(deps.config.mail.senderName, facts);
    if (letter) await send(deps, { id: `challenge-${eventId}`, to: facts.to, letter }, signal);
  },
});
