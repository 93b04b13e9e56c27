import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import t, { type Test } from 'tap';
import { LinklessStorage, type StoreRequest } from '../testing/linkless-storage.ts';
import { DiskStorage } from './disk.ts';
import { downloadObject } from './download.ts';
import { ObjectNotFound } from './port.ts';

const key = 'sources/upload_1';
const body = randomBytes(1_000_000);

async function site(t: Test) {
  const folder = t.testdir();
  const storage = new LinklessStorage(new DiskStorage({ path: path.join(folder, 'storage') }));
  await storage.put(key, body);
  return { storage, target: path.join(folder, 'copy') };
}

const starts = (storage: LinklessStorage) => storage.of('stream').map(({ range }) => range?.start);

t.test('a download that breaks goes on from the last byte that came', async (t) => {
  const { storage, target } = await site(t);
  const seen: number[] = [];
  let breaks = 20;
  storage.breakAfter = () => (breaks-- > 0 ? 40_000 : undefined);
  await downloadObject(storage, key, target, { onBytes: (bytes) => seen.push(bytes) }, { firstRestMs: 1 });
  t.ok(body.equals(readFileSync(target)));
  t.equal(storage.bytesRead(key), body.length, 'no byte was sent twice');
  t.same(starts(storage).slice(0, 3), [0, 40_000, 80_000]);
  t.same(
    seen,
    seen.toSorted((a, b) => a - b),
  );
  t.equal(seen.at(-1), body.length);
});

t.test('one that brings nothing any more is given up, and nothing is left', async (t) => {
  const { storage, target } = await site(t);
  let first = true;
  storage.breakAfter = () => (first ? ((first = false), 300_000) : 0);
  await t.rejects(downloadObject(storage, key, target, {}, { firstRestMs: 1 }), /connection was reset/);
  t.equal(starts(storage).length, 6);
  t.notOk(existsSync(target));
});

t.test('a store that falls silent is asked again', async (t) => {
  const { storage, target } = await site(t);
  let silent = true;
  storage.before = ({ operation }: StoreRequest) => {
    if (operation !== 'stream' || !silent) return;
    silent = false;
    return new Promise(() => undefined);
  };
  await downloadObject(storage, key, target, {}, { firstRestMs: 1, silenceMs: 50 });
  t.ok(body.equals(readFileSync(target)));
  t.equal(starts(storage).length, 2);
});

t.test('an object that is replaced or removed on the way is no object', async (t) => {
  const { storage, target } = await site(t);
  storage.breakAfter = () => 300_000;
  const replace = { onBytes: (bytes: number) => void (bytes === 300_000 && storage.put(key, 'another')) };
  await t.rejects(downloadObject(storage, key, target, replace, { firstRestMs: 50 }), { name: 'ObjectReplaced' });
  t.notOk(existsSync(target));
  await storage.put(key, body);
  const remove = { onBytes: (bytes: number) => void (bytes === 300_000 && storage.delete(key)) };
  await t.rejects(downloadObject(storage, key, target, remove, { firstRestMs: 50 }), ObjectNotFound);
  t.notOk(existsSync(target));
});

t.test('it stops when it is told to, also while it rests', async (t) => {
  const { storage, target } = await site(t);
  for (const breaks of [undefined, 200_000]) {
    storage.breakAfter = () => breaks;
    const stopping = new AbortController();
    const stop = { onBytes: (bytes: number) => void (bytes >= 200_000 && stopping.abort(new Error('stopped'))) };
    const stopped = downloadObject(storage, key, target, { ...stop, signal: stopping.signal }, { firstRestMs: 60_000 });
    await t.rejects(stopped, { message: 'stopped' });
    t.notOk(existsSync(target));
  }
  const refused = { beforeCopy: () => Promise.reject(new Error('no room')), onBytes: () => t.fail('nothing is sent') };
  await t.rejects(downloadObject(storage, key, target, refused), { message: 'no room' });
});
