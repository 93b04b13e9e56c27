import t from 'tap';
import { addAsset, openSite, tinyPlan, type Site } from '../testing/site.ts';
import { plannedVersion } from './planned-version.ts';
import { loadActive } from './active-versions.ts';
import type { MediaInfo } from '../../../server/assets/media-info.ts';

const stored = { format: 'mov' };
const info = { ...stored, warnings: [] } as unknown as MediaInfo;
const asset = (site: Site, id: string) =>
  site.db.selectFrom('assets').selectAll().where('id', '=', id).executeTakeFirstOrThrow();

t.test('a version goes from queued to complete, and the asset with it', async (t) => {
  const site = await openSite(t);
  const { assetId, versionId } = await addAsset(site);
  t.equal(await site.lifecycle.preparing(versionId), true);
  t.equal(await site.lifecycle.savePlan(versionId, plannedVersion(info, tinyPlan)), true);
  t.same((await loadActive(site.db, versionId))?.plan, tinyPlan, 'the plan is read back as it was written');
  t.same(
    JSON.parse((await asset(site, assetId))?.media_info ?? ''),
    { ...stored, titleMs: 8000 },
    'the asset knows how long its title is',
  );
  t.equal(
    (await site.db.selectFrom('chunks').selectAll().where('version_id', '=', versionId).execute()).length,
    3,
    'two video chunks, one audio track',
  );
  t.equal(await site.lifecycle.playable(versionId), true);
  t.match(await asset(site, assetId), { state: 'playable', current_version_id: versionId });
  const measured = tinyPlan.video.map(({ name }) => ({
    name,
    codec: 'avc1.64001e',
    averageBandwidth: 1,
    peakBandwidth: 2,
    bytes: 3,
  }));
  t.equal(await site.lifecycle.complete(versionId, measured), true);
  t.match(await asset(site, assetId), { state: 'ready', current_version_id: versionId });
  t.match(await site.db.selectFrom('renditions').selectAll().where('name', '=', 'v360-730').executeTakeFirstOrThrow(), {
    codec: 'avc1.64001e',
    units_packaged: 192,
    bytes: 3,
  });
  t.equal(await site.lifecycle.fail(versionId, { code: 'x', message: 'y' }), false, 'what is complete cannot fail');
});

t.test('a preparation that was interrupted after its plan was half way is repeated cleanly', async (t) => {
  const site = await openSite(t);
  const { versionId } = await addAsset(site);
  await site.lifecycle.preparing(versionId);
  await site.lifecycle.savePlan(versionId, plannedVersion(info, tinyPlan));
  await site.db.updateTable('versions').set({ state: 'preparing' }).execute();
  t.equal(await site.lifecycle.savePlan(versionId, plannedVersion(info, tinyPlan)), true);
  t.equal((await site.db.selectFrom('chunks').selectAll().execute()).length, 3, 'no chunk twice');
});

t.test('a late worker revives nothing', async (t) => {
  const site = await openSite(t);
  for (const state of ['cancelled', 'failed', 'complete'] as const) {
    const { assetId, versionId } = await addAsset(site, { version: state });
    t.equal(await loadActive(site.db, versionId), undefined, `${state}: there is nothing to do`);
    t.equal(await site.lifecycle.preparing(versionId), false);
    t.equal(await site.lifecycle.savePlan(versionId, plannedVersion(info, tinyPlan)), false);
    t.equal(await site.lifecycle.playable(versionId), false);
    t.equal(await site.lifecycle.complete(versionId, []), false);
    t.equal((await asset(site, assetId)).current_version_id, null, 'the asset does not point at it');
  }
  const { versionId } = await addAsset(site, { asset: 'deleted', version: 'encoding' });
  t.equal(await loadActive(site.db, versionId), undefined, 'of a deleted asset nothing is wanted');
});

t.test('a re-encoding that fails leaves what is served alone', async (t) => {
  const site = await openSite(t);
  const { assetId, versionId } = await addAsset(site, { asset: 'ready', version: 'complete' });
  await site.db.updateTable('assets').set({ current_version_id: versionId }).execute();
  const second = (await site.rows.version({ asset_id: assetId, number: 2, state: 'encoding' })).id;
  await site.lifecycle.playable(second);
  t.match(
    await asset(site, assetId),
    { state: 'ready', current_version_id: versionId },
    'a growing version replaces no complete one',
  );
  await site.lifecycle.fail(second, { code: 'encode_failed', message: 'No.' });
  t.match(await asset(site, assetId), { state: 'ready', current_version_id: versionId, error_code: null });
});

t.test('an asset whose only version fails says why', async (t) => {
  const site = await openSite(t);
  const { assetId, versionId } = await addAsset(site, { version: 'encoding' });
  await site.lifecycle.playable(versionId);
  await site.lifecycle.fail(versionId, { code: 'encode_failed', message: 'No.' });
  t.match(await asset(site, assetId), {
    state: 'failed',
    current_version_id: null,
    error_code: 'encode_failed',
    error_message: 'No.',
  });
});
