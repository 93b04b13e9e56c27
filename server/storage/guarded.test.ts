import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import path from 'node:path';
import t, { type Test } from 'tap';
import { ProblemError } from '../kit/errors.ts';
import { LinklessStorage } from '../testing/linkless-storage.ts';
import { storageContract } from '../testing/storage-contract.ts';
import { until } from '../testing/until.ts';
import { DiskStorage } from './disk.ts';
import { GuardedStorage, type BreakerState } from './guarded.ts';
import { InvalidKey, ObjectNotFound } from './port.ts';

const away = () => {
  throw new ProblemError('storage_unavailable', undefined, { cause: new Error('ECONNREFUSED') });
};

function open(t: Test, pauseMs = 60_000) {
  const inner = new LinklessStorage(new DiskStorage({ path: path.join(t.testdir(), 'storage') }));
  const seen: BreakerState[] = [];
  const storage = new GuardedStorage(inner, { failures: 3, pauseMs, onChange: (state) => seen.push(state) });
  return { inner, storage, seen };
}

storageContract(t, async (t) => {
  const inner = new DiskStorage({ path: path.join(t.testdir(), 'made', 'storage') });
  return new GuardedStorage(inner, { failures: 1, pauseMs: 60_000 });
});

t.test('a store that is away again and again is asked nothing for a while', async (t) => {
  const { inner, storage, seen } = open(t);
  inner.before = away;
  for (let i = 0; i < 3; i++) await t.rejects(storage.read('a'), { code: 'storage_unavailable' });
  t.equal(storage.state, 'open');
  const before = inner.requests.length;
  const bytes = Readable.from(['x']);
  const requests: Record<string, () => Promise<unknown>> = {
    put: () => storage.put('a', 'x'),
    putNew: () => storage.putNew('a', 'x'),
    read: () => storage.read('a'),
    stream: () => buffer(storage.stream('a')),
    list: () => storage.list('')[Symbol.asyncIterator]().next(),
    delete: () => storage.delete('a'),
    deletePrefix: () => storage.deletePrefix('a/'),
    materialize: () => storage.materialize('a', path.join(t.testdirName, 'a')),
    append: () => storage.uploadStore().append('u', 0, bytes),
    check: () => storage.check(),
  };
  for (const [name, request] of Object.entries(requests))
    await t.rejects(
      request(),
      { code: 'storage_unavailable', status: 503, extras: { retryAfterSeconds: Number } },
      name,
    );
  t.ok(bytes.destroyed, 'and nobody goes on sending');
  t.equal(inner.requests.length, before, 'the store heard nothing of them');
  t.strictSame(seen, ['open']);
});

t.test('what the store answers is no failure of it', async (t) => {
  const { inner, storage, seen } = open(t);
  for (let i = 0; i < 10; i++) {
    await t.rejects(storage.read('nothing'), ObjectNotFound);
    await t.rejects(storage.read('../x'), InvalidKey);
  }
  inner.before = () => {
    throw new Error('Access denied');
  };
  for (let i = 0; i < 10; i++) await t.rejects(storage.read('a'), /denied/);
  for (let i = 0; i < 10; i++) {
    inner.before = i % 3 < 2 ? away : undefined;
    await storage.stat('a').catch(() => undefined);
  }
  t.strictSame(seen, [], 'nor are failures with an answer between them');
});

t.test('one request finds out whether it is back', async (t) => {
  const { inner, storage, seen } = open(t, 50);
  await storage.put('a', 'x');
  inner.before = away;
  for (let i = 0; i < 3; i++) await t.rejects(storage.read('a'));
  const before = inner.requests.length;
  await until('it asks again', async () => {
    await storage.read('a').catch(() => undefined);
    return inner.requests.length > before;
  });
  t.equal(inner.requests.length, before + 1);
  t.equal(storage.state, 'open', 'still away, so it rests again');
  inner.before = undefined;
  await until('it is back', () => storage.read('a').then(Boolean, () => false));
  t.equal(storage.state, 'closed');
  t.strictSame([...new Set(seen)], ['open', 'half-open', 'closed']);
});
