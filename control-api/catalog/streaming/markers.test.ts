import t from 'tap';
import { startControlApi, type Harness } from '../../testing/harness.ts';
import { Editor } from '../testing/catalogue.ts';
import { markersOf } from './markers.ts';

/** An episode of a published series, with a video of a minute. */
async function watchedEpisode(api: Harness, editor: Editor) {
  const { series, season, episodes } = await editor.series(2);
  const video = await videoOf(api, 60_000);
  const [episode, other] = episodes as [(typeof episodes)[0], (typeof episodes)[0]];
  await editor.change(series.id, { maturity: 0 });
  await editor.change(episode.id, { assetId: video });
  await editor.step('publish', series.id, season.id, episode.id);
  return { series, season, episode, other, video };
}

/** A video that can be played. */
async function videoOf(api: Harness, durationMs: number): Promise<string> {
  const { assetId } = await api.rows.title({ asset: 'ready', version: 'complete', published: false });
  await api.db.updateTable('assets').set({ duration_ms: durationMs }).where('id', '=', assetId).execute();
  return assetId;
}

const intro = { startMs: 5000, endMs: 15_000 };
const credits = { startMs: 50_000, endMs: 60_000 };
const codeOf = (answer: { json(): unknown }) => (answer.json() as { code?: string }).code;

t.test('markers are within the video, one of a kind, and do not overlap', async (t) => {
  const api = await startControlApi(t);
  const editor = await Editor.start(api);
  const { series, episode, other } = await watchedEpisode(api, editor);
  t.match((await editor.change(episode.id, { markers: { intro, credits } })).json(), {
    markers: { intro, recap: null, credits },
  });
  t.match((await editor.change(episode.id, { markers: { recap: { startMs: 0, endMs: 5000 } } })).json(), {
    markers: { intro, recap: { startMs: 0, endMs: 5000 }, credits },
  });
  t.match((await editor.change(episode.id, { markers: { recap: null } })).json(), { markers: { intro, recap: null } });
  for (const [name, id, markers, code] of [
    ['the end before the beginning', episode.id, { intro: { startMs: 2000, endMs: 2000 } }, 'invalid_request'],
    ['two that overlap', episode.id, { recap: { startMs: 14_999, endMs: 20_000 } }, 'markers_overlap'],
    ['one in another', episode.id, { recap: { startMs: 6000, endMs: 7000 } }, 'markers_overlap'],
    ['behind the video', episode.id, { credits: { startMs: 50_000, endMs: 60_001 } }, 'marker_outside_video'],
    ['before the beginning', episode.id, { intro: { startMs: -1, endMs: 2000 } }, 'invalid_request'],
    ['of another kind', episode.id, { outro: intro }, 'invalid_request'],
    ['of a series', series.id, { intro }, 'invalid_request'],
  ] as const)
    t.equal(codeOf(await editor.change(id, { markers })), code, name);
  t.equal((await editor.get(other.id)).assetId, null);
  const later = { startMs: 80_000_000, endMs: 90_000_000 };
  t.equal((await editor.change(other.id, { markers: { credits: later } })).statusCode, 200, 'nobody knows how long');
  const old = { revision: 1, markers: { intro: null } };
  t.equal(codeOf(await editor.send('PATCH', `/titles/${episode.id}`, old)), 'title_changed');
});

t.test('viewers get what fits the video, of what is released alone', async (t) => {
  const api = await startControlApi(t);
  const editor = await Editor.start(api);
  const { season, episode } = await watchedEpisode(api, editor);
  await editor.change(episode.id, { markers: { intro, credits } });
  const viewer = await api.as('viewer');
  const headers = { authorization: viewer.authorization };
  const seen = async () => (await api.app.inject({ url: `/api/v1/titles/${episode.id}`, headers })).json();
  const played = async () =>
    (
      await api.app.inject({ method: 'POST', url: '/api/v1/playback/sessions', headers, body: { titleId: episode.id } })
    ).json();
  const both = [
    { kind: 'intro', ...intro },
    { kind: 'credits', ...credits },
  ];
  t.same([(await seen()).markers, (await played()).markers], [both, both]);

  // A shorter one takes its place: what does not fit stays, and is not offered.
  await editor.change(episode.id, { assetId: await videoOf(api, 55_000) });
  t.same([(await seen()).markers, (await played()).markers], [[both[0]], [both[0]]]);
  t.match((await editor.get(episode.id)).markers, { intro, credits });
  t.equal((await editor.change(episode.id, { markers: { intro: { startMs: 0, endMs: 9 } } })).statusCode, 200);
  const moved = { startMs: 50_001, endMs: 60_000 };
  t.equal(codeOf(await editor.change(episode.id, { markers: { credits: moved } })), 'marker_outside_video');
  await editor.change(episode.id, { assetId: await videoOf(api, 60_000) });
  t.match((await seen()).markers, [{ kind: 'intro' }, { kind: 'credits', ...credits }], 'it fits again');

  await editor.step('withdraw', season.id);
  t.equal((await seen()).status, 404);
  t.equal((await played()).status, 404);
});

t.test('all episodes of a season get the same ones', async (t) => {
  const api = await startControlApi(t);
  const editor = await Editor.start(api);
  const { season, episode, other } = await watchedEpisode(api, editor);
  await editor.change(other.id, { assetId: await videoOf(api, 10_000) });
  const changes = { markers: { intro } };
  const preview = async (...titles: readonly string[]) =>
    (await editor.send('POST', '/edits/preview', { titles, changes })).json<{
      titles: { titleId: string; revision: number; problem: { code: string } | null; changes: object[] }[];
    }>().titles;
  t.match(await preview(episode.id, other.id, season.id), [
    { problem: null, changes: [{ field: 'markers', before: null, after: 'intro 0:05.000-0:15.000' }] },
    { problem: { code: 'marker_outside_video' } },
    { problem: { code: 'invalid_request' } },
  ]);
  await editor.change(other.id, {
    assetId: await videoOf(api, 20_000),
    markers: { credits: { startMs: 19_000, endMs: 20_000 } },
  });
  const titles = (await preview(episode.id, other.id)).map(({ titleId: id, revision }) => ({ id, revision }));
  t.equal((await editor.send('POST', '/edits', { titles, changes })).statusCode, 204);
  t.match((await editor.get(episode.id)).markers, { intro, credits: null });
  t.match((await editor.get(other.id)).markers, { intro, credits: { startMs: 19_000, endMs: 20_000 } });
  const row = await api.db.selectFrom('titles').selectAll().where('id', '=', other.id).executeTakeFirstOrThrow();
  t.match(markersOf(row), { intro, recap: null });
});
