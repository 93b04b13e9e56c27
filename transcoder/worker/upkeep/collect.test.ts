import { setTimeout } from 'node:timers/promises';
import t from 'tap';
import { chunkKey, publishedKey, sourceKey } from '../../../server/assets/storage-keys.ts';
import { newId } from '../../../server/kit/ids.ts';
import { JobRejected } from '../../../server/queue/port.ts';
import { until } from '../../../server/testing/until.ts';
import type { Storage } from '../../../server/storage/port.ts';
import { MemoryStorage } from '../../../server/testing/memory-storage.ts';
import { LinklessStorage } from '../../../server/testing/linkless-storage.ts';
import { collect } from './collect.ts';
import { collectUnknown } from './collect-unknown.ts';
import { addAsset, openSite, type Site } from '../testing/site.ts';

const hour = 3_600_000;

async function keys(site: Site): Promise<string[]> {
  const found: string[] = [];
  for await (const object of site.storage.list('')) found.push(object.key);
  return found;
}

t.test('a replaced version stays for players that are on it, then goes', async (t) => {
  const site = await openSite(t);
  const { assetId, versionId: old, uploadId } = await addAsset(site, { asset: 'ready', version: 'complete' });
  site.clock.advance(1000 * hour);
  const current = (await site.rows.version({ asset_id: assetId, number: 2, state: 'complete' })).id;
  await site.db.updateTable('assets').set({ current_version_id: current }).execute();
  for (const version of [old, current])
    await site.storage.put(publishedKey(assetId, version, 'master.m3u8'), '#EXTM3U');
  site.clock.advance(23 * hour);
  await collect(site);
  t.equal((await keys(site)).length, 3, 'both versions and the source are there for a day after the switch');
  site.clock.advance(2 * hour);
  await collect(site);
  t.same(
    await keys(site),
    [publishedKey(assetId, current, 'master.m3u8'), sourceKey(uploadId)],
    'the replaced version is gone, the source is kept for re-encoding',
  );
});

t.test('a deleted asset goes with everything, once its workers had time to notice', async (t) => {
  const site = await openSite(t);
  const { assetId, versionId } = await addAsset(site, { version: 'encoding' });
  const other = await addAsset(site, { version: 'encoding' });
  await site.storage.put(publishedKey(assetId, versionId, 'master.m3u8'), '#EXTM3U');
  await site.storage.put(chunkKey(versionId, 'v360', 0), 'x');
  await site.storage.put(chunkKey(other.versionId, 'v360', 0), 'x');
  await site.lifecycle.delete(assetId);
  await collect(site);
  t.equal((await keys(site)).length, 5, 'not at once');
  site.clock.advance(2 * 60_000);
  await collect(site);
  t.same(
    await keys(site),
    [sourceKey(other.uploadId), chunkKey(other.versionId, 'v360', 0)].sort(),
    'only the other asset is left',
  );
  await collect(site);
  t.equal((await keys(site)).length, 2, 'again is harmless');
});

t.test('what a failed version left goes, its record stays', async (t) => {
  const site = await openSite(t);
  const { assetId, versionId, uploadId } = await addAsset(site, { asset: 'failed', version: 'failed' });
  await site.storage.put(publishedKey(assetId, versionId, 'v360/00001.m4s'), 'x');
  await site.storage.put(chunkKey(versionId, 'v360', 0), 'x');
  site.clock.advance(2 * 60_000);
  await collect(site);
  t.same(await keys(site), [sourceKey(uploadId)]);
  t.match(await site.db.selectFrom('versions').selectAll().executeTakeFirstOrThrow(), {
    state: 'failed',
    collected_at: site.clock.now(),
  });
});

