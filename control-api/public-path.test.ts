import { randomBytes } from 'node:crypto';
import path from 'node:path';
import t, { type Test } from 'tap';
import { ownNames } from '../server/kit/public-address.ts';
import { BreakableProxy } from '../server/testing/breakable-proxy.ts';
import { password, startControlApi } from './testing/harness.ts';
import { dataType, metadata, send } from './uploads/testing/tus-requests.ts';

const page = '<link href="./static/icon.svg"><script src="./static/index-a1.js"></script><a href="#content">./x</a>';

/** The control API below `/video` of its host, behind a proxy of either kind. */
async function start(t: Test, isTakenOff: boolean) {
  const built = () => ({ dist: { 'index.html': page, static: { 'index-a1.js': 'code' } } });
  const folder = t.testdir({ data: {}, web: { viewer: built(), dashboard: built() } });
  const network = await new BreakableProxy('', { path: '/video', isTakenOff }).listen(t);
  const api = await startControlApi(t, {
    folder: path.join(folder, 'data'),
    webRoot: path.join(folder, 'web'),
    settings: { server: { publicUrl: `${network.url}/` }, accounts: { staffSecondFactor: false } },
  });
  const direct = await api.listen();
  network.target = direct;
  return { api, network, direct, host: new URL(network.url).origin };
}

for (const isTakenOff of [true, false]) {
  const kind = isTakenOff ? 'a proxy that takes the path off' : 'a proxy that passes the path on';

  t.test(`the web apps behind ${kind}`, async (t) => {
    const { network, direct, host } = await start(t, isTakenOff);
    const get = (url: string) => fetch(url, { redirect: 'manual' });
    for (const [at, to] of [
      ['/dashboard', '/video/dashboard/'],
      ['/dashboard?search=a', '/video/dashboard/?search=a'],
    ] as const) {
      const answer = await get(network.url + at);
      t.equal(answer.status, 302, at);
      t.equal(answer.headers.get('location'), to, at);
    }
    for (const [at, pages] of [
      ['', ['/', '/account', '/account/password']],
      ['/dashboard', ['/', '/assets/asset_1', '/index.html']],
    ] as const) {
      for (const each of pages) {
        const answer = await get(network.url + at + each);
        t.equal(
          await answer.text(),
          `<link href="/video${at}/static/icon.svg"><script src="/video${at}/static/index-a1.js"></script><a href="#content">./x</a>`,
          `${at}${each}: what it asks for is found at any depth, and nothing else was touched`,
        );
        t.match(answer.headers.get('content-security-policy'), "base-uri 'none'", at);
        t.equal(answer.headers.get('cache-control'), 'no-cache');
      }
      const script = await get(`${host}/video${at}/static/index-a1.js`);
      t.equal(await script.text(), 'code');
      t.equal((await get(`${direct}${at}/`)).status, 200, 'and without a proxy, as probes ask');
      t.equal((await get(`${direct}/video${at}/static/index-a1.js`)).status, 200);
    }
  });

  t.test(`the API behind ${kind}`, async (t) => {
    const { api, network, direct, host } = await start(t, isTakenOff);
    const document = await (await fetch(`${network.url}/api/v1/openapi.json`)).json();
    t.match(document, { servers: [{ url: '/video' }] });

    const { email } = await api.addAccount('content_manager');
    const post = (to: string, body: object, headers: Record<string, string>) =>
      fetch(`${network.url}/api/v1/accounts/${to}`, {
        method: 'POST',
        body: JSON.stringify(body),
        headers: { 'content-type': 'application/json', 'dramabox-client': 'x', ...headers },
      });
    const own = { origin: host };
    const signedIn = await post('sign-in', { email, password, delivery: 'cookie' }, own);
    t.equal(signedIn.status, 200);
    const cookie = signedIn.headers.getSetCookie()[0] ?? '';
    t.match(cookie, /; Path=\/video\/api\/v1\/accounts;/, 'it goes to this server only, not to all of its host');
    const held = { cookie: cookie.split(';', 1)[0] as string };
    t.equal((await post('refresh', { delivery: 'cookie' }, { ...held, origin: 'https://evil.example' })).status, 403);
    const refreshed = await post('refresh', { delivery: 'cookie' }, { ...held, ...own });
    const { accessToken } = (await refreshed.json()) as { accessToken: string };

    const auth = { authorization: `Bearer ${accessToken}` };
    const events = await fetch(`${network.url}/api/v1/assets/events`, { headers: auth });
    t.match(events.headers.get('content-type'), 'text/event-stream');
    await events.body?.cancel();

    const file = randomBytes(1000);
    const begun = await send(`${network.url}/api/v1/uploads`, 'POST', {
      ...auth,
      'upload-length': '1000',
      'upload-metadata': metadata({ filename: 'clip.mp4' }),
    });
    const location = begun.headers.get('location') ?? '';
    t.match(location, /^\/video\/api\/v1\/uploads\/upload_\w+$/);
    const at = new URL(location, `${network.url}/api/v1/uploads`).href;
    const piece = (offset: number, bytes: Buffer, method = 'PATCH', more = {}) =>
      send(at, method, { ...auth, ...dataType, ...more, 'upload-offset': String(offset) }, bytes);
    t.match(await piece(0, file.subarray(0, 400)), { status: 204 });
    for (const url of [at, direct + location, direct + location.replace('/video', '')])
      t.equal((await send(url, 'HEAD', auth)).headers.get('upload-offset'), '400', `${url}: it is the same upload`);
    const end = await piece(400, file.subarray(400), 'POST', { 'x-http-method-override': 'PATCH' });
    t.equal(end.status, 204);
    const assetId = end.headers.get('dramabox-asset') ?? '';
    t.match(await (await fetch(`${network.url}/api/v1/assets/${assetId}`, { headers: auth })).json(), { id: assetId });
  });
}

t.test('no address of ours begins like another one that a public path may have', async (t) => {
  const { routes } = await startControlApi(t);
  const names = new Set(routes.map(({ url }) => url.split('/')[1] ?? '').filter((name) => name !== ''));
  t.ok(names.has('api') && names.has('dashboard'));
  t.same(
    [...names].filter((name) => !ownNames.includes(name)),
    [],
  );
});
