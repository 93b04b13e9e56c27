import t from 'tap';
import { startControlApi } from '../../../testing/harness.ts';
import { Editor } from '../../testing/catalogue.ts';
import type { MadeTitlesView } from './schemas.ts';

const path = '/titles-from-videos';

t.test('videos of the library become movies, and it can be repeated', async (t) => {
  const api = await startControlApi(t);
  const editor = await Editor.start(api);
  const assets = [];
  for (const name of ['first.mp4', 'second.mp4'])
    assets.push(await api.rows.title({ name, asset: 'ready', version: 'complete', published: false }));
  const [first, second] = assets.map(({ assetId }) => assetId) as [string, string];
  const body = {
    originalLanguage: 'ko',
    maturity: 12,
    videos: [{ assetId: first, name: '첫 번째' }, { assetId: second }],
  };
  const answer = await editor.send('POST', path, body);
  t.equal(answer.statusCode, 200, answer.body);
  const { items } = answer.json<MadeTitlesView>();
  t.match(items, [
    { assetId: first, isNew: true },
    { assetId: second, isNew: true },
  ]);
  t.match(await editor.get(items[0]?.titleId ?? ''), {
    kind: 'movie',
    state: 'draft',
    name: '첫 번째',
    assetId: first,
    originalLanguage: 'ko',
    maturity: 12,
  });
  t.match(await editor.get(items[1]?.titleId ?? ''), { name: 'second.mp4', assetId: second });

  const third = await api.rows.title({ asset: 'ready', version: 'complete', published: false });
  const more = { ...body, videos: [...body.videos, { assetId: third.assetId }], publish: true };
  const again = (await editor.send('POST', path, more)).json<MadeTitlesView>().items;
  t.match(again, [
    { titleId: items[0]?.titleId, isNew: false },
    { titleId: items[1]?.titleId, isNew: false },
    { isNew: true },
  ]);
  t.equal((await editor.get(again[2]?.titleId ?? '')).state, 'published');
  t.equal((await editor.get(items[0]?.titleId ?? '')).state, 'draft', 'what was there stays as it is');
  const listed = (await api.app.inject('/api/v1/titles')).json<{ items: { id: string }[] }>().items;
  t.same(
    listed.map(({ id }) => id),
    [again[2]?.titleId],
    'viewers see what is published',
  );
});

t.test('videos become the next episodes of a season, in their order', async (t) => {
  const api = await startControlApi(t);
  const editor = await Editor.start(api);
  const { season } = await editor.series(1);
  const videos = [
    { assetId: (await api.rows.asset()).id, name: 'Two' },
    { assetId: (await api.rows.asset()).id, name: 'Three' },
  ];
  const { items } = (await editor.send('POST', path, { seasonId: season.id, videos })).json<MadeTitlesView>();
  t.match(await Promise.all(items.map(({ titleId }) => editor.get(titleId))), [
    { kind: 'episode', number: 2, name: 'Two', parentId: season.id },
    { kind: 'episode', number: 3, name: 'Three' },
  ]);
});

t.test('one that is refused keeps all of them from being made', async (t) => {
  const api = await startControlApi(t);
  const editor = await Editor.start(api);
  const { series } = await editor.series(0);
  const assetId = (await api.rows.asset()).id;
  const videos = [{ assetId }, { assetId: 'asset_01J00000000000000000000000' }];
  const refused = async (body: Record<string, unknown>, status: number, name: string) =>
    t.equal((await editor.send('POST', path, body)).statusCode, status, name);
  await refused({ originalLanguage: 'en', videos }, 404, 'a video that is not there');
  await refused({ originalLanguage: 'en', videos: [{ assetId }, { assetId }] }, 400, 'twice');
  await refused({ videos: [{ assetId }] }, 400, 'no language');
  await refused({ seasonId: series.id, videos: [{ assetId }] }, 400, 'a series is no season');
  await refused({ originalLanguage: 'en', videos: [] }, 400, 'nothing');
  t.equal((await api.db.selectFrom('titles').selectAll().where('asset_id', '=', assetId).execute()).length, 0);
});
