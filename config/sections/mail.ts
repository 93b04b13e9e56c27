import { plainAddress } from '../../server/kit/mail-address.ts';
import { choice, flag, group, secret, text, type Rule } from '../option.ts';

export const mail = group('What is sent to people: notices about their account.', {
  kind: choice(
    'folder (nobody gets anything: mails are kept below dataDir, and super admins read them in the dashboard) or smtp.',
    ['folder', 'smtp'],
  ),
  smtpUrl: secret(
    'The mail server: smtp://user:password@host:587 (encrypted from STARTTLS on) or smtps://user:password@host:465.',
  ),
  smtpEncrypted: flag(
    'Refuse to speak to a mail server without encryption. false only for one on this machine or in a network of your own.',
    true,
  ),
  senderAddress: text('Whom mails are from, e.g. no-reply@example.com.', 'no-reply@localhost'),
  senderName: text('The name of the service, as mails say it.', 'Dramabox'),
});

interface MailOptions {
  readonly mail: {
    readonly kind: string;
    readonly smtpUrl: string;
    readonly senderAddress: string;
    readonly senderName: string;
  };
}

/** Neither a line break, which would begin another header, nor anything else that is not seen. */
const oneLine = /^[^\p{C}]*$/u;

export const mailRules: readonly Rule<MailOptions>[] = [
  ({ mail: { kind, smtpUrl } }) =>
    kind === 'smtp' && smtpUrl === ''
      ? {
          option: 'mail.smtpUrl',
          message:
            'must be set (DRAMABOX_MAIL_SMTP_URL, or DRAMABOX_MAIL_SMTP_URL_FILE to a file that holds it), because mail.kind is smtp',
        }
      : undefined,
  ({ mail: { kind, smtpUrl } }) =>
    kind !== 'smtp' && smtpUrl !== ''
      ? { option: 'mail.smtpUrl', message: 'is set, but nothing would use it. Set mail.kind to smtp' }
      : undefined,
  ({ mail: { smtpUrl } }) => {
    const url = URL.parse(smtpUrl);
    return smtpUrl === '' || (url && /^smtps?:$/.test(url.protocol) && url.hostname !== '')
      ? undefined
      : { option: 'mail.smtpUrl', message: 'must be a URL that begins with smtp:// or smtps://' };
  },
  ({ mail: { smtpUrl } }) =>
    /%(?![0-9a-f]{2})/i.test(smtpUrl)
      ? { option: 'mail.smtpUrl', message: 'has a % that begins no code: write %25 for one in the user or password' }
      : undefined,
  ({ mail: { kind, senderAddress } }) =>
    plainAddress.test(senderAddress) && (kind !== 'smtp' || !senderAddress.endsWith('@localhost'))
      ? undefined
      : { option: 'mail.senderAddress', message: 'must be an address of the service, such as no-reply@example.com' },
  ({ mail: { senderName } }) =>
    oneLine.test(senderName) && senderName.trim() !== ''
      ? undefined
      : { option: 'mail.senderName', message: 'must be a name on one line' },
];