t.test('files nobody knows go when they are old; what is in use never does', async (t) => {
  const site = await openSite(t);
  site.clock.set(Date.now());
  const { assetId, versionId, uploadId } = await addAsset(site, { version: 'encoding' });
  const known = [
    sourceKey(uploadId),
    chunkKey(versionId, 'v360', 0),
    publishedKey(assetId, versionId, 'v360/00001.m4s'),
    // No id of ours: nothing of it can be said.
    'sources/readme.txt',
    'work/notes/x',
    'elsewhere/x',
  ];
  const nobody = newId('version');
  const unknown = [
    sourceKey(newId('upload')),
    chunkKey(nobody, 'v360', 0),
    chunkKey(nobody, 'v720', 0),
    publishedKey(assetId, newId('version'), 'master.m3u8'),
    publishedKey(newId('asset'), newId('version'), 'v360/00001.m4s'),
  ];
  for (const key of [...known, ...unknown]) await site.storage.put(key, 'x');
  // Given up while it was created: the row ended before the file was there.
  const { uploadId: givenUp } = await addAsset(site);
  await site.db.updateTable('uploads').set({ state: 'terminated' }).where('id', '=', givenUp).execute();
  await collect(site);
  t.equal((await keys(site)).length, 12, 'what is young may be about to get its row');
  site.clock.advance(23 * hour);
  await collect(site);
  t.equal((await keys(site)).length, 12);
  site.clock.advance(2 * hour);
  const { list } = site.storage;
  const listed: string[] = [];
  Object.assign(site.storage, {
    list: (prefix: string, after?: string) => {
      listed.push(prefix);
      return list.call(site.storage, prefix, after);
    },
  });
  await collect(site);
  t.same(listed, ['sources/'], 'no published or encoded file is looked at');
  t.same((await keys(site)).sort(), known.sort());
});

t.test('work files of a version that ended stay as long as a worker may not have noticed', async (t) => {
  const site = await openSite(t);
  site.clock.set(Date.now());
  const { assetId, versionId } = await addAsset(site, { asset: 'ready', version: 'complete' });
  await site.db.updateTable('assets').set({ current_version_id: versionId }).where('id', '=', assetId).execute();
  await site.storage.put(chunkKey(versionId, 'v360', 0), 'x');
  await site.storage.put(publishedKey(assetId, versionId, 'master.m3u8'), 'x');
  site.clock.advance(25 * hour);
  const endedAt = site.clock.now() - hour;
  await site.db.updateTable('versions').set({ updated_at: endedAt }).where('id', '=', versionId).execute();
  await collect(site);
  t.ok(await site.storage.stat(chunkKey(versionId, 'v360', 0)));
  site.clock.advance(24 * hour);
  await collect(site);
  t.equal(await site.storage.stat(chunkKey(versionId, 'v360', 0)), undefined);
  t.ok(await site.storage.stat(publishedKey(assetId, versionId, 'master.m3u8')));
});

t.test('more than fit into one query', async (t) => {
  const site = await openSite(t);
  site.clock.set(Date.now());
  const { uploadId } = await addAsset(site, { version: 'encoding' });
  for (let made = 0; made < 600; made++) await site.storage.put(sourceKey(newId('upload')), 'x');
  site.clock.advance(25 * hour);
  await collect(site);
  t.same(await keys(site), [sourceKey(uploadId)]);
});

t.test('the records of jobs that failed are kept for a week', async (t) => {
  const site = await openSite(t);
  const worker = site.queue.work('version.prepare', { concurrency: 1, leaseMs: 60_000 }, () =>
    Promise.reject(new JobRejected('no')),
  );
  await site.queue.enqueue('version.prepare', { versionId: 'version_1' });
  const failed = async () => (await site.queue.counts())['version.prepare']?.failed;
  await until('it failed', async () => (await failed()) === 1);
  await worker.stop();
  site.clock.advance(6 * 24 * hour);
  await collect(site);
  t.equal(await failed(), 1);
  site.clock.advance(2 * 24 * hour);
  await collect(site);
  t.equal(await failed(), 0);
});

t.test('collection ends when it is told to, between two versions', async (t) => {
  const site = await openSite(t);
  for (let made = 0; made < 3; made++) {
    const { assetId, versionId } = await addAsset(site, { version: 'encoding' });
    await site.storage.put(publishedKey(assetId, versionId, 'master.m3u8'), '#EXTM3U');
    await site.lifecycle.delete(assetId);
  }
  site.clock.advance(2 * 60_000);
  const stopping = new AbortController();
  const { storage } = site;
  const deletePrefix = storage.deletePrefix.bind(storage);
  Object.assign(storage, {
    deletePrefix: async (prefix: string) => {
      stopping.abort(new Error('the process stops'));
      await deletePrefix(prefix);
    },
  });
  await t.rejects(collect(site, stopping.signal), /the process stops/);
  t.equal((await keys(site)).filter((key) => key.startsWith('assets/')).length, 2, 'the one in hand is gone');
  await collect(site);
  t.same(await keys(site), []);
});

