import t, { type Test } from 'tap';
import { publishedKey, versionPrefix } from '../../../server/assets/storage-keys.ts';
import type { VersionJob } from '../../../server/assets/version-jobs.ts';
import { newId } from '../../../server/kit/ids.ts';
import { publishedPresentation } from '../../package/published-presentation.ts';
import { visiblePresentation } from '../../package/visible-presentation.ts';
import type { Segment } from '../../publish/presentation.ts';
import { VersionPublisher } from '../../publish/version-publisher.ts';
import type { EncodingPlan } from '../../plan.ts';
import { openSite, tinyPlan, type Site } from '../testing/site.ts';
import { reconcile } from '../upkeep/reconcile.ts';
import { jobsConsumer } from './ask-for-jobs.ts';
import { offerTracksJob } from './offer-tracks.ts';

const audio = (track: number, language: string) => ({
  track,
  stream: track + 1,
  language,
  label: language,
  isDefault: track === 0,
  renditions: [{ name: `a${track}-128`, quality: '128', bitrate: 128_000, channels: 2, sampleRate: 48_000 }] as const,
});
const [small] = tinyPlan.video;
const plan: EncodingPlan = {
  ...tinyPlan,
  video: [{ ...small!, name: 'v720-3000', width: 1280, height: 720, maxBitrate: 3_000_000 }, small!],
  audio: [audio(0, 'ko'), audio(1, 'en')],
};

const segments = (bytes: number, keyframes: boolean): Segment[] =>
  [1, 2].map((number) => ({
    number,
    startTicks: (number - 1) * 360_000,
    durationTicks: 360_000,
    bytes: bytes * number,
    frames: 0,
    keyframes: keyframes ? [0, 1].map((n) => ({ offset: 40 + n * 50, bytes: 40 + n, durationTicks: 180_000 })) : [],
  }));

/** A complete version that was published as packaging does it, of a title; segments are so many bytes of nothing. */
async function published(t: Test) {
  const site = await openSite(t);
  const { assetId, versionId } = await site.rows.title({ asset: 'ready', version: 'complete', published: false });
  const names = ['v720-3000', 'v360-730', 'a0-128', 'a1-128'];
  const codec = (name: string) => (name.startsWith('v') ? 'avc1.64001f' : 'mp4a.40.2');
  const media = new Map(
    names.map((name, n) => [
      name,
      { codec: codec(name), segments: segments(500 - n * 100, name.startsWith('v')), ended: true },
    ]),
  );
  const presentation = visiblePresentation(plan, media)!;
  const publisher = await VersionPublisher.open(
    { storage: site.storage, assetId, versionId, now: () => 0, signal: new AbortController().signal },
    names,
  );
  for (const [name, { segments: all }] of media)
    for (const { number, bytes } of all)
      await site.storage.put(publishedKey(assetId, versionId, `${name}/0000${number}.m4s`), Buffer.alloc(bytes));
  await publisher.publish(presentation);
  await site.db
    .updateTable('versions')
    .set({ plan: JSON.stringify(plan) })
    .where('id', '=', versionId)
    .execute();
  await site.db.updateTable('assets').set({ current_version_id: versionId }).where('id', '=', assetId).execute();
  await site.db.deleteFrom('renditions').where('version_id', '=', versionId).execute();
  await site.db
    .insertInto('renditions')
    .values(
      names.map((name) => ({
        id: newId('rendition'),
        version_id: versionId,
        name,
        kind: name.startsWith('v') ? ('video' as const) : ('audio' as const),
        codec: codec(name),
        target_bandwidth: 1,
        units_total: 1,
        units_packaged: 1,
        bytes: 1,
      })),
    )
    .execute();
  const { id: titleId } = await site.rows.catalogueTitle({ kind: 'movie', asset_id: assetId });
  const files = async () => {
    const found = new Map<string, string>();
    const prefix = versionPrefix(assetId, versionId);
    for await (const { key } of site.storage.list(prefix))
      found.set(key.slice(prefix.length), (await site.storage.read(key)).toString('latin1'));
    return found;
  };
  /** Subtitles with one cue, as the control API writes them. */
  const say = async (text: string, id?: string): Promise<string> => {
    const made = id ?? (await site.rows.subtitles({ title_id: titleId, cues: 1, next_cue: 2 })).id;
    await site.db.deleteFrom('subtitle_cues').where('subtitles_id', '=', made).execute();
    await site.db
      .insertInto('subtitle_cues')
      .values({ subtitles_id: made, number: 1, start_ms: 1000, end_ms: 99_000, text, settings: '' })
      .execute();
    await asked();
    return made;
  };
  const asked = async () => {
    await site.db
      .updateTable('assets')
      .set((expression) => ({ tracks_revision: expression('tracks_revision', '+', 1) }))
      .execute();
  };
  const job = (signal = new AbortController().signal) =>
    ({
      id: 'job_1',
      name: 'version.offer-tracks',
      payload: { versionId },
      attempt: 1,
      maxAttempts: 3,
      signal,
    }) as VersionJob<'version.offer-tracks'>;
  const revisions = async () => {
    const { tracks_revision: wanted } = await site.db.selectFrom('assets').selectAll().executeTakeFirstOrThrow();
    const { tracks_revision: shown } = await site.db.selectFrom('versions').selectAll().executeTakeFirstOrThrow();
    return { wanted, shown };
  };
  return { site, assetId, versionId, files, say, asked, job, revisions, presentation };
}

