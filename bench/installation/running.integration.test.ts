import { mkdirSync } from 'node:fs';
import path from 'node:path';
import t from 'tap';
import { Releasers } from '../runner/releasers.ts';
import { peersOf, quickRun } from '../testing/quick-run.ts';
import { startOwn } from './own.ts';

t.test('an installation that runs already is left as it was', async (t) => {
  const releasers = new Releasers();
  t.teardown(() => releasers.release());
  const folder = path.join(t.testdir(), 'data');
  mkdirSync(folder);
  const { url, administrator, credentials } = await startOwn({ folder, releasers });
  const environment = { DRAMABOX_BENCH_EMAIL: credentials.email, DRAMABOX_BENCH_PASSWORD: credentials.password };
  for (const scenario of ['sessions', 'upload']) {
    const { report, printed } = await quickRun(t, scenario, ['--url', url], environment);
    t.match(printed, /LEFT OUT: .*CPU time/);
    t.strictSame(peersOf(report), []);
  }
  const list = async (target: string): Promise<unknown> =>
    ((await (await administrator.request('GET', target)).json()) as { items: unknown }).items;
  t.strictSame(await list('/api/v1/assets'), [], 'no title');
  t.strictSame(await list('/api/v1/uploads?everybody=true'), [], 'no upload');
});
