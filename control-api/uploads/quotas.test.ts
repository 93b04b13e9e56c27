import { randomBytes } from 'node:crypto';
import t, { type Test } from 'tap';
import { startControlApi } from '../testing/harness.ts';
import { offsetOf, start, stored } from './testing/open-uploads.ts';
import { dataType, metadata, openPatch, send } from './testing/tus-requests.ts';
import { until } from '../../server/testing/until.ts';

const hour = 3_600_000;
/** Some time later: access tokens have ended, and the owner has a new one. */
async function later(
  { api, owner, auth }: Pick<Awaited<ReturnType<typeof start>>, 'api' | 'owner' | 'auth'>,
  ms: number,
) {
  api.clock.advance(ms);
  auth.authorization = await api.signIn(owner);
}
const withQuotas = (t: Test, uploads: Record<string, number>) => start(t, { settings: { uploads } });

t.test('an account that declares much and sends nothing keeps no room from others', async (t) => {
  let free = 1000;
  const site = await start(t, { storage: (disk) => Object.assign(disk, { freeBytes: async () => free }) });
  const { api, url, auth, create } = site;
  const attacker = { authorization: (await api.as('content_manager')).authorization };
  const begin = (bytes: number) =>
    send(`${url}/api/v1/uploads`, 'POST', { ...attacker, 'upload-length': String(bytes) });
  t.equal((await begin(1000)).status, 201);
  t.equal((await begin(1)).status, 507, 'against itself it counts');
  const made = await create(1000);
  t.equal(made.status, 201, 'others are let in all the same');

  await send(made.at, 'PATCH', { ...auth, ...dataType, 'upload-offset': '0' }, randomBytes(300));
  free = 700;
  const other = await api.as('content_manager');
  const third = async (bytes: number) =>
    send(`${url}/api/v1/uploads`, 'POST', { authorization: await api.signIn(other), 'upload-length': String(bytes) });
  t.equal((await third(401)).status, 507, 'what bytes came for keeps as much again');
  await later(site, 15 * 60_000);
  t.equal((await third(401)).status, 201, 'until it stands still');

  free = 0;
  t.match(
    await send(made.at, 'PATCH', { ...auth, ...dataType, 'upload-offset': '300' }, randomBytes(700)),
    { status: 507, code: 'insufficient_storage' },
    'a disk that is full after all is said',
  );
  t.equal(await offsetOf(made.at, auth), 300, 'and nothing is lost');
  free = 700;
  const rest = await send(made.at, 'PATCH', { ...auth, ...dataType, 'upload-offset': '300' }, randomBytes(700));
  t.match(rest.headers.get('dramabox-asset'), /^asset_/);
});

t.test('while bytes come, the disk is looked at: what is to stay free stays free', async (t) => {
  const megabyte = 2 ** 20;
  let free = 100 * megabyte;
  const { api, auth, create } = await start(t, {
    settings: { storage: { minFreeBytes: megabyte } },
    storage: (disk) => Object.assign(disk, { freeBytes: async () => free }),
  });
  const file = randomBytes(40 * megabyte);
  const made = await create(file.length);
  const patch = openPatch(made.at, { ...auth, 'upload-offset': '0', 'content-length': String(file.length) });
  await patch.write(file.subarray(0, megabyte));
  await until('it arrives', async () => (await stored(api, made.id)).length === megabyte);
  free = megabyte;
  await patch.write(file.subarray(megabyte));
  t.match(await patch.answer, { status: 507, code: 'insufficient_storage' });
  const offset = await offsetOf(made.at, auth);
  t.ok(offset >= megabyte && offset < 20 * megabyte, `${offset} bytes are kept`);
  free = 100 * megabyte;
  const rest = await send(
    made.at,
    'PATCH',
    { ...auth, ...dataType, 'upload-offset': String(offset) },
    file.subarray(offset),
  );
  t.match(rest.headers.get('dramabox-asset'), /^asset_/, 'with room it goes on');
  t.ok((await stored(api, made.id)).equals(file));
});

