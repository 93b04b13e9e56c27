import { readdir, readFile, rm, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createTransport } from 'nodemailer';
import PostalMime from 'postal-mime';
import { replaceFile } from '../kit/atomic-file.ts';
import type { Clock } from '../kit/clock.ts';
import { systemCode } from '../kit/system-errors.ts';
import { messageOf, type Sender } from './message.ts';
import type { KeptMail, KeptMails, Mail, Mailer } from './port.ts';

/** `<time>-<id>.eml`: in the order of their names they are in that of their times. */
const fileName = /^(\d{13})-([A-Za-z0-9-]{1,64})\.eml$/;

/**
 * Keeps mails as files that every mail program opens, instead of sending them: for development, and for the first look.
 * They hold what is meant for one person only, so the folder is closed to others.
 */
export class FolderMailer implements Mailer, KeptMails {
  readonly #folder: string;
  readonly #sender: Sender;
  readonly #clock: Clock;
  readonly #most: number;
  readonly #writer = createTransport({ streamTransport: true, buffer: true, newline: 'windows' });

  readonly #inHand = new Set<Promise<void>>();

  /** @param options `most`: so many mails are kept; older ones go */
  constructor(options: {
    readonly folder: string;
    readonly sender: Sender;
    readonly clock: Clock;
    readonly most?: number;
  }) {
    this.#folder = options.folder;
    this.#sender = options.sender;
    this.#clock = options.clock;
    this.#most = options.most ?? 500;
  }

  async send(mail: Mail): Promise<void> {
    const writing = this.#write(mail);
    const settled = writing
      .catch(() => undefined)
      .finally(() => {
        this.#inHand.delete(settled);
      });
    this.#inHand.add(settled);
    await writing;
  }

  async #write(mail: Mail): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const { message } = await this.#writer.sendMail(messageOf(mail, this.#sender));
    const kept = await this.#names();
    // Sent again, it is the same mail.
    const name = kept.find((each) => idOf(each) === mail.id) ?? `${this.#clock.now()}-${mail.id}.eml`;
    const target = path.join(this.#folder, name);
    await replaceFile(target, `${target}.new`, (temporary) => writeFile(temporary, message as Buffer, { mode: 0o600 }));
    for (const old of kept.slice(this.#most - 1)) await rm(path.join(this.#folder, old), { force: true });
  }

  async check(): Promise<void> {
    // The folder is made with the first mail.
  }

  async list(limit: number): Promise<KeptMail[]> {
    const mails: KeptMail[] = [];
    for (const name of (await this.#names()).slice(0, limit)) {
      const bytes = await readFile(path.join(this.#folder, name)).catch(unlessMissing);
      if (!bytes) continue;
      const { subject = '', to, text = '' } = await PostalMime.parse(bytes);
      mails.push({ id: idOf(name), at: Number(name.slice(0, 13)), to: to?.[0]?.address ?? '', subject, text });
    }
    return mails;
  }

  async close(): Promise<void> {
    await Promise.all(this.#inHand);
  }

  /** Newest first. */
  async #names(): Promise<string[]> {
    const names = (await readdir(this.#folder).catch(unlessMissing)) ?? [];
    return names.filter((name) => fileName.test(name)).toSorted((a, b) => (a < b ? 1 : -1));
  }
}

const idOf = (name: string): string => fileName.exec(name)?.[2] ?? '';

function unlessMissing(error: unknown): undefined {
  if (systemCode(error) !== 'ENOENT') throw error;
}
