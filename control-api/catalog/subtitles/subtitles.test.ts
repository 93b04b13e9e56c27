import t, { type Test } from 'tap';
import { offeredTracks } from '../../../server/assets/tracks.ts';
import { startControlApi } from '../../testing/harness.ts';
import { Editor } from '../testing/catalogue.ts';
import type { CuePage, CueView, SubtitlesView, TracksView } from './schemas.ts';

const base64 = (text: string) => Buffer.from(text).toString('base64');
const srt = `1
00:00:01,000 --> 00:00:02,000
One <script>alert(1)</script>

2
00:00:03,000 --> 00:00:04,500
{\\an8}<i>Two</i>
`;

/** A movie with a video of ten seconds, and who edits it. */
async function movie(t: Test) {
  const api = await startControlApi(t);
  const editor = await Editor.start(api);
  const asset = await api.rows.asset({ duration_ms: 10_000 });
  const { id } = await editor.make({ kind: 'movie' });
  await editor.change(id, { assetId: asset.id });
  const upload = async (body: object = { language: 'KO', content: base64(srt) }) =>
    editor.send('POST', `/titles/${id}/subtitles`, body as Record<string, unknown>);
  const added = async (body?: object) => (await upload(body)).json<{ subtitles: SubtitlesView }>().subtitles;
  const cues = async (of: string, query = '') =>
    (await editor.send('GET', `/subtitles/${of}/cues${query}`)).json<CuePage>();
  const tracks = async () => (await editor.send('GET', `/titles/${id}/tracks`)).json<TracksView>();
  return { api, editor, asset, id, upload, added, cues, tracks };
}

t.test('a file becomes subtitles, which can be read and downloaded', async (t) => {
  const { editor, id, upload, cues, tracks } = await movie(t);
  const answer = await upload();
  t.equal(answer.statusCode, 201, answer.body);
  t.match(answer.json(), {
    subtitles: { titleId: id, language: 'ko', label: null, isOn: true, cues: 2, timesMayBeOff: false, revision: 1 },
    file: { format: 'srt', encoding: 'utf-8', encodingIsGuess: false, empty: 0, cut: 0 },
  });
  const { subtitles } = answer.json<{ subtitles: SubtitlesView }>();
  const page = await cues(subtitles.id);
  t.same(page.items, [
    { number: 1, startMs: 1000, endMs: 2000, text: 'One &lt;script&gt;alert(1)&lt;/script&gt;', settings: '' },
    { number: 2, startMs: 3000, endMs: 4500, text: '<i>Two</i>', settings: 'line:0' },
  ] satisfies CueView[]);
  t.match(await tracks(), { audio: [], subtitles: [{ id: subtitles.id }], publication: 'none' });
  const vtt = await editor.send('GET', `/subtitles/${subtitles.id}/file`);
  t.match(vtt.headers, { 'content-type': /^text\/vtt/, 'content-disposition': 'attachment; filename="ko.vtt"' });
  t.match(vtt.body, 'WEBVTT\n\n00:00:01.000 --> 00:00:02.000\nOne &lt;script&gt;');
  const back = await editor.send('GET', `/subtitles/${subtitles.id}/file?format=srt`);
  t.match(back.body, '2\n00:00:03,000 --> 00:00:04,500\n{\\an8}<i>Two</i>\n');
});

t.test('what cannot be read is refused with its line, and nothing is kept', async (t) => {
  const { editor, upload, tracks } = await movie(t);
  const refused = await upload({ language: 'ko', content: base64(srt.replace('00:00:03', '00:00:11')) });
  t.equal(refused.statusCode, 422);
  t.match(refused.json(), { code: 'subtitles_refused', line: 6, detail: 'Line 6: It ends before it begins.' });
  t.match((await upload({ language: 'ko', content: base64('<!DOCTYPE tt []><tt/>') })).json(), {
    code: 'subtitles_refused',
    detail: /document type/,
  });
  t.equal((await upload({ language: 'ko', content: 'A'.repeat(3 * 1024 * 1024) })).statusCode, 413);
  t.equal((await upload({ language: 'nonsense!', content: base64(srt) })).statusCode, 400);
  t.same((await tracks()).subtitles, []);
  const series = await editor.make({ kind: 'series' });
  t.equal((await editor.send('POST', `/titles/${series.id}/subtitles`, { language: 'ko' })).statusCode, 400);
});