t.test('uploads of a day', async (t) => {
  const site = await withQuotas(t, { maxPerDay: 3 });
  const { auth, create } = site;
  t.equal((await create(3, dataType, Buffer.from('abc'))).status, 201);
  await later(site, hour);
  const made = await create(10);
  t.equal((await send(made.at, 'DELETE', auth)).status, 204);
  const tried = await Promise.all([create(10), create(10), create(10), create(10)]);
  t.same(
    tried.map(({ status }) => status).sort((a, b) => a - b),
    [201, 201, 429, 429],
    'at once; one that ended before a byte came does not count',
  );
  const refused = tried.find(({ status }) => status === 429);
  t.match(JSON.parse(refused?.body ?? ''), { code: 'too_many_uploads_of_day', maxPerDay: 3 });
  t.equal(refused?.headers.get('retry-after'), String(23 * 3600));
  t.match(refused?.headers.get('access-control-expose-headers'), /Retry-After/);
  await later(site, 23 * hour - 1000);
  t.equal((await create(10)).status, 429);
  await later(site, 1000);
  t.equal((await create(10)).status, 201, 'when it says');
});

t.test('bytes of a day: what came counts once, whatever became of it', async (t) => {
  const { api, auth, create } = await withQuotas(t, { maxBytesPerDay: 1000 });
  t.match(await create(1001), { status: 413, code: 'upload_too_large' }, 'it never fits');
  const made = await create(800);
  t.match(await create(300), { status: 429, code: 'upload_bytes_of_day_used_up' });
  await send(made.at, 'PATCH', { ...auth, ...dataType, 'upload-offset': '0' }, randomBytes(500));
  await send(made.at, 'PATCH', { ...auth, ...dataType, 'upload-offset': '0' }, randomBytes(500));
  t.equal(await offsetOf(made.at, auth), 500, 'sent twice, kept once');
  t.equal((await send(made.at, 'DELETE', auth)).status, 204);
  t.match((await create(501)).code, 'upload_bytes_of_day_used_up');
  t.equal((await create(500)).status, 201, 'what was given up counts with what had come');
  t.match(await api.db.selectFrom('uploads').select('received_bytes').orderBy('id').execute(), [
    { received_bytes: 500 },
    { received_bytes: null },
  ]);
});

t.test('bytes stored: a title counts until it is deleted', async (t) => {
  const { api, auth, create } = await withQuotas(t, { maxStoredBytes: 1000 });
  const made = await create(600, dataType, randomBytes(600));
  const assetId = made.headers.get('dramabox-asset');
  t.match(assetId, /^asset_/);
  const open = await create(300);
  const refused = await create(101);
  t.match(JSON.parse(refused.body), {
    code: 'upload_storage_used_up',
    status: 413,
    leftBytes: 100,
    maxStoredBytes: 1000,
    bytes: 101,
  });
  t.equal(refused.headers.get('retry-after'), null, 'time alone does not help');
  t.equal((await send(open.at, 'DELETE', auth)).status, 204);
  t.equal((await create(400)).status, 201, 'what is given up is given back');
  t.equal((await create(1)).status, 413);
  const deleted = await api.app.inject({ method: 'DELETE', url: `/api/v1/assets/${assetId}`, headers: auth });
  t.equal(deleted.statusCode, 204);
  t.equal((await create(600)).status, 201, 'and what is deleted');
  t.equal((await create(1)).status, 413);
});

