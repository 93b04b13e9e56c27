import t from 'tap';
import { finishChunk } from '../progress/chunk-rows.ts';
import { askForVersionJob, versionJobKey } from '../../../server/assets/version-jobs.ts';
import { askForEncoding } from '../jobs/ask-for-encoding.ts';
import { reconcile } from './reconcile.ts';
import { addAsset, openSite, tinyPlan, type Site } from '../testing/site.ts';
import { plannedVersion } from '../versions/planned-version.ts';
import type { MediaInfo } from '../../../server/assets/media-info.ts';

const asked = async (site: Site): Promise<string[]> =>
  (await site.db.selectFrom('jobs').select('dedupe_key').orderBy('dedupe_key').execute()).map(
    (row) => row.dedupe_key ?? '',
  );

t.test('work that the queue never heard of is asked for, once', async (t) => {
  const site = await openSite(t);
  const { versionId } = await addAsset(site);
  await reconcile(site);
  await reconcile(site);
  t.same(await asked(site), [`version.prepare:${versionId}`]);
});

t.test('a prepared version is asked for what it still lacks, and no more', async (t) => {
  const site = await openSite(t);
  const { versionId } = await addAsset(site, { version: 'preparing' });
  await site.lifecycle.savePlan(versionId, plannedVersion({ warnings: [] } as unknown as MediaInfo, tinyPlan));
  await finishChunk(site.db, { versionId, kind: 'video', index: 0 }, 2);
  await finishChunk(site.db, { versionId, kind: 'audio', index: 0 }, 2);
  await reconcile(site);
  t.same(await asked(site), [`version.encode-video:${versionId}:1`, `version.package:${versionId}`]);
});

t.test('what is queued is not asked for again, and a copy under way is a preparation', async (t) => {
  const site = await openSite(t);
  const { versionId } = await addAsset(site, { version: 'preparing' });
  const copied = await addAsset(site, { version: 'preparing' });
  await site.lifecycle.savePlan(versionId, plannedVersion({ warnings: [] } as unknown as MediaInfo, tinyPlan));
  await askForVersionJob.remux(site.queue, { versionId: copied.versionId, ownerId: 'account_1' }, 1);
  await reconcile(site);
  const keys = await asked(site);
  t.same(
    keys,
    [0, 1]
      .map((chunk) => versionJobKey.video(versionId, chunk))
      .concat(
        versionJobKey.audio(versionId, 0),
        versionJobKey.package(versionId),
        versionJobKey.remux(copied.versionId),
      )
      .sort(),
  );
  await site.db.deleteFrom('jobs').where('dedupe_key', '=', versionJobKey.video(versionId, 1)).execute();
  const again: string[] = [];
  await reconcile({
    ...site,
    queue: Object.assign(Object.create(site.queue) as typeof site.queue, {
      enqueue: async (_: string, __: unknown, options: { dedupeKey: string }) => {
        again.push(options.dedupeKey);
      },
      missing: (missing: string[]) => site.queue.missing(missing),
    }),
  });
  t.same(again, [versionJobKey.video(versionId, 1)], 'only what is missing');
});

t.test('sound: short before long, first tracks before second ones of the same length', async (t) => {
  const site = await openSite(t);
  const [track] = tinyPlan.audio;
  const withTracks = (frames: number) => ({
    ...tinyPlan,
    frames,
    chunks: [],
    audio: [
      { ...track!, track: 0 },
      { ...track!, track: 1 },
    ],
  });
  for (const [id, plan] of [
    ['film', withTracks(24 * 7200)],
    ['clip', withTracks(24 * 60)],
    ['other', withTracks(24 * 7200)],
  ] as const)
    await askForEncoding(site, { versionId: id, ownerId: 'account_1' }, plan);
  const rows = await site.db
    .selectFrom('jobs')
    .select('dedupe_key')
    .where('name', '=', 'version.encode-audio')
    .orderBy('priority')
    .orderBy('id')
    .execute();
  t.same(
    rows.map((row) => row.dedupe_key),
    [
      ['clip', 0],
      ['clip', 1],
      ['film', 0],
      ['other', 0],
      ['film', 1],
      ['other', 1],
    ].map(([id, index]) => versionJobKey.audio(id as string, index as number)),
  );
});

t.test('ended versions and deleted assets are left alone', async (t) => {
  const site = await openSite(t);
  await addAsset(site, { version: 'cancelled' });
  await addAsset(site, { version: 'complete' });
  await addAsset(site, { asset: 'deleted' });
  const { versionId } = await addAsset(site);
  await site.lifecycle.fail(versionId, { code: 'x', message: 'y' });
  await reconcile(site);
  t.same(await asked(site), []);
});
