import { createHmac } from 'node:crypto';
import t from 'tap';
import { until } from '../../../server/testing/until.ts';
import { facebookDeletions } from '../providers/facebook-deletion.ts';
import { startLinkedSite, type LinkedSite } from './testing/site.ts';

const dayMs = 86_400_000;

/** As Facebook signs it. */
function signed(claims: object, secret = 'secret'): string {
  const payload = Buffer.from(JSON.stringify(claims)).toString('base64url');
  return `${createHmac('sha256', secret).update(payload).digest('base64url')}.${payload}`;
}

const claims = (userId: string, at: number) => ({
  algorithm: 'HMAC-SHA256',
  user_id: userId,
  issued_at: Math.floor(at / 1000),
  expires: Math.floor(at / 1000) + 3600,
});

const send = (site: LinkedSite, signedRequest: string) =>
  site.api.app.inject({
    method: 'POST',
    url: '/api/v1/sign-in/facebook/data-deletion',
    headers: { host: 'video.example.com', 'content-type': 'application/x-www-form-urlencoded' },
    payload: new URLSearchParams({ signed_request: signedRequest }).toString(),
  });

async function status(site: LinkedSite, code: string) {
  const headers = { host: 'video.example.com' };
  return (await site.api.app.inject({ url: `/api/v1/data-deletions/${code}`, headers })).json<{
    state: string;
    endsAt: string | null;
  }>();
}

const accountOf = (site: LinkedSite, id: string) =>
  site.api.db.selectFrom('accounts').selectAll().where('id', '=', id).executeTakeFirst();
const linked = (site: LinkedSite) => site.api.db.selectFrom('identities').select('subject').execute();

t.test('somebody has Facebook ask, and has nothing here but by Facebook', async (t) => {
  const site = await startLinkedSite(t);
  const { api } = site;
  site.facebook.person = { id: '1003', name: 'Phone' };
  const entered = await site.signIn('facebook');
  const { id } = entered.json<{ account: { id: string } }>().account;
  const earlier = await send(site, signed(claims('1003', api.clock.now() - dayMs)));
  t.equal((await linked(site)).length, 1, 'what was linked later is not meant');
  t.match(await status(site, earlier.json<{ confirmation_code: string }>().confirmation_code), { state: 'done' });

  const answer = await send(site, signed(claims('1003', api.clock.now() + 60_000)));
  t.equal(answer.statusCode, 200, answer.body);
  const { url, confirmation_code: code } = answer.json<{ url: string; confirmation_code: string }>();
  t.equal(url, `https://video.example.com/data-deletion#${code}`);
  t.same(await linked(site), [], 'what came from there is gone at once');
  const account = await until('the account is to be deleted', async () => {
    const row = await accountOf(site, id);
    return row?.deletion_ends_at ? row : undefined;
  });
  t.match(account, { deletion_by: 'provider', deletion_ends_at: api.clock.now() + 30 * dayMs });
  t.match(await status(site, code), {
    state: 'waiting',
    endsAt: new Date(account.deletion_ends_at ?? 0).toISOString(),
  });
  const me = await api.app.inject({
    url: '/api/v1/accounts/me',
    headers: {
      host: 'video.example.com',
      authorization: `Bearer ${entered.json<{ accessToken: string }>().accessToken}`,
    },
  });
  t.equal(me.statusCode, 401, 'signed out');
  api.clock.advance(30 * dayMs);
  await api.upkeep('personal-data.erase');
  t.equal(await accountOf(site, id), undefined);
  t.match(await status(site, code), { state: 'done', endsAt: null });
  api.clock.advance(401 * dayMs);
  await api.upkeep('sign-in.collect-challenges');
  t.match(await status(site, code), { status: 404 }, 'and is forgotten');
});

t.test('who has another way in keeps the account', async (t) => {
  const site = await startLinkedSite(t);
  const ann = await site.api.as('viewer');
  site.facebook.person = { id: '7', name: 'Ann', email: 'ann@example.com' };
  await site.signIn('facebook', ann.authorization);
  t.equal((await linked(site)).length, 1);
  const answer = await send(site, signed(claims('7', site.api.clock.now() + 60_000)));
  t.match(await status(site, answer.json<{ confirmation_code: string }>().confirmation_code), { state: 'done' });
  t.same(await linked(site), []);
  t.match(await accountOf(site, ann.id), { status: 'active', deletion_ends_at: null });
  const again = await send(site, signed(claims('7', site.api.clock.now() + 60_000)));
  t.equal(again.statusCode, 200, 'told again');
  const unknown = await send(site, signed(claims('of nobody', site.api.clock.now())));
  t.equal(unknown.statusCode, 200, 'nobody learns who is known here');
});

t.test('what Facebook did not sign for us', async (t) => {
  const site = await startLinkedSite(t);
  const good = claims('1', site.api.clock.now());
  for (const wrong of [
    signed(good, 'the secret of another app'),
    signed({ ...good, algorithm: 'none' }),
    signed({ ...good, user_id: 7 }),
    signed({ ...good, issued_at: 'now' }),
    `${signed(good)}x`,
    `.${signed(good).split('.')[1]}`,
    signed(good).split('.')[0] as string,
    'x',
  ]) {
    const answer = await send(site, wrong);
    t.match(answer.json(), { status: 401, code: 'invalid_signature' }, wrong);
  }
  const json = await site.post('/sign-in/facebook/data-deletion', { signed_request: signed(good) });
  t.equal(json.statusCode, 401, 'a form, as Facebook posts it');
  t.same(await site.api.db.selectFrom('provider_deletions').selectAll().execute(), []);
});

t.test('a request as it is read', (t) => {
  const requests = facebookDeletions('secret');
  t.same(requests.read(signed(claims('218471', 1_291_836_800_000))), { subject: '218471', at: 1_291_836_800_000 });
  const [signature, payload] = signed(claims('1', 0)).split('.');
  t.same(requests.read(`${signature}=.${payload}`), { subject: '1', at: 0 }, 'padded');
  t.end();
});
