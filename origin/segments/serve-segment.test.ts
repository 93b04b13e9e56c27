import { randomBytes } from 'node:crypto';
import t from 'tap';
import { ObjectNotFound } from '../../server/storage/port.ts';
import { until } from '../../server/testing/until.ts';
import { startOrigin } from '../testing/start-origin.ts';

const body = randomBytes(1000);
const file = 'v720-3000/00001.m4s';

t.test('a segment and its headers, from storage and then from memory', async (t) => {
  const origin = await startOrigin(t);
  await origin.put(file, body);
  await origin.put('a0-128/init.mp4', 'init');
  for (const from of ['storage', 'memory']) {
    const { status, headers, body: received } = await origin.get(file);
    t.equal(status, 200, from);
    t.ok(received.equals(body));
    t.match(headers, {
      'content-type': 'video/mp4',
      'content-length': '1000',
      'accept-ranges': 'bytes',
      etag: /^"[^"]+"$/,
      'cache-control': 'public, max-age=31536000, immutable',
      'x-content-type-options': 'nosniff',
      'cross-origin-resource-policy': 'cross-origin',
      'access-control-allow-origin': '*',
      'timing-allow-origin': '*',
    });
    t.match(headers['access-control-expose-headers'], /Content-Length, Content-Range.*ETag/);
    t.equal(headers['vary'], undefined, 'the same for everybody');
    t.equal(headers['content-encoding'], undefined);
    t.equal(headers['set-cookie'], undefined);
  }
  t.equal((await origin.get('a0-128/init.mp4')).headers['content-type'], 'audio/mp4');
  t.equal(origin.storage.asked('read').length, 2);
});

t.test('the same rules for what is streamed because it is too large for memory', async (t) => {
  const origin = await startOrigin(t, { maxCachedObjectBytes: 1024 });
  const large = randomBytes(300_000);
  await origin.put(file, large);
  const whole = await origin.get(file);
  t.equal(whole.status, 200);
  t.ok(whole.body.equals(large));
  t.match(whole.headers, { 'content-length': '300000', 'content-type': 'video/mp4', 'accept-ranges': 'bytes' });
  const part = await origin.get(file, { Range: 'bytes=100000-249999' });
  t.equal(part.status, 206);
  t.ok(part.body.equals(large.subarray(100_000, 250_000)));
  t.match(part.headers, { 'content-range': 'bytes 100000-249999/300000', 'content-length': '150000' });
  const head = await origin.get(file, {}, { method: 'HEAD' });
  t.match(head, { status: 200, headers: { 'content-length': '300000', etag: whole.headers.etag } });
  t.equal(head.body.length, 0);
  t.equal((await origin.get(file, { 'If-None-Match': String(whole.headers.etag) })).status, 304);
  t.same(origin.storage.asked('read'), [], 'never read whole');
  t.equal(origin.storage.asked('stream').length, 2, 'HEAD and 304 read nothing');
  t.equal(await origin.metric('dramabox_origin_cache_lookups_total{cache="segments",result="bypass"}'), 4);
  t.equal(await origin.metric('dramabox_origin_bytes_total{kind="segment"}'), 450_000);
});

t.test('ranges', async (t) => {
  const origin = await startOrigin(t);
  await origin.put(file, body);
  const {
    headers: { etag },
  } = await origin.get(file);
  const cases: [Record<string, string>, number, Buffer | undefined, string | undefined][] = [
    [{ Range: 'bytes=0-99' }, 206, body.subarray(0, 100), 'bytes 0-99/1000'],
    [{ Range: 'bytes=900-' }, 206, body.subarray(900), 'bytes 900-999/1000'],
    [{ Range: 'bytes=-100' }, 206, body.subarray(900), 'bytes 900-999/1000'],
    [{ Range: 'bytes=0-5000' }, 206, body, 'bytes 0-999/1000'],
    [{ Range: 'bytes=1000-' }, 416, undefined, 'bytes */1000'],
    [{ Range: 'bytes=0-1,5-9' }, 200, body, undefined],
    [{ Range: 'nonsense' }, 200, body, undefined],
    [{ Range: 'bytes=0-99', 'If-Range': String(etag) }, 206, body.subarray(0, 100), 'bytes 0-99/1000'],
    [{ Range: 'bytes=0-99', 'If-Range': '"another"' }, 200, body, undefined],
    [{ Range: 'bytes=0-99', 'If-Range': `W/${String(etag)}` }, 200, body, undefined],
    [{ Range: 'bytes=0-99', 'If-Range': 'Wed, 21 Oct 2015 07:28:00 GMT' }, 200, body, undefined],
    [{ Range: 'bytes=1000-', 'If-Range': '"another"' }, 200, body, undefined],
  ];
  for (const [headers, status, expected, contentRange] of cases) {
    const response = await origin.get(file, headers);
    const name = JSON.stringify(headers);
    t.equal(response.status, status, name);
    t.equal(response.headers['content-range'], contentRange, name);
    if (expected) t.ok(response.body.equals(expected), name);
    if (expected) t.equal(response.headers['content-length'], String(expected.length), name);
  }
  const head = await origin.get(file, { Range: 'bytes=0-99' }, { method: 'HEAD' });
  t.match(head, { status: 200, headers: { 'content-length': '1000' } }, 'Range means nothing to HEAD');
  t.match((await origin.get(file, { Range: 'bytes=1000-' })).headers, {
    'cache-control': 'no-store',
    'content-type': /problem\+json/,
  });
});

