import t from 'tap';
import { stillKey } from '../../server/assets/storage-keys.ts';
import { newId } from '../../server/kit/ids.ts';
import { startControlApi } from '../testing/harness.ts';
import type { AssetView } from './schemas.ts';

const looks = ['0000000000000000', 'ffffffff00000000', '5555555555555555'] as const;

t.test(
  'pictures of a title: the poster, those that do not look alike, and their files for those who may see them',
  async (t) => {
    const api = await startControlApi(t);
    const manager = await api.as('content_manager');
    const viewer = await api.as('viewer');
    const { assetId, versionId } = await api.rows.title({ ownerId: manager.id, asset: 'ready', version: 'complete' });
    const get = (url: string, who = manager) => api.app.inject({ url, headers: { authorization: who.authorization } });
    const asset = async () => (await get(`/api/v1/assets/${assetId}`)).json<AssetView>();
    t.match(await asset(), { poster: null, stills: [] });

    for (const [chunk, [score, fingerprint]] of [
      [3000, looks[0]],
      [9000, looks[1]],
      [2000, looks[1]],
      [5000, looks[2]],
    ].entries())
      await api.rows.still({
        version_id: versionId,
        chunk,
        at_ms: chunk * 1000,
        score: Number(score),
        fingerprint: String(fingerprint),
      });
    const poster = { versionId, chunk: 1, atMs: 1000, width: 640, height: 360 };
    const shown = await asset();
    t.match(shown, { poster });
    t.same(
      shown.stills.map(({ chunk }) => chunk),
      [0, 1, 3],
    );
    t.match((await get('/api/v1/assets')).json(), { items: [{ id: assetId, poster }] });

    await api.storage.put(stillKey(assetId, versionId, 1), Buffer.from('a picture'));
    const address = `/api/v1/assets/${assetId}/stills/${versionId}`;
    t.match(await get(`${address}/1`), {
      statusCode: 200,
      body: 'a picture',
      headers: {
        'content-type': 'image/jpeg',
        'cache-control': /^private, .*immutable/,
        'x-content-type-options': 'nosniff',
      },
    });
    t.equal((await get(`${address}/1`, viewer)).statusCode, 403, 'what is not released is for staff only');
    t.equal((await api.app.inject(`${address}/1`)).statusCode, 401);
    t.equal((await get(`${address}/2`)).statusCode, 404, 'its file is gone');
    t.equal((await get(`${address}/7`)).statusCode, 404, 'there is no such picture');
    const other = await api.rows.title({ asset: 'ready', version: 'complete' });
    t.equal((await get(`/api/v1/assets/${other.assetId}/stills/${versionId}/1`)).statusCode, 404, 'of another asset');
    t.equal((await get(`/api/v1/assets/${newId('asset')}/stills/${versionId}/1`)).statusCode, 404);

    await api.db.updateTable('versions').set({ collected_at: 1 }).where('id', '=', versionId).execute();
    t.equal((await get(`${address}/1`)).statusCode, 404, 'its version was collected');
    t.match(await asset(), { poster: null, stills: [] });
  },
);
