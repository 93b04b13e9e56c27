import t, { type Test } from 'tap';
import { beginChunk, finishChunk } from './chunk-rows.ts';
import { ChunkWatch } from './chunk-watch.ts';
import { addAsset, openSite, tinyPlan } from '../testing/site.ts';
import { plannedVersion } from '../versions/planned-version.ts';
import type { MediaInfo } from '../../../server/assets/media-info.ts';

const forever = 3_600_000;

async function waiting(t: Test, encoding = forever) {
  const site = await openSite(t);
  const { assetId, versionId } = await addAsset(site, { version: 'preparing' });
  await site.lifecycle.savePlan(versionId, plannedVersion({ warnings: [] } as unknown as MediaInfo, tinyPlan));
  let looks = 0;
  const db = Object.assign(Object.create(site.db) as typeof site.db, {
    selectFrom: (table: 'chunks') => {
      looks++;
      return site.db.selectFrom(table);
    },
  });
  const watch = new ChunkWatch({ db, events: site.events }, assetId, versionId, { encoding, waiting: forever });
  t.teardown(() => watch.close());
  return { site, assetId, versionId, watch, looks: () => looks };
}

t.test('all who wait for a chunk share a look, and the event ends it at once', async (t) => {
  const { site, assetId, versionId, watch, looks } = await waiting(t);
  t.equal(await watch.next('video', 0), 'waiting');
  const waits = [watch.done('video', 0), watch.done('video', 0), watch.done('video', 0)];
  await finishChunk(site.db, { versionId, kind: 'video', index: 0 }, 1);
  await site.events.publish('asset.changed', { assetId: 'asset_another' });
  await site.events.publish('asset.changed', { assetId });
  await Promise.all(waits);
  t.equal(looks(), 2);
  await watch.done('video', 0);
  t.equal(looks(), 2, 'what is done stays done');
});

t.test('an event between a look and the wait after it is not missed', async (t) => {
  const { site, assetId, versionId, watch, looks } = await waiting(t, 1);
  const first = watch.next('audio', 0);
  await beginChunk(site.db, { versionId, kind: 'audio', index: 0 }, 1);
  await first;
  await site.events.publish('asset.changed', { assetId });
  t.equal(await watch.next('audio', 0), 'encoding');
  await finishChunk(site.db, { versionId, kind: 'audio', index: 0 }, 1);
  await watch.done('audio', 0);
  t.ok(looks() >= 3, 'what is being encoded is looked at without an event, too');
});

t.test('closing ends every wait, and nothing is looked up any more', async (t) => {
  const { watch, looks } = await waiting(t);
  await watch.next('video', 0);
  const wait = watch.done('video', 0);
  watch.close();
  await t.rejects(wait, { message: /Nobody waits/ });
  await t.rejects(watch.done('video', 0), { message: /Nobody waits/ });
  t.equal(looks(), 1);
});
