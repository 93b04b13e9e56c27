import t from 'tap';
import { has, peersOf, quickRun, rowsOf } from '../testing/quick-run.ts';

t.test('origin', async (t) => {
  const { report, printed } = await quickRun(t, 'origin');
  await has(t, 'wrk');
  const nginx = (await has(t, 'nginx')) ? ['nginx sendfile', 'nginx output_buffers'] : [];
  const embedded = (await has(t, 'redis-server')) ? ['memory and disk'] : [];
  t.strictSame(peersOf(report), [...nginx, 'bare Node', 'bare Node, our headers', ...embedded]);
  if (nginx.length === 0) t.match(printed, /LEFT OUT: nginx.*apt-get install/);
  for (const what of ['hot 64 KiB', 'playlists', 'cold 1 MiB']) t.ok(rowsOf(report).includes(`${what}: throughput`));
});
