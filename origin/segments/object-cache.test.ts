import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import t from 'tap';
import { until } from '../../server/testing/until.ts';
import { startOrigin, type RunningOrigin } from '../testing/start-origin.ts';

const MiB = 1024 ** 2;
const segment = (index: number): string => `v1/${String(index).padStart(5, '0')}.m4s`;

async function lookups(origin: RunningOrigin, result: string): Promise<number> {
  return (await origin.metric(`dramabox_origin_cache_lookups_total{cache="segments",result="${result}"}`)) ?? 0;
}

t.test('a crowd that asks for the same segment costs storage one read', async (t) => {
  const origin = await startOrigin(t);
  const body = randomBytes(10_000);
  await origin.put(segment(1), body);
  origin.storage.operations.length = 0;
  let open = (): void => {};
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  origin.storage.before = () => gate;
  const crowd = Array.from({ length: 50 }, () => origin.get(segment(1)));
  await until('all of them wait', async () => (await lookups(origin, 'joined')) === 49);
  open();
  for (const response of await Promise.all(crowd)) t.ok(response.status === 200 && response.body.equals(body));
  t.same(
    origin.storage.operations.map(({ operation }) => operation),
    ['stat', 'read'],
  );
  await origin.get(segment(1));
  t.equal(origin.storage.operations.length, 2);
  t.equal(await lookups(origin, 'miss'), 1);
  t.equal(await lookups(origin, 'hit'), 1);
});

t.test('memory stays within its bound, and what was used last stays longest', async (t) => {
  const origin = await startOrigin(t, { cacheBytes: MiB, maxCachedObjectBytes: MiB });
  for (let index = 0; index < 30; index += 1) await origin.put(segment(index), randomBytes(100_000));
  const bytes = async (): Promise<number> =>
    (await origin.metric('dramabox_origin_cache_bytes{cache="segments"}')) ?? 0;
  for (let index = 0; index < 30; index += 1) {
    await origin.get(segment(index));
    await origin.get(segment(0));
    t.ok((await bytes()) <= (MiB * 7) / 8);
  }
  t.ok((await bytes()) > MiB / 2);
  t.equal(
    origin.storage.asked('read').filter((key) => key.endsWith(segment(0))).length,
    1,
    'the one that all ask for was read once',
  );
  t.ok(((await origin.metric('dramabox_origin_cache_evictions_total{cache="segments"}')) ?? 0) >= 20);
  await until('nothing is being sent', async () => (await origin.metric('dramabox_origin_overflow_bytes')) === 0);
});

t.test('an object as large as the cache is streamed, not kept', async (t) => {
  const origin = await startOrigin(t, { cacheBytes: MiB, maxCachedObjectBytes: 32 * MiB });
  const body = randomBytes(2 * MiB);
  await origin.put(segment(1), body);
  t.ok((await origin.get(segment(1))).body.equals(body));
  t.same(origin.storage.asked('read'), []);
});

/** Asks and then reads nothing. */
async function stalledClient(origin: RunningOrigin, files: readonly string[]): Promise<Socket> {
  const socket = connect({ host: '127.0.0.1', port: origin.port });
  socket.pause();
  socket.on('error', () => {});
  await new Promise((resolve) => {
    socket.once('connect', resolve);
  });
  socket.write(files.map((file) => `GET ${origin.path(file)} HTTP/1.1\r\nHost: origin\r\n\r\n`).join(''));
  return socket;
}

t.test('clients that read nothing hold a bounded amount of memory, and others are served meanwhile', async (t) => {
  const origin = await startOrigin(t, { cacheBytes: 16 * MiB, maxCachedObjectBytes: 8 * MiB });
  const clients: Socket[] = [];
  t.teardown(() => {
    for (const client of clients) client.destroy();
  });
  const overflow = async (): Promise<number> => (await origin.metric('dramabox_origin_overflow_bytes')) ?? 0;
  const body = randomBytes(4 * MiB);
  for (let index = 0; index < 20; index += 1) {
    await origin.put(segment(index), body);
    const answered = (await origin.metric('dramabox_origin_requests_total{kind="segment",status="2xx"}')) ?? 0;
    clients.push(await stalledClient(origin, [segment(index)]));
    await until(
      'it is answered',
      async () => (await origin.metric('dramabox_origin_requests_total{kind="segment",status="2xx"}')) === answered + 1,
    );
    // The quarter of the cache or one object, and the object that was evicted to let the last one in.
    t.ok((await overflow()) <= 8 * MiB + 4 * MiB, `${await overflow()} bytes`);
  }
  t.ok((await overflow()) > 0, 'evicted while being sent');
  t.ok((await lookups(origin, 'bypass')) > 10, 'the rest is streamed');
  await origin.put(segment(99), body);
  t.ok((await origin.get(segment(99))).body.equals(body), 'who reads is served');
  for (const client of clients) client.destroy();
  await until('their memory is free', async () => (await overflow()) === 0);
  const bypassed = await lookups(origin, 'bypass');
  await origin.put(segment(100), body);
  await origin.get(segment(100));
  t.equal(await lookups(origin, 'bypass'), bypassed, 'and the cache is used again');
});

t.test('pipelined requests of a client that leaves free their memory, too', async (t) => {
  const origin = await startOrigin(t, { cacheBytes: 16 * MiB, maxCachedObjectBytes: 8 * MiB });
  for (let index = 0; index < 3; index += 1) await origin.put(segment(index), randomBytes(6 * MiB));
  await origin.get(segment(0));
  await origin.get(segment(1));
  // More than the kernel's buffers take. Both in one write and both in memory: the second answer waits behind the first.
  const socket = await stalledClient(origin, [segment(0), segment(1)]);
  await until('both are answered', async () => (await lookups(origin, 'hit')) === 2);
  await origin.get(segment(0));
  await origin.get(segment(2));
  t.equal(
    await origin.metric('dramabox_origin_overflow_bytes'),
    6 * MiB,
    'the waiting one is evicted, and still held for the client',
  );
  socket.destroy();
  await until('it is free', async () => (await origin.metric('dramabox_origin_overflow_bytes')) === 0);
});

t.test('a client that leaves while storage is read costs nothing more', async (t) => {
  const origin = await startOrigin(t, { cacheBytes: 4 * MiB, maxCachedObjectBytes: 1024 });
  await origin.put(segment(1), randomBytes(MiB));
  let open = (): void => {};
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  let left = false;
  origin.storage.before = (operation) => (operation === 'stat' ? gate : undefined);
  origin.server.on('connection', (connection) =>
    connection.on('close', () => {
      left = true;
    }),
  );
  const socket = await stalledClient(origin, [segment(1)]);
  await until('storage is asked', () => origin.storage.asked('stat').length === 1);
  socket.destroy();
  await until('the server knows', () => left);
  open();
  await new Promise(setImmediate);
  await new Promise(setImmediate);
  t.same(origin.storage.asked('stream'), [], 'nothing was read for nobody');
});

t.test('an object that is replaced between the look and the read keeps tag and bytes together', async (t) => {
  const origin = await startOrigin(t);
  await origin.put(segment(1), 'old');
  let replaced = false;
  origin.storage.before = async (operation) => {
    if (operation !== 'read' || replaced) return;
    replaced = true;
    await origin.put(segment(1), 'the new one');
  };
  const first = await origin.get(segment(1));
  t.equal(first.body.toString(), 'the new one');
  const { etag } = (await origin.storage.stat(`assets/${origin.assetId}/${origin.versionId}/${segment(1)}`)) ?? {};
  t.equal(first.headers.etag, `"${etag}"`);
});
