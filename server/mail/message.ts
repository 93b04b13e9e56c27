import type { SendMailOptions } from 'nodemailer';
import { plainAddress } from '../kit/mail-address.ts';
import { MailRefused, type Mail } from './port.ts';

/** Whom mails are from. */
export interface Sender {
  readonly address: string;
  /** The name of the service. */
  readonly name: string;
}

/**
 * A mail as the library writes it. The envelope says once more who gets it, and nobody else does.
 * @throws MailRefused when the address is not a plain one
 */
export function messageOf({ id, to, subject, text }: Mail, sender: Sender): SendMailOptions {
  if (!plainAddress.test(to))
    throw new MailRefused('The address cannot be written to: it has letters that stand for something else');
  return {
    messageId: `<${id}@${sender.address.slice(sender.address.lastIndexOf('@') + 1)}>`,
    from: { name: sender.name, address: sender.address },
    to: { name: '', address: to },
    envelope: { from: sender.address, to: [to] },
    subject,
    text,
    // Nobody answers to a machine, out of the office or not (RFC 3834 §5).
    headers: { 'Auto-Submitted': 'auto-generated' },
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}
