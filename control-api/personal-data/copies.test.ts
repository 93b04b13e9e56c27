import { randomBytes } from 'node:crypto';
import t, { type Test } from 'tap';
import { DatabaseQueue } from '../../server/queue/database.ts';
import type { Storage } from '../../server/storage/port.ts';
import { until } from '../../server/testing/until.ts';
import { startControlApi, type Harness, type HarnessOptions } from '../testing/harness.ts';
import type { DataSection } from '../personal-data.ts';
import { copyParts } from './copy-file.ts';
import type { DataCopyView } from './schemas.ts';
import { addKnownPerson, secretsOfPerson } from './testing/household.ts';

const path = '/api/v1/accounts/me/data-copies';
const dayMs = 86_400_000;

/** With jobs that are done. */
async function start(t: Test, options: HarnessOptions = {}): Promise<Harness> {
  const api = await startControlApi(t, {
    queue: (parts) => new DatabaseQueue({ ...parts, pollMs: 20, retryBaseMs: 1 }),
    ...options,
  });
  await api.controlApi.background.start();
  return api;
}

const ask = (api: Harness, authorization: string) =>
  api.app.inject({ method: 'POST', url: path, headers: { authorization } });
const list = async (api: Harness, authorization: string) =>
  (await api.app.inject({ url: path, headers: { authorization } })).json<{ items: DataCopyView[] }>().items;
const link = (api: Harness, authorization: string, id: string) =>
  api.app.inject({ method: 'POST', url: `${path}/${id}/download`, headers: { authorization } });

async function ready(api: Harness, authorization: string): Promise<DataCopyView> {
  return until('the copy is ready', async () => {
    const [newest] = await list(api, authorization);
    return newest?.state === 'ready' ? newest : undefined;
  });
}

t.test('everything that is known of somebody comes in one file', async (t) => {
  const api = await start(t, { settings: { server: { publicUrl: 'https://video.example.com' } } });
  const inject = api.app.inject.bind(api.app);
  api.app.inject = ((options: object) =>
    inject(
      typeof options === 'string'
        ? { url: options, headers: { host: 'video.example.com' } }
        : { ...options, headers: { ...(options as { headers?: object }).headers, host: 'video.example.com' } },
    )) as typeof inject;
  const [person, other] = [await addKnownPerson(api), await api.as('super_admin')];
  await api.app.inject({
    method: 'POST',
    url: `/api/v1/accounts/${person.id}/sign-out`,
    headers: { authorization: other.authorization },
    body: { reason: 'Asked by phone' },
  });
  const authorization = await api.signIn(person);
  const asked = await ask(api, authorization);
  t.equal(asked.statusCode, 202, asked.body);
  t.match(asked.json(), { state: 'waiting', bytes: null, readyAt: null });
  const copy = await ready(api, authorization);
  t.equal(Date.parse(copy.expiresAt), api.clock.now() + 7 * dayMs);

  const mail = await until('the mail is there', async () => {
    const mails = await api.keptMails.list(100);
    return mails.find(({ to, subject }) => to === person.email && subject.includes('copy of your data'));
  });
  t.match(mail.text, 'https://video.example.com/account/data');
  t.notMatch(mail.text, copy.id, 'no address of the file');

  const given = await link(api, authorization, copy.id);
  t.equal(given.statusCode, 200, given.body);
  const { url, expiresAt } = given.json<{ url: string; expiresAt: string }>();
  t.equal(Date.parse(expiresAt), api.clock.now() + 60_000);
  const file = await api.app.inject({ url });
  t.equal(file.statusCode, 200, file.body);
  t.match(file.headers, {
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'content-length': String(copy.bytes),
  });
  t.match(file.headers['content-disposition'], /^attachment; filename="my-data-\d{4}-\d{2}-\d{2}\.json"$/);
  const said = file.json<{
    format: string;
    accountId: string;
    about: Record<string, string>;
    data: Record<string, Record<string, unknown>[]>;
  }>();
  t.match(said, { format: 'dramabox-data-copy-1', accountId: person.id });
  t.same(Object.keys(said.about), Object.keys(said.data));
  t.match(said.data, {
    account: [{ id: person.id, email: person.email }],
    waysIn: [{ hasPassword: true, recoveryCodesLeft: 1 }],
    passkeys: [{ name: 'My phone' }],
    linkedAccounts: [{ provider: 'apple', name: 'Ann Lee' }],
    profiles: [{ name: 'Annie', hasPin: true }],
    profileSettings: [{ isPinAskedToLeaveKids: true }],
    consents: [{ document: 'terms', version: '7' }],
    uploads: [{ id: /^upload_/ }, { id: /^upload_/ }],
    assets: [{ id: person.assetId }],
    apiKeys: [{ name: 'The subtitles tool' }],
    invitations: [{ role: 'support' }],
    dataCopies: [{ id: copy.id }],
  });
  t.ok(said.data['signIns']?.some(({ userAgent }) => userAgent === 'Their browser'));
  t.match(
    said.data['accountHistory']?.find(({ event }) => event === 'account.signed-out'),
    { by: 'staff', address: null, after: { reason: 'Asked by phone' } },
    'what staff did, not who it was',
  );
  t.ok(said.data['ownDoings']?.some(({ event }) => event === 'upload.created'));
  for (const secret of [...secretsOfPerson, other.id, other.email, 'invited-by'])
    t.notMatch(file.body, secret, 'nothing to sign in with, and nothing of others');
  t.notMatch(api.logs.join('\n'), url.split('token=')[1] as string, 'no address of a file in the log');
  t.match(await api.db.selectFrom('audit_log').select('event').where('subject', '=', copy.id).orderBy('id').execute(), [
    { event: 'data-copy.asked' },
    { event: 'data-copy.downloaded' },
  ]);
});

