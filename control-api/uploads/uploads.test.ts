import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { Readable } from 'node:stream';
import type { KyselyPlugin } from 'kysely';
import t from 'tap';
import { DetailedError, Upload } from 'tus-js-client';
import { openTestDatabase } from '../../server/testing/test-database.ts';
import { until } from '../../server/testing/until.ts';
import { sourceKey } from '../../server/assets/storage-keys.ts';
import { startControlApi } from '../testing/harness.ts';
import { offsetOf, rows, spooled, start, stored } from './testing/open-uploads.ts';
import { checksum, dataType, metadata, openPatch, send } from './testing/tus-requests.ts';

t.test('what the server speaks', async (t) => {
  const { url } = await start(t, { settings: { uploads: { maxBytes: 12345 } } });
  const answer = await send(`${url}/api/v1/uploads`, 'OPTIONS', {});
  t.equal(answer.status, 204);
  t.equal(answer.headers.get('tus-version'), '1.0.0');
  t.equal(answer.headers.get('tus-max-size'), '12345');
  t.same(answer.headers.get('tus-extension')?.split(',').sort(), [
    'checksum',
    'creation',
    'creation-with-upload',
    'expiration',
    'termination',
  ]);
  t.same(answer.headers.get('tus-checksum-algorithm')?.split(','), ['sha1', 'sha256', 'md5']);
  t.match(answer.headers.get('access-control-allow-headers'), /Upload-Checksum/);
  t.equal(answer.headers.get('access-control-allow-credentials'), null, 'other sites never with credentials');
});

t.test('in pieces, to its place, into one asset', async (t) => {
  const { api, auth, create, owner } = await start(t);
  const file = randomBytes(300_000);
  const made = await create(file.length);
  t.equal(made.status, 201);
  t.match(made.id, /^upload_[0-9A-Z]{26}$/);
  t.ok(Date.parse(made.headers.get('upload-expires') ?? '') > api.clock.now(), 'it says when it would expire');
  const first = await send(made.at, 'PATCH', { ...auth, ...dataType, 'upload-offset': '0' }, file.subarray(0, 100_000));
  t.match(first, { status: 204 });
  t.equal(first.headers.get('upload-offset'), '100000');
  t.equal(first.headers.get('dramabox-asset'), null);
  t.match(await send(made.at, 'PATCH', { ...auth, ...dataType, 'upload-offset': '0' }, file.subarray(0, 10)), {
    status: 409,
    code: 'upload_offset_conflict',
  });
  t.equal((await rows(api)).assets.length, 0);
  const last = await send(
    made.at,
    'PATCH',
    { ...auth, ...dataType, 'upload-offset': '100000' },
    file.subarray(100_000),
  );
  const assetId = last.headers.get('dramabox-asset');
  t.match(assetId, /^asset_/);
  t.ok((await stored(api, made.id)).equals(file), 'byte for byte, at its place');
  const { assets, versions } = await rows(api);
  t.match(assets, [
    {
      id: assetId,
      owner_id: owner.id,
      title: 'clip',
      upload_id: made.id,
      source_key: sourceKey(made.id),
      source_bytes: file.length,
      state: 'processing',
    },
  ]);
  t.match(versions, [{ asset_id: assetId, number: 1, state: 'queued' }]);
  t.same(await api.recorded('version.queued'), [versions[0]?.id]);
  t.match(api.events.published, [{ name: 'asset.changed', event: { assetId } }]);

  // Finished again and again, in every way a client could.
  const again = await send(made.at, 'HEAD', auth);
  t.equal(again.headers.get('dramabox-asset'), assetId);
  t.equal(again.headers.get('upload-offset'), String(file.length));
  t.equal(again.headers.get('cache-control'), 'no-store');
  const empty = await send(made.at, 'PATCH', { ...auth, ...dataType, 'upload-offset': String(file.length) });
  t.equal(empty.headers.get('dramabox-asset'), assetId);
  t.equal(
    (await send(made.at, 'PATCH', { ...auth, ...dataType, 'upload-offset': '5' }, Buffer.from('x'))).code,
    'upload_offset_conflict',
  );
  await api.upkeep('uploads.repair');
  t.equal((await rows(api)).assets.length, 1);
  t.equal((await send(made.at, 'DELETE', auth)).code, 'conflict', 'the source of an asset cannot be pulled away');
  t.ok(await api.storage.stat(sourceKey(made.id)));
});

