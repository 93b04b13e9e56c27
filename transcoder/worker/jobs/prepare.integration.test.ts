import { stat } from 'node:fs/promises';
import path from 'node:path';
import t from 'tap';
import { sourceKey, workPrefix } from '../../../server/assets/storage-keys.ts';
import type { VersionJob } from '../../../server/assets/version-jobs.ts';
import { loadLadder } from '../../ladder/ladder-file.ts';
import { joined } from '../../encode/testing/copied-source.ts';
import { ffmpeg, tools } from '../../testing/clips.ts';
import { prepareVersion, remuxVersion, type Examination } from './prepare.ts';
import { LinklessStorage } from '../../../server/testing/linkless-storage.ts';
import { SourceCache } from '../source-cache.ts';
import { addAsset, openSite } from '../testing/site.ts';
import { loadActive } from '../versions/active-versions.ts';

const neverProbed: Examination = {
  probe: () => Promise.reject(new Error('It was probed')),
  deadline: () => new AbortController().signal,
};

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

t.test('some pictures and hours until the last of them: no chunk is made of it', async (t) => {
  const folder = t.testdir();
  const clip = path.join(folder, 'hours.mp4');
  const picture = ['-f', 'lavfi', '-i', 'testsrc2=s=320x180:r=60:d=2'];
  const timed = ['-bsf:v', "setts=ts='if(gte(N,119),28000*15360,TS)'"];
  await ffmpeg(...picture, '-c:v', 'libx264', '-preset', 'ultrafast', '-crf', '40', ...timed, clip);
  const { size } = await stat(clip);
  const bare = await openSite(t, path.join(folder, 'data'));
  const site = { ...bare, tools: await tools(), ladder: await loadLadder(bare.config.encode.ladder) };
  const prepare = async (sourceBytes: number) => {
    const { assetId, uploadId, versionId } = await addAsset(site);
    await site.storage.putFile(sourceKey(uploadId), clip);
    await site.db.updateTable('assets').set({ source_bytes: sourceBytes }).where('id', '=', assetId).execute();
    const job = { id: 'job_1', attempt: 1, maxAttempts: 3, signal: new AbortController().signal };
    await prepareVersion(site, { ...job, name: 'version.prepare', payload: { versionId } });
    return (await loadActive(site.db, versionId))?.plan?.frames;
  };
  await t.rejects(prepare(size), {
    code: 'media_out_of_proportion',
    status: 422,
    message: new RegExp(`only ${size} bytes and claims 28000 seconds`),
  });
  t.same(await site.db.selectFrom('chunks').selectAll().execute(), []);
  t.equal(await prepare(200_000_000), 1_680_001, 'with bytes for it, it is a film');
});

t.test('a file that could be cut as it is, but for a clock that jumps, is left to that job, too', async (t) => {
  const folder = t.testdir();
  const one = path.join(folder, 'one.mp4');
  const fragments = ['-movflags', 'frag_keyframe+empty_moov+default_base_moof', '-f', 'mp4'];
  await ffmpeg(
    '-f',
    'lavfi',
    '-i',
    'testsrc2=s=160x90:r=25:d=2',
    '-c:v',
    'libx264',
    '-preset',
    'ultrafast',
    ...fragments,
    one,
  );
  const clip = joined(path.join(folder, 'clip.mp4'), one, one);
  const bare = await openSite(t, path.join(folder, 'data'));
  const site = { ...bare, tools: await tools(), ladder: await loadLadder(bare.config.encode.ladder) };
  const { uploadId, versionId } = await addAsset(site);
  await site.storage.putFile(sourceKey(uploadId), clip);
  const job = { id: 'job_1', payload: { versionId }, attempt: 1, maxAttempts: 3, signal: new AbortController().signal };
  await prepareVersion(site, { ...job, name: 'version.prepare' } as VersionJob<'version.prepare'>);
  t.match(await site.db.selectFrom('jobs').select(['name']).execute(), [{ name: 'version.remux' }]);
  await remuxVersion(site, { ...job, name: 'version.remux' } as VersionJob<'version.remux'>);
  t.match((await loadActive(site.db, versionId))?.plan, { sourceFormat: 'matroska', frames: 100 });
});

