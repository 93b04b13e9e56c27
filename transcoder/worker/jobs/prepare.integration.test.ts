import { stat } from 'node:fs/promises';
import path from 'node:path';
import t from 'tap';
import { sourceKey, workPrefix } from '../../../server/assets/storage-keys.ts';
import type { VersionJob } from '../../../server/assets/version-jobs.ts';
import { loadLadder } from '../../ladder/ladder-file.ts';
import { ffmpeg, tools } from '../../testing/clips.ts';
import { prepareVersion, remuxVersion } from './prepare.ts';
import { addAsset, openSite } from '../testing/site.ts';
import { loadActive } from '../versions/active-versions.ts';

t.test(
  'a source that must be copied is left to a job of its own, which begins only where the copy has room',
  async (t) => {
    const folder = t.testdir();
    const clip = path.join(folder, 'clip.ts');
    await ffmpeg(
      '-f',
      'lavfi',
      '-i',
      'testsrc2=s=320x180:r=25:d=2',
      '-c:v',
      'libx264',
      '-preset',
      'ultrafast',
      '-f',
      'mpegts',
      clip,
    );
    const { size } = await stat(clip);
    const bare = await openSite(t, path.join(folder, 'data'));
    const site = { ...bare, tools: await tools(), ladder: await loadLadder(bare.config.encode.ladder) };
    const { assetId, uploadId, versionId } = await addAsset(site);
    await site.storage.putFile(sourceKey(uploadId), clip);
    await site.db.updateTable('assets').set({ source_bytes: size }).where('id', '=', assetId).execute();
    const job = {
      id: 'job_1',
      payload: { versionId },
      attempt: 1,
      maxAttempts: 3,
      signal: new AbortController().signal,
    };

    await prepareVersion(site, { ...job, name: 'version.prepare' } as VersionJob<'version.prepare'>);
    t.same(await site.db.selectFrom('jobs').select(['name', 'priority']).execute(), [
      { name: 'version.remux', priority: 1 },
    ]);
    t.equal((await loadActive(site.db, versionId))?.plan, undefined);

    const remux = { ...job, name: 'version.remux' } as VersionJob<'version.remux'>;
    const free = Object.assign(Object.create(site.storage) as typeof site.storage, {
      freeBytes: async () => 2 * size - 1,
    });
    await t.rejects(remuxVersion({ ...site, storage: free }, remux), { code: 'insufficient_storage' });
    await remuxVersion(site, remux);
    t.match((await loadActive(site.db, versionId))?.plan, {
      sourceKey: `${workPrefix(versionId)}source.mkv`,
      sourceFormat: 'matroska',
      frames: 50,
    });
  },
);
