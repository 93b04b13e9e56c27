import t from 'tap';
import { until } from '../../server/testing/until.ts';
import { startOrigin } from '../testing/start-origin.ts';

const growing = '#EXTM3U\n#EXT-X-PLAYLIST-TYPE:EVENT\n#EXTINF:4,\n00001.m4s\n';
const next = `${growing}#EXTINF:4,\n00002.m4s\n`;

t.test('a segment that is about to come is waited for', async (t) => {
  const origin = await startOrigin(t, { manifestMaxAgeMs: 0 });
  await origin.put('v1/index.m3u8', growing);
  let answered = false;
  const waiting = origin.get('v1/00002.m4s').then((answer) => {
    answered = true;
    return answer;
  });
  await until(
    'the playlist was looked at',
    () => origin.storage.asked('stat').filter((key) => key.endsWith('index.m3u8')).length > 1,
  );
  t.equal(answered, false);
  await origin.put('v1/00002.m4s', 'two');
  await origin.put('v1/index.m3u8', next);
  t.match(await waiting, { status: 200, body: Buffer.from('two') });
});

t.test('what will not come is refused', async (t) => {
  const origin = await startOrigin(t, { manifestMaxAgeMs: 0 });
  await origin.put('v1/index.m3u8', `${next}#EXT-X-ENDLIST\n`);
  t.equal((await origin.get('v1/00003.m4s')).status, 404, 'the title is finished');
  t.equal((await origin.get('v2/00001.m4s')).status, 404, 'there is no such rendition');
  await origin.put('v3/index.m3u8', next);
  t.equal((await origin.get('v3/00002.m4s')).status, 404, 'it is listed, and lost');
  t.equal((await origin.get('v3/00009.m4s', {}, { method: 'HEAD' })).status, 404, 'nobody plays the answer to HEAD');
});

t.test('a session holds a few requests open, not any number, and none once it was ended', async (t) => {
  const origin = await startOrigin(t, { manifestMaxAgeMs: 0 });
  await origin.put('v1/index.m3u8', growing);
  const statuses: number[] = [];
  const requests = Array.from({ length: 20 }, async () => {
    const { status } = await origin.get('v1/00002.m4s');
    statuses.push(status);
  });
  await until('those that are too many were refused', () => statuses.length === 14);
  t.same(new Set(statuses), new Set([404]));
  origin.sessions.denied.add(origin.claims.sessionId);
  await origin.put('v1/00002.m4s', 'two');
  await origin.put('v1/index.m3u8', next);
  await Promise.all(requests);
  t.same(
    statuses.slice(14),
    Array.from({ length: 6 }, () => 403),
    'its end counts for those that wait',
  );
});