t.test('on a store without links: what is refused or left to the other lane is not fetched', async (t) => {
  const folder = t.testdir();
  const bare = await openSite(t, path.join(folder, 'data'));
  const storage = new LinklessStorage(bare.storage);
  const { scratch, logger } = bare;
  const sources = new SourceCache({ storage, scratch, maxBytes: 0, minFreeBytes: 0, logger });
  const site = { ...bare, storage, sources };
  const prepare = async (source: Buffer, bytes = source.length) => {
    const { assetId, uploadId, versionId } = await addAsset(bare);
    await bare.storage.put(sourceKey(uploadId), source);
    await bare.db.updateTable('assets').set({ source_bytes: bytes }).where('id', '=', assetId).execute();
    const job = { id: 'job_1', attempt: 1, maxAttempts: 3, signal: new AbortController().signal };
    try {
      await prepareVersion(site, { ...job, name: 'version.prepare', payload: { versionId } }, neverProbed);
    } finally {
      t.ok(storage.bytesRead(sourceKey(uploadId)) < 2_500_000, 'only some of its bytes were read');
    }
  };
  const jobs = () => bare.db.selectFrom('jobs').select('name').execute();
  await t.rejects(prepare(Buffer.concat([Buffer.from('504b0304', 'hex'), Buffer.alloc(8_000_000)])), {
    code: 'media_format_not_allowed',
  });
  t.same(await jobs(), []);
  await prepare(Buffer.concat([Buffer.from('000001ba', 'hex'), Buffer.alloc(8_000_000)]));
  t.same(await jobs(), [{ name: 'version.remux' }], 'a container that must be copied');
  const film = Buffer.alloc(8_000_000);
  film.write('\0\0\0\x14ftypisom', 'latin1');
  film.writeUInt32BE(8, 20);
  film.write('moov', 24, 'latin1');
  await prepare(film, 2 * 1024 ** 3);
  t.equal((await jobs()).length, 2, 'one that takes long to fetch');
});

t.test(
  'a video is planned by the ladder and preset of its title, and one of before says what it was planned by',
  async (t) => {
    const folder = t.testdir();
    const clip = path.join(folder, 'clip.mp4');
    await ffmpeg('-f', 'lavfi', '-i', 'testsrc2=s=640x360:r=25:d=1', '-c:v', 'libx264', '-preset', 'ultrafast', clip);
    const bare = await openSite(t, path.join(folder, 'data'));
    const ladder = await loadLadder(bare.config.encode.ladder);
    const small = { ...ladder, preset: 'slow' as const, video: ladder.video.slice(0, 1) };
    const site = { ...bare, tools: await tools(), ladder, ladders: new Map([['small', small]]) };
    const prepare = async (settings: object) => {
      const { assetId, uploadId, versionId } = await addAsset(site);
      await site.storage.putFile(sourceKey(uploadId), clip);
      await site.db
        .updateTable('titles')
        .set({ year: 2020, ...settings })
        .where('asset_id', '=', assetId)
        .execute();
      const job = { id: 'job_1', attempt: 1, maxAttempts: 3, signal: new AbortController().signal };
      await prepareVersion(site, { ...job, name: 'version.prepare', payload: { versionId } });
      const names = (await loadActive(site.db, versionId))?.plan?.video.map(({ name, preset }) => `${name} ${preset}`);
      const warnings = await site.db
        .selectFrom('warnings')
        .select('code')
        .where('version_id', '=', versionId)
        .execute();
      const columns = ['ladder', 'quality_preset'] as const;
      const version = await site.db
        .selectFrom('versions')
        .select(columns)
        .where('id', '=', versionId)
        .executeTakeFirst();
      return { names, warnings, ...version };
    };
    const usual = await prepare({});
    t.match(usual, { ladder: null, quality_preset: null, warnings: [] });
    t.ok((usual.names?.length ?? 0) > 2, String(usual.names));
    t.same(
      usual.names?.filter((name) => !name.endsWith(' veryfast')),
      [],
    );
    const own = await prepare({ ladder: 'small' });
    t.match(own, { ladder: 'small', warnings: [] });
    t.same(
      own.names?.filter((name) => !name.endsWith(' slow')),
      [],
    );
    t.not(own.names?.length, usual.names?.length);
    const gone = await prepare({ ladder: 'opera', quality_preset: 'fast' });
    t.match(gone, { ladder: null, quality_preset: 'fast', warnings: [{ code: 'ladder_not_configured' }] });
    t.same(
      gone.names,
      usual.names?.map((name) => name.replace('veryfast', 'fast')),
    );
  },
);
