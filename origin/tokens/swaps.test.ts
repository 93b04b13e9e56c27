import t from 'tap';
import { signPlaybackToken } from '../../server/assets/playback-token.ts';
import { newId } from '../../server/kit/ids.ts';
import { publishedKey } from '../../server/assets/storage-keys.ts';
import { rawRequest, type RawResponse } from '../testing/raw-request.ts';
import { TestKeyring, startOrigin } from '../testing/start-origin.ts';

/** One path of each kind that there is. */
const routes = [
  'master.m3u8',
  'manifest.mpd',
  'master-720.m3u8',
  'manifest-720.mpd',
  'v720-3000/index.m3u8',
  'v720-3000/iframes.m3u8',
  'v720-3000/init.mp4',
  'a0-128/00001.m4s',
];

function denied(response: RawResponse): boolean {
  const body = JSON.parse(response.body.toString()) as { code: string };
  return response.status === 403 && body.code === 'playback_denied' && response.headers['cache-control'] === 'no-store';
}

t.test('a token opens its own asset and version only, on every route', async (t) => {
  const origin = await startOrigin(t);
  const other = { assetId: newId('asset'), versionId: newId('version'), sessionId: newId('session') };
  for (const file of routes) {
    await origin.put(file, `mine ${file}`);
    for (const [asset, version] of [
      [other.assetId, other.versionId],
      [other.assetId, origin.versionId],
      [origin.assetId, other.versionId],
    ] as const) {
      await origin.storage.put(publishedKey(asset, version, file), 'not yours');
    }
  }
  for (const file of routes) {
    t.equal((await origin.get(file)).body.toString(), `mine ${file}`, file);
    const swaps = {
      'another asset': origin.path(file, { assetId: other.assetId }),
      'another version': origin.path(file, { versionId: other.versionId }),
      'another asset and version': origin.path(file, other),
      'asset and version exchanged': origin.path(file, { assetId: origin.versionId, versionId: origin.assetId }),
      'the asset in lower case': origin.path(file, { assetId: origin.assetId.toLowerCase() }),
      'a token of another asset': origin.path(file, { token: origin.sign({ assetId: other.assetId }) }),
      'a token of another version': origin.path(file, { token: origin.sign({ versionId: other.versionId }) }),
    };
    for (const [name, path] of Object.entries(swaps)) {
      for (const method of ['GET', 'HEAD']) {
        const response = await rawRequest(origin.port, path, { method });
        if (method === 'HEAD') t.equal(response.status, 403, `HEAD ${file}: ${name}`);
        else t.ok(denied(response), `GET ${file}: ${name}`);
      }
    }
  }
  const prefix = publishedKey(origin.assetId, origin.versionId, '');
  t.same(
    origin.storage.asked('read', 'stat', 'stream').filter((key) => !key.startsWith(prefix)),
    [],
    'nothing else was even looked for',
  );
});

t.test('the query plays no part (T1)', async (t) => {
  const origin = await startOrigin(t);
  const victim = newId('asset');
  await origin.put('master.m3u8', 'mine');
  await origin.storage.put(publishedKey(victim, origin.versionId, 'master.m3u8'), 'not yours');
  const mine = origin.path('master.m3u8');
  const theirs = origin.path('master.m3u8', { assetId: victim });
  for (const query of [`?a=${mine}`, `?${mine}`, `?/../../..${mine}`, `?assetId=${origin.assetId}`, '?', `??${mine}`]) {
    t.ok(denied(await rawRequest(origin.port, theirs + query)), query);
  }
  for (const query of [`?a=${theirs}`, `?${theirs}`, '?CMCD=bl%3D21300%2Csid%3D%22x%22', '?', '?/../../etc/passwd']) {
    t.equal((await rawRequest(origin.port, mine + query)).body.toString(), 'mine', query);
  }
  t.equal((await rawRequest(origin.port, `/s/?${mine.slice(3)}`)).status, 404);
});

