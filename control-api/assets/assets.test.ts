import t, { type Test } from 'tap';
import { videoWarnings } from '../../server/assets/warnings.ts';
import type { AssetState, VersionState } from '../../server/db/tables/assets.ts';
import { newId } from '../../server/kit/ids.ts';
import { until } from '../../server/testing/until.ts';
import { mediaInfo } from '../../server/testing/rows.ts';
import { narrow } from '../testing/two-series.ts';
import { startControlApi } from '../testing/harness.ts';
import type { AssetSummaryView, AssetView } from './schemas.ts';

async function start(t: Test) {
  const api = await startControlApi(t);
  const manager = await api.as('content_manager');
  const call = async <T = AssetView>(method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string, body?: object) => {
    const response = await api.app.inject({
      method,
      url: `/api/v1/assets${path}`,
      headers: { authorization: manager.authorization },
      ...(body === undefined ? {} : { body }),
    });
    return {
      status: response.statusCode,
      body: (response.body === '' ? undefined : response.json()) as T & { code?: string },
    };
  };
  const stateOf = async (assetId: string) =>
    api.db
      .selectFrom('assets')
      .select(['state', 'current_version_id', 'error_code'])
      .where('id', '=', assetId)
      .executeTakeFirstOrThrow();
  return { api, manager, call, stateOf };
}

t.test('an asset with its progress', async (t) => {
  const { api, manager, call } = await start(t);
  const { assetId, versionId } = await api.rows.title({
    ownerId: manager.id,
    asset: 'processing',
    version: 'encoding',
    name: '<script>alert(1)</script>',
  });
  await api.db
    .updateTable('assets')
    .set({ media_info: JSON.stringify(mediaInfo) })
    .where('id', '=', assetId)
    .execute();
  await api.rows.plan(versionId);
  const now = api.clock.now();
  const chunk = (index: number, kind: 'video' | 'audio', values: object) =>
    api.db
      .updateTable('chunks')
      .set(values)
      .where('version_id', '=', versionId)
      .where('kind', '=', kind)
      .where('index', '=', index)
      .execute();
  await chunk(0, 'video', { state: 'done', units_done: 250, started_at: now - 30_000, finished_at: now - 5000 });
  await chunk(1, 'video', { state: 'encoding', units_done: 50, started_at: now - 5000 });
  await chunk(0, 'audio', { state: 'done', units_done: 40_000, started_at: now - 5000, finished_at: now - 1000 });
  await api.db.updateTable('renditions').set({ units_packaged: 100 }).where('name', '=', 'v720-3000').execute();

  const { status, body } = await call('GET', `/${assetId}`);
  t.equal(status, 200);
  t.match(body, {
    id: assetId,
    title: '<script>alert(1)</script>',
    state: 'processing',
    isPlayable: false,
    filename: 'clip.mp4',
    durationMs: 41_500,
    error: null,
    media: {
      durationMs: 40_000,
      width: 1280,
      frameRate: 25,
      videoCodec: 'h264',
      audio: [{ channels: 2, layout: 'stereo' }],
    },
  });
  const [version] = body.versions;
  t.match(version, {
    id: versionId,
    number: 1,
    state: 'encoding',
    isCurrent: false,
    work: { stage: 'encoding', etaSeconds: 70, queuePosition: null, error: null },
  });
  t.same(
    version?.renditions.map(({ name, encoded, packaged }) => [name, encoded, packaged]),
    [
      ['v720-3000', 0.3, 0.1],
      ['v360-700', 0.3, 0],
      ['a0-128', 1, 0],
    ],
  );
  t.ok((version?.work.progress ?? 0) > 0.28 && (version?.work.progress ?? 1) < 0.34, String(version?.work.progress));
  t.match(
    version?.renditions.map(({ name, channels }) => [name, channels]),
    [
      ['v720-3000', null],
      ['v360-700', null],
      ['a0-128', 2],
    ],
  );
  t.match(version?.renditions[0], { unitsTotal: 1000, unitsPackaged: 100, targetBandwidth: 3_000_000, width: 1280 });

  await api.db.updateTable('chunks').set({ state: 'done', units_done: 250 }).where('kind', '=', 'video').execute();
  t.equal((await call('GET', `/${assetId}`)).body.versions[0]?.work.stage, 'packaging');
  await api.db.deleteFrom('chunks').execute();
  await api.db.updateTable('versions').set({ state: 'complete' }).execute();
  t.match((await call('GET', `/${assetId}`)).body.versions[0], {
    work: { stage: 'done', progress: 1 },
    renditions: [{ progress: 1 }, { progress: 1 }, { progress: 1 }],
  });
  t.match((await call<{ items: AssetSummaryView[] }>('GET', '')).body.items, [
    { id: assetId, durationMs: 41_500, newestVersion: { work: { stage: 'done' } } },
  ]);
  t.equal((await call('GET', `/${newId('asset')}`)).status, 404);
  t.equal((await call('GET', "/asset_' or 1=1")).status, 400);
});

