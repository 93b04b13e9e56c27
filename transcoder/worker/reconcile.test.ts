import t from 'tap';
import { finishChunk } from './chunk-rows.ts';
import { reconcile } from './reconcile.ts';
import { addAsset, openSite, tinyPlan, type Site } from './testing/site.ts';
import { markFailed, savePlan } from './versions.ts';
import type { MediaInfo } from '../probe/media-info.ts';

const asked = async (site: Site): Promise<string[]> =>
  (await site.db.selectFrom('jobs').select('dedupe_key').orderBy('dedupe_key').execute()).map((row) => row.dedupe_key ?? '');

t.test('work that the queue never heard of is asked for, once', async (t) => {
  const site = await openSite(t);
  const { versionId } = await addAsset(site);
  await reconcile(site);
  await reconcile(site);
  t.same(await asked(site), [`version.prepare:${versionId}`]);
});

t.test('a prepared version is asked for what it still lacks, and no more', async (t) => {
  const site = await openSite(t);
  const { assetId, versionId } = await addAsset(site, { version: 'preparing' });
  await savePlan(site.db, versionId, assetId, {} as MediaInfo, tinyPlan, 1);
  await finishChunk(site.db, { versionId, kind: 'video', index: 0 }, 2);
  await finishChunk(site.db, { versionId, kind: 'audio', index: 0 }, 2);
  await reconcile(site);
  t.same(await asked(site), [`version.encode-video:${versionId}:1`, `version.package:${versionId}`]);
});

t.test('ended versions and deleted assets are left alone', async (t) => {
  const site = await openSite(t);
  await addAsset(site, { version: 'cancelled' });
  await addAsset(site, { version: 'complete' });
  await addAsset(site, { asset: 'deleted' });
  const { versionId } = await addAsset(site);
  await markFailed(site.db, versionId, { code: 'x', message: 'y' }, 1);
  await reconcile(site);
  t.same(await asked(site), []);
});
