import { fork } from 'node:child_process';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import diagnostics from 'node:diagnostics_channel';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { inspect } from 'node:util';
import t, { type Test } from 'tap';
import { sourceKey } from '../assets/storage-keys.ts';
import { GcsCounterpart } from '../testing/gcs/counterpart.ts';
import type { Asked, Disturbance } from '../testing/gcs/disturbances.ts';
import { patternAt } from '../testing/gcs/pattern.ts';
import { storageContract } from '../testing/storage-contract.ts';
import { until } from '../testing/until.ts';
import type { GcsOptions } from './gcs-client.ts';
import { GcsStorage } from './gcs.ts';
import { ObjectNotFound, ObjectReplaced } from './port.ts';

const MiB = 1024 * 1024;
const unavailable = { code: 'storage_unavailable' };

interface Opened {
  readonly gcs: GcsCounterpart;
  readonly options: GcsOptions;
  readonly storage: GcsStorage;
}

async function open(t: Test, change: Partial<GcsOptions> = {}): Promise<Opened> {
  const gcs = await GcsCounterpart.listen(t);
  const options = {
    bucket: gcs.bucket.name,
    prefix: 'below/',
    endpoint: gcs.url,
    serviceAccountKey: JSON.stringify(gcs.key),
    connections: 20,
    timeoutMs: 30_000,
    attempts: 4,
    longestPauseMs: 20,
    pieceBytes: MiB,
    ...change,
  };
  return { gcs, options, storage: new GcsStorage(options) };
}

/** Disturbs the first requests of each operation, so many times. */
function first(times: number, disturbance: (asked: Asked) => Disturbance | undefined): GcsCounterpart['disturb'] {
  const left = new Map<string, number>();
  return (asked) => {
    const more = left.get(asked.operation) ?? times;
    const wanted = more > 0 ? disturbance(asked) : undefined;
    if (wanted) left.set(asked.operation, more - 1);
    return wanted;
  };
}

const only = (operation: string, disturbance: Disturbance) => (asked: Asked) =>
  asked.operation === operation ? disturbance : undefined;

async function keysOf({ storage }: Opened): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of storage.list('')) keys.push(key);
  return keys;
}

storageContract(t, async (t) => (await open(t)).storage);

t.test('what it costs: one request for each thing, over connections that are kept, to nobody else', async (t) => {
  const { gcs, storage } = await open(t);
  const hosts = new Set<string>();
  const connections = { made: 0 };
  const note = (name: string, listener: (message: never) => void) => {
    diagnostics.subscribe(name, listener as (message: unknown) => void);
    t.teardown(() => diagnostics.unsubscribe(name, listener as (message: unknown) => void));
  };
  note('undici:request:create', ({ request }: { request: { origin: string } }) =>
    hosts.add(new URL(request.origin).host),
  );
  note('http.client.request.start', ({ request }: { request: { getHeader(name: string): unknown } }) =>
    hosts.add(String(request.getHeader('host'))),
  );
  note('undici:client:connected', () => connections.made++);
  const cost = async (work: () => Promise<unknown>) => {
    const before = gcs.count();
    await work();
    return gcs.count() - before;
  };
  const body = randomBytes(MiB);
  t.equal(await cost(() => storage.put('a/1', body)), 1, 'a write');
  for (let i = 0; i < 5; i++) t.equal(await cost(() => storage.read('a/1')), 1, 'a read of a segment');
  t.ok(connections.made <= 2, `over ${connections.made} connections`);
  t.equal(await cost(() => storage.putNew('a/2', body)), 1);
  t.equal(await cost(() => storage.putNew('a/2', body)), 1);
  t.equal(await cost(() => buffer(storage.stream('a/1', { start: 10, end: 20 }))), 1);
  t.equal(await cost(() => storage.stat('a/1')), 1);
  t.equal(await cost(() => keysOf({ storage } as Opened)), 1, 'a page of a listing');
  t.equal(await cost(() => storage.materialize('a/1', path.join(t.testdir(), 'x'))), 2);
  t.equal(await cost(() => storage.delete('a/1')), 1);
  t.equal(await cost(() => storage.presign('a/1', { method: 'GET', expiresInMs: 5000 })), 0, 'signing asks nobody');
  t.equal(await cost(() => storage.check()), 1);
  await storage.warnings();
  t.strictSame([...hosts], [new URL(gcs.url).host], 'nor is Google asked for tokens or projects');
});