t.test('one at a time, and three in a day', async (t) => {
  const api = await startControlApi(t);
  const { authorization } = await api.as('viewer');
  for (const n of [1, 2, 3]) {
    t.equal((await ask(api, authorization)).statusCode, 202, String(n));
    const twice = await ask(api, authorization);
    t.match(twice.json(), { status: 409, code: 'data_copy_under_way' });
    await api.db.updateTable('data_copies').set({ state: 'failed' }).execute();
  }
  const fourth = await ask(api, authorization);
  t.match(fourth.json(), { status: 429, code: 'too_many_requests', retryAfterSeconds: 86_400 });
  api.clock.advance(dayMs + 1);
  const viewer = await api.as('viewer');
  t.equal((await ask(api, viewer.authorization)).statusCode, 202, 'others ask for theirs');
  const both = await Promise.all([1, 2].map(async () => ask(api, (await api.as('viewer')).authorization)));
  t.same(
    both.map(({ statusCode }) => statusCode),
    [202, 202],
  );
  const { authorization: last } = await api.as('viewer');
  const atOnce = await Promise.all([1, 2, 3].map(() => ask(api, last)));
  t.same(
    atOnce.map(({ statusCode }) => statusCode).sort((one, other) => one - other),
    [202, 409, 409],
  );
});

t.test('who may not have it', async (t) => {
  const api = await start(t);
  const [ann, bob] = [await api.as('viewer'), await api.as('viewer')];
  await ask(api, ann.authorization);
  const { id } = await ready(api, ann.authorization);
  t.match((await link(api, bob.authorization, id)).json(), { status: 404, code: 'not_found' });
  const admin = await api.as('super_admin');
  t.equal((await link(api, admin.authorization, id)).statusCode, 404, 'nobody else, whoever it is');
  t.same(await list(api, bob.authorization), []);
  t.equal((await ask(api, (await api.as('guest')).authorization)).statusCode, 403);

  const url = (await link(api, ann.authorization, id)).json<{ url: string }>().url;
  const [before, token = ''] = url.split('token=');
  const [time, kid, proof] = token.split('.');
  const open = (changed: string) => api.app.inject({ url: `${before}token=${changed}` });
  for (const wrong of [
    `${Number(time) + 1}.${kid}.${proof}`,
    `${time}.other.${proof}`,
    `${time}.${kid}.${randomBytes(32).toString('base64url')}`,
  ])
    t.match((await open(wrong)).json(), { status: 410, code: 'link_expired' }, wrong);
  t.equal((await api.app.inject({ url: before as string })).statusCode, 400);
  t.equal(
    (
      await api.app.inject({
        url: url.replace(
          id,
          id.replace(/.$/, (last) => (last === '0' ? '1' : '0')),
        ),
      })
    ).statusCode,
    410,
  );
  t.equal((await api.app.inject({ url })).statusCode, 200);
  await api.db.updateTable('accounts').set({ status: 'disabled' }).where('id', '=', ann.id).execute();
  t.equal((await api.app.inject({ url })).statusCode, 410, 'not for who may not sign in');
  await api.db.updateTable('accounts').set({ status: 'active' }).where('id', '=', ann.id).execute();
  api.clock.advance(60_000);
  t.equal((await api.app.inject({ url })).statusCode, 410, 'nor after a minute');

  await api.db.updateTable('sign_ins').set({ authenticated_at: 1 }).where('account_id', '=', ann.id).execute();
  t.equal((await link(api, ann.authorization, id)).json().code, 'step_up_required');
  t.equal((await ask(api, ann.authorization)).json().code, 'step_up_required');
});

t.test("a kids' profile gets nothing", async (t) => {
  const api = await startControlApi(t);
  const { id: account_id, authorization } = await api.as('viewer');
  await api.rows.profile({ account_id });
  const { id } = await api.rows.profile({ account_id, is_main: 0, is_kids: 1, maturity_limit: 6 });
  const headers = { authorization };
  await api.app.inject({ method: 'POST', url: `/api/v1/profiles/${id}/choose`, headers, body: {} });
  t.equal((await ask(api, authorization)).json().code, 'kids_profile');
  t.equal((await api.app.inject({ url: path, headers })).json().code, 'kids_profile');
  for (const [method, url] of [
    ['POST', '/api/v1/accounts/me/deletion'],
    ['DELETE', '/api/v1/accounts/me/deletion'],
    ['DELETE', '/api/v1/accounts/guest'],
  ] as const)
    t.equal((await api.app.inject({ method, url, headers, body: {} })).json().code, 'kids_profile', `${method} ${url}`);
});

