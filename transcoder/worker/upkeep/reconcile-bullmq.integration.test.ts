import { Redis } from 'ioredis';
import t from 'tap';
import { versionJobKey, versionJobNames, type VersionJobs } from '../../../server/assets/version-jobs.ts';
import { BullmqQueue } from '../../../server/queue/bullmq.ts';
import { startRedis } from '../../../server/testing/redis.ts';
import { addAsset, openSite } from '../testing/site.ts';
import { reconcile } from './reconcile.ts';

t.test('a Redis that was emptied is told again what is unfinished', async (t) => {
  const server = await startRedis(t);
  if (!server) return;
  const site = await openSite(t);
  const commands = new Redis(server.url);
  const queue = new BullmqQueue<VersionJobs>({
    commands,
    patient: () => new Redis(server.url, { maxRetriesPerRequest: null, lazyConnect: true }),
    prefix: 'test:',
    declared: versionJobNames,
    logger: site.logger,
  });
  t.teardown(async () => {
    await queue.close();
    commands.disconnect();
  });
  const { versionId } = await addAsset(site);
  const key = versionJobKey.prepare(versionId);
  const waiting = async () => (await queue.counts())['version.prepare']?.waiting;
  await reconcile({ ...site, queue });
  await reconcile({ ...site, queue });
  t.equal(await waiting(), 1, 'once');
  await commands.flushall();
  t.strictSame([...(await queue.missing([key]))], [key]);
  await reconcile({ ...site, queue });
  t.equal(await waiting(), 1);
  t.equal((await queue.missing([key])).size, 0);
});