t.test('failures in words, waiting in line', async (t) => {
  const { api, manager, call } = await start(t);
  await api.rows.title({ ownerId: manager.id, asset: 'failed', version: 'failed', error: 'media_no_video' });
  const first = await api.rows.title({ ownerId: manager.id, asset: 'processing', version: 'queued' });
  const second = await api.rows.title({ ownerId: manager.id, asset: 'processing', version: 'queued' });
  const { items } = (await call<{ items: AssetSummaryView[] }>('GET', '')).body;
  t.same(items.map(({ id }) => id).slice(0, 2), [second.assetId, first.assetId], 'newest first');
  t.same(
    items.map(({ newestVersion }) => newestVersion?.work.queuePosition),
    [2, 1, null],
  );
  t.match(items[2], {
    error: { code: 'media_no_video', message: 'A sentence.', isPermanent: true },
    newestVersion: { work: { stage: 'failed', error: { code: 'media_no_video' } } },
  });
  t.equal((await call<{ items: object[] }>('GET', '?state=failed')).body.items.length, 1);
  for (const [error, isPermanent] of [
    ['encode_stalled', false],
    ['a_code_of_later', false],
    ['toString', false],
    ['media_damaged', true],
  ] as const) {
    const failed = { asset: 'failed', version: 'failed', published: false } as const;
    const { assetId } = await api.rows.title({ ownerId: manager.id, ...failed, error });
    t.equal((await call('GET', `/${assetId}`)).body.error?.isPermanent, isPermanent, error);
    await call('DELETE', `/${assetId}`);
  }
  t.equal((await call('GET', '?state=deleted')).status, 400);
  const page = (await call<{ items: object[]; nextCursor: string }>('GET', '?limit=2')).body;
  t.equal(page.items.length, 2);
  t.same((await call<{ items: object[]; nextCursor: null }>('GET', `?limit=2&cursor=${page.nextCursor}`)).body, {
    items: [items[2]],
    nextCursor: null,
  });
});

t.test('warnings of the version that is served, and of each version', async (t) => {
  const { api, manager, call } = await start(t);
  const { assetId, versionId } = await api.rows.title({ ownerId: manager.id, asset: 'ready', version: 'complete' });
  t.same((await call('GET', `/${assetId}`)).body.warnings, []);
  await api.rows.warnings(
    versionId,
    videoWarnings.audio_track_not_accepted({ track: 2, codec: 'tta' }),
    videoWarnings.audio_track_not_accepted({ track: 3, codec: 'tta' }),
    ...[1, 2, 3].map((chunk) =>
      videoWarnings.pictures_damaged(
        { pictures: chunk, of: 1000, firstMs: 100_000 - 30_000 * chunk },
        `video ${chunk}`,
      ),
    ),
  );
  const newer = await api.rows.version({ asset_id: assetId, number: 2, state: 'encoding' });
  await api.rows.warnings(newer.id, videoWarnings.audio_track_empty({ track: 1 }));
  const served = [
    {
      code: 'audio_track_not_accepted',
      detail: 'Sound track 2 was left out: its codec tta is not accepted.',
      track: 2,
      codec: 'tta',
    },
    {
      code: 'audio_track_not_accepted',
      detail: 'Sound track 3 was left out: its codec tta is not accepted.',
      track: 3,
      codec: 'tta',
    },
    {
      code: 'pictures_damaged',
      detail: '6 of 1000 pictures are damaged in the file and may look wrong, the first of them near 0:10.',
      pictures: 6,
      of: 1000,
      firstMs: 10_000,
    },
  ];
  const { body } = await call('GET', `/${assetId}`);
  t.same(body.warnings, served);
  t.same(
    body.versions.map(({ warnings }) => warnings.map(({ code }) => code)),
    [['audio_track_empty'], ['audio_track_not_accepted', 'audio_track_not_accepted', 'pictures_damaged']],
  );
  const [listed] = (await call<{ items: AssetSummaryView[] }>('GET', '')).body.items;
  t.same(listed?.warnings, served, 'in the list, too, where only the newest version is listed');
  t.match(listed?.newestVersion?.warnings, [{ code: 'audio_track_empty' }]);
});

