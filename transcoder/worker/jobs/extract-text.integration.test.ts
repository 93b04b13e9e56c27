import { stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import t, { type Test } from 'tap';
import { readCues } from '../../../server/assets/tracks.ts';
import { sourceKey } from '../../../server/assets/storage-keys.ts';
import type { VersionJob } from '../../../server/assets/version-jobs.ts';
import { loadLadder } from '../../ladder/ladder-file.ts';
import { ffmpeg, tools } from '../../testing/clips.ts';
import { addAsset, openSite } from '../testing/site.ts';
import { reconcile } from '../upkeep/reconcile.ts';
import { jobsConsumer } from './ask-for-jobs.ts';
import { extractTextJob, failText } from './extract-text.ts';
import { prepareVersion } from './prepare.ts';

const srt = `1
00:00:01,000 --> 00:00:02,500
Where have <i>you</i> {been} <script>alert(1)</script>?

2
00:00:05,000 --> 00:00:07,000
{\\an8}Upstairs & down
`;

const picture = ['-f', 'lavfi', '-i', 'testsrc2=s=160x90:r=25:d=8'];
const coded = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p'];

/** A complete version of a source that ffmpeg makes with these words, and a title that has it. */
async function source(t: Test, name: string, text: string, ...words: readonly string[]) {
  const folder = t.testdir();
  const [clip, texts] = [path.join(folder, name), path.join(folder, 'texts.srt')];
  await writeFile(texts, text);
  await ffmpeg(...picture, '-i', texts, '-map', '0', '-map', '1', ...coded, ...words, clip);
  const bare = await openSite(t, path.join(folder, 'data'));
  const site = { ...bare, tools: await tools(), ladder: await loadLadder(bare.config.encode.ladder) };
  const { assetId, uploadId, versionId } = await addAsset(site);
  await site.storage.putFile(sourceKey(uploadId), clip);
  const { size } = await stat(clip);
  await site.db.updateTable('assets').set({ source_bytes: size }).where('id', '=', assetId).execute();
  const { signal } = new AbortController();
  const base = { id: 'job_1', attempt: 1, maxAttempts: 3 };
  await prepareVersion(site, {
    ...base,
    signal,
    name: 'version.prepare',
    payload: { versionId },
  } as VersionJob<'version.prepare'>);
  await site.db.updateTable('assets').set({ current_version_id: versionId }).where('id', '=', assetId).execute();
  const { id: titleId } = await site.db
    .selectFrom('titles')
    .select('id')
    .where('asset_id', '=', assetId)
    .executeTakeFirstOrThrow();
  const want = async (stream: number): Promise<void> => {
    await site.db
      .insertInto('text_extractions')
      .values({ title_id: titleId, asset_id: assetId, stream, state: 'waiting', tries: 1, updated_at: 0 })
      .execute();
  };
  const job = (stream: number, until = signal) =>
    ({
      ...base,
      signal: until,
      name: 'version.extract-text',
      payload: { versionId, titleId, stream },
    }) as VersionJob<'version.extract-text'>;
  const made = async () =>
    Promise.all(
      (await site.db.selectFrom('subtitles').selectAll().orderBy('id').execute()).map(async (row) => ({
        ...row,
        texts: (await readCues(site.db, row.id)).map(({ startMs, endMs, text: shown, settings }) => [
          startMs,
          endMs,
          shown,
          settings,
        ]),
      })),
    );
  const states = async () =>
    site.db.selectFrom('text_extractions').select(['stream', 'state', 'problem']).orderBy('stream').execute();
  return { site, assetId, uploadId, titleId, versionId, want, job, made, states };
}

t.test('each kind of text track becomes subtitles on the clock of the title, as the file says them', async (t) => {
  const kinds = [
    ['srt', 'clip.mkv', ['-c:s', 'srt']],
    ['ass', 'clip.mkv', ['-c:s', 'ass']],
    ['webvtt', 'clip.mkv', ['-c:s', 'webvtt']],
    ['mov_text', 'clip.mp4', ['-c:s', 'mov_text', '-movflags', '+faststart']],
  ] as const;
  for (const [codec, name, words] of kinds)
    await t.test(codec, async (t) => {
      const tags = ['-metadata:s:s:0', 'language=kor', '-disposition:s:0', 'forced+hearing_impaired'];
      // Three seconds into the clock of the file.
      const late = name.endsWith('mkv') ? ['-output_ts_offset', '3'] : [];
      const { assetId, site, want, job, made, states, titleId } = await source(
        t,
        name,
        srt,
        ...words,
        ...tags,
        ...late,
      );
      await want(1);
      const [before] = await site.db.selectFrom('assets').select('tracks_revision').execute();
      await extractTextJob(site, job(1));
      const [subtitles, ...more] = await made();
      t.equal(more.length, 0);
      t.match(subtitles, {
        title_id: titleId,
        language: 'ko',
        is_forced: 1,
        is_sdh: 1,
        is_on: 1,
        cues: 2,
        next_cue: 3,
        timed_for_asset_id: assetId,
        taken_from_stream: 1,
        texts: [
          [1000, 2500, /^Where have <i>you<\/i>/],
          [5000, 7000, 'Upstairs &amp; down'],
        ],
      });
      t.notMatch(subtitles?.texts[0]?.[2], '<script');
      t.match(await states(), [{ state: 'done', problem: null }]);
      const [after] = await site.db.selectFrom('assets').select('tracks_revision').execute();
      t.equal(after?.tracks_revision, (before?.tracks_revision ?? 0) + 1, 'and players are to get it');
      await extractTextJob(site, job(1));
      t.equal((await made()).length, 1, 'the job that comes once more makes no other one');
    });
});

t.test('a killed worker leaves nothing, and the next one does all of it', async (t) => {
  const { site, assetId, versionId, want, job, made, states } = await source(t, 'clip.mkv', srt, '-c:s', 'srt');
  await want(1);
  const killed = new AbortController();
  const sources = Object.assign(Object.create(site.sources) as typeof site.sources, {
    use: (...[key, signal, work]: Parameters<typeof site.sources.use>) =>
      site.sources.use(key, signal, async (file) => {
        const read: unknown = await work(file);
        // All of it is read, nothing is written.
        killed.abort(new Error('killed'));
        killed.signal.throwIfAborted();
        return read;
      }),
  });
  await t.rejects(extractTextJob({ ...site, sources }, job(1, killed.signal)), { message: 'killed' });
  t.same(await made(), []);
  t.match(await states(), [{ state: 'waiting' }]);
  const asked = async () =>
    (await site.db.selectFrom('jobs').select('name').where('name', '=', 'version.extract-text').execute()).length;
  const consumer = jobsConsumer(site);
  if (!('deliver' in consumer)) throw new Error('It delivers');
  const payload = { assetId, versionId };
  const event = { eventId: '1', name: 'version.text-wanted', subject: versionId, payload, attempt: 1 } as const;
  await consumer.deliver(event, new AbortController().signal);
  await consumer.deliver(event, new AbortController().signal);
  t.equal(await asked(), 1);
  // The queue may have lost the job as well.
  await site.db.deleteFrom('jobs').execute();
  await reconcile(site);
  t.equal(await asked(), 1);
  // Two at once: a lease that ended, say.
  await Promise.all([extractTextJob(site, job(1)), extractTextJob(site, job(1))]);
  t.equal((await made()).length, 1);
});

t.test('what cannot be read is said in words, and loses nothing', async (t) => {
  const { site, want, job, made, states, uploadId } = await source(t, 'clip.mkv', srt, '-c:s', 'srt');
  const kept = await site.rows.subtitles();
  await want(1);
  await failText(site, job(1), new Error('ffmpeg ended with 1'));
  t.match(await states(), [{ state: 'failed', problem: /could not read this track.*Upload the subtitles/ }]);
  await site.db.updateTable('text_extractions').set({ state: 'waiting' }).execute();
  await site.storage.delete(sourceKey(uploadId));
  await extractTextJob(site, job(1));
  t.match(await states(), [{ state: 'failed', problem: /not kept any more/ }]);
  t.match(await made(), [{ id: kept.id }]);
});

t.test('more text than an upload may have is refused, and so is a text that fills the picture', async (t) => {
  const cue = (n: number, text: string) => {
    const time = `00:00:0${Math.floor(n / 1000) % 7},${String(n % 1000).padStart(3, '0')}`;
    return `${n + 1}\n${time} --> 00:00:07,900\n${text}\n\n`;
  };
  const cues = (count: number, text: string) => Array.from({ length: count }, (_, n) => cue(n, text)).join('');
  for (const [what, text, problem] of [
    ['bytes', cues(6999, 'x'.repeat(400)), /more than 2 MiB of text/],
    ['characters', cues(2, 'y'.repeat(4000)), /longer than 2000 characters/],
  ] as const)
    await t.test(what, async (t) => {
      const { site, want, job, made, states } = await source(t, 'clip.mkv', text, '-c:s', 'srt');
      await want(1);
      await extractTextJob(site, job(1));
      t.match(await states(), [{ state: 'failed', problem }]);
      t.same(await made(), []);
    });
});
