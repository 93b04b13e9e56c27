import t, { type Test } from 'tap';
import { newId } from '../../../../server/kit/ids.ts';
import { until } from '../../../../server/testing/until.ts';
import { narrow } from '../../../testing/two-series.ts';
import { startControlApi, type Harness, type HarnessOptions } from '../../../testing/harness.ts';
import { Editor } from '../../testing/catalogue.ts';
import type { TitleView } from '../../titles/schemas.ts';
import type { AddedEpisodesView, ArrivalView, SeasonPlanView } from './schemas.ts';

t.test('names are laid against what is there', async (t) => {
  const api = await startControlApi(t);
  const editor = await Editor.start(api);
  const { series, season, episodes } = await editor.series(3);
  const [first, second] = episodes as [TitleView, TitleView];
  const { id: video } = await api.rows.asset();
  await editor.change(second.id, { assetId: video });
  const plan = async (id: string, ...files: string[]) =>
    (await editor.send('POST', `/titles/${id}/plan`, { files })).json<SeasonPlanView>();

  t.match(await plan(series.id, 'E01 - The Door.mp4', 'E02 - The Sea.mp4', 'E06 - The End.mp4', 'Trailer.mp4'), {
    files: [
      { season: 1, episode: 1, name: 'The Door', titleId: first.id, assetId: null, problem: null },
      { season: 1, episode: 2, titleId: second.id, assetId: video, problem: 'has-video' },
      { season: 1, episode: 6, titleId: null, problem: null },
      { season: null, episode: null, problem: 'no-number' },
    ],
    seasons: [{ number: 1, titleId: season.id, missing: [4, 5] }],
  });
  t.match((await plan(series.id, 'S01E04.mp4', 'E04.mp4')).files, [{ problem: 'twice' }, { problem: 'twice' }]);
  t.match((await plan(season.id, 'S01E04.mp4', 'S02E04.mp4', 'S01E00.mp4')).files, [
    { season: 1, problem: null },
    { season: null, problem: 'other-season' },
    { problem: 'impossible-number' },
  ]);
  t.match(await plan(series.id, 'S02E01.mp4'), { files: [{ season: 2 }], seasons: [{ number: 2, titleId: null }] });
  await editor.make({ kind: 'season', parentId: series.id });
  t.match((await plan(series.id, 'E04.mp4')).files, [{ problem: 'which-season' }]);
  t.equal((await editor.send('GET', `/titles?rootId=${series.id}`)).json<{ items: unknown[] }>().items.length, 6);

  const movie = await editor.make({ kind: 'movie' });
  for (const [id, code] of [
    [movie.id, 'invalid_request'],
    [first.id, 'invalid_request'],
    [newId('title'), 'not_found'],
  ] as const)
    t.match((await editor.send('POST', `/titles/${id}/plan`, { files: ['E01.mp4'] })).json(), { code });
  const many = { files: Array.from({ length: 501 }, (_, n) => `E${n}.mp4`) };
  t.equal((await editor.send('POST', `/titles/${series.id}/plan`, many)).statusCode, 400);
  t.equal((await editor.send('POST', `/titles/${series.id}/plan`, { files: ['x'.repeat(1025)] })).statusCode, 400);
});

