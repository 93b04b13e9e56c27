import t from 'tap';
import { once } from 'node:events';
import { VersionEnded, whileActive } from './while-active.ts';
import { addAsset, openSite } from '../testing/site.ts';

const untilAborted = async (signal: AbortSignal): Promise<unknown> => {
  if (!signal.aborted) await once(signal, 'abort');
  return signal.reason;
};

t.test('the event ends the work at once', async (t) => {
  const site = await openSite(t);
  const { assetId, versionId } = await addAsset(site, { version: 'encoding' });
  const other = await addAsset(site, { version: 'encoding' });
  const running = whileActive(site, versionId, new AbortController().signal, untilAborted);
  await site.events.publish('version.ended', { assetId: other.assetId, versionId: other.versionId });
  await site.events.publish('version.ended', { assetId, versionId });
  t.ok((await running) instanceof VersionEnded);
});

t.test('a lost event is made up for by the database', async (t) => {
  const site = await openSite(t);
  const { versionId } = await addAsset(site, { version: 'encoding' });
  const running = whileActive(site, versionId, new AbortController().signal, untilAborted, 5);
  await site.db.updateTable('versions').set({ state: 'cancelled' }).execute();
  t.ok((await running) instanceof VersionEnded);
});

t.test("the job's own signal still counts", async (t) => {
  const site = await openSite(t);
  const { versionId } = await addAsset(site, { version: 'encoding' });
  const job = new AbortController();
  const running = whileActive(site, versionId, job.signal, untilAborted);
  job.abort(new Error('forced stop'));
  t.match(await running, { message: 'forced stop' });
});