t.test('titles', async (t) => {
  const { api, manager, call } = await start(t);
  const { assetId } = await api.rows.title({ ownerId: manager.id, asset: 'ready', version: 'complete' });
  const title = "<img src=x onerror=alert(1)> '; drop table assets; -- 短剧";
  t.equal(
    (await call('PATCH', `/${assetId}`, { title: `  ${title} ` })).body.title,
    title,
    'kept as it is: it is data',
  );
  for (const wrong of [
    {},
    { title: '' },
    { title: '   ' },
    { title: 'x'.repeat(301) },
    { title: 5 },
    { title: 'x', state: 'ready' },
  ])
    t.equal((await call('PATCH', `/${assetId}`, wrong)).status, 400);
  for (const [given, shown] of [
    ['a\u0000b', 'a b'],
    ['one\r\ntwo\u2028three', 'one two three'],
    ['\u202Egpj.4pm\u2066', 'gpj.4pm'],
    ['\u200Fعنوان', 'عنوان'],
    ['می\u200Cخواهم', 'می\u200Cخواهم'],
    ['👩\u200D👩\u200D👧', '👩\u200D👩\u200D👧'],
    ['\uD800x', 'x'],
  ] as const)
    t.equal((await call('PATCH', `/${assetId}`, { title: given })).body.title, shown, encodeURIComponent(shown));
  for (const nothing of ['\u0000', '\u202E\u2066', '\u200D', '\n'])
    t.equal((await call('PATCH', `/${assetId}`, { title: nothing })).status, 400);
  t.equal((await call('PATCH', `/${newId('asset')}`, { title: 'x' })).status, 404);
});

t.test('what may be done in which state', async (t) => {
  const { api, manager, call, stateOf } = await start(t);
  const cases: readonly [AssetState, VersionState, { retry: number; reencode: number; cancel: number }, AssetState][] =
    [
      ['processing', 'queued', { retry: 409, reencode: 409, cancel: 200 }, 'cancelled'],
      ['processing', 'encoding', { retry: 409, reencode: 409, cancel: 200 }, 'cancelled'],
      ['playable', 'playable', { retry: 409, reencode: 409, cancel: 200 }, 'cancelled'],
      ['ready', 'complete', { retry: 409, reencode: 200, cancel: 409 }, 'ready'],
      ['failed', 'failed', { retry: 200, reencode: 200, cancel: 409 }, 'processing'],
      ['cancelled', 'cancelled', { retry: 200, reencode: 200, cancel: 409 }, 'processing'],
    ];
  for (const [asset, version, expected, after] of cases) {
    for (const action of ['retry', 'reencode', 'cancel'] as const) {
      const { assetId, versionId } = await api.rows.title({
        ownerId: manager.id,
        asset,
        version,
        ...(asset === 'failed' ? { error: 'encode_failed' } : {}),
      });
      const answer = await call('POST', `/${assetId}/${action}`);
      t.equal(answer.status, expected[action], `${action} of ${version}`);
      if (answer.status === 409) t.equal(answer.body.code, 'conflict');
      else {
        t.match(
          await stateOf(assetId),
          { state: after, error_code: null },
          `${action} of ${version} makes it ${after}`,
        );
        if (action === 'cancel')
          t.ok(
            api.events.published.some(
              ({ name, event }) => name === 'version.ended' && 'versionId' in event && event.versionId === versionId,
            ),
          );
        else {
          t.equal(answer.body.versions[0]?.number, 2);
          t.equal((await api.recorded('version.queued')).at(-1), answer.body.versions[0]?.id);
        }
      }
    }
  }
});