t.test('nobody reads 1000 keys to see 10', async (t) => {
  const opened = await open(t);
  const { gcs, storage } = opened;
  for (let i = 0; i < 1005; i++)
    gcs.bucket.write(`below/many/${String(i).padStart(4, '0')}`, Buffer.from('x'), {}, new URLSearchParams());
  gcs.bucket.write('elsewhere/x', Buffer.from('x'), {}, new URLSearchParams());
  gcs.bucket.write('below/a folder/', Buffer.alloc(0), {}, new URLSearchParams());
  gcs.bucket.write('below/.dramabox/uploads/x/session', Buffer.alloc(0), {}, new URLSearchParams());
  let seen = 0;
  for await (const { key } of storage.list('many/')) {
    t.match(key, /^many\//);
    if (++seen === 10) break;
  }
  t.equal(gcs.count('objects.list'), 1);
  t.equal((await keysOf(opened)).length, 1005, 'all of them, of ours only');
  await storage.deletePrefix('many/');
  t.equal(gcs.bucket.size, 3);
  t.equal(gcs.count('objects.delete'), 1005);
});

t.test('a storm of 429 and 503 is sat out', async (t) => {
  const opened = await open(t);
  const { gcs, storage } = opened;
  gcs.disturb = first(3, ({ operation }) => ({ kind: 'refuse', status: operation.length % 2 ? 429 : 503 }));
  const body = randomBytes(1000);
  await storage.put('a/1', body);
  t.ok(body.equals(await storage.read('a/1')));
  t.equal((await storage.stat('a/1'))?.bytes, 1000);
  t.strictSame(await keysOf(opened), ['a/1']);
  const store = storage.uploadStore();
  await store.begin('u', 600_000);
  t.equal(await store.append('u', 0, Readable.from([patternAt(0, 600_000)])), 600_000);
  await store.finish('u');
  t.ok(patternAt(0, 600_000).equals(await storage.read(sourceKey('u'))));
  await storage.deletePrefix('a/');
  await storage.check();

  gcs.disturb = () => ({ kind: 'refuse', status: 503 });
  const before = gcs.count();
  await t.rejects(storage.put('a/2', body), { ...unavailable, message: /asks for a pause \(HTTP 503\)/ });
  t.equal(gcs.count() - before, 4, 'four attempts, then it is said');
  await t.rejects(storage.read('a/2'), unavailable);
  await t.rejects(buffer(storage.stream('a/2')), unavailable);
  await t.rejects(storage.stat('a/2'), unavailable);
  await t.rejects(storage.check(), unavailable);
  gcs.disturb = () => ({ kind: 'refuse', status: 400 });
  const since = gcs.count();
  await t.rejects(storage.put('a/2', body), /HTTP 400/);
  t.equal(gcs.count() - since, 1, 'what is wrong is not sent again');
});

t.test('connections that break', async (t) => {
  const { gcs, storage } = await open(t);
  const body = randomBytes(MiB);
  gcs.disturb = first(2, only('upload.multipart', { kind: 'cutRequest', afterBytes: 100_000 }));
  await storage.put('a/1', body);
  gcs.disturb = first(2, only('media.get', { kind: 'cutAnswer', afterBytes: 300_000 }));
  t.ok(body.equals(await storage.read('a/1')), 'read again');
  gcs.disturb = first(5, only('media.get', { kind: 'cutAnswer', afterBytes: 150_000 }));
  const before = gcs.count();
  t.ok(body.equals(await buffer(storage.stream('a/1'))), 'a stream goes on where it broke, while there is progress');
  t.equal(gcs.count() - before, 6);
  const file = path.join(t.testdir(), 'copy');
  gcs.disturb = first(5, only('media.get', { kind: 'cutAnswer', afterBytes: 150_000 }));
  const seen: number[] = [];
  await storage.materialize('a/1', file, { onBytes: (bytes) => seen.push(bytes) });
  t.ok(body.equals(readFileSync(file)));
  t.equal(seen.at(-1), body.length);
});

t.test('an object that is replaced while it is read does not change in the middle', async (t) => {
  const { gcs, storage } = await open(t);
  await storage.put('a/1', randomBytes(MiB));
  let isReplaced = false;
  gcs.disturb = ({ operation }) => {
    if (operation !== 'media.get' || isReplaced) return undefined;
    isReplaced = true;
    return { kind: 'cutAnswer', afterBytes: 300_000 };
  };
  const reading = (async () => {
    for await (const _chunk of storage.stream('a/1'))
      if (isReplaced) gcs.bucket.write('below/a/1', Buffer.alloc(MiB), {}, new URLSearchParams());
  })();
  await t.rejects(reading, ObjectReplaced);
});

t.test('bytes that were damaged on their way', async (t) => {
  const { gcs, storage } = await open(t);
  const body = randomBytes(100_000);
  await storage.put('a/1', body);
  gcs.disturb = first(2, only('media.get', { kind: 'flipBit' }));
  t.ok(body.equals(await storage.read('a/1')), 'are read again');
  gcs.disturb = () => ({ kind: 'flipBit' });
  await t.rejects(storage.read('a/1'), { ...unavailable, message: /arrived otherwise/ });
  const file = path.join(t.testdir(), 'copy');
  await t.rejects(storage.materialize('a/1', file), /arrived otherwise/);
  t.notOk(existsSync(file));
  // A composed object has no MD5: then it is CRC32C that is looked at.
  gcs.disturb = () => undefined;
  gcs.bucket.compose('below/a/2', [{ name: 'below/a/1' }], {}, new URLSearchParams());
  t.ok(body.equals(await storage.read('a/2')));
  gcs.disturb = () => ({ kind: 'flipBit' });
  await t.rejects(storage.read('a/2'), /arrived otherwise/);
});

t.test('answers that are lost', async (t) => {
  const { gcs, storage } = await open(t);
  gcs.disturb = first(1, only('upload.multipart', { kind: 'loseAnswer' }));
  t.equal(await storage.putNew('a/1', 'ours'), true, 'we know our own object again');
  gcs.disturb = first(1, (asked) => {
    if (asked.operation !== 'upload.multipart') return undefined;
    gcs.bucket.write('below/a/2', Buffer.from('theirs'), {}, new URLSearchParams());
    return { kind: 'refuse', status: 503 };
  });
  t.equal(await storage.putNew('a/2', 'ours'), false, 'and that of others');
  t.equal((await storage.read('a/2')).toString(), 'theirs');
});

t.test('a store that says nothing', async (t) => {
  const { gcs, storage } = await open(t, { timeoutMs: 100, attempts: 2 });
  gcs.disturb = () => ({ kind: 'delay', ms: 60_000 });
  const all: readonly (() => Promise<unknown>)[] = [
    () => storage.put('a', 'x'),
    () => storage.read('a'),
    () => buffer(storage.stream('a')),
    () => storage.stat('a'),
    () => storage.check(),
    () => storage.uploadStore().received('u'),
  ];
  for (const work of all) await t.rejects(work(), { ...unavailable, message: /does not answer in time/ });
  const stream = storage.stream('a');
  stream.once('error', () => undefined);
  stream.resume();
  stream.destroy();
  await once(stream, 'close');
  t.pass('who does not want it any more need not wait');
});

t.test('a reader may take its time', async (t) => {
  const { gcs, storage } = await open(t, { timeoutMs: 500, connections: 1 });
  const body = randomBytes(2 * MiB);
  await storage.put('a', body);
  const chunks: Buffer[] = [];
  for await (const chunk of storage.stream('a')) {
    if (chunks.length === 0) await new Promise((resolve) => setTimeout(resolve, 1000));
    chunks.push(chunk as Buffer);
  }
  t.ok(body.equals(Buffer.concat(chunks)));
  t.equal(gcs.count('media.get'), 1, 'it was not asked again');
  // Who goes away makes room for the next one.
  for await (const _chunk of storage.stream('a')) break;
  t.ok(body.equals(await storage.read('a')));
});

t.test('large files go in pieces, and nothing is left of those that fail', async (t) => {
  const opened = await open(t);
  const { gcs, storage } = opened;
  const body = randomBytes(2 * MiB + 7);
  const file = path.join(t.testdir(), 'film');
  writeFileSync(file, body);
  gcs.disturb = first(1, only('resumable.put', { kind: 'cutRequest', afterBytes: 600_000 }));
  await storage.putFile('a/film', file);
  t.ok(body.equals(await storage.read('a/film')));
  gcs.disturb = first(1, only('resumable.put', { kind: 'forgetPiece' }));
  await storage.put('a/buffer', body);
  t.ok(body.equals(await storage.read('a/buffer')));
  t.equal(gcs.sessions.open, 0);

  let pieces = 0;
  gcs.disturb = ({ operation }) =>
    operation === 'resumable.put' && ++pieces > 1 ? { kind: 'refuse', status: 403, reason: 'forbidden' } : undefined;
  await t.rejects(storage.putFile('a/film', file), /refuses access/);
  t.equal(gcs.sessions.open, 0, 'its session is given up');
  t.ok(body.equals(await storage.read('a/film')), 'the old one stays');
  gcs.disturb = () => undefined;
  t.strictSame(await keysOf(opened), ['a/buffer', 'a/film']);
});

t.test('an upload goes on over breaks, of the client and of the store', async (t) => {
  const { gcs, storage } = await open(t);
  const store = storage.uploadStore();
  const size = 3 * MiB + 12;
  await store.begin('u', size);
  const sendUntil = (from: number, end: number, isBroken: boolean) =>
    store.append(
      'u',
      from,
      Readable.from(
        (async function* () {
          for (let at = from; at < end; at += 100_000) yield patternAt(at, Math.min(100_000, end - at));
          await Promise.resolve();
          if (isBroken) throw new Error('the client is gone');
        })(),
      ),
    );
  await t.rejects(sendUntil(0, 1_000_000, true), /the client is gone/);
  t.equal(await store.received('u'), 1_000_000, 'what came before the break is kept, to the byte');
  await t.rejects(sendUntil(1_000_000, 1_000_100, true), /the client is gone/);
  t.equal(await store.received('u'), 1_000_100);
  gcs.disturb = first(3, only('resumable.put', { kind: 'cutRequest', afterBytes: 700_000 }));
  t.equal(await sendUntil(1_000_100, 2_700_000, false), 2_700_000);
  gcs.disturb = first(3, only('resumable.put', { kind: 'forgetPiece' }));
  t.equal(await sendUntil(2_700_000, 3_000_000, false), 3_000_000);
  gcs.disturb = first(3, only('resumable.put', { kind: 'loseAnswer' }));
  t.equal(await sendUntil(3_000_000, size, false), size);
  t.equal(gcs.bucket.list(new URLSearchParams({ prefix: 'below/.dramabox/uploads/u/tail-' })).items.length, 1);
  gcs.disturb = first(1, only('resumable.put', { kind: 'loseAnswer' }));
  // Two processes finish it at the same moment, and one is told nothing.
  await Promise.all([store.finish('u'), storage.uploadStore().finish('u')]);
  t.ok(patternAt(0, size).equals(await storage.read(sourceKey('u'))));
  t.equal(gcs.bucket.size, 1, 'and nothing lies beside it');
});

t.test('a process is killed in the middle of an upload', async (t) => {
  const { gcs, options, storage } = await open(t);
  const child = fork(path.join(import.meta.dirname, '..', 'testing', 'gcs', 'uploading-process.ts'));
  const ended = once(child, 'exit');
  child.send({ options, id: 'u' });
  await until('some of it is there', () => gcs.count('resumable.put') >= 2);
  child.kill('SIGKILL');
  await ended;
  const store = storage.uploadStore();
  const offset = (await store.received('u')) ?? 0;
  t.ok(offset >= MiB, `${offset} bytes are kept`);
  t.equal(await store.append('u', offset, Readable.from([patternAt(offset, 300_000)])), offset + 300_000);
  await store.finish('u');
  t.ok(patternAt(0, offset + 300_000).equals(await storage.read(sourceKey('u'))));
  t.equal(gcs.bucket.size, 1);
});

t.test('uploads that come to nothing', async (t) => {
  const { gcs, storage } = await open(t);
  const store = storage.uploadStore();
  const idsOf = async () => {
    const ids: string[] = [];
    for await (const id of store.unlisted()) ids.push(id);
    return ids;
  };
  await store.begin('removed', 10);
  await store.append('removed', 0, Readable.from(['half']));
  t.strictSame(await idsOf(), ['removed']);
  await store.remove('removed');
  t.strictSame([gcs.sessions.open, gcs.bucket.size], [0, 0], 'no session, no object');
  await Promise.all([store.begin('twice', 1), storage.uploadStore().begin('twice', 1)]);
  t.equal(gcs.sessions.open, 1, 'begun twice at once, it is one');
  await store.append('twice', 0, Readable.from(['x']));

  // The process ends between the last byte and the tidying up.
  gcs.disturb = only('objects.delete', { kind: 'refuse', status: 403, reason: 'forbidden' });
  await t.rejects(store.finish('twice'));
  gcs.disturb = () => undefined;
  t.equal(await store.received('twice'), 1, 'it is finished all the same');
  t.equal(await storage.collectLeftovers(3_600_000), 0, 'somebody may be at it');
  t.equal(await storage.collectLeftovers(0), 1);
  t.equal(gcs.bucket.size, 1);

  await store.begin('old', 10);
  await store.append('old', 0, Readable.from(['half']));
  gcs.laterMs = 8 * 86_400_000;
  t.equal(await store.received('old'), undefined, 'a session lives a week');
  const late = Readable.from(['x']);
  await t.rejects(store.append('old', 4, late), ObjectNotFound);
  t.ok(late.destroyed);
  await store.remove('old');
  t.equal(gcs.bucket.size, 1);
});

t.test('an upload does not replace what lies at its place', async (t) => {
  const { storage } = await open(t);
  const store = storage.uploadStore();
  await store.begin('u', 5);
  await store.append('u', 0, Readable.from(['bytes']));
  await storage.put(sourceKey('u'), 'first');
  await store.finish('u');
  t.equal((await storage.read(sourceKey('u'))).toString(), 'first');
});

t.test('what is wrong is said in words, without secrets', async (t) => {
  const { gcs, options, storage } = await open(t);
  const failure = async (work: () => unknown): Promise<string> => {
    try {
      await work();
    } catch (error) {
      const all = inspect(error, { depth: 10 });
      t.notMatch(all, /PRIVATE KEY|upload_id|Bearer|eyJ/, 'no secret');
      return (error as Error).message;
    }
    return 'nothing was wrong';
  };
  const withOptions = (change: Partial<GcsOptions>) => new GcsStorage({ ...options, ...change });
  t.match(await failure(() => withOptions({ bucket: 'another' }).read('a')), /^There is no bucket another/);
  t.match(await failure(() => withOptions({ bucket: 'another' }).check()), /^There is no bucket another/);
  const mend = await gcs.break();
  t.match(await failure(() => storage.read('a')), /cannot be reached at 127\.0\.0\.1:\d+: ECONNREFUSED/);
  await mend();
  await storage.put('a', 'it is back');
  t.match(await failure(() => withOptions({ serviceAccountKey: '/etc/key.json' })), /is not JSON: .* not its path/);
  t.match(
    await failure(() => withOptions({ serviceAccountKey: '{"type":"authorized_user"}' })),
    /not the key of a service account/,
  );
  const cut = { ...gcs.key, private_key: gcs.key.private_key.slice(0, 200) };
  t.match(
    await failure(() => withOptions({ serviceAccountKey: JSON.stringify(cut) })),
    /private_key that cannot be read/,
  );
  const other = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'pem' });
  const stranger = withOptions({ serviceAccountKey: JSON.stringify({ ...gcs.key, private_key: other }) });
  for (const work of [
    () => stranger.read('a'),
    () => stranger.stat('a'),
    () => stranger.put('a', 'x'),
    () => stranger.check(),
  ])
    t.match(await failure(work), /does not accept the credentials/);
  gcs.granted.delete('storage.objects.create');
  t.match(
    await failure(() => storage.check()),
    /lacks permissions .*storage\.objects\.create.*roles\/storage\.objectUser/,
  );
  t.match(await failure(() => storage.put('a', 'x')), /lacks the permission storage\.objects\.create/);
  t.match(await failure(() => storage.uploadStore().begin('u', 1)), /lacks the permission storage\.objects\.create/);
  gcs.granted.delete('storage.objects.list');
  t.match(await failure(() => storage.read('nothing')), /lacks the permission storage\.objects\.list/);
});

t.test('what an operator should change about the bucket', async (t) => {
  const { gcs, storage } = await open(t);
  t.strictSame(await storage.warnings(), []);
  gcs.bindings = [{ role: 'roles/storage.objectViewer', members: ['allUsers'] }];
  gcs.settings = { uniformBucketLevelAccess: false, publicAccessPrevention: 'inherited', softDeleteSeconds: 604_800 };
  t.match(await storage.warnings(), [
    /Anybody on the internet has the role roles\/storage\.objectViewer/,
    /public access prevention/,
    /uniform bucket-level access/,
    /keeps deleted objects for 7 days/,
  ]);
  gcs.granted.delete('storage.buckets.getIamPolicy');
  t.match(await storage.warnings(), [/could not be looked at: .*storage\.buckets\.getIamPolicy/]);
});
