import { until } from '../../server/testing/until.ts';
import type { Harness } from './harness.ts';

/** A mail as its reader finds what matters in it. */
export interface ReadMail {
  readonly subject: string;
  readonly text: string;
  /** Six digits; undefined when there are none. */
  readonly code: string | undefined;
  /** Behind the `#` of the address in it; undefined when there is none. */
  readonly link: string | undefined;
}

/** Starts what sends mails; it ends with the harness. */
export async function startMails(api: Harness): Promise<void> {
  await api.controlApi.background.start();
}

/** All mails to an address so far, the newest first. */
export async function mailsTo(api: Harness, to: string): Promise<ReadMail[]> {
  const mails = await api.keptMails.list(1000);
  return mails
    .filter((mail) => mail.to === to)
    .map(({ subject, text }) => ({
      subject,
      text,
      code: /\b(\d{6})\b/.exec(text)?.[1],
      link: /#(\S+)/.exec(text)?.[1],
    }));
}

/** Waits until an address has got `count` mails, and returns the newest. */
export async function newestMailTo(api: Harness, to: string, count = 1): Promise<ReadMail> {
  api.outbox.wake();
  return until(`mail ${count} to ${to}`, async () => {
    const mails = await mailsTo(api, to);
    return mails.length >= count ? mails[0] : undefined;
  });
}

/** Waits until everything that was to be mailed is, or was found to be nothing to mail. */
export async function allMailsSent(api: Harness): Promise<void> {
  api.outbox.wake();
  await until('all mails are sent', async () => {
    const counts = await api.outbox.counts();
    return Object.entries(counts).every(([name, { waiting }]) => !name.startsWith('mail.') || waiting === 0);
  });
}
