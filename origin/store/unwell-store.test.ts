import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import t from 'tap';
import { until } from '../../server/testing/until.ts';
import { startOrigin, type RunningOrigin } from '../testing/start-origin.ts';

const segment = (index: number): string => `v1/${String(index).padStart(5, '0')}.m4s`;
const playlist = 'v1/index.m3u8';
const finished = `#EXTM3U\n#EXTINF:4,\n00001.m4s\n#EXT-X-ENDLIST\n`;

/** An origin that has a segment and a playlist in memory, over a store that is well until the test says otherwise. */
async function warm(
  t: Parameters<typeof startOrigin>[0],
  storeTimeoutSeconds = 0.3,
): Promise<{ origin: RunningOrigin; body: Buffer }> {
  const origin = await startOrigin(t, {
    storeReads: 2,
    storeReadsWaiting: 4,
    storeTimeoutSeconds,
    maxCachedObjectBytes: 100_000,
  });
  const body = randomBytes(50_000);
  for (let index = 1; index <= 20; index += 1) await origin.put(segment(index), body);
  await origin.put(playlist, finished);
  await origin.get(segment(1));
  await origin.get(playlist);
  origin.clock.advance(60_000);
  return { origin, body };
}

async function cachedIsServed(t: Tap, origin: RunningOrigin, body: Buffer): Promise<void> {
  t.ok((await origin.get(segment(1))).body.equals(body), 'a segment from memory');
  for (const encoding of ['identity', 'gzip']) {
    const answer = await origin.get(playlist, { 'Accept-Encoding': encoding });
    t.equal(answer.status, 200, `the playlist, ${encoding}`);
  }
}
type Tap = Pick<typeof t, 'ok' | 'equal'>;

t.test('a store that hangs: what is cached is served, the rest is given up, and nothing piles up', async (t) => {
  const { origin, body } = await warm(t, 3);
  const calls = async (state: string): Promise<number | undefined> =>
    origin.metric(`dramabox_origin_storage_calls{state="${state}"}`);
  let well = (): void => {};
  const hanging = new Promise<void>((resolve) => {
    well = resolve;
  });
  origin.storage.before = () => hanging;
  const cold = Array.from({ length: 12 }, (_, index) => origin.get(segment(index + 2)));
  const refused = (): Promise<number | undefined> =>
    origin.metric('dramabox_origin_storage_refused_total{operation="stat"}');
  await until('the line is full', async () => (await calls('waiting')) === 4 && (await refused()) === 6);
  await cachedIsServed(t, origin, body);
  const statuses = (await Promise.all(cold)).map(({ status, headers }) => {
    t.equal(headers['retry-after'], '2');
    t.equal(headers['cache-control'], 'no-store');
    return status;
  });
  t.equal(statuses.filter((status) => status === 504).length, 6, 'those that ran and those in line');
  t.equal(statuses.filter((status) => status === 503).length, 6, 'the others at once');
  t.equal(await refused(), 6 + 1, 'and the playlist');
  await cachedIsServed(t, origin, body);
  await until('what is compared in the background is given up as well', async () => (await calls('running')) === 0);
  t.equal(await origin.metric('dramabox_origin_overflow_bytes'), 0);
  origin.storage.before = undefined;
  well();
  t.ok((await origin.get(segment(2))).body.equals(body), 'well again, it is read again');
  t.equal(await calls('abandoned'), 0);
});

t.test('a backend that cannot be called off is not asked without end', async (t) => {
  const { origin, body } = await warm(t);
  const { storage } = origin;
  const stat = storage.stat.bind(storage);
  let asked = 0;
  let well = (): void => {};
  const hanging = new Promise<void>((resolve) => {
    well = resolve;
  });
  storage.stat = async (key) => {
    asked += 1;
    await hanging;
    return stat(key);
  };
  for (let round = 0; round < 3; round += 1) await Promise.all([2, 3, 4].map((index) => origin.get(segment(index))));
  const given = await origin.metric('dramabox_origin_storage_calls{state="abandoned"}');
  t.ok(asked <= 4 && given === asked, `${asked} of 9 were asked for, twice as many as may run at most`);
  await cachedIsServed(t, origin, body);
  well();
  await until('it asks again', async () => (await origin.get(segment(5))).status === 200);
});

t.test('a store that fails: what is cached is served, the rest is 503', async (t) => {
  const { origin, body } = await warm(t);
  origin.storage.before = () => {
    throw new Error('connection refused by s3.internal.example');
  };
  for (const index of [2, 3]) {
    const failed = await origin.get(segment(index));
    t.match(failed, { status: 503, headers: { 'retry-after': '1' } });
    t.notMatch(failed.body.toString(), /internal/);
  }
  await cachedIsServed(t, origin, body);
});

t.test('a store that sends a byte a second', async (t) => {
  const { origin, body } = await warm(t);
  const { storage } = origin;
  const large = 'v1/00099.m4s';
  await origin.put(large, randomBytes(200_000));
  const sources: Readable[] = [];
  storage.stream = () => {
    const source = Readable.from(
      (async function* () {
        for (;;) {
          yield Buffer.alloc(1);
          await delay(1000);
        }
      })(),
      { objectMode: false },
    );
    sources.push(source);
    return source;
  };
  storage.read = (_key, signal) => delay(50_000, Buffer.alloc(0), { signal });
  const cut = t.rejects(origin.get(large), 'a body that has begun ends with its connection');
  const cold = [origin.get(segment(2)), origin.get(segment(3))];
  await cachedIsServed(t, origin, body);
  await cut;
  for (const answer of await Promise.all(cold)) t.equal(answer.status, 504);
  t.ok(sources.length === 1 && sources.every(({ destroyed }) => destroyed), 'and nobody reads on');
  t.equal(await origin.metric('dramabox_origin_storage_timeouts_total{operation="stream"}'), 1);
  await until(
    'its place is free',
    async () => (await origin.metric('dramabox_origin_storage_calls{state="streams"}')) === 0,
  );
  await cachedIsServed(t, origin, body);
});

t.test('a manifest from memory waits half a second for a slow store, and then not again', async (t) => {
  const { origin } = await warm(t, 1.5);
  origin.storage.before = () => new Promise(() => {});
  const stale = async (): Promise<number> =>
    (await origin.metric('dramabox_origin_cache_lookups_total{cache="manifests",result="stale"}')) ?? 0;
  for (let asked = 1; asked <= 3; asked += 1) {
    t.equal((await origin.get(playlist)).body.toString(), finished);
    if (asked === 1) t.equal(await stale(), 1);
  }
  origin.storage.before = undefined;
  await origin.put(playlist, `${finished}# corrected\n`);
  await until('the new one is seen', async () => {
    origin.clock.advance(1000);
    return (await origin.get(playlist)).body.toString().endsWith('corrected\n');
  });
});
