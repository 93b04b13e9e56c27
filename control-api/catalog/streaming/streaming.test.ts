import t from 'tap';
import { readEncodingSettings } from '../../../server/assets/encoding-settings.ts';
import { startControlApi } from '../../testing/harness.ts';
import { Mover, titlesOf } from '../bulk/exchange/testing/files.ts';
import { Editor } from '../testing/catalogue.ts';
import type { TitleView } from '../titles/schemas.ts';

const settings = {
  encode: { ladders: ['animation=/secret/place/animation.yaml', 'sports=sports.yaml'] },
  catalogue: { priceClasses: ['free', 'premium'] },
};
const codeOf = (answer: { json(): unknown }) => (answer.json() as { code?: string }).code;

t.test('what can be chosen is in the configuration, by name alone', async (t) => {
  const api = await startControlApi(t, { settings });
  const editor = await Editor.start(api);
  const answer = await editor.send('GET', '/streaming-choices');
  t.match(answer.json(), { ladders: ['animation', 'sports'], priceClasses: ['free', 'premium'] });
  t.notMatch(answer.body, /secret|yaml/);
  const movie = await editor.make({ kind: 'movie', ladder: 'sports', priceClass: 'premium', qualityPreset: 'slow' });
  t.match(movie, { ladder: 'sports', priceClass: 'premium', qualityPreset: 'slow' });
  t.match((await editor.change(movie.id, { ladder: 'opera' })).json(), { code: 'ladder_unknown', ladder: 'opera' });
  t.equal(codeOf(await editor.change(movie.id, { priceClass: 'gold' })), 'price_class_unknown');
  t.equal(codeOf(await editor.change(movie.id, { qualityPreset: 'placebo' })), 'invalid_request');
  const made = { kind: 'movie', originalLanguage: 'en', text: { name: 'x' }, ladder: 'opera' };
  t.equal(codeOf(await editor.send('POST', '/titles', made)), 'ladder_unknown');
  await api.db.updateTable('titles').set({ ladder: 'opera', price_class: 'gold' }).execute();
  const kept = await editor.change(movie.id, { ladder: 'opera', priceClass: 'gold', year: 2020 });
  t.match(kept.json(), { ladder: 'opera', year: 2020, streaming: { ladder: { value: 'opera', isKnown: false } } });
});

t.test('what a series says holds for its episodes, unless they say otherwise', async (t) => {
  const api = await startControlApi(t, { settings });
  const editor = await Editor.start(api);
  const { series, season, episodes } = await editor.series(2);
  const [one, two] = episodes as [TitleView, TitleView];
  const streaming = async (id: string) => (await editor.get(id)).streaming;
  t.match(await streaming(one.id), {
    topRung: { value: null, from: null },
    qualityPreset: { value: null, from: null },
    ladder: { value: null, from: null, isKnown: true },
    priceClass: { value: 'free', from: null },
    freeEpisodes: { value: null, from: null },
    encoding: null,
  });
  await editor.change(series.id, {
    topRung: 1080,
    ladder: 'animation',
    qualityPreset: 'slow',
    priceClass: 'premium',
    freeEpisodes: 3,
  });
  await editor.change(season.id, { qualityPreset: 'slower' });
  await editor.change(two.id, { ladder: 'sports', priceClass: 'free' });
  t.match(await streaming(one.id), {
    topRung: { value: 1080, from: 'series' },
    qualityPreset: { value: 'slower', from: 'season' },
    ladder: { value: 'animation', from: 'series' },
    priceClass: { value: 'premium', from: 'series' },
    freeEpisodes: { value: 3, from: 'series' },
  });
  t.match(await streaming(two.id), {
    ladder: { value: 'sports', from: 'episode' },
    priceClass: { value: 'free', from: 'episode' },
  });
});

t.test('a video is encoded as its title says, also while it only arrives for it', async (t) => {
  const api = await startControlApi(t, { settings });
  const editor = await Editor.start(api);
  const { series, episodes } = await editor.series(1);
  await editor.change(series.id, { ladder: 'animation', qualityPreset: 'slow' });
  const asset = await api.rows.asset();
  const wanted = { qualityPreset: 'slow', ladder: 'animation' };
  t.same(await readEncodingSettings(api.db, asset), { qualityPreset: null, ladder: null }, 'of no title');
  const upload = { upload_id: asset.upload_id, title_id: episodes[0]!.id, created_at: 0 };
  await api.db.insertInto('title_uploads').values(upload).execute();
  t.same(await readEncodingSettings(api.db, asset), wanted, 'it is on its way');
  await api.db.updateTable('title_uploads').set({ settled_at: 1, problem: 'has_video' }).execute();
  t.same(await readEncodingSettings(api.db, asset), { qualityPreset: null, ladder: null }, 'it was refused');
  await editor.change(episodes[0]!.id, { assetId: asset.id, ladder: 'sports' });
  t.same(await readEncodingSettings(api.db, asset), { ...wanted, ladder: 'sports' });
});

