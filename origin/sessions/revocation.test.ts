import { randomBytes } from 'node:crypto';
import { get, type IncomingMessage } from 'node:http';
import t from 'tap';
import { newId } from '../../server/kit/ids.ts';
import { until } from '../../server/testing/until.ts';
import { rawRequest } from '../testing/raw-request.ts';
import { startOrigin } from '../testing/start-origin.ts';

const routes = ['master.m3u8', 'manifest.mpd', 'v1/index.m3u8', 'v1/iframes.m3u8', 'v1/init.mp4', 'v1/00001.m4s'];

t.test('an ended session stops at once, on every route, although its token and the bytes are in memory', async (t) => {
  const origin = await startOrigin(t);
  const other = origin.sign({ sessionId: newId('session') });
  for (const file of routes) await origin.put(file, 'media');
  for (const file of routes) t.equal((await origin.get(file)).status, 200, file);
  origin.sessions.denied.add(origin.claims.sessionId);
  for (const file of routes) {
    t.equal((await origin.get(file)).status, 403, file);
    t.equal((await origin.get(file, { 'If-None-Match': '*' })).status, 403, file);
    t.equal((await origin.get(file, {}, { method: 'HEAD' })).status, 403, file);
    t.equal(
      (await rawRequest(origin.port, origin.path(file, { token: other }))).status,
      200,
      'another session of the same version goes on',
    );
  }
});

t.test('a session that ends while storage is being read gets nothing', async (t) => {
  for (const file of ['v1/00001.m4s', 'v1/index.m3u8']) {
    const origin = await startOrigin(t);
    await origin.put(file, 'media');
    origin.storage.before = (operation) => {
      if (operation === 'read') origin.sessions.denied.add(origin.claims.sessionId);
    };
    t.equal((await origin.get(file)).status, 403, file);
  }
});

t.test('a session that ends in the middle of a long stream is cut off', async (t) => {
  const origin = await startOrigin(t, { maxCachedObjectBytes: 1024 });
  const file = 'v1/00001.m4s';
  const total = 64 * 1024 ** 2;
  await origin.put(file, randomBytes(total));
  const incoming = await new Promise<IncomingMessage>((resolve, reject) => {
    get({ host: '127.0.0.1', port: origin.port, path: origin.path(file), agent: false }, resolve).on('error', reject);
  });
  t.equal(incoming.statusCode, 200);
  let received = 0;
  incoming.on('data', (chunk: Buffer) => {
    received += chunk.length;
    origin.sessions.denied.add(origin.claims.sessionId);
  });
  const outcome = await new Promise<string>((resolve) => {
    incoming.on('end', () => resolve('end'));
    incoming.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
  });
  t.equal(outcome, 'ECONNRESET');
  t.ok(received < total / 2, `${received} bytes came through`);
});

t.test('a deleted asset is dropped from memory and refused', async (t) => {
  const origin = await startOrigin(t);
  const neighbour = { assetId: newId('asset'), sessionId: newId('session') };
  await origin.put('v1/00001.m4s', randomBytes(100_000));
  await origin.put('v1/index.m3u8', '#EXTM3U\n');
  await origin.storage.put(`assets/${neighbour.assetId}/${origin.versionId}/v1/00001.m4s`, randomBytes(50_000));
  const theirs = origin.path('v1/00001.m4s', { assetId: neighbour.assetId, token: origin.sign(neighbour) });
  await origin.get('v1/00001.m4s');
  await origin.get('v1/index.m3u8');
  await rawRequest(origin.port, theirs);
  t.ok(((await origin.metric('dramabox_origin_cache_bytes{cache="segments"}')) ?? 0) > 150_000);
  origin.events.emit('asset.deleted', { assetId: origin.assetId });
  const left = (await origin.metric('dramabox_origin_cache_bytes{cache="segments"}')) ?? 0;
  t.ok(left > 50_000 && left < 60_000, 'only the neighbour is left');
  t.equal(await origin.metric('dramabox_origin_cache_bytes{cache="manifests"}'), 0);
  t.equal((await origin.get('v1/00001.m4s')).status, 403, 'although its files are not collected yet');
  t.equal((await origin.get('v1/index.m3u8')).status, 403);
  t.equal((await rawRequest(origin.port, theirs)).status, 200);
});

t.test('what is being read when its asset is deleted is not kept', async (t) => {
  const origin = await startOrigin(t);
  await origin.put('v1/00001.m4s', randomBytes(100_000));
  await origin.put('v1/index.m3u8', '#EXTM3U\n');
  let open = (): void => {};
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  origin.storage.before = () => gate;
  const waiting = [origin.get('v1/00001.m4s'), origin.get('v1/index.m3u8')];
  await until('both are being read', () => origin.storage.operations.length >= 4);
  origin.events.emit('asset.deleted', { assetId: origin.assetId });
  open();
  for (const response of await Promise.all(waiting)) t.equal(response.status, 403);
  t.equal(await origin.metric('dramabox_origin_cache_bytes{cache="segments"}'), 0);
  t.equal(await origin.metric('dramabox_origin_cache_bytes{cache="manifests"}'), 0);
});