t.test('texts are changed one by one, and nobody overwrites what they have not seen', async (t) => {
  const { api, editor, added, cues } = await movie(t);
  const { id } = await added();
  const change = async (revision: number, ...changes: readonly object[]) =>
    editor.send('PATCH', `/subtitles/${id}/cues`, { revision, changes });
  const changed = await change(
    1,
    { number: 2, text: 'Zwei & <b onclick="x">drei</b> <u>vier</u>', settings: 'align:start' },
    { startMs: 500, endMs: 900, text: 'Zero' },
  );
  t.match(changed.json(), { revision: 2, changed: [{ number: 2 }, { number: 3, text: 'Zero', settings: '' }] });
  t.match((await cues(id)).items, [
    { number: 3 },
    { number: 1 },
    { number: 2, startMs: 3000, text: 'Zwei &amp; <b>drei</b> <u>vier</u>', settings: 'align:start' },
  ]);
  t.match((await change(1, { number: 1, text: 'late' })).json(), { code: 'subtitles_changed', revision: 2 });
  for (const wrong of [
    [{ number: 9, text: 'x' }],
    [
      { number: 1, text: 'x' },
      { number: 1, remove: true },
    ],
    [{ number: 1, text: ' <i></i> ' }],
    [{ number: 1, endMs: 1000 }],
    [{ number: 1, startMs: 10_000, endMs: 10_001 }],
    [{ number: 1, settings: 'region:x line:1000' }],
    [{ startMs: 1, text: 'no end' }],
  ])
    t.equal((await change(2, { number: 2, remove: true }, ...wrong)).statusCode, 400, JSON.stringify(wrong));
  t.equal((await cues(id)).items.length, 3, 'all or none');
  t.equal((await change(2, { number: 1, remove: true })).statusCode, 200);

  const both = await Promise.all([change(3, { number: 2, text: 'a' }), change(3, { number: 2, text: 'b' })]);
  t.same(
    both.map(({ statusCode }) => statusCode).toSorted((a, b) => a - b),
    [200, 409],
    'of two at once one is told',
  );
  const events = await api.db.selectFrom('audit_log').select('event').where('subject', '=', id).orderBy('id').execute();
  t.same(
    events.map(({ event }) => event),
    ['subtitles.created', ...Array.from({ length: 3 }, () => 'subtitles.cues-changed')],
  );
});

t.test('texts come page by page, those of the same moment too', async (t) => {
  const { added, cues } = await movie(t);
  const many = Array.from({ length: 25 }, (_, n) => `00:00:0${n % 2},000 --> 00:00:05,000\ncue ${n}`).join('\n\n');
  const { id } = await added({ language: 'ko', content: base64(many) });
  const seen: string[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const page: CuePage = await cues(id, `?limit=4${cursor && `&cursor=${cursor}`}`);
    seen.push(...page.items.map(({ text }) => text));
    cursor = page.nextCursor;
  }
  t.equal(new Set(seen).size, 25);
  const later = await cues(id, '?fromMs=1');
  t.equal(later.items.length, 12);
});

t.test('all texts are moved, replaced, and removed for good', async (t) => {
  const { api, editor, id: titleId, added, cues, tracks } = await movie(t);
  const { id } = await added();
  const shift = async (revision: number, byMs: number) =>
    editor.send('POST', `/subtitles/${id}/shift`, { revision, byMs });
  t.match((await shift(1, -1000)).json(), { revision: 2 });
  t.match((await cues(id)).items, [{ startMs: 0, endMs: 1000 }, { startMs: 2000 }]);
  t.equal((await shift(2, -1)).statusCode, 400, 'nothing begins before the video');
  t.equal((await shift(2, 8000)).statusCode, 400, 'or behind it');
  t.equal((await shift(1, 1)).statusCode, 409);
  const other = { revision: 2, content: base64('WEBVTT\n\n00:05.000 --> 00:06.000\nother') };
  t.match((await editor.send('PUT', `/subtitles/${id}/file`, other)).json(), {
    subtitles: { cues: 1, revision: 3 },
    file: { format: 'webvtt' },
  });
  t.match((await cues(id)).items, [{ number: 3, text: 'other' }]);
  t.equal((await editor.send('PUT', `/subtitles/${id}/file`, other)).statusCode, 409);

  t.match(
    (
      await editor.send('PATCH', `/subtitles/${id}`, { revision: 3, isSdh: true, label: ' 한국어 ', isOn: false })
    ).json(),
    { isSdh: true, isForced: false, label: '한국어', isOn: false, revision: 4 },
  );
  t.equal((await editor.send('DELETE', `/subtitles/${id}?revision=3`)).statusCode, 409);
  t.equal((await editor.send('DELETE', `/subtitles/${id}?revision=4`)).statusCode, 204);
  t.same((await tracks()).subtitles, []);
  t.same(await api.db.selectFrom('subtitle_cues').selectAll().execute(), []);
  t.equal((await editor.send('GET', `/subtitles/${id}`)).statusCode, 404);
  t.equal((await editor.send('GET', `/titles/${titleId}/tracks`)).statusCode, 200);
});

