import sharp from 'sharp';
import t, { type Test } from 'tap';
import { readPicturePath } from '../../../server/assets/picture-address.ts';
import { picturesPrefix, stillKey } from '../../../server/assets/storage-keys.ts';
import { newId } from '../../../server/kit/ids.ts';
import { startControlApi, type Harness, type HarnessOptions } from '../../testing/harness.ts';
import { Editor } from '../testing/catalogue.ts';
import type { TermView } from '../terms/schemas.ts';
import type { TitleView } from '../titles/schemas.ts';
import { deleteUnused } from './repository.ts';
import type { PictureView } from './picture-schema.ts';

const day = 86_400_000;
const formats = ['avif', 'webp', 'jpg'];

interface Made {
  readonly id: string;
  readonly kind: string;
  readonly picture: PictureView;
}

/** A picture of one colour, as PNG. */
const paint = (width: number, height: number, background: string): Promise<Buffer> =>
  sharp({ create: { width, height, channels: 3, background } })
    .png()
    .toBuffer();

/** With what the origin would serve. */
async function start(t: Test, options: HarnessOptions = {}) {
  const api = await startControlApi(t, options);
  /** What is at an address; undefined: nothing. */
  const look = async (address: string): Promise<Buffer | undefined> => {
    const found = readPicturePath(address, api.keyrings.pictures);
    return found && api.storage.read(found.key);
  };
  const editor = await Editor.start(api);
  const { authorization } = await api.as('content_manager');
  const post = async (query: string, body: Buffer, type = 'image/png') =>
    api.app.inject({
      method: 'POST',
      url: `/api/v1/catalogue/pictures?${query}`,
      headers: { authorization, 'content-type': type },
      body,
    });
  const give = async (query: string, body: Buffer): Promise<Made> => {
    const answer = await post(query, body);
    if (answer.statusCode !== 201) throw new Error(answer.body);
    return answer.json<Made>();
  };
  const put = async (body: Record<string, unknown>) => editor.send('PUT', '/pictures', body);
  /** Gives a title these pictures, as it is now. */
  const putOf = async (titleId: string, ...pictures: readonly Record<string, unknown>[]) =>
    put({ titles: [{ titleId, revision: (await editor.get(titleId)).revision, pictures }] });
  const stored = async (): Promise<string[]> => {
    const keys: string[] = [];
    for await (const { key } of api.storage.list(picturesPrefix)) keys.push(key);
    return keys;
  };
  return { api, editor, post, give, put, putOf, stored, look };
}

const movie = async (api: Harness, editor: Editor): Promise<TitleView> =>
  editor.make({ kind: 'movie', assetId: (await api.rows.asset()).id });

const addressesOf = ({ url, widths }: PictureView): string[] =>
  widths.flatMap((width) => formats.map((format) => url.replace('{width}', String(width)).replace('{format}', format)));

