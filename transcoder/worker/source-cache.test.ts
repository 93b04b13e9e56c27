import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import t, { type Test } from 'tap';
import { ProblemError } from '../../server/kit/errors.ts';
import { createLogger } from '../../server/kit/logger.ts';
import { Scratch } from '../../server/kit/scratch.ts';
import { ObjectNotFound, type Transfer } from '../../server/storage/port.ts';
import { DiskStorage } from '../../server/storage/disk.ts';
import { LinklessStorage } from '../../server/testing/linkless-storage.ts';
import { until } from '../../server/testing/until.ts';
import { SourceCache } from './source-cache.ts';

const going = new AbortController().signal;
const logger = createLogger({ level: 'silent' });

/** A storage whose objects are downloaded: of as many bytes as the key says, when `let go`. */
async function site(t: Test, options: { readonly maxBytes?: number; readonly unusedMs?: number } = {}) {
  const scratch = await Scratch.open(path.join(t.testdir(), 'scratch'));
  t.teardown(() => scratch.close());
  const disk = { free: 1000 };
  const fetched: string[] = [];
  const gate: { wait: Promise<void> } = { wait: Promise.resolve() };
  const storage = {
    async materialize(key: string, file: string, { beforeCopy }: Transfer = {}): Promise<void> {
      if (key === 'missing') throw new ObjectNotFound(key);
      fetched.push(key);
      const bytes = Number(key.split('-')[1]);
      await beforeCopy?.(bytes);
      await gate.wait;
      writeFileSync(file, key.padEnd(bytes, '.'));
    },
  };
  const cache = new SourceCache({
    storage,
    scratch: { folder: (label) => scratch.folder(label), freeBytes: async () => disk.free },
    maxBytes: options.maxBytes ?? 300,
    minFreeBytes: 100,
    logger,
    ...(options.unusedMs === undefined ? {} : { unusedMs: options.unusedMs }),
  });
  const read = (key: string) => cache.use(key, going, async (file) => readFileSync(file, 'utf8').split('.')[0]);
  return { cache, scratch, disk, fetched, gate, read };
}

t.test('chunks of one source share it, also those that ask at the same time', async (t) => {
  const { fetched, read, gate } = await site(t);
  const opened = Promise.withResolvers<void>();
  gate.wait = opened.promise;
  const all = [read('a-100'), read('a-100'), read('b-100')];
  opened.resolve();
  t.same(await Promise.all(all), ['a-100', 'a-100', 'b-100']);
  t.equal(await read('a-100'), 'a-100');
  t.same(fetched, ['a-100', 'b-100']);
});

t.test('the longest unused gives way, what is read never does', async (t) => {
  const { cache, fetched, read, disk } = await site(t);
  await read('a-100');
  await read('b-100');
  await read('c-100');
  await read('a-100');
  await read('d-100');
  t.same(fetched, ['a-100', 'b-100', 'c-100', 'd-100']);
  await read('a-100');
  await read('c-100');
  t.equal(fetched.length, 4, 'they are still here');
  await read('b-100');
  t.equal(fetched.length, 5, 'b made room for d');

  await cache.use('e-250', going, async (e) => {
    await cache.use('f-250', going, async (f) => {
      t.ok(existsSync(e) && existsSync(f), 'more than is kept, while jobs need it');
    });
    t.ok(existsSync(e));
    await read('e-250');
    t.equal(fetched.filter((key) => key === 'e-250').length, 1);
  });
  disk.free = 1000;
  await cache.forgetUnused();
});

t.test('a disk without room', async (t) => {
  const { fetched, read, disk } = await site(t, { maxBytes: 0 });
  disk.free = 199;
  await t.rejects(read('a-100'), { code: 'insufficient_storage' });
  disk.free = 200;
  await read('a-100');
  t.equal(fetched.length, 2, 'a fetch that failed is tried again');
  disk.free = 100;
  await t.rejects(read('b-100'), { code: 'insufficient_storage' });
  disk.free = 100_000;
  await read('a-100');
  t.equal(fetched.filter((key) => key === 'a-100').length, 3, 'what was unused gave way to what did not fit either');
  await t.rejects(read('missing'), ObjectNotFound);
});

t.test('room that is promised to a copy on its way is not free', async (t) => {
  const { read, disk, gate } = await site(t, { maxBytes: 1000 });
  const opened = Promise.withResolvers<void>();
  gate.wait = opened.promise;
  disk.free = 300;
  const first = read('a-150');
  await t.rejects(read('b-100'), { code: 'insufficient_storage' });
  opened.resolve();
  t.equal(await first, 'a-150');
});

t.test('a job that is stopped waits no longer; the others get their source', async (t) => {
  const { cache, fetched, read, gate } = await site(t);
  const opened = Promise.withResolvers<void>();
  gate.wait = opened.promise;
  const stopping = new AbortController();
  const stopped = cache.use('a-100', stopping.signal, async () => t.fail('it does not begin'));
  const other = read('a-100');
  stopping.abort(new Error('the version has ended'));
  await t.rejects(stopped, { message: 'the version has ended' });
  opened.resolve();
  t.equal(await other, 'a-100');
  await t.rejects(
    cache.use('a-100', stopping.signal, async () => t.fail('nor later')),
    { message: 'the version has ended' },
  );
  t.same(fetched, ['a-100']);
});

t.test('a fetch that outlasts the work of the process ends quietly', async (t) => {
  const { cache, scratch, gate } = await site(t);
  const opened = Promise.withResolvers<void>();
  gate.wait = opened.promise;
  const stopping = new AbortController();
  const stopped = cache.use('a-100', stopping.signal, async () => t.fail('it does not begin'));
  stopping.abort(new Error('stopped'));
  await t.rejects(stopped, { message: 'stopped' });
  await scratch.close();
  opened.resolve();
  await new Promise((resolve) => setImmediate(resolve));
});