t.test('another video keeps them, with a notice', async (t) => {
  const { api, editor, id, asset, added, tracks } = await movie(t);
  const { id: subtitles } = await added();
  const other = await api.rows.asset({ duration_ms: 20_000 });
  await editor.change(id, { assetId: other.id });
  t.match(await tracks(), { assetId: other.id, subtitles: [{ id: subtitles, cues: 2, timesMayBeOff: true }] });
  t.match((await editor.send('PATCH', `/subtitles/${subtitles}`, { revision: 1, timesAreRight: true })).json(), {
    timesMayBeOff: false,
  });
  t.same((await offeredTracks(api.db, asset.id)).subtitles, [], 'the other one is not offered them any more');
  t.match(await offeredTracks(api.db, other.id), { subtitles: [{ id: subtitles, cues: [{}, {}] }] });
});

t.test('each change asks for other manifests of what is played', async (t) => {
  const { api, editor, id, tracks } = await movie(t);
  const { assetId, versionId } = await api.rows.title({ asset: 'ready', version: 'complete', published: false });
  const plan = {
    audio: [0, 1].map((track) => ({ track, language: 'ko', label: `Track ${track}`, isDefault: track === 0, more: 1 })),
  };
  await api.db
    .updateTable('versions')
    .set({ plan: JSON.stringify(plan) })
    .where('id', '=', versionId)
    .execute();
  await api.db.updateTable('assets').set({ current_version_id: versionId }).where('id', '=', assetId).execute();
  await editor.change(id, { assetId });
  const asked = async () =>
    (await api.db.selectFrom('assets').select('tracks_revision').where('id', '=', assetId).executeTakeFirstOrThrow())
      .tracks_revision;
  const before = await asked();
  t.match(await tracks(), {
    publication: 'waiting',
    audio: [
      { track: 0, isOn: true },
      { track: 1, label: 'Track 1' },
    ],
  });
  const off = async (...tracksOff: readonly number[]) =>
    editor.send('PUT', `/titles/${id}/audio`, { assetId, off: tracksOff });
  t.match((await off(1)).json(), { audio: [{ isOn: true }, { isOn: false }] });
  t.equal(await asked(), before + 1);
  t.equal((await off(0, 1)).statusCode, 400, 'one stays on');
  t.equal((await off(2)).statusCode, 400);
  t.equal(
    (await editor.send('PUT', `/titles/${id}/audio`, { assetId: 'asset_01JZ8Q4M6RXK3V5T9B2C7D1E0F', off: [] }))
      .statusCode,
    409,
  );
  t.same([...(await offeredTracks(api.db, assetId)).audioOff], [1]);
  await api.db
    .updateTable('versions')
    .set({ tracks_revision: before + 1 })
    .where('id', '=', versionId)
    .execute();
  t.equal((await tracks()).publication, 'published');
  await editor.send('POST', `/titles/${id}/subtitles`, { language: 'ko' });
  t.equal(await asked(), before + 2);
  t.equal((await tracks()).publication, 'waiting');
});

t.test('a title that is deleted takes its subtitles from the video, and brings them back', async (t) => {
  const { api, editor, id } = await movie(t);
  const { assetId, versionId } = await api.rows.title({ asset: 'ready', version: 'complete', published: false });
  await api.db.updateTable('assets').set({ current_version_id: versionId }).where('id', '=', assetId).execute();
  await editor.change(id, { assetId });
  const content = Buffer.from('WEBVTT\n\n00:01.000 --> 00:02.000\nHello\n').toString('base64');
  const made = await editor.send('POST', `/titles/${id}/subtitles`, { language: 'en', content });
  const { subtitles } = made.json<{ subtitles: { id: string; revision: number } }>();
  const offered = async () => {
    const { revision, subtitles: texts } = await offeredTracks(api.db, assetId);
    return { revision, texts: texts.length, asked: (await api.recorded('version.tracks-changed')).length };
  };
  const { revision, texts, asked } = await offered();
  t.equal(texts, 1);
  t.equal((await editor.send('DELETE', `/titles/${id}`)).statusCode, 204);
  t.same(
    await offered(),
    { revision: revision + 1, texts: 0, asked: asked + 1 },
    'the manifests are to be written anew',
  );
  t.equal((await editor.send('POST', `/titles/${id}/restore`)).statusCode, 200);
  t.same(await offered(), { revision: revision + 2, texts: 1, asked: asked + 2 }, 'and once more');

  await editor.send('PATCH', `/subtitles/${subtitles.id}`, { revision: subtitles.revision, isOn: false });
  const off = await offered();
  await editor.send('DELETE', `/titles/${id}`);
  t.same(await offered(), off, 'nothing else is offered: nothing is written');
});
