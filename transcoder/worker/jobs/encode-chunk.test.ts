import { readdirSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import path from 'node:path';
import t, { type Test } from 'tap';
import { chunkKey } from '../../../server/assets/storage-keys.ts';
import type { MediaInfo } from '../../../server/assets/media-info.ts';
import type { VersionJob } from '../../../server/assets/version-jobs.ts';
import { addAsset, openSite, tinyPlan } from '../testing/site.ts';
import { plannedVersion } from '../versions/planned-version.ts';
import { encodeChunk, type ChunkEncoding } from './encode-chunk.ts';

type Encode = ChunkEncoding<string>['encode'];

async function planned(t: Test) {
  const site = await openSite(t);
  const { assetId, versionId, uploadId } = await addAsset(site, { version: 'preparing' });
  const plan = { ...tinyPlan, sourceKey: `sources/${uploadId}` };
  await site.lifecycle.savePlan(versionId, plannedVersion({ warnings: [] } as unknown as MediaInfo, plan));
  const job = { id: 'job_1', payload: { versionId }, signal: new AbortController().signal } as unknown;
  let announced = 0;
  site.events.subscribe('asset.changed', () => (announced += 1));
  const encode = (work: Encode, partOf: () => string | undefined = () => 'part') =>
    encodeChunk<string>(site, job as VersionJob<'version.encode-video'>, {
      kind: 'video',
      index: 1,
      partOf,
      nameOf: () => 'The picture',
      encode: work,
    });
  const chunk = () =>
    site.db
      .selectFrom('chunks')
      .select(['state', 'units_done', 'attempts'])
      .where('version_id', '=', versionId)
      .where('kind', '=', 'video')
      .where('index', '=', 1)
      .executeTakeFirstOrThrow();
  return { site, assetId, versionId, encode, chunk, announced: () => announced };
}

const never: Encode = () => Promise.reject(new Error('It was encoded'));

t.test('a chunk is done once it is stored, and then left alone', async (t) => {
  const { site, versionId, encode, chunk, announced } = await planned(t);
  let folder = '';
  await encode(async (part, { outputDir, sourcePath }, store) => {
    t.equal(part, 'part');
    t.not(sourcePath, '');
    t.match(await chunk(), { state: 'encoding', attempts: 1 });
    t.equal(announced(), 1, 'that it is begun is told');
    folder = outputDir;
    const file = path.join(outputDir, 'out.ts');
    writeFileSync(file, 'encoded');
    await store('v360-730', 1, file);
    t.match(await chunk(), { state: 'encoding' }, 'stored is not done yet: there may be more');
  });
  t.ok(await site.storage.stat(chunkKey(versionId, 'v360-730', 1)));
  t.match(await chunk(), { state: 'done', units_done: 96 });
  t.equal(announced(), 2);
  t.notOk(readdirSync(path.dirname(folder)).includes(path.basename(folder)), 'the scratch folder is gone');
  await encode(never);
  t.match(await chunk(), { state: 'done', attempts: 1 });
});

t.test('one that fails is not done, and the next try counts', async (t) => {
  const { encode, chunk } = await planned(t);
  await t.rejects(encode(never), { message: 'It was encoded' });
  t.match(await chunk(), { state: 'encoding', attempts: 1 });
  await encode(async () => undefined);
  t.match(await chunk(), { state: 'done', attempts: 2 });
});

t.test('nothing is begun that nobody wants or the plan does not have, or for which there is no room', async (t) => {
  const { site, assetId, encode, chunk } = await planned(t);
  await encode(never, () => undefined);
  const full = Object.assign(Object.create(site.storage) as typeof site.storage, { freeBytes: async () => -1 });
  const storage = site.storage;
  Object.assign(site, { storage: full });
  await t.rejects(encode(never), { code: 'insufficient_storage' });
  Object.assign(site, { storage });
  await site.lifecycle.cancel(assetId);
  await encode(never);
  t.match(await chunk(), { state: 'waiting', attempts: 0 });
});

t.test('a version that ends while its chunk is encoded ends the work; nothing more is stored', async (t) => {
  const { site, assetId, versionId, encode } = await planned(t);
  await t.rejects(
    encode(async (_, { signal, outputDir }, store) => {
      const file = path.join(outputDir, 'out.ts');
      writeFileSync(file, 'encoded');
      const aborted = once(signal, 'abort');
      await site.lifecycle.cancel(assetId);
      await aborted;
      await store('v360-730', 1, file);
    }),
    { name: 'VersionEnded' },
  );
  t.notOk(await site.storage.stat(chunkKey(versionId, 'v360-730', 1)));
});
