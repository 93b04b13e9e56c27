import t from 'tap';
import { loadConfig } from '../../config/load.ts';
import { createFakeClock } from '../testing/fake-clock.ts';
import { noticeOfUnsent, openMail } from './mail.ts';

t.test('mails are kept, or sent, and operators of a public service are told when nobody gets any', async (t) => {
  const dataDir = t.testdir();
  const server = { publicUrl: 'https://video.example.com' };
  const smtp = { kind: 'smtp', smtpUrl: 'smtp://127.0.0.1:1', senderAddress: 'a@example.com' };
  for (const { overrides, isKept, code } of [
    { overrides: {}, isKept: true, code: undefined },
    { overrides: { server }, isKept: true, code: 'mails-not-sent' },
    { overrides: { server, mail: smtp }, isKept: false, code: undefined },
  ]) {
    const config = loadConfig({ overrides: { dataDir, ...overrides } });
    const { mailer, kept } = openMail(config, createFakeClock(0));
    t.equal(kept !== undefined, isKept);
    t.equal(noticeOfUnsent(config)?.code, code);
    await mailer.close();
  }
});
