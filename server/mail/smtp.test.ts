import { once } from 'node:events';
import { createServer } from 'node:net';
import t, { type Test } from 'tap';
import type { SMTPServerOptions } from 'smtp-server';
import { OperatorError } from '../kit/errors.ts';
import { freePort } from '../testing/free-port.ts';
import { contractSender, mailContract } from '../testing/mail-contract.ts';
import { startMailServer } from '../testing/mail-server.ts';
import { MailRefused } from './port.ts';
import { SmtpMailer } from './smtp.ts';

const mail = { id: 'test-1', to: 'viewer@example.com', subject: 'Hello', text: 'How are you?' };

async function open(t: Test, options: SMTPServerOptions = {}, { user = '', encrypted = false } = {}) {
  const server = await startMailServer(t, options);
  const url = `smtp://${user}${user && '@'}127.0.0.1:${server.port}`;
  const mailer = new SmtpMailer({ url, encrypted, sender: contractSender });
  t.teardown(() => mailer.close());
  return { server, mailer };
}

const refuse = (responseCode: number) => Object.assign(new Error('no'), { responseCode });
const failureOf = (sending: Promise<void>): Promise<Error | undefined> =>
  sending.then(
    () => undefined,
    (error: Error) => error,
  );

t.test('contract', (t) => {
  mailContract(t, async (t) => {
    const { server, mailer } = await open(t);
    return {
      mailer,
      received: async () => server.received.map(({ encrypted: _encrypted, user: _user, ...received }) => received),
    };
  });
  t.end();
});

t.test('signs in with the user and password of the URL', async (t) => {
  const { server, mailer } = await open(
    t,
    {
      authOptional: false,
      onAuth: ({ username, password }, _session, done) =>
        password === 'p@ss:word' ? done(null, { user: username }) : done(refuse(535)),
    },
    { user: 'us%20er:p%40ss%3Aword' },
  );
  await mailer.check();
  t.strictSame(server.received, [], 'a look sends nothing');
  await mailer.send(mail);
  t.equal(server.received[0]?.user, 'us er');
});

t.test('what the mail server refuses', async (t) => {
  let answer = refuse(550);
  const recipient = await open(t, { onRcptTo: (_address, _session, done) => done(answer) });
  t.ok((await failureOf(recipient.mailer.send(mail))) instanceof MailRefused, 'nobody has the address');
  answer = refuse(450);
  const later = await failureOf(recipient.mailer.send(mail));
  t.ok(later && !(later instanceof MailRefused) && !(later instanceof OperatorError), 'for now only');

  const sender = await open(t, { onMailFrom: (_address, _session, done) => done(refuse(553)) });
  const notOurs = await failureOf(sender.mailer.send(mail));
  t.match(notOurs, { name: 'OperatorError', message: /mail\.senderAddress/ });

  const wrong = await open(
    t,
    { authOptional: false, onAuth: (_auth, _session, done) => done(refuse(535)) },
    { user: 'user:hush-hush' },
  );
  t.match(await failureOf(wrong.mailer.check()), { name: 'OperatorError', message: /mail\.smtpUrl/ });
  const stranger = await failureOf(wrong.mailer.send(mail));
  t.match(stranger, { name: 'OperatorError', message: /user or password of mail\.smtpUrl/ });
  // Nobody's mail is refused for good because the settings have no password.
  answer = refuse(530);
  t.match(await failureOf(recipient.mailer.send(mail)), { name: 'OperatorError', message: /mail\.smtpUrl/ });
  for (const error of [later, notOurs, stranger])
    t.notMatch(
      JSON.stringify([error?.message, error?.stack, error?.cause, String(error?.cause)]),
      /hush|viewer@example|How are you/,
      'and says no secrets, addresses or texts',
    );
});

t.test('nothing is said without encryption', async (t) => {
  const without = await open(t, {}, { encrypted: true, user: 'user:hush-hush' });
  t.match(await failureOf(without.mailer.send(mail)), OperatorError, 'it offers none');
  // The certificate that the server brings is signed by nobody.
  const unknown = await open(t, { disabledCommands: [] }, { encrypted: true });
  t.match(await failureOf(unknown.mailer.send(mail)), { name: 'OperatorError', message: /NODE_EXTRA_CA_CERTS/ });
  t.strictSame([without.server.received, unknown.server.received], [[], []]);
});

t.test('a mail server that is away can be tried again', async (t) => {
  const port = await freePort();
  const mailer = new SmtpMailer({ url: `smtp://127.0.0.1:${port}`, encrypted: false, sender: contractSender });
  t.teardown(() => mailer.close());
  const away = await failureOf(mailer.send(mail));
  t.match(away, { name: 'Error', message: new RegExp(`127\\.0\\.0\\.1:${port} did not take the mail`) });

  const cut = createServer((socket) => socket.end('220 hello\r\n')).listen(0, '127.0.0.1');
  t.teardown(() => cut.close());
  await once(cut, 'listening');
  const { port: cutPort } = cut.address() as { port: number };
  const other = new SmtpMailer({ url: `smtp://127.0.0.1:${cutPort}`, encrypted: false, sender: contractSender });
  t.teardown(() => other.close());
  t.match(await failureOf(other.send(mail)), { name: 'Error' });
});
