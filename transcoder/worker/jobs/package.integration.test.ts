import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import t, { type Test } from 'tap';
import { chunkKey } from '../../../server/assets/storage-keys.ts';
import type { VersionJob } from '../../../server/assets/version-jobs.ts';
import { until } from '../../../server/testing/until.ts';
import type { MediaInfo } from '../../../server/assets/media-info.ts';
import { unconfined } from '../../child/confinement.ts';
import type { Tools } from '../../tools.ts';
import { finishChunk } from '../progress/chunk-rows.ts';
import { packageJob } from './package.ts';
import { addAsset, openSite, tinyPlan } from '../testing/site.ts';
import { plannedVersion } from '../versions/planned-version.ts';

/** A version whose first chunk is there, and a packager that does what the test wants and notes that it was started. */
async function growing(t: Test, script: string) {
  const folder = t.testdir({ tools: {} });
  const [file, log] = [path.join(folder, 'tools', 'packager'), path.join(folder, 'tools', 'runs')];
  writeFileSync(log, '');
  writeFileSync(file, `#!/bin/sh\necho run >> '${log}'\n${script}\n`);
  chmodSync(file, 0o755);
  const tools = { packager: { path: file }, confinement: unconfined } as Tools;
  const site = { ...(await openSite(t, path.join(folder, 'data'))), tools };
  const { assetId, versionId } = await addAsset(site, { version: 'preparing' });
  await site.lifecycle.savePlan(versionId, plannedVersion({ warnings: [] } as unknown as MediaInfo, tinyPlan));
  await site.storage.put(chunkKey(versionId, 'v360-730', 0), 'not looked at');
  await finishChunk(site.db, { versionId, kind: 'video', index: 0 }, 1);
  const job = {
    id: 'job_1',
    name: 'version.package',
    payload: { versionId },
    attempt: 1,
    maxAttempts: 50,
    signal: new AbortController().signal,
  } as VersionJob<'version.package'>;
  const cancel = async () => {
    await site.lifecycle.cancel(assetId);
  };
  return { site, job, cancel, runs: () => readFileSync(log, 'utf8').split('run').length - 1 };
}

const timers = () => process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length;

t.test('a version that ends leaves nobody waiting for its chunks', async (t) => {
  const { site, job, cancel } = await growing(t, 'exit 1');
  await site.db.updateTable('chunks').set({ state: 'waiting' }).execute();
  const before = timers();
  const packaging = packageJob(site, job);
  packaging.catch(() => undefined);
  await until('picture and sound are waited for', () => timers() >= before + 3);
  await cancel();
  await t.rejects(packaging, { name: 'VersionEnded' });
  await until('nothing is left', () => timers() <= before, { timeoutMs: 10_000 });
});

t.test('what fails again and again at the same place fails for good', async (t) => {
  const { site, job, runs } = await growing(t, 'exit 1');
  await t.rejects(packageJob(site, job, 1), { name: 'JobRejected', cause: { code: 'package_failed' } });
  t.equal(runs(), site.config.encode.maxAttempts);
});

t.test('between two tries it rests, unless the version ends', async (t) => {
  const { site, job, cancel, runs } = await growing(t, 'exit 1');
  const before = timers();
  const said = Promise.withResolvers<void>();
  const logger = Object.assign(Object.create(site.logger) as typeof site.logger, { warn: () => said.resolve() });
  const packaging = packageJob({ ...site, logger }, job, 3_600_000);
  packaging.catch(() => undefined);
  await said.promise;
  await cancel();
  await t.rejects(packaging, { name: 'AbortError', cause: { name: 'VersionEnded' } });
  t.equal(runs(), 1);
  await until('nothing is left', () => timers() === before);
});

t.test('a packager that was killed is left to the queue', async (t) => {
  const { site, job, runs } = await growing(t, 'kill -KILL $$');
  await t.rejects(packageJob(site, job, 1), { name: 'PackagerInterrupted' });
  t.equal(runs(), 1);
});
