import { pino } from 'pino';
import t, { type Test } from 'tap';
import { openPostgres } from '../../server/db/postgres.ts';
import { startPostgres } from '../../server/testing/postgres.ts';
import { password, startControlApi, type Harness, type HarnessOptions } from '../testing/harness.ts';
import { newestMailTo, startMails } from '../testing/mails.ts';
import { totpCode } from './factors/totp.ts';

/** What opens an account once is tried by several at the same moment, on two processes. */

const phrase = 'seven green bottles on a wall';
const tries = 6;
interface Begun {
  readonly token: string;
}
interface SignedIn {
  readonly accessToken: string;
  readonly account: { readonly id: string; readonly email: string | null };
}
type Pair = readonly [Harness, Harness];

const send = (api: Harness, method: 'POST' | 'DELETE', path: string, body?: object, authorization?: string) =>
  api.app.inject({
    method,
    url: `/api/v1/accounts/${path}`,
    ...(body && { body }),
    headers: authorization === undefined ? {} : { authorization },
  });
const post = (api: Harness, path: string, body: object, authorization?: string) =>
  send(api, 'POST', path, body, authorization);
const bearer = (response: { json<T>(): T }) => `Bearer ${response.json<SignedIn>().accessToken}`;

/** Does the same on both at once; what was answered, in the order of the tries. */
const race = (pair: Pair, attempt: (api: Harness, index: number) => ReturnType<typeof send>) =>
  Promise.all(Array.from({ length: tries }, (_, index) => attempt(pair[index % 2] as Harness, index)));
const countOf = (answers: readonly { readonly statusCode: number }[], status: number) =>
  answers.filter(({ statusCode }) => statusCode === status).length;
const refusals = (answers: readonly { readonly statusCode: number }[]) => [
  ...new Set(answers.map(({ statusCode }) => statusCode).filter((status) => status >= 300)),
];