t.test('the row is the record of an upload, read once and written once for each piece', async (t) => {
  const folder = t.testdir();
  const database = await openTestDatabase(path.join(folder, 'dramabox.db'));
  const asked: string[] = [];
  const noting: KyselyPlugin = {
    transformQuery: ({ node }) => {
      if (JSON.stringify(node).includes('"uploads"')) asked.push(node.kind);
      return node;
    },
    transformResult: async ({ result }) => result,
  };
  const first = await start(t, { folder, database: { ...database, db: database.db.withPlugin(noting) } });
  const given = metadata({ filename: '../"x".mp4', note: 'grüezi' });
  const made = await first.create(100, { 'upload-metadata': `${given},flag` });
  asked.length = 0;
  const patch = { ...first.auth, ...dataType, 'upload-offset': '0' };
  t.equal((await send(made.at, 'PATCH', patch, randomBytes(60))).status, 204);
  t.same(asked, ['SelectQueryNode', 'UpdateQueryNode']);
  await first.api.stop();

  const { keyrings } = first.api;
  const second = await start(t, { folder, keyrings });
  const head = await send(made.at.replace(first.url, second.url), 'HEAD', first.auth);
  t.equal(head.headers.get('upload-metadata'), `${given},flag`, 'what the client said is given back');
  t.match([head.headers.get('upload-offset'), head.headers.get('upload-length')], ['60', '100']);
});

t.test('with the first bytes, and with none at all', async (t) => {
  const { api, create } = await start(t);
  const file = randomBytes(1000);
  const whole = await create(file.length, dataType, file);
  t.equal(whole.status, 201);
  t.match(whole.headers.get('dramabox-asset'), /^asset_/);
  t.ok((await stored(api, whole.id)).equals(file));
  const empty = await create(0);
  t.equal(empty.status, 201);
  t.match(
    empty.headers.get('dramabox-asset'),
    /^asset_/,
    'an empty file becomes an asset, which the probe refuses in words',
  );
});

t.test('a real client, interrupted by a restart of the server', async (t) => {
  const folder = t.testdir();
  const first = await start(t, { folder });
  const file = randomBytes(400_000);
  let at: string | null = null;
  await new Promise<void>((resolve, reject) => {
    const upload = new Upload(file as never, {
      endpoint: `${first.url}/api/v1/uploads`,
      chunkSize: 100_000,
      retryDelays: [],
      headers: first.auth,
      metadata: { filename: 'film.mkv', filetype: 'video/x-matroska' },
      onError: reject,
      onSuccess: () => {
        reject(new Error('finished too early'));
      },
      onChunkComplete: (_size, accepted) => {
        if (accepted >= 200_000) void upload.abort().then(resolve, reject);
      },
    });
    upload.options.onUploadUrlAvailable = () => {
      at = upload.url;
    };
    upload.start();
  });
  await first.api.stop();

  const { keyrings } = first.api;
  const second = await startControlApi(t, { folder, keyrings });
  const url = await second.listen();
  let assetId: string | undefined;
  await new Promise<void>((resolve, reject) => {
    const offsets: number[] = [];
    new Upload(file as never, {
      uploadUrl: String(at).replace(first.url, url),
      chunkSize: 100_000,
      retryDelays: [],
      headers: first.auth,
      onError: reject,
      onAfterResponse: (_request, response) => {
        assetId = response.getHeader('Dramabox-Asset') ?? assetId;
      },
      onProgress: (sent) => {
        offsets.push(sent);
      },
      onSuccess: () => {
        t.ok((offsets[0] ?? 0) >= 200_000, 'it went on where it was');
        resolve();
      },
    }).start();
  });
  const { assets } = await rows(second);
  t.match(assets, [{ id: assetId, title: 'film' }]);
  t.ok((await stored(second, assets[0]?.upload_id ?? '')).equals(file));
});