/** The same storage, with writes that do something else first. */
function withPut(storage: Site['storage'], put: Site['storage']['put']): Site['storage'] {
  return new Proxy(storage, {
    get(target, name) {
      if (name === 'put') return put;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}

const textsOf = (files: ReadonlyMap<string, string>) => [...files.keys()].filter((file) => file.endsWith('/all.vtt'));

t.test('what was published is read back as it was, to the last digit of its manifests', async (t) => {
  const { site, assetId, versionId, files, job, presentation } = await published(t);
  const codecs = new Map([...presentation.video, ...presentation.audio].map(({ name, codec }) => [name, codec]));
  const { signal } = new AbortController();
  const read = await publishedPresentation({ assetId, versionId, plan, codecs }, site.storage, signal);
  t.same(read, presentation);
  const before = await files();
  await offerTracksJob(site, job());
  t.same(await files(), before, 'and with nothing new to offer, the same is written');
});

t.test('texts come, manifests change, and nothing else does', async (t) => {
  const { site, files, say, job, revisions } = await published(t);
  const before = await files();
  await say('Hi &amp; <i>you</i>');
  await offerTracksJob(site, job());
  t.same(await revisions(), { wanted: 1, shown: 1 });
  const after = await files();
  const [all = ''] = textsOf(after);
  t.equal(after.get(all), 'WEBVTT\n\n00:00:01.000 --> 00:00:08.000\nHi &amp; <i>you</i>\n', 'it ends with the video');
  const changed = [...after].filter(([file, data]) => before.get(file) !== data).map(([file]) => file);
  const folder = all.replace('all.vtt', '');
  t.same(
    changed.filter((file) => !/\.(br|gz)$/.test(file)).sort(),
    [
      `${folder}00001.vtt`,
      `${folder}all.vtt`,
      `${folder}index.m3u8`,
      'manifest-360.mpd',
      'manifest.mpd',
      'master-360.m3u8',
      'master.m3u8',
    ].sort(),
  );
  for (const file of ['master.m3u8', 'master-360.m3u8']) {
    t.match(after.get(file), `URI="${folder}index.m3u8"`);
    t.match(after.get(file), 'SUBTITLES="subtitles"');
  }
  t.match(after.get('manifest-360.mpd'), `<BaseURL>${all}</BaseURL>`);
});

t.test('audio that is off is in no manifest, and what stays becomes the default', async (t) => {
  const { site, assetId, files, asked, job } = await published(t);
  await site.db.insertInto('audio_off').values({ asset_id: assetId, track: 0 }).execute();
  await asked();
  await offerTracksJob(site, job());
  const after = await files();
  t.notMatch(after.get('master.m3u8'), 'a0-128');
  t.match(after.get('master.m3u8'), 'NAME="en",LANGUAGE="en",DEFAULT=YES');
  t.notMatch(after.get('manifest.mpd'), 'a0-128');
  t.ok(after.has('a0-128/00001.m4s'), 'who plays it plays on');
});

t.test('a kill in the middle costs nothing: what is there is whole, and the next one finishes', async (t) => {
  const { site, files, say, job, revisions } = await published(t);
  await say('text');
  const before = await files();
  // It writes some twenty objects.
  for (let writes = 0; writes < 40; writes++) {
    const controller = new AbortController();
    let left = writes;
    const storage = withPut(site.storage, async (key, body) => {
      if (left-- <= 0) controller.abort(new Error('killed'));
      controller.signal.throwIfAborted();
      await site.storage.put(key, body);
    });
    const ended = await offerTracksJob({ ...site, storage }, job(controller.signal)).catch(() => 'killed');
    const now = await files();
    for (const [file, text] of now)
      for (const [, named] of text.matchAll(/(?:URI="|<BaseURL>)(s-[^"<]+)/g))
        if (!/\.(br|gz)$/.test(file)) t.ok(now.has(named as string), `${file} names ${named} only when it is there`);
    if (ended !== 'killed') break;
    t.equal((await revisions()).shown, 0);
    if (writes === 0) t.same(now, before);
  }
  t.same(await revisions(), { wanted: 1, shown: 1 });
});

t.test('of two workers the one that was late writes again', async (t) => {
  const { site, files, say, job, revisions } = await published(t);
  const id = await say('old');
  // It has read what is to be offered, and stands still before it writes.
  const [reached, goOn] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  let first = true;
  const storage = withPut(site.storage, async (key, body) => {
    if (first) {
      first = false;
      reached.resolve();
      await goOn.promise;
    }
    await site.storage.put(key, body);
  });
  const late = offerTracksJob({ ...site, storage }, job());
  await reached.promise;
  await say('new', id);
  await offerTracksJob(site, job());
  goOn.resolve();
  await late;
  const after = await files();
  t.same(await revisions(), { wanted: 2, shown: 2 });
  const named = /URI="(s-[0-9a-f]+)\/index.m3u8"/.exec(after.get('master.m3u8') ?? '')?.[1];
  t.match(after.get(`${named}/all.vtt`), 'new');
});

t.test('texts that are named no more go after a while', async (t) => {
  const { site, files, say, job } = await published(t);
  const id = await say('one');
  const offer = async (now: number) => offerTracksJob({ ...site, clock: { now: () => now } as Site['clock'] }, job());
  await offer(Date.now());
  await say('two', id);
  await offer(Date.now());
  t.equal(textsOf(await files()).length, 2, 'who plays with them goes on');
  await offer(Date.now() + site.config.collection.replacedAfterSeconds * 1000 + 60_000);
  const left = await files();
  t.equal(textsOf(left).length, 1);
  t.match(left.get(textsOf(left)[0] as string), 'two');
});

t.test('a change asks for its job once; an emptied queue is asked for it again', async (t) => {
  const { site, versionId, assetId, say } = await published(t);
  const waiting = async () => {
    const rows = await site.db.selectFrom('jobs').select('dedupe_key').orderBy('dedupe_key').execute();
    return rows.map(({ dedupe_key: key }) => key);
  };
  const consumer = jobsConsumer(site);
  const tell = async () => {
    if (!('deliver' in consumer)) throw new Error('It delivers');
    await consumer.deliver(
      { eventId: '1', name: 'version.tracks-changed', subject: versionId, payload: { assetId, versionId }, attempt: 1 },
      new AbortController().signal,
    );
  };
  await tell();
  t.same(await waiting(), [], 'there is nothing new');
  await say('text');
  await tell();
  await tell();
  t.same(await waiting(), [`version.offer-tracks:${versionId}:1`]);
  await site.db.deleteFrom('jobs').execute();
  await reconcile(site);
  t.same(await waiting(), [`version.offer-tracks:${versionId}:1`]);
});
