import path from 'node:path';
import t, { type Test } from 'tap';
import { MemoryEvents } from '../events/memory.ts';
import { createLogger } from '../kit/logger.ts';
import { MemoryLimits } from '../limits/memory.ts';
import { DatabaseOutbox } from '../outbox/database.ts';
import { createFakeClock } from '../testing/fake-clock.ts';
import { mediaInfo, Rows } from '../testing/rows.ts';
import { openTestDatabase } from '../testing/test-database.ts';
import { until } from '../testing/until.ts';
import { AssetLifecycle, NoSuchAsset, NotNow } from './lifecycle.ts';
import { videoWarnings } from './warnings.ts';

const allow = () => Promise.resolve();
const rendition = {
  name: 'v',
  kind: 'video' as const,
  width: 2,
  height: 2,
  channels: null,
  target_bandwidth: 1,
  units_total: 1,
};

async function start(t: Test) {
  const logger = createLogger({ level: 'silent' });
  const clock = createFakeClock();
  const database = await openTestDatabase(path.join(t.testdir(), 'dramabox.db'));
  const { db } = database;
  const events = new MemoryEvents({ logger });
  // So rarely that only what is woken is heard in time.
  const outbox = new DatabaseOutbox({
    db,
    leases: new MemoryLimits().leases,
    events,
    logger,
    clock,
    pollMs: 3_600_000,
  });
  t.teardown(async () => {
    await outbox.close();
    await events.close();
    await database.close();
  });
  const heard: string[] = [];
  await outbox.consume({
    name: 'test.hear',
    events: ['version.queued', 'version.planned', 'version.ended'],
    async deliver({ name, subject }) {
      heard.push(`${name} ${subject}`);
    },
  });
  const lifecycle = new AssetLifecycle({ db, outbox, events, clock, logger });
  const stateOf = async (versionId: string) =>
    (await db.selectFrom('versions').select('state').where('id', '=', versionId).executeTakeFirst())?.state;
  return { db, rows: new Rows(db, clock), lifecycle, heard, stateOf };
}

t.test('what others must hear of a version is told at once, in order', async (t) => {
  const { rows, lifecycle, heard } = await start(t);
  const { assetId } = await rows.title({ asset: 'failed', version: 'failed' });
  const id = await lifecycle.addVersion(assetId, 'retry', allow);
  await lifecycle.preparing(id);
  const planned = { plan: {}, media: mediaInfo, titleMs: 1, warnings: [], chunks: [] };
  t.ok(await lifecycle.savePlan(id, { ...planned, renditions: [rendition] }));
  await lifecycle.fail(id, { code: 'encode_failed', message: 'No.' });
  await lifecycle.cancel(assetId).catch((error: unknown) => t.ok(error instanceof NotNow));
  await until('all is heard', () => heard.length === 3);
  t.same(heard, [`version.queued ${id}`, `version.planned ${id}`, `version.ended ${id}`]);
});

t.test('warnings are kept with the version, each once, however often and by whomever they are found', async (t) => {
  const { db, rows, lifecycle } = await start(t);
  const { assetId, versionId } = await rows.title({ version: 'preparing' });
  const kept = async () =>
    (await db.selectFrom('warnings').selectAll().orderBy('code').orderBy('about').execute()).map(
      ({ about, amount, parameters }) => [about, amount, JSON.parse(parameters) as object],
    );
  const left = videoWarnings.audio_track_not_accepted({ track: 2, codec: 'tta' });
  const damaged = (pictures: number, chunk: number) =>
    videoWarnings.pictures_damaged({ pictures, of: 1000, firstMs: chunk }, `video ${chunk}`);
  await lifecycle.addWarnings(versionId, [damaged(9, 9)]);
  const planned = { plan: {}, media: mediaInfo, titleMs: 1, renditions: [rendition], chunks: [] };
  t.ok(await lifecycle.savePlan(versionId, { ...planned, warnings: [left, left] }));
  t.same(await kept(), [[left.about, 0, { track: 2, codec: 'tta' }]], 'a new plan begins anew');
  await Promise.all([0, 1, 0, 1].map((chunk) => lifecycle.addWarnings(versionId, [damaged(3, chunk)])));
  t.ok(await lifecycle.addWarnings(versionId, [damaged(5, 1)]));
  const all = [
    [left.about, 0, { track: 2, codec: 'tta' }],
    ['video 0', 3, { of: 1000 }],
    ['video 1', 5, { of: 1000 }],
  ];
  t.same(await kept(), all, 'another try replaces what the first one found');
  await lifecycle.cancel(assetId);
  t.notOk(await lifecycle.addWarnings(versionId, [damaged(3, 7)]), 'a late worker adds nothing');
  t.same(await kept(), all);
});

t.test('what somebody asks for and may not undoes everything', async (t) => {
  const { db, rows, lifecycle, stateOf } = await start(t);
  const { assetId, versionId } = await rows.title({ version: 'encoding' });
  const refuse = () => Promise.reject(new Error('not yours'));
  await t.rejects(lifecycle.cancel(assetId, refuse), /not yours/);
  await t.rejects(lifecycle.delete(assetId, refuse), /not yours/);
  await t.rejects(lifecycle.addVersion(assetId, 'reencode', refuse), /not yours/);
  t.equal(await stateOf(versionId), 'encoding');
  t.same(await db.selectFrom('outbox_events').selectAll().execute(), [], 'and tells nothing');
});

t.test('of two who ask at the same time one is first', async (t) => {
  const { db, rows, lifecycle } = await start(t);
  const { assetId } = await rows.title({ asset: 'cancelled', version: 'cancelled' });
  const tries = await Promise.allSettled([1, 2, 3].map(() => lifecycle.addVersion(assetId, 'retry', allow)));
  t.equal(tries.filter(({ status }) => status === 'fulfilled').length, 1);
  t.equal((await db.selectFrom('versions').selectAll().where('asset_id', '=', assetId).execute()).length, 2);
  await lifecycle.delete(assetId);
  await t.rejects(lifecycle.delete(assetId), NoSuchAsset);
  await t.rejects(lifecycle.cancel(assetId), NoSuchAsset);
  await t.rejects(lifecycle.addVersion(assetId, 'retry', allow), NoSuchAsset);
});

t.test('nothing that is worked on counts as collected, nor the source of what is not deleted', async (t) => {
  const { db, rows, lifecycle } = await start(t);
  const { assetId, versionId } = await rows.title({ version: 'playable' });
  const collectedAt = async () =>
    (await db.selectFrom('versions').select('collected_at').where('id', '=', versionId).executeTakeFirst())
      ?.collected_at;
  await lifecycle.versionCollected(versionId);
  await lifecycle.sourceCollected(assetId);
  t.equal(await collectedAt(), null);
  t.not((await db.selectFrom('assets').select('source_key').executeTakeFirst())?.source_key, '');
  await lifecycle.delete(assetId);
  await lifecycle.versionCollected(versionId);
  await lifecycle.sourceCollected(assetId);
  t.ok(await collectedAt());
  t.equal((await db.selectFrom('assets').select('source_key').executeTakeFirst())?.source_key, '');
});