t.test('only its owner knows it', async (t) => {
  const { api, auth, create, url } = await start(t);
  const other = { authorization: (await api.as('content_manager')).authorization };
  const made = await create(10);
  for (const [method, headers] of [
    ['HEAD', {}],
    ['PATCH', { ...dataType, 'upload-offset': '0' }],
    ['DELETE', {}],
  ] as const) {
    t.equal(
      (await send(made.at, method, { ...other, ...headers }, method === 'PATCH' ? Buffer.from('attack') : undefined))
        .status,
      404,
      method,
    );
  }
  t.equal(await offsetOf(made.at, auth), 0);
  t.same(((await (await fetch(`${url}/api/v1/uploads`, { headers: other })).json()) as { items: object[] }).items, []);
  t.match(((await (await fetch(`${url}/api/v1/uploads`, { headers: auth })).json()) as { items: object[] }).items, [
    { id: made.id, filename: 'clip.mp4', bytes: 10, receivedBytes: 0 },
  ]);
  for (const id of [
    '..%2F..%2Fdramabox.db',
    '..%5C..%5Cx',
    '%2e%2e%2fx',
    'upload_x',
    `${made.id}%00`,
    made.id.toLowerCase(),
    `${made.id}.json`,
    `x/../${made.id}`,
    '%252e%252e%252f',
  ]) {
    const { status } = await send(`${url}/api/v1/uploads/${id}`, 'HEAD', auth);
    // The client resolves the last but one itself, to the genuine address.
    t.equal(status, id.startsWith('x/') ? 200 : 404, id);
  }
});

t.test('size: the limit, and a lie about it', async (t) => {
  const { api, auth, create } = await start(t, { settings: { uploads: { maxBytes: 1000 } } });
  t.match(await create(1001), { status: 413, code: 'upload_too_large' });
  t.equal((await api.db.selectFrom('uploads').selectAll().execute()).length, 0);
  const made = await create(100);
  t.match(await send(made.at, 'PATCH', { ...auth, ...dataType, 'upload-offset': '0' }, randomBytes(101)), {
    status: 413,
    code: 'upload_too_large',
  });
  const chunked = openPatch(made.at, { ...auth, 'upload-offset': '0', 'transfer-encoding': 'chunked' });
  await chunked.write(randomBytes(60));
  await chunked.write(randomBytes(60));
  chunked.end();
  t.match(await chunked.answer, { status: 413, code: 'upload_too_large' });
  t.ok((await stored(api, made.id)).length <= 100, 'never a byte more than was declared');
  t.equal((await rows(api)).assets.length, 0);
  for (const headers of [
    { 'upload-length': '-1' },
    { 'upload-length': '1e3' },
    { 'upload-length': '' },
    { 'upload-length': '99999999999999999999' },
  ]) {
    t.ok([400, 413].includes((await create(5, headers)).status), JSON.stringify(headers));
  }
  const deferred = await send(made.at.replace(/\/[^/]+$/, ''), 'POST', { ...auth, 'upload-defer-length': '1' });
  t.match(deferred, { status: 400, code: 'invalid_request' });
});

