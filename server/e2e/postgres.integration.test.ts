import t from 'tap';
import { startPostgres } from '../testing/postgres.ts';
import { until } from '../testing/until.ts';
import { makeClip } from './testing/clips.ts';
import { fetchText } from './testing/media.ts';
import { startTestServer } from './testing/server.ts';

t.test('the same on PostgreSQL: upload, encode, play, re-encode, delete', async (t) => {
  const postgres = await startPostgres(t);
  if (!postgres) return;
  const file = await makeClip(t, { seconds: 5, width: 320, height: 240, rate: '24' });
  const { client } = await startTestServer(t, {
    database: { kind: 'postgres', url: await postgres.createDatabase() },
    keys: { kind: 'database', secret: 'x'.repeat(32) },
  });
  const id = await client.upload(file);
  const asset = await client.waitFor(id, ['ready', 'failed']);
  if (!t.equal(asset.state, 'ready', JSON.stringify(asset.error))) return;
  const first = await client.play(id);
  t.match(await fetchText(first.hls), /#EXTM3U/);

  t.equal((await client.request('POST', `/api/v1/assets/${id}/reencode`)).status, 200);
  t.equal((await client.request('POST', `/api/v1/assets/${id}/reencode`)).status, 409, 'not twice at the same time');
  const newest = async (): Promise<string | undefined> =>
    ((await client.asset(id))['versions'] as { state: string }[])[0]?.state;
  await until(
    'the second version is complete',
    async () => {
      t.equal((await client.asset(id)).state, 'ready', 'what is served stays');
      return (await newest()) === 'complete';
    },
    { timeoutMs: 180_000, everyMs: 200 },
  );
  const second = await client.play(id);
  t.not(
    new URL(second.hls).pathname.split('/')[4],
    new URL(first.hls).pathname.split('/')[4],
    'new sessions get the new version',
  );
  t.match(await fetchText(first.hls), /#EXTM3U/, 'players on the old one go on');
  t.equal((await client.request('DELETE', `/api/v1/assets/${id}`)).status, 204);
  t.equal((await fetch(second.hls)).status, 403, 'a deleted title plays no more');
});
