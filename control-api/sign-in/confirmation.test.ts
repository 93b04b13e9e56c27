import t from 'tap';
import { password, startControlApi, type Harness } from '../testing/harness.ts';

const maxAgeMs = 15 * 60_000;

const demote = async (api: Harness, authorization: string, id: string) => {
  const response = await api.app.inject({
    method: 'PATCH',
    url: `/api/v1/accounts/${id}`,
    headers: { authorization },
    body: { role: 'viewer' },
  });
  return response.statusCode === 200 ? 'done' : response.json<{ code: string }>().code;
};

t.test('changing an account asks for a recent proof, and the password is one', async (t) => {
  const api = await startControlApi(t, { settings: { accounts: { accessTokenSeconds: 3600 } } });
  const { authorization } = await api.as('super_admin');
  const { id } = await api.addAccount('content_manager');
  const confirm = (word: string) =>
    api.app.inject({
      method: 'POST',
      url: '/api/v1/accounts/me/confirm',
      headers: { authorization },
      body: { password: word },
    });
  t.equal(await demote(api, authorization, id), 'done');
  api.clock.advance(maxAgeMs + 1);
  t.equal(await demote(api, authorization, id), 'step_up_required');
  const ally = { email: 'ally@example.com', password: 'a password of many words' };
  const made = await api.app.inject({
    method: 'POST',
    url: '/api/v1/accounts',
    headers: { authorization },
    body: ally,
  });
  t.match(made.json(), { code: 'step_up_required' }, 'nor is one made');
  t.match((await confirm('not the password')).json(), { code: 'invalid_credentials' });
  t.equal(await demote(api, authorization, id), 'step_up_required');
  t.equal((await confirm(password)).statusCode, 204);
  t.equal(await demote(api, authorization, id), 'done');
});

t.test('a refresh proves nothing, and keeps what was proved', async (t) => {
  const api = await startControlApi(t, { settings: { accounts: { staffSecondFactor: false } } });
  const { email } = await api.addAccount('super_admin');
  const { id } = await api.addAccount('content_manager');
  interface Tokens {
    readonly accessToken: string;
    readonly refreshToken: string;
  }
  const post = async (path: string, body: object) =>
    (await api.app.inject({ method: 'POST', url: `/api/v1/accounts/${path}`, body })).json<Tokens>();
  const signedIn = await post('sign-in', { email, password, delivery: 'body' });
  api.clock.advance(maxAgeMs - 60_000);
  const refreshed = await post('refresh', { delivery: 'body', refreshToken: signedIn.refreshToken });
  t.equal(await demote(api, `Bearer ${refreshed.accessToken}`, id), 'done');
  api.clock.advance(120_000);
  t.equal(await demote(api, `Bearer ${refreshed.accessToken}`, id), 'step_up_required');
  const again = await post('sign-in', { email, password, delivery: 'body' });
  t.equal(await demote(api, `Bearer ${again.accessToken}`, id), 'done', 'signing in anew is a proof');
  t.equal(await demote(api, `Bearer ${refreshed.accessToken}`, id), 'step_up_required', 'of that sign-in alone');
});

t.test('guesses at the password are throttled', async (t) => {
  const api = await startControlApi(t, { settings: { accounts: { signInAttemptsPerAccount: 3 } } });
  const { authorization } = await api.as('viewer');
  const statuses: number[] = [];
  for (let n = 0; n < 4; n += 1) {
    const { statusCode } = await api.app.inject({
      method: 'POST',
      url: '/api/v1/accounts/me/confirm',
      headers: { authorization },
      body: { password: `guess ${n}` },
    });
    statuses.push(statusCode);
  }
  t.same(statuses, [401, 401, 401, 429]);
});
