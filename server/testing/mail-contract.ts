import type { Test } from 'tap';
import { MailRefused, type Mail, type Mailer } from '../mail/port.ts';

/** A mail as it arrived. */
export interface ReceivedMail {
  readonly messageId: string;
  readonly from: string;
  /** Everybody who got it. */
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
}

/** A mailer whose mails are from `Drama & Söhne, the service <no-reply@example.com>`, and what became of them. */
export interface MailFixture {
  readonly mailer: Mailer;
  /** What arrived, oldest first. */
  received(): Promise<readonly ReceivedMail[]>;
}

/** Whom the mails of the suite are from. */
export const contractSender = { address: 'no-reply@example.com', name: 'Drama & Söhne, the service' };

const plain: Mail = { id: 'test-1', to: 'viewer@example.com', subject: 'Hello', text: 'How are you?' };

/** What every mailer promises. */
export function mailContract(t: Test, open: (t: Test) => Promise<MailFixture>): void {
  t.test('a mail arrives as it was written', async (t) => {
    const { mailer, received } = await open(t);
    await mailer.send(plain);
    t.strictSame(await received(), [
      {
        messageId: '<test-1@example.com>',
        from: 'Drama & Söhne, the service <no-reply@example.com>',
        to: ['viewer@example.com'],
        subject: 'Hello',
        text: 'How are you?',
      },
    ]);
  });

  t.test('words of any language, long lines, and lines that mean something to mail servers', async (t) => {
    const { mailer, received } = await open(t);
    const text = ['두 번째 이야기 — “Ende”', '.', '..', 'From me', '', 'x'.repeat(5000), '=3D 100 %'].join('\n');
    const subject = `이야기 ${'sehr lang '.repeat(40)}– Ende`;
    await mailer.send({ ...plain, subject, text });
    const [mail] = await received();
    t.equal(mail?.subject, subject);
    t.equal(mail?.text, text);
  });

  t.test('what people chose as their address or title adds nobody and no header', async (t) => {
    const { mailer, received } = await open(t);
    await mailer.send({ ...plain, subject: 'A\r\nBcc: other@example.com\r\n\r\nB', text: 'C' });
    // In lists of addresses, or with names, these would be somebody else's.
    for (const to of ['a,other@example.com', 'a;other@example.com', 'a<other@example.com>', '"a"other@example.com'])
      await t.rejects(mailer.send({ ...plain, id: 'test-2', to }), MailRefused, to);
    t.match(await received(), [{ to: ['viewer@example.com'], text: 'C' }]);
    t.equal((await received()).length, 1);
  });

  t.test('sent again, it has the same name', async (t) => {
    const { mailer, received } = await open(t);
    await mailer.send(plain);
    await mailer.send(plain);
    t.strictSame([...new Set((await received()).map(({ messageId }) => messageId))], ['<test-1@example.com>']);
  });

  t.test('several at once, and an end that waits for them', async (t) => {
    const { mailer, received } = await open(t);
    const ids = Array.from({ length: 20 }, (_, index) => `test-${index}`);
    const sending = Promise.all(ids.map((id) => mailer.send({ ...plain, id })));
    await Promise.all([sending, mailer.close()]);
    t.equal((await received()).length, 20);
  });
}