t.test('conditions', async (t) => {
  const origin = await startOrigin(t);
  await origin.put(file, body);
  const { headers } = await origin.get(file);
  const etag = String(headers.etag);
  const cases: [Record<string, string>, number][] = [
    [{ 'If-None-Match': etag }, 304],
    [{ 'If-None-Match': `W/${etag}` }, 304],
    [{ 'If-None-Match': `"x", ${etag} , "y"` }, 304],
    [{ 'If-None-Match': '*' }, 304],
    [{ 'If-None-Match': etag, Range: 'bytes=0-1' }, 304],
    [{ 'If-None-Match': '"x"' }, 200],
    [{ 'If-None-Match': etag.replaceAll('"', '') }, 200],
    [{ 'If-Match': etag }, 200],
    [{ 'If-Match': '*' }, 200],
    [{ 'If-Match': `W/${etag}` }, 412],
    [{ 'If-Match': '"x"' }, 412],
    [{ 'If-Match': etag, 'If-None-Match': etag }, 304],
    [{ 'If-Modified-Since': new Date(Date.now() + 1e9).toUTCString() }, 200],
  ];
  for (const [conditions, status] of cases) {
    for (const method of ['GET', 'HEAD']) {
      const response = await origin.get(file, conditions, { method });
      t.equal(response.status, status, `${method} ${JSON.stringify(conditions)}`);
      if (status !== 304) continue;
      t.equal(response.body.length, 0);
      t.match(response.headers, {
        etag: etag,
        'cache-control': 'public, max-age=31536000, immutable',
        'access-control-allow-origin': '*',
      });
    }
  }
});

t.test('HEAD answers as GET would, without the body', async (t) => {
  const origin = await startOrigin(t);
  await origin.put(file, body);
  const head = await origin.get(file, {}, { method: 'HEAD' });
  const get = await origin.get(file);
  const { date: _1, ...headHeaders } = head.headers;
  const { date: _2, ...getHeaders } = get.headers;
  t.same(headHeaders, getHeaders);
  t.equal(head.body.length, 0);
  t.equal(
    await origin.metric('dramabox_origin_bytes_total{kind="segment"}'),
    1000,
    'only the body that was sent counts',
  );
});

t.test('other methods are refused', async (t) => {
  const origin = await startOrigin(t);
  await origin.put(file, body);
  for (const method of ['POST', 'PUT', 'DELETE', 'PATCH', 'TRACE']) {
    const response = await origin.get(file, {}, { method, body: method === 'TRACE' ? '' : 'x' });
    t.match(response, { status: 405, headers: { allow: 'GET, HEAD, OPTIONS' } }, method);
  }
  t.same(origin.storage.asked('read', 'stat'), []);
});

t.test('what is not there is 404, forgotten within a second, and found once it is there', async (t) => {
  const origin = await startOrigin(t);
  const missing = await origin.get('v720-3000/00009.m4s');
  t.match(missing, {
    status: 404,
    headers: {
      'cache-control': 'public, max-age=1',
      'access-control-allow-origin': '*',
      'content-type': /problem\+json/,
    },
  });
  t.match(JSON.parse(missing.body.toString()), { code: 'not_found', status: 404 });
  await origin.put('v720-3000/00009.m4s', 'now');
  t.equal((await origin.get('v720-3000/00009.m4s')).body.toString(), 'now');
});

t.test('an object that goes between the look and the read is 404', async (t) => {
  for (const limit of [1024, 1024 ** 2]) {
    const origin = await startOrigin(t, { maxCachedObjectBytes: limit });
    await origin.put(file, randomBytes(5000));
    origin.storage.before = (operation, key) => {
      if (operation === 'read' || operation === 'stream') throw new ObjectNotFound(key);
    };
    t.equal((await origin.get(file)).status, 404);
  }
});

t.test('failing storage is 503 without details, is logged, and is not remembered', async (t) => {
  for (const [operation, limit] of [
    ['stat', 1024 ** 2],
    ['read', 1024 ** 2],
    ['stream', 1024],
  ] as const) {
    const origin = await startOrigin(t, { maxCachedObjectBytes: limit });
    await origin.put(file, randomBytes(5000));
    origin.storage.before = (asked) => {
      if (asked === operation) throw new Error('EIO at /secret/mount/point');
    };
    const failed = await origin.get(file);
    t.match(
      failed,
      { status: 503, headers: { 'retry-after': '1', 'cache-control': 'no-store', 'access-control-allow-origin': '*' } },
      operation,
    );
    t.notMatch(failed.body.toString(), /secret|EIO/);
    const { requestId } = JSON.parse(failed.body.toString()) as { requestId: string };
    t.ok(
      origin.log.some((line) => line.includes('EIO') && line.includes(requestId)),
      'the log tells which request',
    );
    origin.storage.before = undefined;
    t.equal((await origin.get(file)).status, 200);
  }
});

t.test('a stream that breaks half-way, or is not as long as announced, ends the connection', async (t) => {
  for (const kind of ['breaks', 'is short', 'is long']) {
    const origin = await startOrigin(t, { maxCachedObjectBytes: 1024 });
    const large = randomBytes(500_000);
    await origin.put(file, large);
    const { storage } = origin;
    const stat = storage.stat.bind(storage);
    storage.stat = async (key) => {
      const described = await stat(key);
      return (
        described && {
          ...described,
          bytes: kind === 'is short' ? 600_000 : kind === 'is long' ? 400_000 : described.bytes,
        }
      );
    };
    const stream = storage.stream.bind(storage);
    if (kind === 'breaks') {
      storage.stream = (key, range) => {
        const source = stream(key, range);
        let seen = 0;
        source.on('data', (chunk: Buffer) => {
          seen += chunk.length;
          if (seen > 200_000) source.destroy(new Error('connection to storage lost'));
        });
        source.pause();
        return source;
      };
    }
    await t.rejects(origin.get(file), { code: 'ECONNRESET' }, kind);
    await until('the failure is logged', () => origin.log.some((line) => line.includes('could not be served')));
  }
});
