import t from 'tap';
import { readdirSync, readFileSync } from 'node:fs';
import { until } from '../testing/until.ts';
import { makeClip } from './testing/clips.ts';
import { startTestServer } from './testing/server.ts';

/** Encoders that descend from this process, by process id. */
function encoders(): number[] {
  const parents = new Map<number, number>();
  const found: number[] = [];
  for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      parents.set(Number(name), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]));
      if (
        /^[^\0]*ffmpeg\0/.test(readFileSync(`/proc/${name}/cmdline`, 'utf8')) &&
        readFileSync(`/proc/${name}/cmdline`, 'utf8').includes('libx264')
      )
        found.push(Number(name));
    } catch {
      // It has ended meanwhile.
    }
  }
  return found.filter((pid) => {
    let ancestor: number | undefined = pid;
    while (ancestor !== undefined && ancestor !== process.pid) ancestor = parents.get(ancestor);
    return ancestor === process.pid;
  });
}

const patient = { everyMs: 100 };

t.test('a cancelled encode ends at once and can be tried again', async (t) => {
  const file = await makeClip(t, { seconds: 20, width: 640, height: 360, rate: '24' });
  const { client } = await startTestServer(t);
  const id = await client.upload(file);
  await until('an encoder runs', () => encoders().length > 0, patient);
  t.equal((await client.request('POST', `/api/v1/assets/${id}/cancel`)).status, 200);
  await until('no encoder runs', () => encoders().length === 0, { timeoutMs: 20_000, everyMs: 100 });
  t.equal((await client.asset(id)).state, 'cancelled');
  t.equal(
    (await client.request('POST', '/api/v1/playback/sessions', { assetId: id })).status,
    409,
    'it cannot be played',
  );
  t.equal((await client.request('POST', `/api/v1/assets/${id}/retry`)).status, 200);
  t.equal((await client.waitFor(id, ['ready', 'failed'])).state, 'ready', 'the second try completes');
});

t.test('a killed encoder costs its chunk one more try, and nobody notices', async (t) => {
  const file = await makeClip(t, { seconds: 12, width: 640, height: 360, rate: '24' });
  const { client } = await startTestServer(t);
  const id = await client.upload(file);
  process.kill(await until('an encoder runs', () => encoders()[0], patient), 'SIGKILL');
  t.equal((await client.waitFor(id, ['ready', 'failed'])).state, 'ready');
});
