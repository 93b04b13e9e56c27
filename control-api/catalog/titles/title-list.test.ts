import t from 'tap';
import { newId } from '../../../server/kit/ids.ts';
import { startControlApi } from '../../testing/harness.ts';
import { Editor } from '../testing/catalogue.ts';

t.test('staff find titles by language, by category, and by what is missing', async (t) => {
  const api = await startControlApi(t);
  const editor = await Editor.start(api);
  const { series, season, episodes } = await editor.series(2);
  const [first, second] = episodes as [(typeof episodes)[0], (typeof episodes)[0]];
  const movie = await editor.make({ kind: 'movie', text: { name: 'The Tide' } });
  const asset = async () => (await api.rows.asset()).id;
  const found = async (query: string) =>
    (await editor.send('GET', `/titles?${query}`))
      .json<{ items: { id: string }[] }>()
      .items.map(({ id }) => id)
      .sort();
  const ids = (...titles: readonly { readonly id: string }[]) => titles.map(({ id }) => id).sort();

  t.same(await found('isRoot=true&missing=video'), ids(series, movie));
  await editor.change(movie.id, { assetId: await asset() });
  await editor.change(first.id, { assetId: await asset() });
  t.same(await found('isRoot=true&missing=video'), ids(series), 'an episode of it has none');
  t.same(await found(`parentId=${season.id}&missing=video`), ids(second));
  t.same(await found(`parentId=${series.id}&missing=video`), ids(season), 'a season by its episodes');
  await editor.change(second.id, { assetId: await asset() });
  t.same(await found('missing=video'), []);

  const others = await editor.make({ kind: 'episode', parentId: season.id });
  t.same(await found('isRoot=true&missing=video'), ids(series));
  await editor.send('DELETE', `/titles/${others.id}`);
  t.same(await found('isRoot=true&missing=video'), [], 'what is deleted lacks nothing');

  t.same(await found('isRoot=true&missing=picture'), ids(series, movie));
  const now = api.clock.now();
  const picture = { hash: 'a'.repeat(40), attempt: 'abcdabcd', kind: 'poster' as const, width: 160, height: 240 };
  const times = { created_at: now, touched_at: now };
  await api.db
    .insertInto('pictures')
    .values({ ...picture, colour: '#000000', kid: 'k1', ...times })
    .execute();
  const has = { kind: 'poster' as const, language: '', picture: picture.hash };
  await api.db
    .insertInto('title_pictures')
    .values({ title_id: series.id, ...has })
    .execute();
  t.same(await found('missing=picture'), ids(movie), 'its parts show that of the series');

  t.same(await found('isRoot=true&missing=subtitles'), ids(series, movie));
  const subtitles = { language: 'en', label: null, is_forced: 0, is_sdh: 0, is_on: 1, timed_for_asset_id: null };
  await api.db
    .insertInto('subtitles')
    .values({
      id: newId('subtitles'),
      title_id: movie.id,
      ...subtitles,
      cues: 0,
      next_cue: 1,
      revision: 1,
      created_at: now,
      updated_at: now,
    })
    .execute();
  t.same(await found('isRoot=true&missing=subtitles'), ids(series));

  await editor.change(movie.id, { texts: { ko: { name: '조수' } } });
  t.same(await found('isRoot=true&language=ko'), ids(movie));
  t.same(await found('isRoot=true&language=KO'), ids(movie), 'however it is written');
  t.same(await found('isRoot=true&language=ja'), []);

  const term = (
    await editor.send('POST', '/terms', { kind: 'category', originalLanguage: 'en', text: { name: 'Sea' } })
  ).json<{ id: string }>();
  const { revision } = await editor.get(series.id);
  await editor.send('PUT', `/titles/${series.id}/terms`, { revision, terms: [{ id: term.id }] });
  t.same(await found(`isRoot=true&term=${term.id}`), ids(series));
  t.same(await found(`isRoot=true&term=${term.id}&missing=subtitles`), ids(series), 'all of it at once');
  t.same(await found(`isRoot=true&term=${term.id}&kind=movie`), []);
  for (const wrong of ['missing=everything', 'language=!', 'term=title_01J00000000000000000000000'])
    t.equal((await editor.send('GET', `/titles?${wrong}`)).statusCode, 400, wrong);
});