t.test('a copy that nobody asks for goes after a while', async (t) => {
  const { cache, fetched, read } = await site(t, { unusedMs: 30 });
  let at = '';
  await cache.use('a-100', going, async (file) => {
    at = file;
  });
  await until('it is gone', () => !existsSync(at));
  t.equal(await read('a-100'), 'a-100');
  t.equal(fetched.length, 2);
});

t.test('a hard link takes nothing, and goes with its last reader', async (t) => {
  const root = t.testdir();
  const storage = new DiskStorage({ path: path.join(root, 'storage') });
  const scratch = await Scratch.open(path.join(root, 'scratch'));
  t.teardown(() => scratch.close());
  await storage.put('sources/a', 'a film');
  const cache = new SourceCache({ storage, scratch, maxBytes: 1, minFreeBytes: Number.MAX_SAFE_INTEGER, logger });
  let folder = '';
  await cache.use('sources/a', going, async (one) => {
    folder = path.dirname(one);
    t.equal(statSync(one).nlink, 2, 'no bytes were copied');
    await cache.use('sources/a', going, async (other) => {
      t.equal(other, one);
      await storage.delete('sources/a');
    });
    t.equal(readFileSync(one, 'utf8'), 'a film', 'what is read stays');
  });
  t.same(readdirSync(folder), [], 'a deleted source is not kept on the disk');
});

/** A store without links that holds one source and sends it piece by piece, as long as it may. */
async function remote(t: Test) {
  const root = t.testdir();
  const storage = new LinklessStorage(new DiskStorage({ path: path.join(root, 'storage') }));
  const body = randomBytes(1_000_000);
  await storage.put('sources/a', body);
  const scratch = await Scratch.open(path.join(root, 'scratch'));
  t.teardown(() => scratch.close());
  const said: { msg: string; bytes: number; of: number }[] = [];
  const cache = new SourceCache({
    storage,
    scratch,
    maxBytes: 0,
    minFreeBytes: 0,
    reportEveryMs: 0,
    logger: Object.assign(Object.create(logger) as typeof logger, {
      info: (facts: { bytes: number; of: number }, msg: string) => said.push({ msg, ...facts }),
    }),
  });
  const copies = () =>
    readdirSync(path.join(root, 'scratch'), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return { storage, body, cache, said, copies };
}

t.test('a download that breaks goes on where it was, for all who wait, and says how far it is', async (t) => {
  const { storage, body, cache, said } = await remote(t);
  let breaks = 2;
  storage.breakAfter = () => (breaks-- > 0 ? 300_000 : undefined);
  const heard: [number, number][] = [];
  const read = () =>
    cache.use(
      'sources/a',
      going,
      async (file) => readFileSync(file),
      (...each) => heard.push(each),
    );
  for (const copy of await Promise.all([read(), read(), read()])) t.ok(body.equals(copy));
  t.same(heard.at(-1), [body.length, body.length]);
  t.ok(heard.some(([bytes]) => bytes === 300_000));
  t.ok(body.equals(await read()), 'and for the next one');
  t.equal(storage.bytesRead('sources/a'), body.length);
  t.same(
    storage.of('stream').map(({ range }) => range?.start),
    [0, 300_000, 600_000],
  );
  t.ok(said.some(({ msg, bytes, of }) => msg === 'fetching a source' && bytes < of && of === body.length));
  t.match(said.at(-1), { msg: 'fetched a source', bytes: body.length });
});

t.test('a download that nobody waits for any more is stopped; one that somebody waits for is not', async (t) => {
  const { storage, body, cache, copies } = await remote(t);
  const held = Promise.withResolvers<void>();
  const asked = Promise.withResolvers<void>();
  storage.before = async ({ operation }) => {
    if (operation !== 'stream') return;
    asked.resolve();
    await held.promise;
  };
  const [first, second] = [new AbortController(), new AbortController()];
  const use = ({ signal }: AbortController) => cache.use('sources/a', signal, async (file) => readFileSync(file));
  const [one, other] = [use(first), use(second)];
  await asked.promise;
  first.abort(new Error('cancelled'));
  await t.rejects(one, { message: 'cancelled' });
  const third = use(new AbortController());
  second.abort(new Error('cancelled'));
  await t.rejects(other, { message: 'cancelled' });
  held.resolve();
  t.ok(body.equals(await third), 'the third one had joined in time');
  t.equal(storage.bytesRead('sources/a'), body.length);
  await cache.forgetUnused();

  storage.before = undefined;
  storage.breakAfter = () => 100_000;
  const last = new AbortController();
  let sent = 0;
  storage.before = ({ operation }) => {
    if (operation === 'stream' && ++sent === 3) last.abort(new Error('cancelled'));
  };
  await t.rejects(use(last), { message: 'cancelled' });
  await until('nothing of it is left', () => copies().length === 0);
  t.equal(sent, 3, 'it was not gone on with');
  [storage.before, storage.breakAfter] = [undefined, undefined];
  t.ok(body.equals(await use(new AbortController())), 'whoever asks later begins anew');
});

t.test('a disk that fills up on the way: nothing is left, and it is said as what it is', async (t) => {
  const { storage, cache, copies } = await remote(t);
  storage.before = ({ operation }) => {
    if (operation === 'stream') throw new ProblemError('insufficient_storage');
  };
  await t.rejects(
    cache.use('sources/a', going, async () => t.fail('it does not begin')),
    { code: 'insufficient_storage' },
  );
  t.equal(storage.of('stream').length, 1, 'asking again helps nothing');
  t.same(copies(), []);
});