t.test('a run looks at a part of the storage, and the next one goes on where it was', async (t) => {
  const site = await openSite(t);
  site.clock.set(Date.now());
  const known: string[] = [];
  for (let made = 0; made < 12; made++) known.push(sourceKey((await addAsset(site, { version: 'encoding' })).uploadId));
  // Their ids come before these.
  await setTimeout(2);
  const unknown = Array.from({ length: 15 }, () => newId('upload'));
  for (const id of unknown) await site.storage.put(sourceKey(id), 'x');
  for (let made = 0; made < 7; made++) {
    const version = newId('version');
    await site.storage.put(publishedKey(newId('asset'), version, 'master.m3u8'), 'x');
    await site.storage.put(chunkKey(version, 'v360', 0), 'x');
  }
  site.clock.advance(25 * hour);
  const storage = new LinklessStorage(site.storage);
  const left = async () => (await keys(site)).length;
  const most = { names: 10, assets: 3 };
  await collectUnknown({ ...site, storage }, undefined, most);
  t.same(
    storage.of('list', 'listPrefixes').map(({ key, bytes }) => [key.replace(/asset_.*/, 'one asset'), bytes]),
    [['sources/', 10], ['assets/', 3], ...Array.from({ length: 3 }, () => ['assets/one asset', 1]), ['work/', 7]],
    'and takes no more of a listing than that',
  );
  t.equal(await left(), 12 + 15 + 4);
  t.same(await site.db.selectFrom('collection_marks').select('name').orderBy('name').execute(), [
    { name: 'assets' },
    { name: 'sources' },
  ]);
  // Another process, with nothing in memory.
  await collectUnknown({ ...site, storage: new LinklessStorage(site.storage) }, undefined, most);
  t.equal(await left(), 12 + 7 + 1);
  await collectUnknown(site, undefined, most);
  t.same(await keys(site), known.toSorted());
  t.same(await site.db.selectFrom('collection_marks').selectAll().execute(), [], 'at its end it begins again');
  await site.storage.put(sourceKey(unknown[0] as string), 'x');
  await collectUnknown(site, undefined, { names: 100, assets: 3 });
  t.same(await keys(site), known.toSorted());
});

t.test('a title with 10,000 objects is deleted beside another one, which is not looked at', async (t) => {
  const site = await openSite(t);
  const objects = Object.assign(new MemoryStorage(), {
    collectLeftovers: async () => 0,
    uploadStore: () => ({ async *unlisted() {} }),
  });
  const storage = new LinklessStorage(objects as unknown as Storage);
  const { assetId, versionId } = await addAsset(site, { version: 'encoding' });
  const other = [newId('asset'), newId('version')] as const;
  for (let made = 0; made < 10_000; made++) {
    for (const title of [[assetId, versionId], other] as const)
      await objects.put(publishedKey(title[0], title[1], `v360/${made}.m4s`), 'x');
  }
  await site.lifecycle.delete(assetId);
  site.clock.advance(2 * 60_000);
  await collect({ ...site, storage });
  const left: string[] = [];
  for await (const { key } of objects.list('')) left.push(key);
  t.equal(left.length, 10_000);
  t.ok(left.every((key) => key.startsWith(`assets/${other[0]}/`)));
  t.same(
    storage.of('deletePrefix').map(({ key }) => key),
    [`work/${versionId}/`, `assets/${assetId}/${versionId}/`, `assets/${assetId}/`],
    'in batches of the store, not one by one',
  );
  t.ok(storage.of('delete').length <= 1, 'its source');
  const entries = storage.of('list', 'listPrefixes').reduce((sum, { bytes }) => sum + bytes, 0);
  t.ok(entries < 10, `${entries} entries of listings, for 10,000 objects of another title`);
});