t.test('types, names and versions that are refused', async (t) => {
  const { create, auth, url, api } = await start(t);
  t.match(await create(10, { 'upload-metadata': metadata({ filename: 'x.html', filetype: 'video/mp4' }) }), {
    status: 415,
    code: 'upload_type_not_allowed',
  });
  t.match(await create(10, { 'upload-metadata': metadata({ filename: 'x.mp4', filetype: 'text/html' }) }), {
    status: 415,
  });
  for (const wrong of [
    'filename not-base64!',
    'filename YQ==,filename Yg==',
    'filename YQ',
    ',',
    'a b c',
    'näme YQ==',
    `filename ${'YWFh'.repeat(2500)}`,
  ]) {
    t.match(
      await create(10, { 'upload-metadata': Buffer.from(wrong).toString('latin1') }),
      { status: 400, code: 'invalid_request' },
      wrong.slice(0, 40),
    );
  }
  for (const nothing of ['filename', 'filename YQ==,other'])
    t.equal((await create(10, { 'upload-metadata': nothing })).status, 201, nothing);
  const made = await create(
    3,
    {
      ...dataType,
      'upload-metadata': metadata({ filename: '../../<img src=x onerror=alert(1)>\r\n"\'.mp4', filetype: 'video/mp4' }),
    },
    Buffer.from('abc'),
  );
  t.equal(made.status, 201);
  const asset = (await rows(api)).assets[0];
  t.equal(asset?.title, '<img src=x onerror=alert(1)> "\'');
  const shown = await fetch(`${url}/api/v1/assets/${asset?.id}`, { headers: auth });
  t.match(shown.headers.get('content-type'), /^application\/json/, 'a title is data, never a page');
  t.equal(shown.headers.get('x-content-type-options'), 'nosniff');
  const old = await send(`${url}/api/v1/uploads`, 'POST', { ...auth, 'upload-length': '5', 'tus-resumable': '0.2.2' });
  t.match(old, { status: 412, code: 'tus_version_unsupported' });
  t.equal(old.headers.get('tus-version'), '1.0.0');
  t.equal(
    (
      await send(
        (await create(5)).at,
        'PATCH',
        { ...auth, 'content-type': 'application/json', 'upload-offset': '0' },
        Buffer.from('{}'),
      )
    ).status,
    415,
  );
  t.equal(
    (await fetch(`${url}/api/v1/uploads/${made.id}`, { headers: auth })).status,
    405,
    'sources are not read back',
  );
});

t.test('checksums: what was damaged is taken back', async (t) => {
  const { api, auth, create } = await start(t);
  const file = randomBytes(200_000);
  const made = await create(file.length);
  const patch = (offset: number, body: Buffer, sum: string) =>
    send(made.at, 'PATCH', { ...auth, ...dataType, 'upload-offset': String(offset), 'upload-checksum': sum }, body);
  const half = file.subarray(0, 100_000);
  for (const algorithm of ['sha1', 'sha256', 'md5']) {
    t.match(
      await patch(0, half, checksum(algorithm, Buffer.from('else'))),
      { status: 460, code: 'upload_checksum_mismatch' },
      algorithm,
    );
    t.equal(await offsetOf(made.at, auth), 0, 'not a byte stays');
  }
  t.equal((await patch(0, half, 'crc32 AAAA')).status, 400);
  t.equal((await patch(0, half, checksum('sha1', half))).status, 204);
  t.equal((await patch(100_000, file.subarray(100_000), checksum('sha256', half))).status, 460, 'the last piece too');
  t.equal((await rows(api)).assets.length, 0, 'a damaged last piece makes no asset');
  t.equal(await offsetOf(made.at, auth), 100_000, 'what was good before stays');
  const cut = openPatch(made.at, {
    ...auth,
    'upload-offset': '100000',
    'content-length': '100000',
    'upload-checksum': checksum('sha1', file.subarray(100_000)),
  });
  await cut.write(file.subarray(100_000, 150_000));
  await until('some of it arrived', () => spooled(api) > 0);
  cut.cut();
  await until('what nobody could verify is gone', () => spooled(api) === 0);
  t.equal((await stored(api, made.id)).length, 100_000);
  t.equal((await patch(100_000, file.subarray(100_000), checksum('md5', file.subarray(100_000)))).status, 204);
  t.ok((await stored(api, made.id)).equals(file));
  t.equal((await rows(api)).assets.length, 1);

  const withBody = await create(
    50,
    { ...dataType, 'upload-checksum': checksum('sha1', Buffer.from('no')) },
    randomBytes(50),
  );
  t.match(withBody, { status: 460 });
  t.equal(withBody.headers.get('location'), null);
  t.match(
    await api.db.selectFrom('uploads').select('state').orderBy('id', 'desc').executeTakeFirst(),
    { state: 'terminated' },
    'nobody could continue it',
  );
});

t.test('a broken connection keeps what arrived', async (t) => {
  const { api, auth, create } = await start(t);
  const file = randomBytes(100_000);
  const made = await create(file.length);
  const patch = openPatch(made.at, { ...auth, 'upload-offset': '0', 'content-length': String(file.length) });
  await patch.write(file.subarray(0, 40_000));
  await until('it arrived', async () => (await stored(api, made.id)).length === 40_000);
  patch.cut();
  const offset = await until('the upload is free again', async () => offsetOf(made.at, auth));
  t.equal(offset, 40_000);
  t.equal(
    (await send(made.at, 'PATCH', { ...auth, ...dataType, 'upload-offset': String(offset) }, file.subarray(offset)))
      .status,
    204,
  );
  t.ok((await stored(api, made.id)).equals(file));
});

