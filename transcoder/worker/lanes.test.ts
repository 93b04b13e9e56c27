import t from 'tap';
import { sourceKey } from '../../server/assets/storage-keys.ts';
import { askForVersionJob, type VersionJobName } from '../../server/assets/version-jobs.ts';
import { ProblemError } from '../../server/kit/errors.ts';
import { until } from '../../server/testing/until.ts';
import { examinationMs } from './jobs/examination-time.ts';
import { prepareVersion, remuxVersion, type Examination } from './jobs/prepare.ts';
import { lanes } from './lanes.ts';
import { addAsset, openSite } from './testing/site.ts';

/** What an MP4 begins with, and an index of nothing: it is recognised, and then examined. */
const mp4Head = Buffer.from('00000014667479706d703432000000006d703432000000086d6f6f76', 'hex');

t.test('how long an examination may take grows with the file, up to the limit', async (t) => {
  t.equal(examinationMs(118_000, 120, false), 30_130, 'a small file that takes minutes was made to');
  t.equal(examinationMs(50e6, 120, false), 85_000);
  t.equal(examinationMs(10e9, 120, false), 120_000 + 1_000_000, 'the limit, and what reading takes');
  t.equal(examinationMs(10e9, 120, true), 15_000, 'a first look is short whatever the file');
  t.equal(examinationMs(118_000, 5, false), 5012, 'a lower limit holds');
});

t.test('two accounts that flood it with files that take for ever do not make a third one wait', async (t) => {
  const site = await openSite(t);
  const owners = new Map<string, string>();
  /** Examinations that hang, each until its time is over. */
  const hanging: { readonly owner: string; readonly ends: AbortController }[] = [];
  const done: string[] = [];
  const addTo = async (owner: string, jobs: number) => {
    for (let n = 0; n < jobs; n++) {
      const { assetId, uploadId, versionId } = await addAsset(site);
      await site.storage.put(sourceKey(uploadId), mp4Head);
      await site.db.updateTable('assets').set({ source_bytes: 4 }).where('id', '=', assetId).execute();
      owners.set(versionId, owner);
      await askForVersionJob.prepare(site.queue, { versionId, ownerId: owner });
    }
  };
  /** Hostile files hang until they are told that time is over; honest ones are known at once. */
  const examinationOf = (owner: string): Examination => {
    const ends = new AbortController();
    return {
      deadline: () => ends.signal,
      probe: ({ signal }) => {
        if (owner === 'honest') throw new ProblemError('conflict', 'known');
        hanging.push({ owner, ends });
        return new Promise((_resolve, reject) => {
          signal?.addEventListener('abort', () => {
            reject(signal.reason as Error);
          });
        });
      },
    };
  };
  const places = lanes(2);
  const work = <N extends VersionJobName>(name: N, run: typeof prepareVersion | typeof remuxVersion) =>
    site.queue.work(name, { ...places[name], leaseMs: 60_000 }, async (job) => {
      const owner = owners.get(job.payload.versionId) ?? '';
      await run(site, job as never, examinationOf(owner)).catch(() => {
        done.push(owner);
      });
    });
  await addTo('hostile-1', 6);
  await addTo('hostile-2', 6);
  const workers = [work('version.prepare', prepareVersion), work('version.remux', remuxVersion)];
  await until('both hang', () => hanging.length === 2);
  t.same(hanging.map(({ owner }) => owner).sort(), ['hostile-1', 'hostile-2'], 'one place each');
  await addTo('honest', 3);
  await until('all of the honest one are known', () => done.filter((each) => each === 'honest').length === 3);
  t.equal(hanging.length, 2, 'while nothing of the others has ended');
  // Their first look is over: what takes long goes to the other lane, and the next ones get their look.
  for (const { ends } of hanging.splice(0)) ends.abort();
  await until('they hang again, here and there', () => hanging.length === 4);
  const waiting = await site.db
    .selectFrom('jobs')
    .select(['name', 'state'])
    .where('name', '=', 'version.remux')
    .execute();
  t.same(
    waiting.map(({ state }) => state),
    ['active', 'active'],
  );
  await addTo('honest', 1);
  await until('the honest one is known again', () => done.filter((each) => each === 'honest').length === 4);
  t.equal(hanging.length, 4);
  await Promise.all(workers.map((worker) => worker.stop({ force: true })));
});
