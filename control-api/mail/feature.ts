import type { Config } from '../../config/schema.ts';
import type { Database } from '../../server/db/port.ts';
import { toIso } from '../../server/kit/clock.ts';
import type { Logger } from '../../server/kit/logger.ts';
import { MailRefused, type KeptMails, type Mailer } from '../../server/mail/port.ts';
import type { Consumer } from '../../server/outbox/port.ts';
import { findAccount } from '../account.ts';
import type { Feature } from '../feature.ts';
import { answer, reference } from '../schemas.ts';
import { passwordChanged } from './letters.ts';
import { keptMailSchema, keptMailsSchema } from './schemas.ts';

export interface MailDeps {
  readonly config: Pick<Config, 'mail'>;
  readonly db: Database;
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
    consumers: [tellOfPasswordChange(deps)],
  };
}

/** The notice goes to the address that the account has when it is sent; to nobody when the account is gone. */
const tellOfPasswordChange = ({
  config: {
    mail: { senderName },
  },
  db,
  mailer,
  logger,
}: MailDeps): Consumer<'account.password-changed'> => ({
  name: 'mail.tell-of-password-change',
  events: ['account.password-changed'],
  maxAttempts,
  async deliver({ eventId, payload }) {
    const account = await findAccount(db, payload.accountId);
    if (!account) return;
    try {
      const letter = passwordChanged(senderName, payload);
      await mailer.send({ id: `password-changed-${eventId}`, to: account.email, ...letter });
    } catch (error) {
      if (!(error instanceof MailRefused)) throw error;
      logger.warn({ err: error, accountId: account.id }, 'nobody takes mails for this account');
    }
  },
});
