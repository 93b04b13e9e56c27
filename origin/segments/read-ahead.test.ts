import { randomBytes } from 'node:crypto';
import t, { type Test } from 'tap';
import { until } from '../../server/testing/until.ts';
import { rawRequest } from '../testing/raw-request.ts';
import { startOrigin, type RunningOrigin } from '../testing/start-origin.ts';

const MiB = 1024 ** 2;
const segment = (index: number): string => `v1/${String(index).padStart(5, '0')}.m4s`;
const playlist = (last: number, end = '#EXT-X-ENDLIST\n'): string =>
  `#EXTM3U\n${Array.from({ length: last }, (_, index) => `#EXTINF:4,\n${segment(index + 1).slice(3)}\n`).join('')}${end}`;

/** An origin with segments 1 to `segments`, of which the playlist lists `listed`. */
async function start(
  t: Test,
  {
    segments = 9,
    listed = segments,
    end = '#EXT-X-ENDLIST\n',
    ...config
  }: Parameters<typeof startOrigin>[1] & {
    readonly segments?: number;
    readonly listed?: number;
    readonly end?: string;
  } = {},
): Promise<RunningOrigin> {
  const origin = await startOrigin(t, { readAhead: 'on', manifestMaxAgeMs: 0, ...config });
  for (let index = 1; index <= segments; index += 1) await origin.put(segment(index), randomBytes(100_000));
  await origin.put('v1/index.m3u8', playlist(listed, end));
  origin.storage.operations.length = 0;
  return origin;
}

const aheads = async (origin: RunningOrigin, result: string): Promise<number> =>
  (await origin.metric(`dramabox_origin_read_ahead_total{result="${result}"}`)) ?? 0;
const readOf = (origin: RunningOrigin, index: number): number =>
  origin.storage.asked('read').filter((key) => key.endsWith(segment(index))).length;

t.test('who plays on finds the next segment in memory', async (t) => {
  const origin = await start(t);
  await origin.get(segment(1));
  await origin.get(segment(2));
  for (let index = 3; index <= 9; index += 1) {
    await until(`${index} is read`, async () => (await aheads(origin, 'read')) === index - 2);
    const before = origin.storage.asked('read').length;
    t.equal((await origin.get(segment(index))).status, 200);
    t.ok(
      origin.storage
        .asked('read')
        .slice(before)
        .every((key) => !key.endsWith(segment(index))),
    );
  }
  t.equal(await aheads(origin, 'useful'), 7);
  t.same(
    [1, 2, 3, 4, 5, 6, 7, 8, 9].map((index) => readOf(origin, index)),
    Array.from({ length: 9 }, () => 1),
  );
  t.same(
    origin.storage.asked('stat').filter((key) => key.endsWith(segment(10))),
    [],
    'there is nothing behind the last one',
  );
});

t.test(
  'it reads neither for jumps, nor what a growing playlist does not list yet, nor for another session',
  async (t) => {
    const origin = await start(t, { listed: 3, end: '' });
    await origin.get(segment(1));
    await origin.get(segment(3));
    await rawRequest(origin.port, origin.path(segment(4), { token: origin.sign({ sessionId: 'session_other' }) }));
    await origin.get(segment(2), {}, { method: 'HEAD' });
    await origin.get(segment(4));
    await until('the playlist was looked at', () =>
      origin.storage.asked('stat').some((key) => key.endsWith('index.m3u8')),
    );
    await new Promise(setImmediate);
    t.equal(readOf(origin, 5), 0, 'it is there, and not listed');
    await origin.put('v1/index.m3u8', playlist(9, ''));
    await origin.get(segment(5));
    await until('the playlist lists it', async () => (await aheads(origin, 'read')) === 1);
    t.equal(readOf(origin, 6), 1);
  },
);

t.test('what is hot is never pushed out for it; what nobody asks for is', async (t) => {
  // Room for 15 that were asked for and two that were not.
  const origin = await start(t, { cacheBytes: 2 * MiB, segments: 15 });
  const hot = (index: number): string => `v2/${String(index).padStart(5, '0')}.m4s`;
  for (let index = 1; index <= 16; index += 1) await origin.put(hot(index), randomBytes(100_000));
  const evictions = async (): Promise<number> =>
    (await origin.metric('dramabox_origin_cache_evictions_total{cache="segments"}')) ?? 0;
  for (let index = 1; index <= 16; index += 1) await origin.get(hot(index));
  const before = await evictions();
  // Other sessions play, each two segments, and leave.
  for (const [index, name] of ['a', 'b', 'c', 'd', 'e'].entries()) {
    const token = origin.sign({ sessionId: `session_${name}` });
    const first = index * 3 + 1;
    for (const each of [first, first + 1])
      await rawRequest(origin.port, origin.path(segment(each), { token }), { headers: { Range: 'bytes=0-0' } });
    await until('the next one was read', async () => (await aheads(origin, 'read')) === index + 1);
  }
  t.equal((await evictions()) - before, 10, 'one for each that was asked for, with the memory full');
  t.ok((await aheads(origin, 'wasted')) >= 3, 'they push out one another');
  t.equal(await aheads(origin, 'useful'), 0);
  t.ok(((await origin.metric('dramabox_origin_cache_bytes{cache="segments"}')) ?? 0) <= (2 * MiB * 7) / 8);
});

t.test('a request that comes while it is being read joins it', async (t) => {
  const origin = await start(t);
  let open = (): void => {};
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  origin.storage.before = (operation, key) => (operation === 'read' && key.endsWith(segment(3)) ? gate : undefined);
  await origin.get(segment(1));
  await origin.get(segment(2));
  await until('it is being read', () => readOf(origin, 3) === 1);
  const asked = origin.get(segment(3));
  await until(
    'it has joined',
    async () => (await origin.metric('dramabox_origin_cache_lookups_total{cache="segments",result="joined"}')) === 1,
  );
  open();
  t.equal((await asked).status, 200);
  t.equal(await aheads(origin, 'useful'), 1);
  await origin.get(segment(3));
  t.equal(readOf(origin, 3), 1, 'and stays');
});

t.test('it is left out while the store is busy or failing, and for what is deleted', async (t) => {
  const origin = await start(t, { storeReads: 2 });
  for (const index of [1, 2, 3, 4]) await origin.get(segment(index));
  await until('all was read', async () => (await aheads(origin, 'read')) === 3);
  let open = (): void => {};
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  origin.storage.before = (_operation, key) => (key.endsWith(segment(9)) ? gate : undefined);
  const slow = origin.get(segment(9));
  await until('it is being read', () => origin.storage.asked('stat').some((key) => key.endsWith(segment(9))));
  t.equal((await origin.get(segment(5))).status, 200);
  t.equal(await aheads(origin, 'dropped'), 1);
  open();
  await slow;
  origin.storage.before = () => {
    throw new Error('away');
  };
  await origin.get(segment(8));
  const stats = origin.storage.asked().length;
  await origin.get(segment(5));
  await origin.get(segment(4));
  await origin.get(segment(5));
  t.equal(await aheads(origin, 'dropped'), 2);
  t.equal(origin.storage.asked().length, stats);
  origin.events.emit('asset.deleted', { assetId: origin.assetId });
  t.equal(await origin.metric('dramabox_origin_cache_bytes{cache="segments"}'), 0);
});
