import { pino } from 'pino';
import t from 'tap';
import { until } from '../../server/testing/until.ts';
import type { MediaInfo } from '../../server/assets/media-info.ts';
import { askForVersionJob } from '../../server/assets/version-jobs.ts';
import { requireSpace } from './context.ts';
import { startTranscoder } from './start.ts';
import { addAsset, openSite, tinyPlan } from './testing/site.ts';
import { plannedVersion } from './versions/planned-version.ts';

t.test('work for which there is no room waits, and no try is lost', async (t) => {
  const site = await openSite(t);
  const { versionId } = await addAsset(site, { version: 'preparing' });
  await site.lifecycle.savePlan(versionId, plannedVersion({ warnings: [] } as unknown as MediaInfo, tinyPlan));
  // What mkdtemp and copyFile throw when the disk is full.
  Object.assign(site.scratch, { with: () => Promise.reject(Object.assign(new Error('no room'), { code: 'ENOSPC' })) });
  const transcoder = await startTranscoder(site);
  const rows = () => site.db.selectFrom('jobs').select(['state', 'attempts', 'run_at']).execute();
  await until(
    'every job was looked at',
    async () =>
      (await rows()).length === 4 &&
      (await rows()).every((row) => row.state === 'waiting' && row.run_at > site.clock.now()),
  );
  await transcoder.stop();
  t.ok((await rows()).every((row) => row.attempts === 0));
  t.match(await site.db.selectFrom('versions').selectAll().executeTakeFirstOrThrow(), {
    state: 'encoding',
    error_code: null,
    waits_for_room_until: site.clock.now() + 60_000,
  });
});

t.test('a file that cannot be used is refused at the first look, and one line of the log says so', async (t) => {
  const lines: { readonly level: number; readonly msg: string; readonly why?: string }[] = [];
  const logger = pino(
    { level: 'info' },
    { write: (line: string) => lines.push(JSON.parse(line) as (typeof lines)[0]) },
  );
  const site = await openSite(t, t.testdir(), logger);
  const title = await addAsset(site);
  const { versionId } = title;
  const transcoder = await startTranscoder(site);
  const version = () =>
    site.db.selectFrom('versions').selectAll().where('id', '=', versionId).executeTakeFirstOrThrow();
  await askForVersionJob.prepare(site.queue, title);
  // The clock stands still: a second try would never come.
  await until('the version has ended', async () => (await version()).state === 'failed');
  await until('so has its job', async () => (await site.queue.counts())['version.prepare']?.failed === 1);
  await transcoder.stop();
  t.match(await version(), {
    error_code: 'media_format_not_allowed',
    error_message: /^This file is text, not a video\. .*upload.*\.$/,
  });
  t.same(
    lines.map(({ level, msg }) => [level, msg]),
    [[pino.levels.values['info'], 'refused']],
  );
});

t.test('work begins only where it leaves the reserve alone, in the storage and in the scratch folder', async (t) => {
  const site = await openSite(t);
  const config = { ...site.config, storage: { ...site.config.storage, minFreeBytes: 100 } };
  const free = { storage: 150, scratch: 150 };
  const context = {
    ...site,
    config,
    storage: Object.assign(site.storage, { freeBytes: async () => free.storage }),
    scratch: Object.assign(site.scratch, { freeBytes: async () => free.scratch }),
  };
  await requireSpace(context, 50);
  await t.rejects(requireSpace(context, 51), { code: 'insufficient_storage' });
  free.scratch = 149;
  await requireSpace(context);
  await t.rejects(requireSpace(context, 50), { code: 'insufficient_storage', message: /scratch/ });
});