t.test('a forged, damaged or re-encoded token opens nothing, and all are answered alike', async (t) => {
  const origin = await startOrigin(t);
  await origin.put('v1/00001.m4s', 'segment');
  const { token } = origin;
  const [kid, payload, signature] = token.split('.') as [string, string, string];
  const stranger = new TestKeyring();
  const last = signature.at(-1) as string;
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  // The last of 43 characters carries two unused bits: this one decodes to the same signature.
  const sameBytes = signature.slice(0, -1) + (alphabet[alphabet.indexOf(last) ^ 1] as string);
  t.ok(Buffer.from(sameBytes, 'base64url').equals(Buffer.from(signature, 'base64url')));
  const longer = signPlaybackToken({ ...origin.claims, expiresAt: origin.claims.expiresAt + 999_999 }, stranger);
  const forged: Record<string, string> = {
    'signed with a strange key of the same kid': signPlaybackToken(origin.claims, stranger),
    'an unknown kid': `unknown.${payload}.${signature}`,
    'a kid that objects have': `constructor.${payload}.${signature}`,
    'truncated by one': token.slice(0, -1),
    'without a signature': `${kid}.${payload}`,
    'with half a signature': token.slice(0, -20),
    'with an empty signature': `${kid}.${payload}.`,
    'another payload under the signature': `${kid}.${longer.split('.')[1] ?? ''}.${signature}`,
    'payload in padded base64': `${kid}.${payload}A.${signature}`,
    'signature re-encoded to the same bytes': `${kid}.${payload}.${sameBytes}`,
    'a fourth part': `${token}.x`,
    'upper case': token.toUpperCase(),
    'far too long': `${kid}.${payload}${'A'.repeat(600)}.${signature}`,
  };
  t.equal((await origin.get('v1/00001.m4s')).status, 200, 'the genuine one');
  const answers = new Set<string>();
  for (const [name, bad] of Object.entries(forged)) {
    const response = await rawRequest(origin.port, origin.path('v1/00001.m4s', { token: bad }));
    if (name === 'with an empty signature') {
      t.equal(response.status, 404, 'no token at all by its form');
      continue;
    }
    t.ok(denied(response), name);
    const { requestId, ...rest } = JSON.parse(response.body.toString()) as Record<string, unknown>;
    answers.add(JSON.stringify([response.status, rest, Object.keys(response.headers).sort()]));
    t.match(requestId, /^request_/);
  }
  origin.clock.set(origin.claims.expiresAt * 1000);
  const expired = await origin.get('v1/00001.m4s');
  const { requestId: _, ...rest } = JSON.parse(expired.body.toString()) as Record<string, unknown>;
  answers.add(JSON.stringify([expired.status, rest, Object.keys(expired.headers).sort()]));
  t.equal(answers.size, 1, 'no answer tells which it was');
});

t.test('a token ends with the second it names, whether it was seen before or not', async (t) => {
  const origin = await startOrigin(t);
  await origin.put('v1/00001.m4s', 'segment');
  await origin.put('master.m3u8', '#EXTM3U\n');
  const unseen = origin.path('v1/00001.m4s', { token: origin.sign({ sessionId: newId('session') }) });
  origin.clock.set(origin.claims.expiresAt * 1000 - 1);
  t.equal((await origin.get('v1/00001.m4s')).status, 200);
  t.equal((await origin.get('master.m3u8')).status, 200);
  origin.clock.advance(1);
  t.ok(denied(await origin.get('v1/00001.m4s')));
  t.ok(denied(await origin.get('master.m3u8')));
  t.ok(denied(await rawRequest(origin.port, unseen)));
});

t.test('a rotated key verifies on; a key that is taken out stops tokens that were verified before', async (t) => {
  const origin = await startOrigin(t);
  await origin.put('v1/00001.m4s', 'segment');
  t.equal((await origin.get('v1/00001.m4s')).status, 200);
  origin.keyring.add('second');
  t.equal((await origin.get('v1/00001.m4s')).status, 200);
  const fresh = origin.path('v1/00001.m4s', { token: origin.sign() });
  t.equal((await rawRequest(origin.port, fresh)).status, 200);
  origin.keyring.keys.delete('first');
  t.ok(denied(await origin.get('v1/00001.m4s')));
  t.equal((await rawRequest(origin.port, fresh)).status, 200);
});

t.test('verified tokens are remembered within a bound, forged ones not at all', async (t) => {
  const origin = await startOrigin(t);
  await origin.put('v1/00001.m4s', 'segment');
  await origin.get('v1/00001.m4s');
  for (let i = 0; i < 20; i += 1)
    await rawRequest(origin.port, origin.path('v1/00001.m4s', { token: `${origin.token.slice(0, -2)}${i + 10}` }));
  t.equal(await origin.metric('dramabox_origin_verified_tokens'), 1);
});

t.test('no token is ever logged', async (t) => {
  const origin = await startOrigin(t);
  await origin.put('v1/00001.m4s', 'segment');
  const signature = origin.token.split('.')[2] as string;
  origin.storage.before = () => {
    throw new Error('storage is down');
  };
  await origin.get('v1/00001.m4s');
  await origin.get('master.m3u8');
  await rawRequest(origin.port, origin.path('v1/00001.m4s', { assetId: newId('asset') }));
  await rawRequest(origin.port, `/s/${origin.path('..').slice(3)}`);
  t.ok(origin.log.length >= 3, 'something was logged');
  t.notMatch(origin.log.join(''), signature);
});