t.test('a re-encoding does not take away what is served', async (t) => {
  const { api, manager, call, stateOf } = await start(t);
  const { assetId, versionId } = await api.rows.title({ ownerId: manager.id, asset: 'ready', version: 'complete' });
  const session = {
    id: newId('session'),
    accountId: manager.id,
    assetId,
    versionId,
    startedAt: api.clock.now(),
    expiresAt: api.clock.now() + 60_000,
  };
  await api.sessions.start(session, { perAccount: 0, policy: 'refuse', idleAfterMs: 60_000 });
  const results = await Promise.all([1, 2, 3].map(() => call('POST', `/${assetId}/reencode`)));
  t.same(
    results.map(({ status }) => status).sort((a, b) => a - b),
    [200, 409, 409],
    'a double click makes one version',
  );
  t.match(await stateOf(assetId), { state: 'ready', current_version_id: versionId });
  t.equal((await call('POST', `/${assetId}/cancel`)).status, 200);
  t.match(await stateOf(assetId), { state: 'ready', current_version_id: versionId });
  t.notOk(api.sessions.isDenied(session.id), 'who watches the old version goes on');
  t.match(
    (await call('POST', `/${assetId}/retry`)).body.versions.map(({ number, state }) => [number, state]),
    [
      [3, 'queued'],
      [2, 'cancelled'],
      [1, 'complete'],
    ],
  );
});

t.test('cancelling ends the streams of a version that will never be complete', async (t) => {
  const { api, manager, call } = await start(t);
  const { assetId, versionId } = await api.rows.title({ ownerId: manager.id, asset: 'playable', version: 'playable' });
  await api.sessions.start(
    {
      id: 'session_z',
      accountId: manager.id,
      assetId,
      versionId,
      startedAt: api.clock.now(),
      expiresAt: api.clock.now() + 60_000,
    },
    { perAccount: 0, policy: 'refuse', idleAfterMs: 60_000 },
  );
  await api.controlApi.background.start();
  t.teardown(() => api.controlApi.background.stop({ force: true }));
  t.equal((await call('POST', `/${assetId}/cancel`)).body.isPlayable, false);
  await until('the stream is stopped', () => api.sessions.isDenied('session_z'));
});

t.test('deleting', async (t) => {
  const { api, manager, call, stateOf } = await start(t);
  const made = { ownerId: manager.id, asset: 'ready', version: 'complete', published: false } as const;
  const { assetId, versionId } = await api.rows.title(made);
  const working = (await api.rows.version({ asset_id: assetId, number: 2, state: 'encoding' })).id;
  await api.sessions.start(
    {
      id: 'session_w',
      accountId: 'account_other',
      assetId,
      versionId,
      startedAt: api.clock.now(),
      expiresAt: api.clock.now() + 60_000,
    },
    { perAccount: 0, policy: 'refuse', idleAfterMs: 60_000 },
  );
  t.equal((await call('DELETE', `/${assetId}`)).status, 204);
  t.match(await stateOf(assetId), { state: 'deleted', current_version_id: null });
  t.ok(api.sessions.isDenied('session_w'), 'everybody’s streams end');
  t.same(
    api.events.published.map(({ name }) => name),
    ['version.ended', 'asset.deleted'],
  );
  t.match(await api.db.selectFrom('versions').select('state').where('id', '=', working).executeTakeFirst(), {
    state: 'cancelled',
  });
  t.equal((await call('DELETE', `/${assetId}`)).status, 404);
  t.equal((await call('GET', `/${assetId}`)).status, 404);
  t.equal((await call('PATCH', `/${assetId}`, { title: 'x' })).status, 404);
  for (const action of ['retry', 'reencode', 'cancel'])
    t.equal((await call('POST', `/${assetId}/${action}`)).status, 404);
  t.same((await call<{ items: object[] }>('GET', '')).body.items, []);
});

