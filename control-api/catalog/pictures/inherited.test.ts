import sharp from 'sharp';
import t, { type Test } from 'tap';
import { startControlApi } from '../../testing/harness.ts';
import { Editor } from '../testing/catalogue.ts';
import type { PictureView } from './picture-schema.ts';

interface Card {
  readonly id: string;
  readonly pictures: Readonly<Record<string, PictureView>>;
}

/** A series with a season, two episodes with videos, and a trailer; and pictures of one colour each. */
async function start(t: Test) {
  const api = await startControlApi(t);
  const editor = await Editor.start(api);
  const { authorization } = await api.as('content_manager');
  const { series, season, episodes } = await editor.series(2);
  const trailer = await editor.make({ kind: 'trailer', parentId: series.id });
  for (const { id } of [...episodes, trailer])
    await editor.change(id, {
      assetId: (await api.rows.title({ asset: 'ready', version: 'complete', published: false })).assetId,
    });
  const paint = async (kind: string, width: number, height: number, background: string): Promise<string> => {
    const body = await sharp({ create: { width, height, channels: 3, background } })
      .png()
      .toBuffer();
    const answer = await api.app.inject({
      method: 'POST',
      url: `/api/v1/catalogue/pictures?kind=${kind}`,
      headers: { authorization, 'content-type': 'image/png' },
      body,
    });
    return answer.json<{ id: string }>().id;
  };
  const give = async (titleId: string, ...pictures: readonly { kind: string; id: string }[]) =>
    editor.send('PUT', '/pictures', {
      titles: [{ titleId, revision: (await editor.get(titleId)).revision, pictures }],
    });
  /** What viewers see of the pictures of a title, by their colours; undefined: they do not see the title. */
  const seen = async (id: string) => {
    const answer = await api.app.inject(`/api/v1/titles/${id}`);
    if (answer.statusCode === 404) return undefined;
    return coloursOf(answer.json<Card>().pictures);
  };
  return { api, editor, series, season, episodes, trailer, paint, give, seen };
}

const coloursOf = (pictures: Card['pictures']) =>
  Object.fromEntries(Object.entries(pictures).map(([kind, { placeholder }]) => [kind, placeholder]));

t.test('viewers see the pictures of the series with what has none of its own', async (t) => {
  const { api, editor, series, season, episodes, trailer, paint, give, seen } = await start(t);
  const [first, second] = episodes as [(typeof episodes)[0], (typeof episodes)[0]];
  const poster = await paint('poster', 200, 300, '#0000aa');
  const banner = await paint('banner', 320, 180, '#00aa00');
  await give(series.id, { kind: 'poster', id: poster }, { kind: 'banner', id: banner });
  const own = await paint('poster', 200, 300, '#aa0000');
  await give(second.id, { kind: 'poster', id: own });
  await editor.step('publish', series.id, season.id, first.id, second.id, trailer.id);

  const ofSeries = { poster: '#0000aa', banner: '#00aa00' };
  t.same(await seen(season.id), ofSeries);
  t.same(await seen(first.id), ofSeries);
  t.same(await seen(trailer.id), ofSeries);
  t.same(await seen(second.id), { ...ofSeries, poster: '#aa0000' }, 'its own goes before');
  const cards = (await api.app.inject(`/api/v1/titles/${season.id}/episodes`)).json<{ items: Card[] }>().items;
  t.same(
    cards.map(({ pictures }) => coloursOf(pictures)['poster']),
    ['#0000aa', '#aa0000'],
    'in lists as well',
  );

  const ofSeason = await paint('poster', 200, 300, '#aaaa00');
  await give(season.id, { kind: 'poster', id: ofSeason });
  t.equal((await seen(first.id))?.['poster'], '#aaaa00', 'what is nearer goes before');
  t.equal((await seen(trailer.id))?.['poster'], '#0000aa', 'a trailer is no part of the season');
  await give(season.id);
  await give(series.id);
  t.same(await seen(first.id), {}, 'a picture that is taken away is seen nowhere');
});

t.test('nothing of a series that is not released is seen by its parts', async (t) => {
  const { api, editor, series, season, episodes, paint, give, seen } = await start(t);
  const [first] = episodes as [(typeof episodes)[0]];
  await give(series.id, { kind: 'poster', id: await paint('poster', 200, 300, '#0000aa') });
  await editor.step('publish', season.id, first.id);
  t.equal(await seen(first.id), undefined, 'of a draft');
  const opensAt = api.clock.now() + 60_000;
  await editor.release(series.id, ['*', opensAt]);
  await editor.step('publish', series.id);
  t.equal(await seen(first.id), undefined, 'before its time');
  t.notOk((await api.app.inject('/api/v1/titles')).body.includes('/s/p/'));
  api.clock.advance(60_000);
  t.same(await seen(first.id), { poster: '#0000aa' }, 'with the series');
  await editor.step('withdraw', series.id);
  t.equal(await seen(first.id), undefined, 'and with it no more');
});

t.test('staff see which pictures are of the series, and lists show one of them', async (t) => {
  const { editor, series, season, episodes, paint, give } = await start(t);
  const [first] = episodes as [(typeof episodes)[0]];
  const poster = await paint('poster', 200, 300, '#0000aa');
  const banner = await paint('banner', 320, 180, '#00aa00');
  await give(series.id, { kind: 'poster', id: poster });
  await give(first.id, { kind: 'banner', id: banner });
  t.match((await editor.send('GET', `/titles/${first.id}/pictures`)).json(), {
    items: [{ kind: 'banner', id: banner, titleId: first.id }],
    inherited: [{ kind: 'poster', id: poster, titleId: series.id }],
  });
  t.same((await editor.send('GET', `/titles/${series.id}/pictures`)).json<{ inherited: unknown[] }>().inherited, []);
  const parts = (await editor.send('GET', `/titles?parentId=${season.id}`)).json<{
    items: { thumbnail: PictureView | null }[];
  }>().items;
  t.same(
    parts.map(({ thumbnail }) => thumbnail?.placeholder),
    ['#0000aa', '#0000aa'],
  );
  const lone = await editor.make({ kind: 'movie' });
  t.equal(lone.thumbnail, null);
});
