import t from 'tap';
import { pino } from 'pino';
import { videoWarnings } from '../server/assets/warnings.ts';
import { openPostgres } from '../server/db/postgres.ts';
import { startPostgres } from '../server/testing/postgres.ts';
import { listCases } from './assets/testing/list-cases.ts';
import { testStore } from './idempotency/testing/store.ts';
import { startControlApi } from './testing/harness.ts';

/** The statements that are not plain look-ups, on the other database. */
t.test('the control API on PostgreSQL', async (t) => {
  const server = await startPostgres(t);
  if (!server) return;
  const openAt = (url: string) => openPostgres({ url, logger: pino({ level: 'silent' }), maxConnections: 8 });
  const open = async () => openAt(await server.createDatabase());
  const address = await server.createDatabase();
  const settings = { uploads: { maxPerDay: 4, maxBytesPerDay: 200, maxStoredBytes: 100 } };
  const api = await startControlApi(t, { database: openAt(address), settings });
  const [one, two] = [await api.as('super_admin'), await api.as('super_admin')];
  const call = async (authorization: string, method: 'GET' | 'POST' | 'PATCH' | 'DELETE', url: string, body?: object) =>
    api.app.inject({
      method,
      url: `/api/v1${url}`,
      headers: { authorization },
      ...(body === undefined ? {} : { body }),
    });

  const { assetId, versionId } = await api.rows.title({
    ownerId: one.id,
    asset: 'processing',
    version: 'encoding',
    published: false,
  });
  await api.rows.plan(versionId);
  await api.db
    .updateTable('chunks')
    .set({ state: 'encoding', units_done: 50, started_at: api.clock.now() - 5000 })
    .where('kind', '=', 'video')
    .where('index', '=', 0)
    .execute();
  const asset = (await call(one.authorization, 'GET', `/assets/${assetId}`)).json<{
    versions: { work: { etaSeconds: number }; renditions: { encoded: number }[] }[];
  }>();
  t.equal(asset.versions[0]?.renditions[0]?.encoded, 0.05);
  await Promise.all(
    [0, 1, 2, 1, 0].map((chunk) =>
      api.rows.warnings(
        versionId,
        videoWarnings.pictures_damaged({ pictures: 4, of: 1000, firstMs: 7 + chunk }, `video ${chunk}`),
      ),
    ),
  );
  t.match(
    (await call(one.authorization, 'GET', `/assets/${assetId}`)).json<{ warnings: object[] }>().warnings,
    [{ code: 'pictures_damaged', pictures: 12, of: 1000, firstMs: 7 }],
    'several workers at once, and some of them twice',
  );
  t.equal((await call(one.authorization, 'GET', '/assets')).json<{ items: object[] }>().items.length, 1);
  t.equal(
    (await call(one.authorization, 'PATCH', `/assets/${assetId}`, { title: 'a\u0000title' })).json<{ title: string }>()
      .title,
    'a title',
    'it keeps no U+0000',
  );

  t.equal((await call(one.authorization, 'POST', `/assets/${assetId}/cancel`)).statusCode, 200);
  const again = await Promise.all([1, 2, 3, 4].map(() => call(one.authorization, 'POST', `/assets/${assetId}/retry`)));
  t.same(
    again.map(({ statusCode }) => statusCode).sort((a, b) => a - b),
    [200, 409, 409, 409],
    'requests at once on several connections make one version',
  );
  t.equal((await call(one.authorization, 'DELETE', `/assets/${assetId}`)).statusCode, 204);

  const upload = await api.app.inject({
    method: 'POST',
    url: '/api/v1/uploads',
    headers: {
      authorization: one.authorization,
      'tus-resumable': '1.0.0',
      'upload-length': '3',
      'content-type': 'application/offset+octet-stream',
    },
    payload: Buffer.from('abc'),
  });
  t.equal(upload.statusCode, 201, upload.body);
  t.match(upload.headers['dramabox-asset'], /^asset_/);

  const { config, keyrings } = api;
  const beside = await startControlApi(t, { folder: config.dataDir, database: openAt(address), settings, keyrings });
  const uploader = await api.as('content_manager');
  const begin = (process: typeof api, bytes: number) =>
    process.app.inject({
      method: 'POST',
      url: '/api/v1/uploads',
      headers: { authorization: uploader.authorization, 'tus-resumable': '1.0.0', 'upload-length': String(bytes) },
    });
  const tried = await Promise.all([api, beside, api, beside, api, beside].map((process) => begin(process, 40)));
  t.same(
    tried.map(({ statusCode }) => statusCode).sort((a, b) => a - b),
    [201, 201, 413, 413, 413, 413],
    'two processes count the uploads of an account together',
  );

  const usage = await call(one.authorization, 'GET', '/upload-usage');
  t.match(usage.json<{ items: object[] }>().items, [
    { accountId: uploader.id, used: { open: 2, begun: 2, begunBytes: 80, storedBytes: 80 } },
    { accountId: one.id, used: { open: 0, begun: 2, begunBytes: 7, storedBytes: 3 } },
  ]);

  const removals = await Promise.all([
    call(one.authorization, 'PATCH', `/accounts/${two.id}`, { role: 'viewer' }),
    call(two.authorization, 'PATCH', `/accounts/${one.id}`, { status: 'disabled' }),
  ]);
  t.equal(
    removals.filter(({ statusCode }) => statusCode === 200).length,
    1,
    'two super admins cannot remove each other at once',
  );
  await testStore(t, api);
  await t.test('lists of assets', async (t) => listCases(t, await startControlApi(t, { database: await open() })));
});