/** @param open the same database for each of the two; the one of a folder unless given */
async function check(t: Test, open?: () => NonNullable<HarnessOptions['database']>): Promise<void> {
  const settings = { accounts: { guests: true } };
  const start = (more: HarnessOptions) => startControlApi(t, { settings, ...(open && { database: open() }), ...more });
  const one = await start({});
  const two = await start({ folder: one.config.dataDir, keyrings: one.keyrings, limits: one.limits });
  const pair: Pair = [one, two];
  await startMails(one);
  let people = 0;
  const newPerson = () => `person-${(people += 1)}@example.com`;

  await t.test('a code', async (t) => {
    const { id, email } = await one.addAccount('viewer', newPerson());
    const { token } = (await post(one, 'sign-in/code', { email })).json<Begun>();
    const { code } = await newestMailTo(one, email);
    const answers = await race(pair, (api) => post(api, 'sign-in/code/complete', { token, code, delivery: 'body' }));
    t.equal(countOf(answers, 200), 1);
    t.same(refusals(answers), [401]);
    const signIns = await one.db.selectFrom('sign_ins').select('id').where('account_id', '=', id).execute();
    t.equal(signIns.length, 1);
  });

  await t.test('guesses at a code', async (t) => {
    const { email } = await one.addAccount('viewer', newPerson());
    const { token } = (await post(one, 'sign-in/code', { email })).json<Begun>();
    const { code = '' } = await newestMailTo(one, email);
    const wrong = code === '000000' ? '111111' : '000000';
    await race(pair, (api) => post(api, 'sign-in/code/complete', { token, code: wrong, delivery: 'body' }));
    const right = await post(one, 'sign-in/code/complete', { token, code, delivery: 'body' });
    t.equal(right.statusCode, 401, 'six were five and one too many');
  });

  await t.test('the link of a sign-up', async (t) => {
    const email = newPerson();
    await post(one, 'sign-up', { email, password: phrase });
    const { link } = await newestMailTo(one, email);
    const answers = await race(pair, (api, index) =>
      post(api, 'sign-up/complete', { link, password: `${phrase} ${index}`, delivery: 'body' }),
    );
    t.equal(countOf(answers, 200), 1);
    t.same(refusals(answers), [401]);
  });

  await t.test('the link of a recovery', async (t) => {
    const { email } = await one.addAccount('viewer', newPerson());
    await post(one, 'recovery', { email });
    const { link } = await newestMailTo(one, email);
    const answers = await race(pair, (api, index) =>
      post(api, 'recovery/complete', { link, newPassword: `${phrase} ${index}` }),
    );
    t.equal(countOf(answers, 204), 1);
    const winner = answers.findIndex(({ statusCode }) => statusCode === 204);
    const signedIn = await post(one, 'sign-in', { email, password: `${phrase} ${winner}`, delivery: 'body' });
    t.equal(signedIn.statusCode, 200);
  });

  await t.test('a code of an authenticator app, and a recovery code', async (t) => {
    const account = await one.addAccount('viewer', newPerson());
    const authorization = await one.signIn(account);
    const { secret } = (await post(one, 'me/totp', {}, authorization)).json<{ secret: string }>();
    const now = totpCode(secret, one.clock.now());
    const confirmed = await post(one, 'me/totp/confirm', { code: now }, authorization);
    const { recoveryCodes } = confirmed.json<{ recoveryCodes: string[] }>();
    const half = async () => {
      const { email } = account;
      return (await post(one, 'sign-in', { email, password, delivery: 'body' })).json<Begun>().token;
    };
    for (const each of pair) each.clock.advance(30_000);
    const next = totpCode(secret, one.clock.now());
    for (const shown of [{ totp: next }, { recoveryCode: recoveryCodes[0] }]) {
      const tokens: string[] = [];
      for (let n = 0; n < tries; n += 1) tokens.push(await half());
      const answers = await race(pair, (api, index) =>
        post(api, 'sign-in/second-factor', { token: tokens[index], ...shown, delivery: 'body' }),
      );
      t.equal(countOf(answers, 200), 1, Object.keys(shown).join());
      t.same(refusals(answers), [401]);
    }
  });

  await t.test('the code for another address', async (t) => {
    const account = await one.addAccount('viewer', newPerson());
    const authorization = await one.signIn(account);
    const email = newPerson();
    const { token } = (await post(one, 'me/email', { email }, authorization)).json<Begun>();
    const { code } = await newestMailTo(one, email);
    const answers = await race(pair, (api) => post(api, 'me/email/complete', { token, code }, authorization));
    t.equal(countOf(answers, 204), 1);
    t.same(refusals(answers), [401]);
  });

  await t.test('"this was not me"', async (t) => {
    const account = await one.addAccount('viewer', newPerson());
    const change = { currentPassword: password, newPassword: phrase };
    t.equal((await post(one, 'me/password', change, await one.signIn(account))).statusCode, 204);
    const { link } = await newestMailTo(one, account.email);
    const answers = await race(pair, (api) => post(api, 'not-me', { link }));
    t.equal(countOf(answers, 204), 1);
    t.same(refusals(answers), [401]);
  });

  await t.test('a guest becomes one account, and is handed over once', async (t) => {
    const guest = await post(one, 'guest', { delivery: 'body' });
    const proofs: (Begun & { readonly code: string | undefined })[] = [];
    for (let n = 0; n < tries; n += 1) {
      const email = newPerson();
      const { token } = (await post(one, 'sign-in/code', { email }, bearer(guest))).json<Begun>();
      proofs.push({ token, code: (await newestMailTo(one, email)).code });
    }
    const answers = await race(pair, (api, index) =>
      post(api, 'sign-in/code/complete', { ...proofs[index], delivery: 'body' }),
    );
    t.equal(countOf(answers, 200), tries, 'everybody has an account');
    const ids = answers.map((each) => each.json<SignedIn>().account.id);
    t.equal(new Set(ids).size, tries, 'of their own');
    t.equal(ids.filter((id) => id === guest.json<SignedIn>().account.id).length, 1, 'which one of them began as guest');

    const another = await post(one, 'guest', { delivery: 'body' });
    const members = await Promise.all(Array.from({ length: tries }, () => one.addAccount('viewer', newPerson())));
    await race(pair, (api, index) =>
      post(api, 'sign-in', { email: members[index]?.email, password, delivery: 'body' }, bearer(another)),
    );
    t.same(await one.recorded('guest.handed-over'), [another.json<SignedIn>().account.id]);
  });

  await t.test('of two ways in one stays', async (t) => {
    const { id } = await one.rows.account({ email: null, password_hash: null });
    const ways = ['google', 'facebook'] as const;
    for (const provider of ways)
      await one.db
        .insertInto('identities')
        .values({
          id: `identity_01ARZ3NDEKTSV4RRFFQ69G5F${provider === 'google' ? 'AV' : 'AW'}`,
          account_id: id,
          provider,
          subject: id,
          email: null,
          name: null,
          sealed_grant: null,
          firebase_user: null,
          linked_at: 1,
          used_at: 1,
        })
        .execute();
    const authorization = await one.signIn({ id });
    const answers = await race(pair, (api, index) =>
      send(
        api,
        'DELETE',
        `me/identities/identity_01ARZ3NDEKTSV4RRFFQ69G5F${index % 4 < 2 ? 'AV' : 'AW'}`,
        undefined,
        authorization,
      ),
    );
    t.equal(countOf(answers, 204), 1);
    const left = await one.db.selectFrom('identities').select('provider').where('account_id', '=', id).execute();
    t.equal(left.length, 1);
  });

  await t.test('wrong passwords', async (t) => {
    const { email } = await one.addAccount('viewer', newPerson());
    const { signInAttemptsPerAccount: allowed } = one.config.accounts;
    const statuses: number[] = [];
    for (let n = 0; n < allowed + tries; n += tries) {
      const answers = await race(pair, (api) =>
        post(api, 'sign-in', { email, password: 'wrong wrong wrong', delivery: 'body' }),
      );
      statuses.push(...answers.map(({ statusCode }) => statusCode));
    }
    t.equal(statuses.filter((status) => status === 401).length, allowed, 'both count as one');
  });
}

t.test('on SQLite', (t) => check(t));

t.test('on PostgreSQL', async (t) => {
  const server = await startPostgres(t);
  if (!server) return;
  const url = await server.createDatabase();
  await check(t, () => openPostgres({ url, logger: pino({ level: 'silent' }), maxConnections: 6 }));
});