t.test('what is left is said to the account, and who has how much to those who manage all uploads', async (t) => {
  const site = await withQuotas(t, { maxPerDay: 3, maxBytesPerDay: 2000, maxOpenPerAccount: 5 });
  const { api, url, auth, owner, create } = site;
  const get = async (at: string, authorization: string) => {
    const answer = await fetch(`${url}/api/v1/${at}`, { headers: { authorization } });
    return { status: answer.status, body: (await answer.json()) as object };
  };
  const nothing = { open: 0, begun: 0, begunBytes: 0, storedBytes: 0 };
  const limits = { open: 5, begun: 3, begunBytes: 2000, storedBytes: null };
  t.same((await get('upload-quota', auth.authorization)).body, { used: nothing, limits, freesAt: null });
  await create(600, dataType, randomBytes(600));
  await later(site, hour);
  await create(700);
  const used = { open: 1, begun: 2, begunBytes: 1300, storedBytes: 1300 };
  t.same((await get('upload-quota', auth.authorization)).body, {
    used,
    limits,
    freesAt: new Date(api.clock.now() + 23 * hour).toISOString(),
  });
  const viewer = await api.as('viewer');
  t.equal((await get('upload-quota', viewer.authorization)).status, 403);

  const admin = await api.as('super_admin');
  await send(`${url}/api/v1/uploads`, 'POST', {
    authorization: admin.authorization,
    'upload-length': '1400',
    'upload-metadata': metadata({ filename: 'a.mp4' }),
  });
  t.same((await get('upload-usage', admin.authorization)).body, {
    items: [
      { accountId: admin.id, email: admin.email, used: { open: 1, begun: 1, begunBytes: 1400, storedBytes: 1400 } },
      { accountId: owner.id, email: owner.email, used },
    ],
    limits,
  });
  t.equal((await get('upload-usage', auth.authorization)).status, 403, "a content manager does not see others'");
});

t.test('two processes on one database count alike', async (t) => {
  const folder = t.testdir();
  const settings = { uploads: { maxPerDay: 3 } };
  const one = await start(t, { folder, settings });
  const two = await startControlApi(t, { folder, settings });
  const create = async (api: typeof two) =>
    (
      await api.app.inject({
        method: 'POST',
        url: '/api/v1/uploads',
        headers: { authorization: await api.signIn(one.owner), 'tus-resumable': '1.0.0', 'upload-length': '5' },
      })
    ).statusCode;
  const tried = await Promise.all([one.api, two, one.api, two, one.api, two].map(create));
  t.same(
    tried.sort((a, b) => a - b),
    [201, 201, 201, 429, 429, 429],
  );
});

t.test('an upload whose answer was lost is begun and counted once', async (t) => {
  const { api, auth, create } = await withQuotas(t, { maxPerDay: 2, maxBytesPerDay: 1000 });
  const key = { 'idempotency-key': 'one' };
  const first = await create(600, key);
  t.equal(first.status, 201);
  const [again, meanwhile] = [await create(600, key), await create(600, { 'idempotency-key': 'two' })];
  t.match([again.status, again.id, again.headers.get('tus-resumable')], [201, first.id, '1.0.0'], 'the same one');
  t.equal(meanwhile.code, 'upload_bytes_of_day_used_up', 'another one is another');
  t.equal((await create(500, key)).code, 'idempotency_key_reused');
  await send(first.at, 'PATCH', { ...auth, ...dataType, 'upload-offset': '0' }, randomBytes(600));
  const late = await create(600, key);
  t.equal(late.id, first.id);
  t.match((await send(late.at, 'HEAD', auth)).headers.get('dramabox-asset'), /^asset_/, 'even when it is finished');

  const withBytes = { 'idempotency-key': 'three', ...dataType };
  const whole = await create(3, withBytes, Buffer.from('abc'));
  const repeated = await create(3, withBytes, Buffer.from('abc'));
  t.match([repeated.status, repeated.id], [201, whole.id]);
  t.equal((await create(3, { 'idempotency-key': 'four' })).code, 'too_many_uploads_of_day');
  t.equal((await api.db.selectFrom('uploads').select('id').execute()).length, 2);
  t.equal((await api.db.selectFrom('assets').select('id').execute()).length, 2);
});
