import { sql, type Transaction } from 'kysely';
import { pino } from 'pino';
import t, { type Test } from 'tap';
import type { Tables } from '../../server/db/port.ts';
import { openPostgres } from '../../server/db/postgres.ts';
import { startPostgres } from '../../server/testing/postgres.ts';
import { until } from '../../server/testing/until.ts';
import { password, startControlApi, type Harness } from '../testing/harness.ts';
import { hashPassword } from './passwords/passwords.ts';

/** What several connections do to one account at the same time. */

interface Tokens {
  accessToken: string;
  refreshToken: string;
}
type Answer = ReturnType<typeof post>;

const post = (api: Harness, path: string, body: object, authorization?: string) =>
  api.app.inject({
    method: 'POST',
    url: `/api/v1/accounts/${path}`,
    body,
    headers: authorization === undefined ? {} : { authorization },
  });
const refresh = (api: Harness, refreshToken: string) => post(api, 'refresh', { delivery: 'body', refreshToken });
const me = async (api: Harness, { accessToken }: Tokens) =>
  (await api.app.inject({ url: '/api/v1/accounts/me', headers: { authorization: `Bearer ${accessToken}` } }))
    .statusCode;

const signIn = async (api: Harness, account: { readonly email: string }) =>
  (await post(api, 'sign-in', { email: account.email, password, delivery: 'body' })).json<Tokens>();

async function start(t: Test): Promise<Harness | undefined> {
  const server = await startPostgres(t);
  if (!server) return undefined;
  const database = openPostgres({
    url: await server.createDatabase(),
    logger: pino({ level: 'silent' }),
    maxConnections: 12,
  });
  return startControlApi(t, { database });
}

interface Held {
  readonly tx: Transaction<Tables>;
  /** Resolves when so many statements wait for a lock. */
  waiting(count: number): Promise<unknown>;
}

/** Begins requests while the account's row is held, so that whatever needs it comes to a stop, and returns what they answered. */
async function holding(
  api: Harness,
  accountId: string,
  begin: (held: Held) => Promise<readonly Answer[]>,
): Promise<Awaited<Answer>[]> {
  const begun = await api.db.transaction().execute(async (tx) => {
    await sql`select 1 from accounts where id = ${accountId} for update`.execute(tx);
    return begin({
      tx,
      waiting: (count) =>
        until(`${count} wait for a lock`, async () => {
          const { rows } = await sql<{
            n: number | string;
          }>`select count(*) as n from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`.execute(
            api.db,
          );
          return Number(rows[0]?.n) >= count;
        }),
    });
  });
  return Promise.all(begun);
}

t.test('accounts on PostgreSQL', async (t) => {
  const api = await start(t);
  if (!api) return;

  const admin = await api.as('super_admin');
  for (const [name, revoke] of Object.entries<(account: { id: string; first: Tokens; current: Tokens }) => Answer>({
    'a sign-out': ({ current }) => post(api, 'sign-out', { delivery: 'body', refreshToken: current.refreshToken }),
    'the reuse of an old token': ({ first }) => refresh(api, first.refreshToken),
    'a change of the password': ({ current }) =>
      post(
        api,
        'me/password',
        { currentPassword: password, newPassword: 'another long password' },
        `Bearer ${current.accessToken}`,
      ),
    'the end of the account': ({ id }) =>
      api.app.inject({
        method: 'PATCH',
        url: `/api/v1/accounts/${id}`,
        body: { status: 'disabled' },
        headers: { authorization: admin.authorization },
      }),
  })) {
    await t.test(`no refresh in flight outlives ${name}`, async (t) => {
      const account = await api.addAccount('viewer');
      const first = await signIn(api, account);
      const current = (await refresh(api, first.refreshToken)).json<Tokens>();
      api.clock.advance(31_000);
      const [refreshed, revoked] = await holding(api, account.id, async ({ waiting }) => {
        const refreshing = refresh(api, current.refreshToken);
        await waiting(1);
        const revoking = revoke({ id: account.id, first, current });
        await waiting(2);
        return [refreshing, revoking];
      });
      t.not(revoked?.statusCode, 500);
      const alive = await api.db
        .selectFrom('sign_ins')
        .select('id')
        .where('account_id', '=', account.id)
        .where('ended_at', 'is', null)
        .execute();
      t.same(alive, [], 'nothing is left of the sign-in');
      if (refreshed?.statusCode === 200)
        t.equal((await refresh(api, refreshed.json<Tokens>().refreshToken)).statusCode, 401);
    });
  }

  await t.test('a sign-in with the old password ends with the old password', async (t) => {
    for (const change of [
      { password_hash: await hashPassword('another long password') },
      { status: 'disabled' as const },
    ]) {
      const account = await api.addAccount('viewer');
      const [answer] = await holding(api, account.id, async ({ tx, waiting }) => {
        const signingIn = post(api, 'sign-in', { email: account.email, password, delivery: 'body' });
        await waiting(1);
        await tx.updateTable('accounts').set(change).where('id', '=', account.id).execute();
        return [signingIn];
      });
      t.equal(answer?.json().code, 'invalid_credentials', JSON.stringify(Object.keys(change)));
      t.same(await api.db.selectFrom('sign_ins').select('id').where('account_id', '=', account.id).execute(), []);
    }
  });

  await t.test('a token that is presented several times at once', async (t) => {
    const account = await api.addAccount('viewer');
    const first = await signIn(api, account);
    const answers = await holding(api, account.id, async ({ waiting }) => {
      const refreshing = Array.from({ length: 4 }, () => refresh(api, first.refreshToken));
      await waiting(4);
      return refreshing;
    });
    t.same(
      answers.map(({ statusCode }) => statusCode),
      [200, 200, 200, 200],
    );
    const tokens = answers.map((answer) => answer.json<Tokens>());
    for (const each of tokens) t.equal(await me(api, each), 200);
    const working = await api.db
      .selectFrom('refresh_tokens')
      .select('id')
      .where('account_id', '=', account.id)
      .where('used_at', 'is', null)
      .where('revoked_at', 'is', null)
      .execute();
    t.equal(working.length, 1, 'one successor works');
    t.equal(await api.upkeep('sign-in.collect-tokens'), 0);
    const year = 366 * 86_400_000;
    api.clock.advance(year);
    t.ok((await api.upkeep<number>('sign-in.collect-tokens')) > 0);
    api.clock.advance(-year);
  });

  await t.test('many refreshes of many tabs', async (t) => {
    const account = await api.addAccount('viewer');
    const signedIn = await Promise.all([1, 2, 3, 4, 5, 6].map(() => signIn(api, account)));
    const answers = await Promise.all(
      signedIn.flatMap(({ refreshToken }) => [
        refresh(api, refreshToken),
        refresh(api, refreshToken),
        refresh(api, refreshToken),
      ]),
    );
    t.ok(
      answers.every(({ statusCode }) => statusCode === 200),
      'nobody waits for somebody who waits for them',
    );
  });

  await t.test('characters that PostgreSQL does not know', async (t) => {
    t.equal(
      (await post(api, 'sign-in', { email: 'a\u0000@example.com', password, delivery: 'body' })).json().code,
      'invalid_credentials',
    );
    t.equal(
      (await post(api, 'sign-in', { email: 'a@example.com', password: 'a\u0000b', delivery: 'body' })).json().code,
      'invalid_credentials',
    );
  });
});