t.test('two at once cannot mix', async (t) => {
  const { api, auth, create } = await start(t);
  const file = randomBytes(80_000);
  const made = await create(file.length);
  const slow = openPatch(made.at, { ...auth, 'upload-offset': '0', 'content-length': String(file.length) });
  await slow.write(file.subarray(0, 30_000));
  await until('the first one writes', async () => (await stored(api, made.id)).length === 30_000);
  const second = await send(
    made.at,
    'PATCH',
    { ...auth, ...dataType, 'upload-offset': '0' },
    Buffer.alloc(80_000, 0x21),
  );
  t.equal(second.code, 'upload_offset_conflict', 'it waited, and found the upload further on');
  slow.cut();
  t.equal(await offsetOf(made.at, auth), 30_000);
  const both = await Promise.all(
    [1, 2, 3].map(() =>
      send(made.at, 'PATCH', { ...auth, ...dataType, 'upload-offset': '30000' }, file.subarray(30_000)),
    ),
  );
  t.same(
    both.map(({ status }) => status).sort((a, b) => a - b),
    [204, 409, 409],
  );
  t.ok((await stored(api, made.id)).equals(file));
  t.equal((await rows(api)).assets.length, 1);
  t.equal((await api.recorded('version.queued')).length, 1);
});

t.test('giving up', async (t) => {
  const { api, auth, create } = await start(t);
  const made = await create(10);
  await send(made.at, 'PATCH', { ...auth, ...dataType, 'upload-offset': '0' }, Buffer.from('12345'));
  t.equal((await send(made.at, 'DELETE', auth)).status, 204);
  t.equal(await api.storage.stat(sourceKey(made.id)), undefined);
  t.equal((await send(made.at, 'HEAD', auth)).status, 410);
  t.equal((await send(made.at, 'DELETE', auth)).status, 410);
});

t.test('how many and how much', async (t) => {
  let free = 1000;
  const { api, auth, create } = await start(t, {
    settings: { uploads: { maxOpenPerAccount: 3 }, storage: { minFreeBytes: 100 } },
    storage: (disk) => Object.assign(disk, { freeBytes: async () => free }),
  });
  t.match(await create(901), { status: 507, code: 'insufficient_storage' }, 'the reserve is kept');
  const first = await create(600);
  t.equal(first.status, 201);
  t.equal((await create(400)).status, 507, 'what was promised to another is not free');
  const results = await Promise.all([create(200), create(200), create(200)]);
  t.same(
    results.map(({ status }) => status).sort((a, b) => a - b),
    [201, 507, 507],
    'nor promised twice at the same time',
  );
  await send(first.at, 'PATCH', { ...auth, ...dataType, 'upload-offset': '0' }, randomBytes(500));
  free = 500;
  t.equal((await create(100)).status, 201, 'received bytes are no longer promised: 500 - 100 - 100 - 200');
  t.equal((await create(1)).code, 'too_many_uploads');
  free = 150;
  const before = await offsetOf(first.at, auth);
  t.equal(
    (await send(first.at, 'PATCH', { ...auth, ...dataType, 'upload-offset': '500' }, randomBytes(100))).status,
    507,
    'the disk filled meanwhile',
  );
  t.equal(await offsetOf(first.at, auth), before);
  free = 10_000;
  t.equal(
    (await send(first.at, 'PATCH', { ...auth, ...dataType, 'upload-offset': '500' }, randomBytes(100))).status,
    204,
    'and it goes on when there is room',
  );
  t.equal((await api.db.selectFrom('uploads').select('id').where('state', '=', 'receiving').execute()).length, 2);
});

