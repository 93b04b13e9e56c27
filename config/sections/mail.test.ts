import t from 'tap';
import { loadConfig } from '../load.ts';

const load = (environment: NodeJS.ProcessEnv) => loadConfig({ environment });
const smtp = {
  DRAMABOX_MAIL_KIND: 'smtp',
  DRAMABOX_MAIL_SMTP_URL: 'smtp://user:pw-not-to-be-seen@mail.example.com:587',
  DRAMABOX_MAIL_SENDER_ADDRESS: 'no-reply@example.com',
};

t.test('a mail server needs its address and a sender', async (t) => {
  t.equal(load(smtp).mail.smtpEncrypted, true);
  t.throws(() => load({ ...smtp, DRAMABOX_MAIL_SMTP_URL: '' }), /mail\.smtpUrl: must be set/);
  t.throws(() => load({ ...smtp, DRAMABOX_MAIL_KIND: 'folder' }), /mail\.smtpUrl: is set, but nothing would use it/);
  t.throws(
    () => load({ ...smtp, DRAMABOX_MAIL_SENDER_ADDRESS: 'no-reply@localhost' }),
    /mail\.senderAddress: must be an address/,
  );
  for (const url of ['mail.example.com', 'http://pw-not-to-be-seen@mail.example.com', 'smtp://']) {
    t.throws(() => load({ ...smtp, DRAMABOX_MAIL_SMTP_URL: url }), /must be a URL that begins with smtp:/, url);
    try {
      load({ ...smtp, DRAMABOX_MAIL_SMTP_URL: url });
    } catch (error) {
      t.notMatch(String(error), 'pw-not-to-be-seen');
    }
  }
});

t.test('a % in the password is written as one', async (t) => {
  const loadWith = (password: string) =>
    load({ ...smtp, DRAMABOX_MAIL_SMTP_URL: `smtp://user:${password}@mail.example.com` });
  t.throws(() => loadWith('100%sure'), /mail\.smtpUrl: has a % that begins no code: write %25/);
  t.ok(loadWith('100%25sure'));
});

t.test('the sender is one address and one name', async (t) => {
  t.equal(load({}).mail.senderName, 'Dramabox');
  for (const address of ['', 'nobody', 'a@b@c', 'a,b@example.com', 'A <a@example.com>'])
    t.throws(() => load({ DRAMABOX_MAIL_SENDER_ADDRESS: address }), /mail\.senderAddress/, address);
  for (const name of [' ', 'Drama\r\nBcc: other@example.com'])
    t.throws(() => load({ DRAMABOX_MAIL_SENDER_NAME: name }), /mail\.senderName: must be a name on one line/);
});