t.test('a season is made at once, and once', async (t) => {
  const api = await startControlApi(t);
  const editor = await Editor.start(api);
  const series = await editor.make({ kind: 'series', originalLanguage: 'ko', maturity: 12 });
  const body = {
    seasonName: 'Season {number}',
    episodes: Array.from({ length: 40 }, (_, n) => ({ season: 1 + (n % 2), number: 1 + (n >> 1), name: `Part ${n}` })),
  };
  const add = async (id: string, given: object, headers = {}) =>
    editor.send('POST', `/titles/${id}/episodes`, given as Record<string, unknown>, headers);
  const key = { 'idempotency-key': 'one' };
  const answers = await Promise.all([add(series.id, body, key), add(series.id, body)]);
  t.ok(
    answers.every(({ statusCode }) => statusCode === 200),
    answers.map((answer) => answer.body.slice(0, 200)).join(),
  );
  const [one, other] = answers.map((answer) => answer.json<AddedEpisodesView>().episodes);
  t.same(
    one?.map(({ titleId }) => titleId),
    other?.map(({ titleId }) => titleId),
    'two at the same time make the same',
  );
  t.equal([...(one ?? []), ...(other ?? [])].filter(({ isNew }) => isNew).length, 40);
  t.match(await editor.get(one?.[1]?.titleId ?? ''), {
    number: 1,
    name: 'Part 1',
    originalLanguage: 'ko',
    effectiveMaturity: 12,
    state: 'draft',
  });
  t.equal((await add(series.id, body, key)).headers['idempotency-replayed'], 'true');
  const seasons = (await editor.send('GET', `/titles?parentId=${series.id}`)).json<{ items: TitleView[] }>().items;
  t.match(seasons, [
    { number: 1, name: 'Season 1' },
    { number: 2, name: 'Season 2' },
  ]);
  t.equal(
    (await api.db.selectFrom('audit_log').select('id').where('event', '=', 'title.created').execute()).length,
    43,
    'each of them is recorded',
  );

  const [season] = seasons as [TitleView];
  const count = async () => (await api.db.selectFrom('titles').select('id').execute()).length;
  t.equal((await add(season.id, { episodes: [{ number: 21, name: 'x' }] })).statusCode, 200);
  const before = await count();
  for (const [given, what] of [
    [
      {
        episodes: [
          { number: 30, name: 'x' },
          { number: 31, name: '\u202e' },
        ],
      },
      'a name that cannot be seen',
    ],
    [
      {
        episodes: [
          { number: 30, name: 'x' },
          { number: 30, name: 'y' },
        ],
      },
      'the same twice',
    ],
    [{ episodes: [{ season: 2, number: 30, name: 'x' }] }, 'of another season'],
    [{ episodes: [{ number: 0, name: 'x' }] }, 'no number'],
    [{ episodes: [] }, 'nothing'],
  ] as const)
    t.equal((await add(season.id, given)).statusCode, 400, what);
  t.match(
    (await add(series.id, { episodes: [{ number: 30, name: 'x' }] })).json(),
    { code: 'invalid_request' },
    'which season?',
  );
  t.equal(await count(), before, 'all or none');
});

const metadata = (values: Readonly<Record<string, string>>) =>
  Object.entries(values)
    .map(([key, value]) => `${key} ${Buffer.from(value).toString('base64')}`)
    .join(',');

/** The control API, listening, with what hears of uploads at work unless told otherwise. */
async function open(t: Test, options: HarnessOptions & { readonly isIdle?: true } = {}) {
  const api: Harness = await startControlApi(t, options);
  const url = await api.listen();
  if (!options.isIdle) await api.controlApi.background.start();
  const editor = await Editor.start(api);
  const uploader = await api.as('content_manager');
  const { authorization } = uploader;
  const upload = async (given: Readonly<Record<string, string>>, body?: Buffer) => {
    const answer = await fetch(`${url}/api/v1/uploads`, {
      method: 'POST',
      headers: {
        authorization,
        'tus-resumable': '1.0.0',
        'upload-length': '4',
        'upload-metadata': metadata({ filename: 'E01.mp4', filetype: 'video/mp4', ...given }),
        ...(body && { 'content-type': 'application/offset+octet-stream' }),
      },
      ...(body && { body: new Uint8Array(body) }),
    });
    const text = await answer.text();
    return {
      status: answer.status,
      code: text === '' ? undefined : (JSON.parse(text) as { code: string }).code,
      asset: answer.headers.get('dramabox-asset'),
      at: `${url}${answer.headers.get('location')}`,
    };
  };
  const finish = async (at: string) =>
    fetch(at, {
      method: 'PATCH',
      headers: {
        authorization,
        'tus-resumable': '1.0.0',
        'upload-offset': '0',
        'content-type': 'application/offset+octet-stream',
      },
      body: 'abcd',
    });
  const arrivals = async (id: string) =>
    (await editor.send('GET', `/titles/${id}/uploads`)).json<{ items: ArrivalView[] }>().items;
  return { api, editor, uploader, upload, finish, arrivals };
}

const bytes = Buffer.from('abcd');

