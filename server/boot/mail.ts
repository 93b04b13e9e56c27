import path from 'node:path';
import type { Config } from '../../config/schema.ts';
import type { Clock } from '../kit/clock.ts';
import type { Notice } from '../kit/notices.ts';
import { FolderMailer } from '../mail/folder.ts';
import type { KeptMails, Mailer } from '../mail/port.ts';
import { SmtpMailer } from '../mail/smtp.ts';

/** What sends mails, and what was kept instead. */
export interface MailInUse {
  readonly mailer: Mailer;
  /** Undefined where mails are sent. */
  readonly kept: KeptMails | undefined;
}

/** Where mails go, as the configuration says. */
export function openMail({ dataDir, mail }: Pick<Config, 'dataDir' | 'mail'>, clock: Clock): MailInUse {
  const sender = { address: mail.senderAddress, name: mail.senderName };
  if (mail.kind === 'smtp')
    return { mailer: new SmtpMailer({ url: mail.smtpUrl, encrypted: mail.smtpEncrypted, sender }), kept: undefined };
  const mailer = new FolderMailer({ folder: path.join(dataDir, 'mail'), sender, clock });
  return { mailer, kept: mailer };
}

/** What operators are told whose viewers come from outside and get no mails. Somebody who tries things out reads them himself. */
export function noticeOfUnsent({ mail, server }: Pick<Config, 'mail' | 'server'>): Notice | undefined {
  if (mail.kind === 'smtp' || server.publicUrl === '') return undefined;
  return {
    code: 'mails-not-sent',
    setting: 'mail.kind',
    detail:
      'Mails are kept in a folder: nobody gets the notices about his account. Set mail.kind to smtp, and mail.smtpUrl.',
  };
}
