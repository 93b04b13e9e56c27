import t from 'tap';
import { MailRefused } from '../../server/mail/port.ts';
import { until } from '../../server/testing/until.ts';
import { setPassword } from '../sign-in/passwords/set-password.ts';
import { password, startControlApi, type Harness } from '../testing/harness.ts';
import { noticeLetter, type Letter } from './letters.ts';

const newPassword = 'another long phrase of mine';

async function changePassword(api: Harness, authorization: string): Promise<void> {
  const { statusCode, body } = await api.app.inject({
    method: 'POST',
    url: '/api/v1/accounts/me/password',
    headers: { authorization },
    body: { currentPassword: password, newPassword },
  });
  if (statusCode !== 204) throw new Error(body);
}

interface Mails {
  readonly areSent: boolean;
  readonly items: readonly {
    readonly id: string;
    readonly to: string;
    readonly subject: string;
    readonly text: string;
  }[];
}

async function mails(api: Harness): Promise<Mails> {
  const { authorization } = await api.as('super_admin');
  const answer = await api.app.inject({ url: '/api/v1/mails', headers: { authorization } });
  return answer.json<Mails>();
}

async function start(t: Parameters<typeof startControlApi>[0], options?: Parameters<typeof startControlApi>[1]) {
  const api = await startControlApi(t, options);
  await api.controlApi.background.start();
  t.teardown(() => api.controlApi.background.stop({ force: true }));
  return api;
}

t.test('the owner of an account is told that its password was changed', async (t) => {
  const api = await start(t, { settings: { mail: { senderName: 'Drama Night' } } });
  t.strictSame(await mails(api), { areSent: false, items: [] });
  const viewer = await api.as('viewer');
  await changePassword(api, viewer.authorization);
  const [mail] = await until('the mail is there', async () => {
    const { items } = await mails(api);
    return items.length > 0 ? items : undefined;
  });
  t.match(mail, { to: viewer.email, subject: 'Your password for Drama Night was changed' });
  t.match(mail?.text, /from the network address 127\.0\.0\.1\./);
  t.notMatch(JSON.stringify(mail), /another long|correct horse/, 'it says neither password');

  await setPassword(api.db, { email: viewer.email, outbox: api.outbox, clock: api.clock });
  api.outbox.wake();
  const both = await until('the second one is there', async () => {
    const { items } = await mails(api);
    return items.length > 1 ? items : undefined;
  });
  t.ok(both.some(({ text }) => text.includes('by those who run the service.')));
});

t.test('a password that was not changed is nothing to tell of', async (t) => {
  const api = await start(t);
  const viewer = await api.as('viewer');
  const wrong = await api.app.inject({
    method: 'POST',
    url: '/api/v1/accounts/me/password',
    headers: { authorization: viewer.authorization },
    body: { currentPassword: 'wrong wrong wrong', newPassword },
  });
  t.equal(wrong.statusCode, 401);
  t.strictSame(await api.recorded('account.password-changed'), []);
});

t.test('a mail server that is away is asked again, one that refuses is not', async (t) => {
  const tried: string[] = [];
  const answers = [new Error('away'), undefined, new MailRefused('nobody has it')];
  const api = await start(t, {
    mailer: {
      send: async ({ id, to }) => {
        tried.push(`${id} ${to}`);
        const error = answers.shift();
        if (error) throw error;
      },
      check: async () => undefined,
      close: async () => undefined,
    },
  });
  t.match(await mails(api), { areSent: true, items: [] }, 'none are kept where they are sent');
  const [one, two] = [await api.as('viewer'), await api.as('viewer')];
  await changePassword(api, one.authorization);
  await until('it was tried', () => tried.length === 1);
  api.clock.advance(600_000);
  api.outbox.wake();
  await until('and again', () => tried.length === 2);
  t.equal(tried[0], tried[1], 'under the same name');
  await changePassword(api, two.authorization);
  await until('the other one was tried', () => tried.length === 3);
  await until('it is done with', async () => {
    const counts = (await api.outbox.counts())['mail.tell-owners'];
    return counts?.waiting === 0 && counts.setAside === 0;
  });
  t.equal(tried.length, 3);
  const line = api.logs.find((each) => each.includes('nobody takes a mail'));
  t.ok(line);
  t.notMatch(api.logs.join('\n'), new RegExp(two.email), 'no address in the log');
});

t.test('an account that is gone is told nothing', async (t) => {
  const api = await startControlApi(t);
  const viewer = await api.as('viewer');
  await api.outbox.makeKnown({ name: 'mail.tell-owners', events: ['account.password-changed'] });
  await changePassword(api, viewer.authorization);
  await api.db.deleteFrom('refresh_tokens').where('account_id', '=', viewer.id).execute();
  await api.db.deleteFrom('accounts').where('id', '=', viewer.id).execute();
  await api.controlApi.background.start();
  t.teardown(() => api.controlApi.background.stop({ force: true }));
  await until('it is done with', async () => {
    return (await api.outbox.counts())['mail.tell-owners']?.waiting === 0;
  });
  t.strictSame((await mails(api)).items, []);
});

t.test('what the letter says', (t) => {
  const at = Date.UTC(2026, 0, 31, 12, 5);
  const { subject, text } = noticeLetter('Dramabox', {
    event: 'account.password-changed',
    at,
    address: '2001:db8::1',
    role: 'viewer',
    notMeUrl: undefined,
  }) as Letter;
  t.equal(subject, 'Your password for Dramabox was changed');
  t.match(text, /on 2026-01-31 12:05 UTC, from the network address 2001:db8::1\./);
  const another = noticeLetter('Dramabox', {
    event: 'account.role-changed',
    at,
    address: null,
    role: 'support',
    notMeUrl: undefined,
  }) as Letter;
  t.match(
    another.text,
    /^The role of your account at Dramabox was changed on .*, by those who run the service\. It is now: support\.\n\nIf you did not expect this/,
  );
  t.end();
});