t.test('each file finds its episode, and says what became of it', async (t) => {
  const { api, editor, upload, finish, arrivals } = await open(t);
  const { series, season, episodes } = await editor.series(4);
  const [first, second, third, fourth] = episodes as [TitleView, TitleView, TitleView, TitleView];
  const one = await upload({ titleId: first.id }, bytes);
  t.equal(one.status, 201);
  await until('it has its video', async () => (await editor.get(first.id)).assetId === one.asset);
  const slow = await upload({ titleId: second.id });
  const gone = await upload({ titleId: third.id });
  await editor.send('DELETE', `/titles/${third.id}`);
  t.equal((await finish(gone.at)).status, 204, 'its title is gone: the file stays an asset');
  await until('all is said', async () => (await arrivals(series.id)).every(({ state }) => state !== 'arrived'));
  t.match(await arrivals(season.id), [
    { titleId: third.id, state: 'failed', problem: 'not_found', assetId: /^asset_/, assetState: 'processing' },
    { titleId: second.id, state: 'uploading', assetId: null, problem: null },
    { titleId: first.id, state: 'attached', assetId: one.asset, filename: 'E01.mp4', bytes: 4 },
  ]);
  t.equal((await finish(slow.at)).status, 204);
  await until('it has its video', async () => (await editor.get(second.id)).assetId !== null);
  t.match(await arrivals(second.id), [{ state: 'attached' }]);
  const [record] = await api.db
    .selectFrom('audit_log')
    .selectAll()
    .where('event', '=', 'title.changed')
    .where('subject', '=', second.id)
    .execute();
  t.match(record, { actor: /^account_/ }, 'recorded as done by who uploaded it');

  for (const [given, code] of [
    [{ titleId: first.id }, 'has_video'],
    [{ titleId: season.id }, 'invalid_request'],
    [{ titleId: third.id }, 'not_found'],
    [{ titleId: newId('title') }, 'not_found'],
    [{ titleId: 'nobody' }, 'not_found'],
  ] as const)
    t.match(await upload(given, bytes), { code }, code);
  t.equal((await api.db.selectFrom('assets').select('id').execute()).length, 3, 'none of these became an asset');
  const other = await upload({ titleId: first.id, replace: 'true' }, bytes);
  await until('it has the other video', async () => (await editor.get(first.id)).assetId === other.asset);

  const late = await upload({ titleId: fourth.id });
  api.clock.advance(api.config.uploads.expiresAfterHours * 3_600_000);
  const later = await Editor.start(api);
  t.equal(late.status, 201);
  t.match((await later.send('GET', `/titles/${fourth.id}/uploads`)).json(), { items: [{ state: 'ended' }] });
  t.equal((await later.send('GET', `/titles/${newId('title')}/uploads`)).statusCode, 404);
});

t.test('who comes second does not take the place of the first', async (t) => {
  const { editor, upload, finish, arrivals } = await open(t);
  const movie = await editor.make({ kind: 'movie' });
  const slow = await upload({ titleId: movie.id });
  const fast = await upload({ titleId: movie.id }, bytes);
  await until('it has its video', async () => (await editor.get(movie.id)).assetId === fast.asset);
  await finish(slow.at);
  await until('it is said', async () =>
    (await arrivals(movie.id)).every(({ state }) => state !== 'arrived' && state !== 'uploading'),
  );
  t.match(await arrivals(movie.id), [
    { state: 'attached', assetId: fast.asset },
    { state: 'failed', problem: 'has_video', assetId: /^asset_/ },
  ]);
  t.equal((await editor.get(movie.id)).assetId, fast.asset);
});

t.test('what was uploaded while nobody listened is taken later, once', async (t) => {
  const { api, editor, upload, arrivals } = await open(t, { isIdle: true });
  const movie = await editor.make({ kind: 'movie' });
  await api.outbox.makeKnown({ name: 'catalog.take-videos', events: ['upload.finished'] });
  const { asset } = await upload({ titleId: movie.id }, bytes);
  t.match(await arrivals(movie.id), [{ state: 'arrived', assetId: null }]);
  t.equal((await editor.get(movie.id)).assetId, null);
  await api.controlApi.background.start();
  await until('it has its video', async () => (await editor.get(movie.id)).assetId === asset);
  t.match(await arrivals(movie.id), [{ state: 'attached', assetId: asset }]);
});

t.test('who works on other titles by now gives this one no video', async (t) => {
  const { api, editor, uploader, upload, finish, arrivals } = await open(t);
  const [movie, other] = [await editor.make({ kind: 'movie' }), await editor.make({ kind: 'movie' })];
  await narrow(api, uploader, [movie.id]);
  t.match(await upload({ titleId: other.id }, bytes), { status: 404, code: 'not_found' });
  const slow = await upload({ titleId: movie.id });
  t.equal(slow.status, 201);
  await narrow(api, uploader, [other.id]);
  t.equal((await finish(slow.at)).status, 204);
  await until('it is said', async () => (await arrivals(movie.id))[0]?.state === 'failed');
  t.match(await arrivals(movie.id), [{ problem: 'not_found' }]);
  t.equal((await editor.get(movie.id)).assetId, null);
});