t.test('a poster that was given is served in its sizes and formats, and shown with its title', async (t) => {
  const { api, editor, give, putOf, stored, look } = await start(t);
  const made = await give('kind=poster', await paint(500, 750, '#336699'));
  t.match(made, {
    id: /^[0-9a-f]{40}$/,
    kind: 'poster',
    picture: { widths: [160, 320, 480], width: 480, height: 720, placeholder: '#336699', url: /^\/s\/p\// },
  });
  t.equal((await stored()).length, 9);
  for (const address of addressesOf(made.picture)) {
    const { width } = await sharp(await look(address)).metadata();
    t.equal(width, Number(/-(\d+)\.\w+$/.exec(address)?.[1]));
  }

  const title = await movie(api, editor);
  t.equal((await putOf(title.id, { kind: 'poster', id: made.id })).statusCode, 204);
  t.match((await editor.send('GET', `/titles/${title.id}/pictures`)).json(), {
    items: [{ kind: 'poster', language: null, id: made.id, picture: made.picture }],
  });
  await editor.step('publish', title.id);
  const { pictures } = (await api.app.inject(`/api/v1/titles/${title.id}`)).json<{ pictures: unknown }>();
  t.same(pictures, { poster: made.picture });
  const card = (await api.app.inject('/api/v1/titles')).json<{ items: { pictures: unknown }[] }>().items[0];
  t.same(card?.pictures, { poster: made.picture });
  t.ok(JSON.stringify(pictures).length < 250, `a card stays small: ${JSON.stringify(pictures).length} bytes`);

  const banner = await give('kind=banner', await paint(640, 360, '#aa0000'));
  await putOf(title.id, { kind: 'poster', id: made.id }, { kind: 'banner', id: banner.id });
  t.match(
    (await api.app.inject(`/api/v1/titles/${title.id}`)).json(),
    { pictures: { poster: { placeholder: '#336699' }, banner: { placeholder: '#aa0000', widths: [320, 640] } } },
    'what is released shows it at once',
  );
});

t.test('before a release nobody is told where a picture is, and the hash leads nowhere', async (t) => {
  const { api, editor, give, put, putOf, look } = await start(t);
  const file = await paint(500, 750, '#112233');
  const poster = await give('kind=poster', file);
  const portrait = await give('kind=portrait', await paint(200, 200, '#445566'));
  const title = await movie(api, editor);
  const person = (
    await editor.send('POST', '/terms', { kind: 'person', originalLanguage: 'en', text: { name: 'Somebody' } })
  ).json<TermView>();
  await putOf(title.id, { kind: 'poster', id: poster.id });
  await put({ people: [{ personId: person.id, revision: 1, portrait: portrait.id }] });
  const { revision } = await editor.get(title.id);
  await editor.send('PUT', `/titles/${title.id}/terms`, { revision, terms: [{ id: person.id, role: 'cast' }] });
  const opensAt = api.clock.now() + day;
  await editor.release(title.id, ['*', opensAt]);
  await editor.step('publish', title.id);

  const viewer = await api.as('viewer');
  const support = await api.as('support');
  const paths = api.routes
    .filter(({ method, url: path }) => method === 'GET' && !path.endsWith('/events') && path.startsWith('/api/'))
    .map(({ url: path }) =>
      path.includes('/terms/:id')
        ? path.replace(':id', person.id)
        : path.replace(':id', title.id).replace(':slug', 'some-movie'),
    );
  t.ok(paths.includes('/api/v1/home') && paths.includes(`/api/v1/titles/${title.id}`));
  for (const headers of [{}, { authorization: viewer.authorization }, { authorization: support.authorization }])
    for (const path of paths) {
      const { body } = await api.app.inject({ url: path, headers });
      for (const { id } of [poster, portrait]) t.notOk(body.includes(id), `${path} names no picture`);
    }
  for (const path of ['/pictures', '/frames'])
    for (const { authorization } of [viewer, support])
      t.equal(
        (await api.app.inject({ url: `/api/v1/catalogue/titles/${title.id}${path}`, headers: { authorization } }))
          .statusCode,
        403,
      );

  // Who has the same picture knows its hash, and the files that there are.
  const [, , , signature = '', hash = '', name = ''] = addressesOf(poster.picture)[0]?.split('/') ?? [];
  t.equal(hash, poster.id);
  for (const guess of [`/s/p/${hash}/${name}`, `/s/p/x.${'A'.repeat(22)}/${hash}/${name}`, `/pictures/${hash}/${name}`])
    t.equal(await look(guess), undefined, guess);
  t.ok(await look(`/s/p/${signature}/${hash}/${name}`), 'staff see it');

  api.clock.advance(day);
  t.match((await api.app.inject(`/api/v1/titles/${title.id}`)).json(), {
    pictures: { poster: poster.picture },
    terms: [{ id: person.id, portrait: portrait.picture }],
  });
  t.match((await api.app.inject(`/api/v1/terms/${person.id}`)).json(), { portrait: portrait.picture });
});

t.test('the address of a picture stays when keys are replaced', async (t) => {
  const { api, editor, give, putOf } = await start(t);
  const made = await give('kind=poster', await paint(200, 300, '#123456'));
  const title = await movie(api, editor);
  await putOf(title.id, { kind: 'poster', id: made.id });
  api.keyrings.pictures.rotate();
  t.match((await editor.send('GET', `/titles/${title.id}/pictures`)).json(), { items: [{ picture: made.picture }] });
  t.match(await give('kind=poster', await paint(200, 300, '#123456')), made, 'given again, it is the same one');
  t.not(
    (await give('kind=poster', await paint(200, 300, '#654321'))).picture.url.split('.')[0],
    made.picture.url.split('.')[0],
    'another one is signed with the new key',
  );
});

t.test('each language has its picture, with one for everybody behind them', async (t) => {
  const { api, editor, give, putOf } = await start(t);
  const [all, german, korean] = await Promise.all(
    ['#000001', '#0000ff', '#00ff00'].map(async (colour) => give('kind=poster', await paint(200, 300, colour))),
  );
  const title = await movie(api, editor);
  await editor.step('publish', title.id);
  const shown = async (language: string) =>
    (await api.app.inject({ url: `/api/v1/titles/${title.id}`, headers: { 'accept-language': language } })).json<{
      pictures: { poster?: PictureView };
    }>().pictures.poster?.placeholder;
  await putOf(
    title.id,
    { kind: 'poster', language: 'de', id: german?.id },
    { kind: 'poster', language: 'ko', id: korean?.id },
    { kind: 'poster', language: null, id: all?.id },
  );
  t.same([await shown('de-AT'), await shown('ko'), await shown('fr')], ['#0000ff', '#00ff00', '#000001']);
  await putOf(title.id, { kind: 'poster', language: 'ko', id: korean?.id });
  t.equal(await shown('de'), '#00ff00', 'any is better than none');
  await putOf(title.id);
  t.equal(await shown('de'), undefined);
  for (const twice of [
    [undefined, null],
    ['de', 'DE'],
  ])
    t.equal(
      (await putOf(title.id, ...twice.map((language) => ({ kind: 'poster', language, id: all?.id })))).statusCode,
      400,
    );
});

t.test('several get their pictures in one moment or none does, with publishing and a record of each', async (t) => {
  const { api, editor, give, put } = await start(t);
  const made = await give('kind=poster', await paint(200, 300, '#808080'));
  const portrait = await give('kind=portrait', await paint(200, 200, '#808080'));
  const [one, two] = [await movie(api, editor), await movie(api, editor)];
  const pictures = [{ kind: 'poster', id: made.id }];
  const of = ({ id, revision }: TitleView) => ({ titleId: id, revision, pictures });
  const state = async () => Promise.all([one, two].map(async ({ id }) => (await editor.get(id)).state));
  const owned = async () => api.db.selectFrom('title_pictures').select('title_id').execute();

  for (const [wrong, status, code] of [
    [{ titles: [of(one), { ...of(two), revision: 7 }], publish: true }, 409, 'title_changed'],
    [{ titles: [of(one), { ...of(two), titleId: newId('title') }] }, 404, 'not_found'],
    [{ titles: [of(one), { ...of(two), pictures: [{ kind: 'poster', id: 'ab'.repeat(20) }] }] }, 404, 'not_found'],
    [{ titles: [of(one), { ...of(two), pictures: [{ kind: 'cover', id: made.id }] }] }, 400, 'invalid_request'],
    [{ titles: [of(one), { ...of(two), pictures: [{ kind: 'portrait', id: portrait.id }] }] }, 400, 'invalid_request'],
    [{ titles: [of(one), of(one)] }, 400, 'invalid_request'],
    [{ titles: [] }, 400, 'invalid_request'],
    [{ titles: [of(one)], people: [{ personId: newId('person'), revision: 1, portrait: null }] }, 404, 'not_found'],
    [{ titles: [of(one)], people: [{ personId: newId('tag'), revision: 1, portrait: null }] }, 400, 'invalid_request'],
  ] as const) {
    const answer = await put(wrong);
    t.same(
      [answer.statusCode, answer.json<{ code: string }>().code],
      [status, code],
      JSON.stringify(wrong).slice(0, 200),
    );
    t.same([await owned(), await state()], [[], ['draft', 'draft']], 'nothing changed');
  }
  t.equal((await put({ titles: [of(one), of(two)], publish: true })).statusCode, 204);
  t.same([(await owned()).length, await state()], [2, ['published', 'published']]);
  t.equal((await editor.get(one.id)).revision, one.revision + 2, 'a change and a step');
  const records = await api.db
    .selectFrom('audit_log')
    .select(['event', 'after'])
    .where('subject', '=', one.id)
    .orderBy('id')
    .execute();
  t.match(records.slice(-2), [
    { event: 'title.pictures-changed', after: JSON.stringify({ poster: made.id }) },
    { event: 'title.state-changed' },
  ]);
  const { items } = (await api.app.inject('/api/v1/titles')).json<{ items: { pictures: object }[] }>();
  t.ok(items.length === 2 && items.every((item) => 'poster' in item.pictures));
});

t.test('a picture of a frame: suggestions that do not look alike, cut around what matters', async (t) => {
  const { api, editor } = await start(t);
  const { series, season, episodes } = await editor.series(2);
  const looks = ['0000000000000000', 'ffffffff00000000', '5555555555555555'];
  const versions: { assetId: string; versionId: string }[] = [];
  for (const [index, { id }] of episodes.entries()) {
    const made = await api.rows.title({ asset: 'ready', version: 'complete', published: false });
    versions.push(made);
    await editor.change(id, { assetId: made.assetId });
    for (const [chunk, fingerprint] of looks.slice(0, 2 + index).entries()) {
      const score = 1000 * (1 + chunk) + index;
      await api.rows.still({ version_id: made.versionId, chunk, at_ms: chunk * 1000, score, fingerprint });
    }
  }
  const [, second] = versions;
  const file = await sharp(await paint(640, 360, '#ff0000'))
    .composite([{ input: await paint(320, 360, '#0000ff'), left: 320, top: 0 }])
    .jpeg()
    .toBuffer();
  await api.storage.put(stillKey(second?.assetId ?? '', second?.versionId ?? '', 2), file);
  const frames = async (id: string) =>
    (await editor.send('GET', `/titles/${id}/frames`)).json<{ items: { versionId: string; chunk: number }[] }>().items;
  const expected = [0, 1, 2].map((chunk) => ({ versionId: second?.versionId, chunk }));
  for (const id of [series.id, season.id, episodes[1]?.id ?? ''])
    t.match(
      (await frames(id)).toSorted((a, b) => a.chunk - b.chunk),
      expected,
      'of those that look alike the better one',
    );
  t.equal((await frames(episodes[0]?.id ?? '')).length, 2);
  t.equal((await editor.send('GET', `/titles/${newId('title')}/frames`)).statusCode, 404);

  const choose = async (choice: Record<string, unknown>) =>
    editor.send('POST', '/pictures/from-frame', { stillVersionId: second?.versionId, chunk: 2, ...choice });
  const left = await choose({ kind: 'poster', focus: { x: 0.2, y: 0.5 } });
  t.equal(left.statusCode, 201);
  t.match(left.json(), { kind: 'poster', picture: { widths: [160], placeholder: /^#f.0.0.$/ } });
  const right = await choose({ kind: 'poster', crop: { left: 400, top: 0, width: 240, height: 360 } });
  t.match(right.json(), { picture: { placeholder: /^#0.0.f.$/ } });
  t.match((await choose({ kind: 'banner' })).json(), { picture: { widths: [320, 640] } });
  for (const wrong of [{ chunk: 9 }, { chunk: 1 }, { stillVersionId: newId('version') }])
    t.equal((await choose({ kind: 'poster', ...wrong })).statusCode, 404, JSON.stringify(wrong));
  await api.db.updateTable('versions').set({ collected_at: 1 }).execute();
  t.equal((await choose({ kind: 'poster' })).statusCode, 404);
  t.same(await frames(series.id), []);
});

t.test('what is given must be a picture, of a bounded size, from staff', async (t) => {
  const { api, post } = await start(t);
  const png = await paint(200, 300, '#888888');
  for (const [name, answer, status, code] of [
    ['declared as something else', await post('kind=poster', png, 'image/svg+xml'), 201, undefined],
    ['as bytes', await post('kind=poster', png, 'application/octet-stream'), 201, undefined],
    [
      'a page',
      await post('kind=poster', Buffer.from('<svg onload="alert(1)"/>'), 'image/png'),
      422,
      'picture_not_accepted',
    ],
    ['nothing', await post('kind=poster', Buffer.alloc(0)), 422, 'picture_not_accepted'],
    ['a form', await post('kind=poster', png, 'multipart/form-data; boundary=x'), 415, 'unsupported_media_type'],
    ['JSON', await post('kind=poster', Buffer.from('{}'), 'application/json'), 415, 'unsupported_media_type'],
    ['too much', await post('kind=poster', Buffer.alloc(20 * 1024 ** 2 + 1)), 413, 'payload_too_large'],
    ['of no kind', await post('kind=avatar', png), 400, 'invalid_request'],
    ['a crop outside of it', await post('kind=poster&crop=100,0,200,300', png), 422, 'picture_shape'],
    ['a crop of nothing', await post('kind=poster&crop=0,0,0,300', png), 400, 'invalid_request'],
    ['a point outside of it', await post('kind=poster&focus=2,0', png), 400, 'invalid_request'],
    ['a banner', await post('kind=banner', png), 422, 'picture_shape'],
  ] as const) {
    t.equal(answer.statusCode, status, `${name}: ${answer.body.slice(0, 150)}`);
    if (code !== undefined) t.equal(answer.json<{ code: string }>().code, code, name);
  }
  t.equal((await post('kind=portrait&crop=0,100,200,200', png)).statusCode, 201);
  t.equal((await post('kind=portrait&focus=0.5,0.25', png)).statusCode, 201);
  const { authorization } = await api.as('support');
  const by = (headers: Record<string, string>) =>
    api.app.inject({
      method: 'POST',
      url: '/api/v1/catalogue/pictures?kind=poster',
      headers: { 'content-type': 'image/png', ...headers },
      body: png,
    });
  t.same([(await by({})).statusCode, (await by({ authorization })).statusCode], [401, 403]);
});

t.test('a picture stays as long as something has it, and a day longer', async (t) => {
  const { api, editor, give, putOf, stored, put } = await start(t);
  const made = await give('kind=poster', await paint(200, 300, '#101010'));
  const [one, two] = [await movie(api, editor), await movie(api, editor)];
  for (const { id } of [one, two]) await putOf(id, { kind: 'poster', id: made.id });
  const portrait = await give('kind=portrait', await paint(200, 200, '#202020'));
  const person = (
    await editor.send('POST', '/terms', { kind: 'person', originalLanguage: 'en', text: { name: 'Somebody' } })
  ).json<TermView>();
  await put({ people: [{ personId: person.id, revision: 1, portrait: portrait.id }] });
  const never = await give('kind=poster', await paint(200, 300, '#303030'));
  // Not by the clock, which would end sign-ins as well.
  const aDayPasses = async () =>
    api.db
      .updateTable('pictures')
      .set((expression) => ({ touched_at: expression('touched_at', '-', day + 1) }))
      .execute();
  const remove = async () => api.upkeep<number>('catalog.remove-pictures');
  const there = async (id: string) => (await stored()).some((key) => key.includes(id));

  t.equal(await remove(), 0, 'what was just made may yet be given to something');
  await aDayPasses();
  t.equal(await remove(), 1);
  t.same([await there(made.id), await there(portrait.id), await there(never.id)], [true, true, false]);

  const later = api.clock.now() + day;
  const isRemoved = await api.db.transaction().execute((tx) => deleteUnused(tx, made.id, later));
  t.notOk(isRemoved, 'not even one that was given to something after it was looked at');
  await putOf(one.id);
  await aDayPasses();
  t.equal(await remove(), 0, 'the other one has it');
  await putOf(two.id);
  t.equal(await remove(), 0, 'who took it away may want it back');
  t.equal((await putOf(two.id, { kind: 'poster', id: made.id })).statusCode, 204);
  await putOf(two.id);
  await aDayPasses();
  t.equal(await remove(), 1);
  t.notOk(await there(made.id));
  t.equal((await putOf(two.id, { kind: 'poster', id: made.id })).statusCode, 404, 'it is not there any more');

  await editor.send('DELETE', `/terms/${person.id}`);
  t.equal(await remove(), 1, 'and what somebody had who is gone');
  t.same(await stored(), []);
  const again = await give('kind=poster', await paint(200, 300, '#101010'));
  t.equal(again.id, made.id);
  t.not(again.picture.url, made.picture.url, 'its files are others');
});

t.test('a kill half-way leaves files that nobody is told of, and they are collected', async (t) => {
  let left = Infinity;
  const { api, post, give, stored } = await start(t, {
    storage: (storage) =>
      new Proxy(storage, {
        get(target, name: keyof typeof storage) {
          if (name === 'put')
            return async (key: string, body: Buffer) => {
              if (key.startsWith(picturesPrefix) && (left -= 1) < 0) throw new Error('killed');
              return target.put(key, body);
            };
          const value = target[name];
          return typeof value === 'function' ? (value as () => unknown).bind(target) : value;
        },
      }),
  });
  const file = await paint(500, 750, '#404040');
  left = 4;
  t.equal((await post('kind=poster', file)).statusCode, 500);
  t.equal((await stored()).length, 4);
  t.same(await api.db.selectFrom('pictures').selectAll().execute(), []);
  left = Infinity;
  const made = await give('kind=poster', file);
  t.equal((await stored()).length, 4 + 9);

  const collect = async () => api.upkeep<number>('catalog.collect-pictures');
  t.equal(await collect(), 0, 'they might be about to get their row');
  api.clock.advance(day + 60_000);
  t.equal(await collect(), 4);
  const attempt = /\/([0-9a-f]{8})-\{/.exec(made.picture.url)?.[1];
  t.ok((await stored()).length === 9 && (await stored()).every((key) => key.includes(`/${attempt}-`)));
  t.equal(await collect(), 0);
});

t.test('two who give the same picture at once get one, and its files are there', async (t) => {
  const { api, give, stored, look } = await start(t);
  const file = await paint(200, 300, '#505050');
  const [one, two] = await Promise.all([give('kind=poster', file), give('kind=poster', file)]);
  t.same(one, two);
  for (const address of addressesOf(one.picture)) t.ok(await look(address), address);
  api.clock.advance(day + 60_000);
  await api.upkeep('catalog.collect-pictures');
  t.equal((await stored()).length, 3);
  for (const address of addressesOf(one.picture)) t.ok(await look(address), address);
});
