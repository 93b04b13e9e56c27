import t from 'tap';
import { password, startControlApi, type Harness } from '../../testing/harness.ts';
import { allMailsSent, mailsTo, startMails } from '../../testing/mails.ts';

interface Device {
  readonly id: string;
  readonly isThisOne: boolean;
  readonly proofs: readonly string[];
  readonly userAgent: string | null;
  readonly address: string | null;
  readonly country: string | null;
}
interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string;
}

const settings = { server: { trustProxy: true }, playback: { regionHeader: 'cf-ipcountry' } };

const signIn = async (api: Harness, email: string, from: Record<string, string> = {}) => {
  const response = await api.app.inject({
    method: 'POST',
    url: '/api/v1/accounts/sign-in',
    headers: { 'user-agent': 'Phone/1.0', 'x-forwarded-for': '203.0.113.7', 'cf-ipcountry': 'KR', ...from },
    body: { email, password, delivery: 'body' },
  });
  return response.json<Tokens>();
};
const list = async (api: Harness, { accessToken }: Tokens) =>
  (
    await api.app.inject({ url: '/api/v1/accounts/me/devices', headers: { authorization: `Bearer ${accessToken}` } })
  ).json<{ items: Device[] }>().items;
const remove = (api: Harness, { accessToken }: Tokens, id: string) =>
  api.app.inject({
    method: 'DELETE',
    url: `/api/v1/accounts/me/devices/${id}`,
    headers: { authorization: `Bearer ${accessToken}` },
  });
const isSignedIn = async (api: Harness, { accessToken }: Tokens) => {
  const headers = { authorization: `Bearer ${accessToken}` };
  return (await api.app.inject({ url: '/api/v1/accounts/me', headers })).statusCode === 200;
};

t.test('the devices of an account, with place and time', async (t) => {
  const api = await startControlApi(t, { settings, trustProxy: true });
  const { email } = await api.addAccount('viewer');
  const phone = await signIn(api, email);
  api.clock.advance(60_000);
  const laptop = await signIn(api, email, { 'user-agent': `Laptop\u0007${'x'.repeat(400)}`, 'cf-ipcountry': 'DE' });
  const devices = await list(api, phone);
  t.match(devices, [
    { isThisOne: false, country: 'DE', proofs: ['password'] },
    { isThisOne: true, userAgent: 'Phone/1.0', address: '203.0.113.7', country: 'KR' },
  ]);
  t.match(devices[0]?.userAgent, /^Laptopx{250}$/, 'shortened, and without what cannot be shown');

  api.clock.advance(60_000);
  await api.app.inject({
    method: 'POST',
    url: '/api/v1/accounts/refresh',
    headers: { 'user-agent': 'Phone/1.1', 'x-forwarded-for': '198.51.100.1', 'cf-ipcountry': 'JP' },
    body: { delivery: 'body', refreshToken: phone.refreshToken },
  });
  t.match(
    (await list(api, laptop))[0],
    { userAgent: 'Phone/1.1', address: '198.51.100.1', country: 'JP' },
    'where it was last',
  );
});

t.test('signing one out, or all others', async (t) => {
  const api = await startControlApi(t, { settings, trustProxy: true });
  const { email } = await api.addAccount('viewer');
  const [one, two, three] = [await signIn(api, email), await signIn(api, email), await signIn(api, email)];
  const [, second] = await list(api, three);
  t.equal((await remove(api, one, String(second?.id))).statusCode, 204);
  t.notOk(await isSignedIn(api, two), 'at once, and its access token with it');
  t.equal((await remove(api, one, String(second?.id))).statusCode, 404, 'it is gone');
  const others = await api.app.inject({
    method: 'POST',
    url: '/api/v1/accounts/me/devices/sign-out-others',
    headers: { authorization: `Bearer ${one.accessToken}` },
  });
  t.same(others.json(), { signedOut: 1 });
  t.notOk(await isSignedIn(api, three));
  t.ok(await isSignedIn(api, one));
  const refreshed = await api.app.inject({
    method: 'POST',
    url: '/api/v1/accounts/refresh',
    body: { delivery: 'body', refreshToken: three.refreshToken },
  });
  t.equal(refreshed.statusCode, 401, 'its refresh token too');
});

t.test('of somebody else there are none', async (t) => {
  const api = await startControlApi(t, { settings, trustProxy: true });
  const [ann, eve] = [await api.addAccount('viewer'), await api.addAccount('super_admin')];
  const anns = await signIn(api, ann.email);
  const eves = await signIn(api, eve.email);
  const [device] = await list(api, anns);
  t.equal((await remove(api, eves, String(device?.id))).statusCode, 404);
  t.ok(await isSignedIn(api, anns));
  t.equal((await list(api, eves)).length, 1);
});

t.test('the owner is told of a device that the account did not know', async (t) => {
  const api = await startControlApi(t, { settings, trustProxy: true });
  await startMails(api);
  const { email } = await api.addAccount('viewer');
  await signIn(api, email);
  await signIn(api, email, { 'user-agent': 'Phone/2.0', 'x-forwarded-for': '203.0.113.9' });
  await allMailsSent(api);
  t.same(await mailsTo(api, email), [], 'not of the first, nor of the same one near by');
  const thief = await signIn(api, email, { 'user-agent': 'Thief/1.0', 'x-forwarded-for': '198.51.100.66' });
  await allMailsSent(api);
  const [mail] = await mailsTo(api, email);
  t.match(mail?.subject, /new device/i);
  t.match(mail?.text, /198\.51\.100\.66/);
  const body = { link: mail?.link };
  t.equal((await api.app.inject({ method: 'POST', url: '/api/v1/accounts/not-me', body })).statusCode, 204);
  t.notOk(await isSignedIn(api, thief));
});