t.test('a title says that its video was encoded otherwise', async (t) => {
  const api = await startControlApi(t, { settings });
  const editor = await Editor.start(api);
  const { assetId, versionId } = await api.rows.title({ asset: 'ready', version: 'complete', published: false });
  const { id } = await editor.make({ kind: 'movie', assetId });
  const encoding = async () => (await editor.get(id)).streaming.encoding;
  t.match(await encoding(), { isAsSet: true, ladder: null, qualityPreset: null });
  await editor.change(id, { ladder: 'animation' });
  t.match(await encoding(), { isAsSet: false, ladder: null });
  const again = await api.rows.version({ asset_id: assetId, number: 2, state: 'queued' });
  t.equal(await encoding(), null, 'it will be as it is set');
  await api.db
    .updateTable('versions')
    .set({ state: 'encoding', ladder: 'animation' })
    .where('id', '=', again.id)
    .execute();
  t.match(await encoding(), { isAsSet: true, ladder: 'animation' });
  await api.db.updateTable('versions').set({ state: 'failed' }).where('id', '=', again.id).execute();
  t.match(await encoding(), { isAsSet: false }, 'what failed does not count');
  await api.db.updateTable('titles').set({ ladder: 'opera' }).where('id', '=', id).execute();
  t.match(await encoding(), { isAsSet: true }, 'encoded again it would be the same: that ladder is not there any more');
  t.ok(versionId);
});

t.test('viewers see the price class, and many titles get one at once', async (t) => {
  const api = await startControlApi(t, { settings });
  const editor = await Editor.start(api);
  const { series, season, episodes } = await editor.series(2);
  await editor.change(series.id, { maturity: 0, priceClass: 'premium' });
  for (const { id } of episodes) await editor.change(id, { assetId: (await api.rows.asset()).id });
  await editor.step('publish', series.id, season.id, ...episodes.map(({ id }) => id));
  const { authorization } = await api.as('viewer');
  const seen = async <T>(path: string) =>
    (await api.app.inject({ url: `/api/v1/titles/${path}`, headers: { authorization } })).json<T>();
  const changes = { priceClass: 'free', qualityPreset: 'fast', ladder: 'animation' };
  const titles = [{ id: episodes[1]!.id, revision: (await editor.get(episodes[1]!.id)).revision }];
  t.equal((await editor.send('POST', '/edits', { titles, changes })).statusCode, 204);
  t.match(await editor.get(episodes[1]!.id), changes);
  t.match(await seen(`${season.id}/episodes`), { items: [{ priceClass: 'premium' }, { priceClass: 'free' }] });
  t.match(await seen(series.id), { priceClass: 'premium', seasons: [{ priceClass: 'premium' }] });
  const wrong = { titles: [series.id], changes: { ladder: 'opera' } };
  t.match((await editor.send('POST', '/edits/preview', wrong)).json(), {
    titles: [{ problem: { code: 'ladder_unknown' } }],
  });
});

t.test('files have all of it, and names that are not configured are refused by row and column', async (t) => {
  const api = await startControlApi(t, { settings });
  const mover = await Mover.start(api);
  const movie = { kind: 'movie', originalLanguage: 'en', slug: 'sea', texts: { en: { name: 'Sea' } } } as const;
  const given = { ...movie, ladder: 'sports', priceClass: 'premium', qualityPreset: 'slow' } as const;
  await mover.take([{ ...given, markers: { intro: { startMs: 1000, endMs: 2500 } } }]);
  const csv = await mover.file('csv');
  t.match(csv, /,"slow","sports","premium","intro 0:01\.000-0:02\.500",/);
  t.match(titlesOf(await mover.file('json')), [{ markers: { intro: { startMs: 1000, endMs: 2500 }, recap: null } }]);
  t.match(await mover.preview(csv), { changed: 0, problems: [] });
  const problemsOf = async (file: Parameters<Mover['preview']>[0]) => (await mover.preview(file)).problems;
  t.match(await problemsOf([{ ...movie, ladder: 'opera', priceClass: 'gold' }]), [
    { row: 1, column: 'ladder', message: /no ladder opera/ },
    { row: 1, column: 'priceClass', message: /no price class gold/ },
  ]);
  t.match(await problemsOf(csv.replace('0:01.000-', '0:02.600-')), [{ row: 2, column: 'markers', message: /before/ }]);
  t.match(await problemsOf(csv.replace('0:01.000-', '1.000-')), [
    { row: 2, column: 'markers', message: /must be like/ },
  ]);
  t.match(
    await problemsOf([
      { kind: 'series', originalLanguage: 'en', texts: movie.texts, markers: { intro: { startMs: 1, endMs: 2 } } },
    ]),
    [{ row: 1, column: 'markers', message: /episodes and movies/ }],
  );
  t.same((await mover.take(csv.replace('intro 0:01.000-0:02.500', ''))).changed, 1, 'an empty cell takes them away');
  await api.db.updateTable('titles').set({ ladder: 'opera' }).execute();
  t.match(await mover.preview(await mover.file('csv')), { changed: 0, problems: [] }, 'what is there already stays');
});
