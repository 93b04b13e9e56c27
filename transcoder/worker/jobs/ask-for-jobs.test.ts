import t from 'tap';
import type { MediaInfo } from '../../../server/assets/media-info.ts';
import { addAsset, openSite, tinyPlan } from '../testing/site.ts';
import { plannedVersion } from '../versions/planned-version.ts';
import { jobsConsumer } from './ask-for-jobs.ts';

t.test('asking for the jobs of a long film ends when it is told to, and goes on where it was', async (t) => {
  const site = await openSite(t);
  const { assetId, versionId } = await addAsset(site, { version: 'preparing' });
  const chunks = Array.from({ length: 500 }, (_, index) => ({ ...tinyPlan.chunks[0]!, index }));
  await site.lifecycle.savePlan(
    versionId,
    plannedVersion({ warnings: [] } as unknown as MediaInfo, { ...tinyPlan, chunks }),
  );
  const consumer = jobsConsumer(site);
  if (!('deliver' in consumer)) throw new Error('It enqueues, which no transaction may');
  const delivery = {
    eventId: '1',
    name: 'version.planned' as const,
    subject: versionId,
    payload: { assetId, versionId },
    attempt: 1,
  };
  const asked = async (): Promise<number> => (await site.db.selectFrom('jobs').select('id').execute()).length;
  const stopping = new AbortController();
  setImmediate(() => {
    stopping.abort(new Error('the outbox is stopping'));
  });
  await t.rejects(consumer.deliver(delivery, stopping.signal), /stopping/, 'so it is not taken for done');
  t.ok((await asked()) < 500);
  await consumer.deliver(delivery, new AbortController().signal);
  t.equal(await asked(), 502, 'all chunks, the sound and the packaging');
});
