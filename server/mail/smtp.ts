import { createTransport, type Transporter } from 'nodemailer';
import { OperatorError, toError } from '../kit/errors.ts';
import { messageOf, type Sender } from './message.ts';
import { MailRefused, type Mail, type Mailer } from './port.ts';

/** How long the mail server may take to be reached, to say hello, and to say anything more, in milliseconds. */
const timeouts = { connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 30_000 };
/** Connections at the same time. Mail servers count them. */
const maxConnections = 2;

/** What the library's errors tell. `originalCode` is that of the system or of TLS, `command` what was said last. */
interface LibraryError {
  readonly code?: string;
  readonly originalCode?: string;
  readonly responseCode?: number;
  readonly command?: string;
}

/** How a mail server is spoken to. */
export interface SmtpOptions {
  /** `smtp://user:password@host:587` or `smtps://…:465`. */
  readonly url: string;
  /** Whether nothing is said without encryption. */
  readonly encrypted: boolean;
  readonly sender: Sender;
}

/** Sends mails by a mail server (SMTP, RFC 5321). Its connections are kept for a while. */
export class SmtpMailer implements Mailer {
  readonly #sender: Sender;
  readonly #transport: Transporter;
  readonly #place: string;
  readonly #inHand = new Set<Promise<unknown>>();

  constructor({ url, encrypted, sender }: SmtpOptions) {
    this.#sender = sender;
    const { protocol, hostname, port, host, username, password } = new URL(url);
    const secure = protocol === 'smtps:';
    this.#place = host;
    this.#transport = createTransport({
      pool: true,
      maxConnections,
      host: hostname.replace(/^\[(.*)\]$/, '$1'),
      port: Number(port) || (secure ? 465 : 587),
      secure,
      requireTLS: encrypted && !secure,
      ...(username !== '' && { auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) } }),
      ...timeouts,
    });
  }

  async send(mail: Mail): Promise<void> {
    const message = messageOf(mail, this.#sender);
    await this.#ask(this.#transport.sendMail(message));
  }

  check(): Promise<void> {
    return this.#ask(this.#transport.verify());
  }

  async #ask(asking: Promise<unknown>): Promise<void> {
    this.#inHand.add(asking);
    try {
      await asking;
    } catch (error) {
      throw this.#explain(toError(error));
    } finally {
      this.#inHand.delete(asking);
    }
  }

  async close(): Promise<void> {
    await Promise.allSettled(this.#inHand);
    this.#transport.close();
  }

  /** What went wrong, without the dialogue that the library attaches to its errors: it quotes addresses. */
  #explain(error: Error): Error {
    const { code, originalCode, responseCode, command } = error as LibraryError;
    const cause = new Error([originalCode ?? code, responseCode].filter(Boolean).join(' ') || error.name);
    // 4yz: it may go better later (RFC 5321 §4.2.1).
    const isForGood = responseCode === undefined || responseCode >= 500;
    // 530: it wants somebody to sign in first (RFC 4954 §6).
    if ((code === 'EAUTH' && isForGood) || responseCode === 530)
      return new OperatorError(`${this.#place} does not accept the user or password of mail.smtpUrl`, { cause });
    if (
      code === 'ETLS' ||
      (originalCode !== undefined && /CERT|ERR_TLS|ERR_SSL|SELF_SIGNED|UNABLE_TO/.test(originalCode))
    )
      return new OperatorError(
        `${this.#place} cannot be spoken to in encryption: use smtps:// in mail.smtpUrl if it wants that, or a certificate that is accepted (NODE_EXTRA_CA_CERTS)`,
        { cause },
      );
    if (code === 'EENVELOPE' && command === 'MAIL FROM' && isForGood)
      return new OperatorError(`${this.#place} does not accept the sender of mail.senderAddress`, { cause });
    if ((code === 'EENVELOPE' || code === 'EMESSAGE') && isForGood)
      return new MailRefused(`${this.#place} refused the mail for good: ${cause.message}`, { cause });
    return new Error(`${this.#place} did not take the mail: ${cause.message}`, { cause });
  }
}
