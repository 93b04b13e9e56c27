import t from 'tap';
import { startOrigin } from '../testing/start-origin.ts';

const file = 'v1/00001.m4s';
const app = 'https://app.example.com';

t.test('a preflight is answered without a token being looked at', async (t) => {
  const origin = await startOrigin(t);
  const asked = { Origin: app, 'Access-Control-Request-Method': 'GET', 'Access-Control-Request-Headers': 'range' };
  const response = await origin.get(file, asked, { method: 'OPTIONS' });
  t.equal(response.status, 204);
  t.match(response.headers, {
    'access-control-allow-origin': '*',
    'access-control-allow-methods': 'GET, HEAD, OPTIONS',
    'access-control-max-age': '86400',
  });
  t.match(response.headers['access-control-allow-headers'], /\bRange\b.*\bIf-None-Match\b.*\bCMCD-Session\b/);
  t.equal(response.headers['access-control-allow-credentials'], undefined);
  t.equal(response.headers['content-length'], undefined, '204 has no length');
  t.same(origin.storage.operations, []);
  t.equal(await origin.metric('dramabox_origin_requests_total{kind="preflight",status="2xx"}'), 1);
});

t.test('with a list of origins, only theirs pages may read, and caches are told', async (t) => {
  const origin = await startOrigin(t, { corsOrigins: [app, 'http://localhost:5173'] });
  await origin.put(file, 'segment');
  await origin.put('master.m3u8', '#EXTM3U\n');
  for (const [from, allowed] of [
    [app, true],
    ['HTTPS://APP.example.com', true],
    ['http://localhost:5173', true],
    ['https://evil.example', false],
    ['https://app.example.com.evil.example', false],
    ['http://app.example.com', false],
    ['null', false],
    ['*', false],
  ] as const) {
    for (const path of [file, 'master.m3u8', 'v1/00404.m4s']) {
      const { headers } = await origin.get(path, { Origin: from });
      t.equal(headers['access-control-allow-origin'] !== undefined, allowed, `${from} ${path}`);
      t.equal(headers['timing-allow-origin'] !== undefined, allowed);
      t.match(headers['vary'], /\bOrigin$/);
      t.equal(headers['x-content-type-options'], 'nosniff');
    }
    const preflight = await origin.get(
      file,
      { Origin: from, 'Access-Control-Request-Method': 'GET' },
      { method: 'OPTIONS' },
    );
    t.equal(preflight.headers['access-control-allow-methods'] !== undefined, allowed, `preflight ${from}`);
  }
  t.equal((await origin.get('master.m3u8', { Origin: app })).headers['vary'], 'Accept-Encoding, Origin');
  const native = await origin.get(file);
  t.equal(native.status, 200, 'players that are not web pages send no Origin');
  t.match(native.headers['vary'], 'Origin');
});

t.test('what is not under the prefix is not ours', async (t) => {
  const origin = await startOrigin(t);
  for (const path of ['/', '/s', '/S/x', '/api/v1/s/x', '//s/x', '/ss/x']) {
    const response = await fetch(`http://127.0.0.1:${origin.port}${path}`);
    t.equal(response.status, 418, path);
    await response.body?.cancel();
  }
});
