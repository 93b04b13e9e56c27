import t, { type Test } from 'tap';
import { mediaInfo } from '../../../server/testing/rows.ts';
import { startControlApi } from '../../testing/harness.ts';
import { Editor } from '../testing/catalogue.ts';
import type { TracksView } from './schemas.ts';

const track = (stream: number, codec: string, more: object = {}) => ({ stream, codec, language: 'ko', ...more });

/** A movie whose video brings along two texts, pictures of texts, and what nobody reads. */
async function movie(t: Test) {
  const api = await startControlApi(t);
  const editor = await Editor.start(api);
  const { assetId, versionId } = await api.rows.title({ asset: 'ready', version: 'complete', published: false });
  const subtitles = [
    track(2, 'subrip', { isForced: true, title: 'Signs' }),
    track(3, 'ass', { isSdh: true }),
    track(4, 'hdmv_pgs_subtitle'),
    track(5, 'dvb_teletext'),
  ];
  await api.db
    .updateTable('assets')
    .set({ media_info: JSON.stringify({ ...mediaInfo, subtitles }), current_version_id: versionId })
    .where('id', '=', assetId)
    .execute();
  const { id } = await editor.make({ kind: 'movie' });
  await editor.change(id, { assetId });
  const tracks = async () => (await editor.send('GET', `/titles/${id}/tracks`)).json<TracksView>();
  const take = async (stream: number, of = assetId) =>
    editor.send('POST', `/titles/${id}/subtitles/found`, { assetId: of, stream });
  const asked = async () =>
    (await api.db.selectFrom('outbox_events').select('name').where('name', '=', 'version.text-wanted').execute())
      .length;
  /** As a worker writes it. */
  const made = async (stream: number) => {
    await api.db.updateTable('text_extractions').set({ state: 'done' }).where('stream', '=', stream).execute();
    return api.rows.subtitles({ title_id: id, taken_from_asset_id: assetId, taken_from_stream: stream });
  };
  return { api, editor, id, assetId, tracks, take, asked, made };
}

t.test('what the video brings along is offered, with what the file says of it', async (t) => {
  const { tracks } = await movie(t);
  const { found, canTakeOver } = await tracks();
  t.equal(canTakeOver, 'yes');
  t.match(found, [
    { stream: 2, language: 'ko', title: 'Signs', isForced: true, isSdh: false, content: 'text', state: 'offered' },
    { stream: 3, title: null, isForced: false, isSdh: true, content: 'text', subtitlesId: null },
    { stream: 4, content: 'pictures' },
    { stream: 5, content: 'unknown' },
  ]);
});

t.test('asked for twice it is done once; what failed or was removed is done again', async (t) => {
  const { api, editor, take, tracks, asked, made } = await movie(t);
  const [first, second] = await Promise.all([take(2), take(2)]);
  t.equal(first.statusCode, 202, first.body);
  t.equal(second.statusCode, 202, second.body);
  t.match(second.json(), { found: [{ stream: 2, state: 'waiting' }, { state: 'offered' }, {}, {}] });
  t.equal(await asked(), 1);
  t.match(await api.db.selectFrom('text_extractions').selectAll().execute(), [{ stream: 2, tries: 1 }]);

  const { id } = await made(2);
  t.match((await tracks()).found[0], { state: 'taken', subtitlesId: id });
  t.equal((await take(2)).statusCode, 202);
  t.equal(await asked(), 1, 'it is there');
  await t.rejects(made(2), 'and cannot be there twice');

  t.equal((await editor.send('DELETE', `/subtitles/${id}?revision=1`)).statusCode, 204);
  t.match((await tracks()).found[0], { state: 'offered', subtitlesId: null });
  await take(2);
  t.equal(await asked(), 2);
  t.match((await tracks()).found[0], { state: 'waiting' });

  await api.db.updateTable('text_extractions').set({ state: 'failed', problem: 'Line 3: No.' }).execute();
  t.match((await tracks()).found[0], { state: 'failed', problem: 'Line 3: No.' });
  t.match((await take(2)).json(), { found: [{ state: 'waiting', problem: null }, {}, {}, {}] });
  t.equal(await asked(), 3);
});

t.test('what cannot be taken over is refused in words', async (t) => {
  const { api, editor, id, assetId, take, tracks, asked } = await movie(t);
  const pictures = await take(4);
  t.equal(pictures.statusCode, 400);
  t.match(pictures.json(), { detail: /pictures/ });
  t.equal((await take(5)).statusCode, 400);
  t.equal((await take(0)).statusCode, 400, 'the picture itself');
  t.equal((await take(2, 'asset_01JZ8Q4M6RXK3V5T9B2C7D1E0F')).statusCode, 409, 'another video than was looked at');
  t.equal((await editor.send('POST', `/titles/${id}/subtitles/found`, { assetId, stream: -1 })).statusCode, 400);
  await api.db.updateTable('assets').set({ current_version_id: null }).where('id', '=', assetId).execute();
  t.equal((await tracks()).canTakeOver, 'not-yet');
  t.equal((await take(2)).statusCode, 409);
  await api.db.updateTable('assets').set({ source_key: '' }).where('id', '=', assetId).execute();
  t.equal((await tracks()).canTakeOver, 'no-source');
  t.match((await take(2)).json(), { detail: /not kept/ });
  t.equal(await asked(), 0);
});
