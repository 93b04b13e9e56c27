import t from 'tap';
import { dataCopiesOf } from '../../server/assets/storage-keys.ts';
import { startControlApi, type Harness } from '../testing/harness.ts';
import { allMailsSent, mailsTo, startMails } from '../testing/mails.ts';
import { addKnownPerson, tablesWith } from './testing/household.ts';

const dayMs = 86_400_000;
const nobody = 'account_00000000000000000000000000';

const leave = (api: Harness, authorization: string) =>
  api.app.inject({ method: 'POST', url: '/api/v1/accounts/me/deletion', headers: { authorization }, body: {} });

t.test('after the grace there is nothing left of somebody, and of nobody else is anything lost', async (t) => {
  const api = await startControlApi(t);
  const [person, other] = [await addKnownPerson(api), await addKnownPerson(api)];
  const beforeOfOther = await tablesWith(api, [other.id]);
  t.equal((await leave(api, person.authorization)).statusCode, 202);
  await api.storage.put(`${dataCopiesOf(person.id)}copy_x/file.json`, '{}');
  await api.storage.put(`${dataCopiesOf(other.id)}copy_x/file.json`, '{}');
  api.clock.advance(30 * dayMs - 1);
  t.equal(await api.upkeep('personal-data.erase'), 0, 'not before');
  api.clock.advance(1);
  t.equal(await api.upkeep('personal-data.erase'), 1);
  t.equal(await api.upkeep('personal-data.erase'), 0, 'once');

  t.same(
    (await tablesWith(api, [person.id])).filter((name) => !name.startsWith('outbox')),
    ['audit_log'],
    'what stays is named in the documentation',
  );
  t.same(await tablesWith(api, [person.email]), [], 'and nowhere is the address');
  t.equal(await api.storage.stat(`${dataCopiesOf(person.id)}copy_x/file.json`), undefined);
  t.ok(await api.storage.stat(`${dataCopiesOf(other.id)}copy_x/file.json`));
  t.same(await tablesWith(api, [other.id]), beforeOfOther);

  const asset = await api.db.selectFrom('assets').selectAll().where('id', '=', person.assetId).executeTakeFirst();
  t.match(asset, { owner_id: nobody, state: 'ready' }, 'the catalogue is of the service');
  const upload = await api.db
    .selectFrom('uploads')
    .selectAll()
    .where('id', '=', asset?.upload_id ?? '')
    .execute();
  t.match(upload, [{ owner_id: nobody, metadata: null }]);
  t.same(
    await api.db.selectFrom('uploads').select('id').where('id', '=', person.openUploadId).execute(),
    [],
    'what was open has ended',
  );
  t.equal(await api.storage.uploadStore().received(person.openUploadId), undefined);
  t.same(await api.recorded('identity.removed'), [`apple:apple-${person.id}`], 'Apple and Firebase are told');
  const admin = await api.as('super_admin');
  const list = await api.app.inject({ url: '/api/v1/accounts', headers: { authorization: admin.authorization } });
  t.notMatch(list.body, nobody, 'who stands for deleted accounts is no account to people');
  const one = await api.app.inject({
    url: `/api/v1/accounts/${nobody}`,
    headers: { authorization: admin.authorization },
  });
  t.equal(one.statusCode, 404);
  const asAdmin = { headers: { authorization: admin.authorization } };
  t.equal((await api.app.inject({ url: `/api/v1/assets/${person.assetId}`, ...asAdmin })).statusCode, 200);
  const asked = await api.app.inject(`/api/v1/data-deletions/${person.deletionCode}`);
  t.match(asked.json(), { state: 'done', endsAt: null });
});

t.test('the last mail goes to the address that there was', async (t) => {
  const api = await startControlApi(t);
  await startMails(api);
  const viewer = await api.as('viewer');
  await leave(api, viewer.authorization);
  await allMailsSent(api);
  api.clock.advance(30 * dayMs);
  await api.upkeep('personal-data.erase');
  await allMailsSent(api);
  const [last] = await mailsTo(api, viewer.email);
  t.match(last, { subject: 'Your account at Dramabox is deleted' });
  const recorded = await api.db
    .selectFrom('outbox_events')
    .select('payload')
    .where('name', '=', 'account.erased')
    .execute();
  t.notMatch(JSON.stringify(recorded), viewer.email, 'it waits sealed');
  const again = await api.app.inject({
    method: 'POST',
    url: '/api/v1/accounts/sign-in',
    body: { email: viewer.email, password: 'correct horse battery staple', delivery: 'body' },
  });
  t.equal(again.statusCode, 401);
  t.equal((await mailsTo(api, viewer.email)).length, 2);
});

t.test('what fails is tried again, and holds up nobody else', async (t) => {
  let broken = true;
  const api = await startControlApi(t, {
    storage: (storage) => {
      const deletePrefix = storage.deletePrefix.bind(storage);
      storage.deletePrefix = async (prefix) => {
        if (broken && prefix.includes(first.id)) throw new Error('the storage is broken');
        await deletePrefix(prefix);
      };
      return storage;
    },
  });
  const first = await api.as('viewer');
  const second = await api.as('viewer');
  for (const { authorization } of [first, second]) await leave(api, authorization);
  await api.storage.put(`${dataCopiesOf(first.id)}copy_x/file.json`, '{}');
  api.clock.advance(30 * dayMs);
  t.equal(await api.upkeep('personal-data.erase'), 1);
  const row = await api.db.selectFrom('accounts').selectAll().where('id', '=', first.id).executeTakeFirst();
  t.match(row, { status: 'disabled', email: first.email }, 'shut, and all its rows are there');
  broken = false;
  t.equal(await api.upkeep('personal-data.erase'), 1);
  t.equal(await api.storage.stat(`${dataCopiesOf(first.id)}copy_x/file.json`), undefined);
  t.same(await api.recorded('account.erased'), [second.id, first.id]);
});

t.test('who is erased does not come back by a copy that was being made', async (t) => {
  const api = await startControlApi(t);
  const viewer = await api.as('viewer');
  await api.app.inject({
    method: 'POST',
    url: '/api/v1/accounts/me/data-copies',
    headers: { authorization: viewer.authorization },
  });
  await leave(api, viewer.authorization);
  api.clock.advance(30 * dayMs);
  t.equal(await api.upkeep('personal-data.erase'), 1);
  t.equal(await api.upkeep('personal-data.ask-for-copies'), 0);
});