t.test('a video that a title has is not deleted', async (t) => {
  const { api, manager, call, stateOf } = await start(t);
  const made = { ownerId: manager.id, asset: 'ready', version: 'complete', published: false } as const;
  const { assetId } = await api.rows.title(made);
  const { id: series } = await api.rows.catalogueTitle();
  const of = { root_id: series, parent_id: series, kind: 'trailer' as const, number: 1 };
  const { id: trailer } = await api.rows.catalogueTitle({ ...of, asset_id: assetId });
  const refused = { code: 'asset_in_use', titleId: trailer, name: 'Series: Series' };
  t.match(await call('DELETE', `/${assetId}`), { status: 409, body: refused });
  t.match((await call('POST', '/bulk/delete', { ids: [assetId] })).body, {
    results: [{ id: assetId, problem: { code: 'asset_in_use', message: /“Series: Series”/ } }],
  });
  t.match(await stateOf(assetId), { state: 'ready' }, 'nothing was done');

  await narrow(api, manager, []);
  const { status, body } = await call<object>('DELETE', `/${assetId}`);
  t.equal(status, 409);
  t.notMatch(JSON.stringify(body), /Series|title_/, 'which title it is is not said to who may not know');
  await narrow(api, manager, null);

  await api.db.updateTable('titles').set({ deleted_at: 1 }).where('id', '=', trailer).execute();
  t.equal((await call('DELETE', `/${assetId}`)).status, 204, 'a title that is deleted is no reason');
  const { assetId: other } = await api.rows.title(made);
  await api.rows.catalogueTitle({ ...of, number: 2, asset_id: other });
  t.equal((await call('DELETE', `/${other}`)).status, 409);
  await api.db.updateTable('titles').set({ asset_id: null }).where('asset_id', '=', other).execute();
  t.equal((await call('DELETE', `/${other}`)).status, 204);
});

t.test('how much of a source was fetched is shown while it is fetched', async (t) => {
  const api = await startControlApi(t);
  const { authorization } = await api.as('content_manager');
  const { assetId, versionId } = await api.rows.title({ asset: 'processing', version: 'preparing' });
  const work = async () => {
    const answer = await api.app.inject({ url: `/api/v1/assets/${assetId}`, headers: { authorization } });
    return answer.json<{ versions: { work: { stage: string; fetched: number | null } }[] }>().versions[0]?.work;
  };
  t.match(await work(), { stage: 'preparing', fetched: null });
  await api.lifecycle.fetching(versionId, 0.4217, api.clock.now() + 10_000);
  t.match(await work(), { stage: 'preparing', fetched: 0.422 });
  api.clock.advance(10_000);
  t.match(await work(), { fetched: null }, 'the worker says nothing any more');
  await api.lifecycle.cancel(assetId);
  await api.lifecycle.fetching(versionId, 0.5, api.clock.now() + 10_000);
  t.match(await work(), { stage: 'cancelled', fetched: null });
});

t.test('work that waits for disk space says so, until it goes on or has ended', async (t) => {
  const api = await startControlApi(t);
  const { authorization } = await api.as('content_manager');
  const { assetId, versionId } = await api.rows.title({ asset: 'processing', version: 'encoding' });
  const work = async () => {
    const answer = await api.app.inject({ url: `/api/v1/assets/${assetId}`, headers: { authorization } });
    return answer.json<{ versions: { work: { stage: string; waitsFor: string | null } }[] }>().versions[0]?.work;
  };
  t.match(await work(), { stage: 'encoding', waitsFor: null });
  await api.lifecycle.waitsForRoom(versionId, api.clock.now() + 60_000);
  t.match(await work(), { stage: 'encoding', etaSeconds: null, waitsFor: 'disk-space' });
  api.clock.advance(60_000);
  t.match(await work(), { waitsFor: null }, 'it was tried again, and nobody said that it waits');
  await api.lifecycle.waitsForRoom(versionId, api.clock.now() + 60_000);
  await api.lifecycle.cancel(assetId);
  t.match(await work(), { stage: 'cancelled', waitsFor: null });
  await api.lifecycle.waitsForRoom(versionId, api.clock.now() + 120_000);
  t.match(await work(), { waitsFor: null });
});