t.test('expiry counts from the last byte', async (t) => {
  const hour = 3_600_000;
  const { api, auth, create } = await start(t, { settings: { uploads: { expiresAfterHours: 2 } } });
  const made = await create(10);
  api.clock.advance(1.5 * hour);
  await api.db
    .updateTable('sign_ins')
    .set({ expires_at: api.clock.now() + 100 * hour })
    .execute();
  const again = {
    authorization: await api.signIn(await api.db.selectFrom('accounts').selectAll().executeTakeFirstOrThrow()),
  };
  t.not(again.authorization, auth.authorization);
  const patched = await send(made.at, 'PATCH', { ...again, ...dataType, 'upload-offset': '0' }, Buffer.from('12345'));
  t.ok(Date.parse(patched.headers.get('upload-expires') ?? '') - api.clock.now() > 1.9 * hour);
  api.clock.advance(1.5 * hour);
  t.equal(await api.upkeep('uploads.collect'), 0);
  const later = {
    authorization: await api.signIn(await api.db.selectFrom('accounts').selectAll().executeTakeFirstOrThrow()),
  };
  t.equal(await offsetOf(made.at, later), 5, 'three hours old and alive');
  api.clock.advance(hour);
  const last = {
    authorization: await api.signIn(await api.db.selectFrom('accounts').selectAll().executeTakeFirstOrThrow()),
  };
  t.equal((await send(made.at, 'HEAD', last)).status, 410, 'gone before it is collected');
  t.equal(await api.upkeep('uploads.collect'), 1);
  t.equal(await api.storage.stat(sourceKey(made.id)), undefined);
  t.equal(await api.upkeep('uploads.collect'), 0);
  t.equal(
    (await send(made.at, 'PATCH', { ...last, ...dataType, 'upload-offset': '5' }, Buffer.from('67890'))).code,
    'upload_gone',
  );
});

t.test('crashes between two steps are made good', async (t) => {
  const { api, auth, create } = await start(t);
  const file = randomBytes(1000);
  // All bytes, no asset.
  const whole = async () => {
    const made = await create(file.length);
    await api.storage.uploadStore().append(made.id, 0, Readable.from([file]));
    return made;
  };
  const byHead = await whole();
  const answer = await send(byHead.at, 'HEAD', auth);
  t.match(answer.headers.get('dramabox-asset'), /^asset_/, 'a client that asks repairs it');
  const byPatch = await whole();
  t.match(
    (await send(byPatch.at, 'PATCH', { ...auth, ...dataType, 'upload-offset': '1000' })).headers.get('dramabox-asset'),
    /^asset_/,
  );
  const byBoot = await whole();
  const stillOpen = await create(5);
  t.same(await api.upkeep('uploads.repair', AbortSignal.abort()), [], 'a stop does not wait for it');
  const made = await api.upkeep<string[]>('uploads.repair');
  t.equal(made.length, 1, 'a start repairs it');
  t.match(
    (await rows(api)).assets.find(({ upload_id }) => upload_id === byBoot.id),
    { id: made[0] },
  );
  const expired = await whole();
  await api.db.updateTable('uploads').set({ expires_at: 1 }).where('id', 'in', [expired.id, stillOpen.id]).execute();
  t.equal(await api.upkeep('uploads.collect', AbortSignal.abort()), 0, 'nor for this');
  t.equal(await api.upkeep('uploads.collect'), 1, 'complete is not abandoned');
  t.equal((await rows(api)).assets.length, 4);

  // The row says ended, the bytes are still there.
  const ended = await create(5);
  await send(ended.at, 'PATCH', { ...auth, ...dataType, 'upload-offset': '0' }, Buffer.from('123'));
  await api.db.updateTable('uploads').set({ state: 'terminated' }).where('id', '=', ended.id).execute();
  await api.upkeep('uploads.collect');
  t.equal(await api.storage.stat(sourceKey(ended.id)), undefined);
});

t.test('tus-js-client reads our errors', async (t) => {
  const { url, auth } = await start(t, { settings: { uploads: { maxBytes: 10 } } });
  const error = await new Promise<Error>((resolve) => {
    new Upload(randomBytes(20) as never, {
      endpoint: `${url}/api/v1/uploads`,
      retryDelays: [],
      headers: auth,
      onError: resolve,
      metadata: { filename: 'a.mp4' },
    }).start();
  });
  t.ok(error instanceof DetailedError);
  t.match((error as DetailedError).originalResponse?.getBody(), /"code":"upload_too_large"/);
});