t.test('a week later it is gone', async (t) => {
  const api = await start(t);
  const { authorization } = await api.as('viewer');
  await ask(api, authorization);
  const { id } = await ready(api, authorization);
  const row = await api.db.selectFrom('data_copies').selectAll().executeTakeFirstOrThrow();
  const key = row.storage_key as string;
  t.match(key, /^data-copies\/account_/);
  api.clock.advance(7 * dayMs - 1);
  t.equal(await api.upkeep('personal-data.forget-copies'), 0);
  t.ok(await api.storage.stat(key));
  api.clock.advance(1);
  const later = await api.signIn({ id: row.account_id });
  t.equal((await link(api, later, id)).statusCode, 404, 'at once, whenever it is removed');
  t.equal(await api.upkeep('personal-data.forget-copies'), 1);
  t.equal(await api.storage.stat(key), undefined);
  t.same(await list(api, later), []);
});

t.test('files that nobody knows of are removed, once they are a day old', async (t) => {
  const api = await start(t);
  const { authorization } = await api.as('viewer');
  await ask(api, authorization);
  await ready(api, authorization);
  await api.storage.put('data-copies/account_x/copy_x/lost.json', '{}');
  await api.storage.put('assets/x', 'of somebody else');
  t.equal(await api.upkeep('personal-data.collect-copies'), 0);
  api.clock.advance(dayMs + 60_000);
  t.equal(await api.upkeep('personal-data.collect-copies'), 1);
  t.equal(await api.storage.stat('data-copies/account_x/copy_x/lost.json'), undefined);
  t.ok(await api.storage.stat('assets/x'));
  const { storage_key } = await api.db.selectFrom('data_copies').selectAll().executeTakeFirstOrThrow();
  t.ok(await api.storage.stat(storage_key as string));
});

t.test('a job that was never asked for, because of a kill, is asked for later', async (t) => {
  const api = await startControlApi(t);
  const { authorization } = await api.as('viewer');
  api.queue.failure = new Error('away');
  t.equal((await ask(api, authorization)).statusCode, 202, 'it is asked for all the same');
  api.queue.failure = undefined;
  const [{ id } = { id: '' }] = await list(api, authorization);
  api.queue.missing = async (keys: readonly string[] = []) => new Set(keys);
  t.equal(await api.upkeep('personal-data.ask-for-copies'), 1);
  t.match(api.queue.asked, [{ name: 'data-copy.make', payload: { copyId: id } }]);
  api.queue.missing = async () => new Set();
  t.equal(await api.upkeep('personal-data.ask-for-copies'), 0, 'not while there is one');
});

t.test('a storage that fails makes it fail in the end, and another one can be asked for', async (t) => {
  let failing = true;
  const api = await start(t, {
    storage: (storage): Storage =>
      Object.assign(Object.create(storage) as Storage, {
        putFile: async (key: string, file: string) => {
          if (failing) throw new Error('broken');
          return storage.putFile(key, file);
        },
        stat: storage.stat.bind(storage),
        stream: storage.stream.bind(storage),
        check: storage.check.bind(storage),
        uploadStore: storage.uploadStore.bind(storage),
        freeBytes: storage.freeBytes.bind(storage),
        list: storage.list.bind(storage),
      }),
  });
  const viewer = await api.as('viewer');
  await ask(api, viewer.authorization);
  await until('it has failed', async () => {
    api.clock.advance(60_000);
    const row = await api.db.selectFrom('data_copies').select('state').executeTakeFirstOrThrow();
    return row.state === 'failed';
  });
  const authorization = await api.signIn(viewer);
  const [{ id } = { id: '' }] = await list(api, authorization);
  t.match((await link(api, authorization, id)).json(), { status: 409, code: 'data_copy_not_ready' });
  failing = false;
  t.equal((await ask(api, authorization)).statusCode, 202);
  await ready(api, authorization);
});

t.test('the file is written as it is read, and is JSON whatever is in it', async (t) => {
  let read = 0;
  const things: DataSection = {
    name: 'things',
    about: 'Things.',
    async *read() {
      for (let page = 0; page < 1000; page += 1) {
        read += 1;
        yield [{ page, text: '"}]\u2028' }, { page }];
      }
    },
  };
  const empty: DataSection = { name: 'nothing', about: 'Nothing.', async *read() {} };
  const head = { accountId: 'account_1', madeAt: 'now' };
  const parts = copyParts(head, [empty, things]);
  let first = '';
  while (read < 3) first += (await parts.next()).value ?? '';
  t.ok(first.length < 1000, 'three pages were read, and that is all');
  let whole = '';
  for await (const part of copyParts(head, [empty, things, empty])) whole += part;
  const { data } = JSON.parse(whole) as { data: Record<string, unknown[]> };
  t.equal(data['things']?.length, 2000);
  t.same(data['things']?.[0], { page: 0, text: '"}]\u2028' });
  t.same(data['nothing'], []);
});
