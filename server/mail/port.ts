/** A letter to one person, in words alone. */
export interface Mail {
  /**
   * Names it: 1 to 64 letters, digits and hyphens. The same at each try, so that a mailbox that gets it twice can see
   * that it is one (`Message-ID`, RFC 5322 §3.6.4).
   */
  readonly id: string;
  /** One address, as the account has it. */
  readonly to: string;
  /** One line. */
  readonly subject: string;
  readonly text: string;
}

/** The mail server will never take this mail: nobody has the address, say. Trying again is no use. */
export class MailRefused extends Error {
  override readonly name = 'MailRefused';
}

/** Sends mails. */
export interface Mailer {
  /**
   * Resolves when it was taken: by the mail server, or by the folder. Whether it arrives is not known.
   * @throws MailRefused; OperatorError when the settings are wrong; another error when it can be tried again
   */
  send(mail: Mail): Promise<void>;
  /**
   * Resolves when mails would be taken: the mail server answers, in encryption, and knows us.
   * @throws as `send` does
   */
  check(): Promise<void>;
  /** Ends after mails in hand. */
  close(): Promise<void>;
}

/** A mail that nobody got. */
export interface KeptMail {
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

/** Mails that were kept instead of sent, for people who try the service out. */
export interface KeptMails {
  /** The newest first, at most `limit`. */
  list(limit: number): Promise<KeptMail[]>;
}
