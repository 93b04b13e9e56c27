import t from 'tap';
import { declaredEvents } from '../../server/http/writes/audit.ts';
import { until } from '../../server/testing/until.ts';
import { createFirstAdmin } from '../sign-in/passwords/first-admin.ts';
import { setPassword } from '../sign-in/passwords/set-password.ts';
import { startControlApi, type Harness } from '../testing/harness.ts';
import { startLinkedSite } from '../sign-in/linked/testing/site.ts';
import type { AuditRecordView } from './schemas.ts';
import { accountWrites } from './testing/account-writes.ts';
import { catalogueWrites } from './testing/catalogue-writes.ts';
import { invitationWrites } from './testing/invitation-writes.ts';
import { linkedWrites } from './testing/linked-writes.ts';
import { personalDataWrites } from './testing/personal-data-writes.ts';
import { signInWrites } from './testing/sign-in-writes.ts';
import type { Writes } from './testing/write.ts';

/** A viewer with a profile besides the main one. */
async function withProfile(api: Harness, columns: Parameters<Harness['rows']['profile']>[0]) {
  const { id: actor, authorization } = await api.as('viewer');
  await api.rows.profile({ account_id: actor });
  return { actor, authorization, id: (await api.rows.profile({ account_id: actor, is_main: 0, ...columns })).id };
}

/** Every route that declares an event, called once with success. */
const writes: Writes = {
  ...signInWrites,
  ...accountWrites,
  ...catalogueWrites,
  ...invitationWrites,
  ...personalDataWrites,
  'POST /api/v1/profiles': async (api) => {
    const { id, authorization } = await api.as('viewer');
    const body = { name: 'Mia', avatar: { picture: 'koala', colour: 'teal' } };
    const after = { name: 'Mia', picture: 'koala', isKids: false };
    return { url: '/profiles', authorization, body, record: { actor: id, subject: /^profile_/, before: null, after } };
  },
  'PATCH /api/v1/profiles/:id': async (api) => {
    const { actor, authorization, id } = await withProfile(api, { name: 'Mia' });
    const record = { actor, subject: id, before: { name: 'Mia' }, after: { name: 'Lee' } };
    return { url: `/profiles/${id}`, authorization, body: { name: 'Lee' }, record };
  },
  'PUT /api/v1/profiles/:id/restrictions': async (api) => {
    const { actor, authorization, id } = await withProfile(api, { is_kids: 1, maturity_limit: 6 });
    const [before, after] = [
      { isKids: true, maturityLimit: 6 },
      { isKids: false, maturityLimit: null },
    ];
    const record = { actor, subject: id, before, after };
    return { url: `/profiles/${id}/restrictions`, authorization, body: after, record };
  },
  'DELETE /api/v1/profiles/:id': async (api) => {
    const { actor, authorization, id } = await withProfile(api, { name: 'Gone' });
    const record = { actor, subject: id, before: { name: 'Gone' }, after: null };
    return { url: `/profiles/${id}`, authorization, record };
  },
  'PUT /api/v1/profiles/:id/pin': async (api) => {
    const { actor, authorization, id } = await withProfile(api, {});
    const record = { actor, subject: id, before: { hasPin: false }, after: { hasPin: true } };
    return { url: `/profiles/${id}/pin`, authorization, body: { pin: '2580' }, record };
  },
  'DELETE /api/v1/profiles/:id/pin': async (api) => {
    const { actor, authorization, id } = await withProfile(api, { pin_hash: 'x' });
    const record = { actor, subject: id, before: { hasPin: true }, after: { hasPin: false } };
    return { url: `/profiles/${id}/pin`, authorization, record };
  },
  'PATCH /api/v1/profile-settings': async (api) => {
    const { id: actor, authorization } = await api.as('viewer');
    const { id } = await api.rows.profile({ account_id: actor, pin_hash: 'x' });
    const [before, after] = [{ requirePinToLeaveKids: false }, { requirePinToLeaveKids: true }];
    return { url: '/profile-settings', authorization, body: after, record: { actor, subject: id, before, after } };
  },
  'PUT /api/v1/consents/:document': async (api) => {
    const { id: actor, authorization } = await api.as('viewer');
    const record = { actor, event: 'consent.withdrawn', subject: /^consent_/, after: { document: 'marketing' } };
    return { url: '/consents/marketing', authorization, body: { version: '1', given: false }, record };
  },
  'POST /api/v1/uploads': async (api) => {
    const { id, authorization } = await api.as('content_manager');
    return {
      url: '/uploads',
      authorization,
      headers: { 'tus-resumable': '1.0.0', 'upload-length': '5', 'upload-metadata': 'filename Y2xpcC5tcDQ=' },
      record: { actor: id, subject: /^upload_/, after: { filename: 'clip.mp4', bytes: 5 } },
    };
  },
  'DELETE /api/v1/uploads/:id': async (api) => {
    const owner = await api.as('content_manager');
    const { headers } = await api.app.inject({
      method: 'POST',
      url: '/api/v1/uploads',
      headers: { authorization: owner.authorization, 'tus-resumable': '1.0.0', 'upload-length': '5' },
    });
    const id = String(headers.location).split('/').at(-1);
    const { id: actor, authorization } = await api.as('super_admin');
    return {
      url: `/uploads/${id}`,
      authorization,
      headers: { 'tus-resumable': '1.0.0' },
      record: { actor, subject: id, before: { filename: String } },
    };
  },
  'PATCH /api/v1/assets/:id': async (api) => {
    const { id: actor, authorization } = await api.as('content_manager');
    const { assetId } = await api.rows.title({ ownerId: actor, name: 'Old' });
    return {
      url: `/assets/${assetId}`,
      authorization,
      body: { title: 'New' },
      record: { actor, subject: assetId, before: { title: 'Old' }, after: { title: 'New' } },
    };
  },
  'DELETE /api/v1/assets/:id': async (api) => {
    const { id: actor, authorization } = await api.as('super_admin');
    const { assetId } = await api.rows.title({ name: 'Gone', published: false });
    return {
      url: `/assets/${assetId}`,
      authorization,
      record: { actor, subject: assetId, before: { title: 'Gone', state: 'processing' }, after: null },
    };
  },
  'POST /api/v1/assets/:id/retry': async (api) => {
    const { id: actor, authorization } = await api.as('content_manager');
    const { assetId } = await api.rows.title({
      ownerId: actor,
      asset: 'failed',
      version: 'failed',
      error: 'encode_failed',
    });
    const record = { actor, subject: assetId, before: { state: 'failed' }, after: { version: /^version_/ } };
    return { url: `/assets/${assetId}/retry`, authorization, record };
  },
  'POST /api/v1/assets/:id/reencode': async (api) => {
    const { id: actor, authorization } = await api.as('content_manager');
    const { assetId } = await api.rows.title({ ownerId: actor, asset: 'ready', version: 'complete' });
    const record = { actor, subject: assetId, before: { state: 'ready' }, after: { version: /^version_/ } };
    return { url: `/assets/${assetId}/reencode`, authorization, record };
  },
  'POST /api/v1/assets/:id/cancel': async (api) => {
    const { id: actor, authorization } = await api.as('content_manager');
    const { assetId } = await api.rows.title({ ownerId: actor });
    return {
      url: `/assets/${assetId}/cancel`,
      authorization,
      record: { actor, subject: assetId, before: { state: 'processing' } },
    };
  },
  'POST /api/v1/assets/bulk/delete': async (api) => {
    const { id: actor, authorization } = await api.as('content_manager');
    const { assetId } = await api.rows.title({ published: false, ownerId: actor, name: 'Gone' });
    const record = { actor, subject: assetId, before: { title: 'Gone', state: 'processing' }, after: null };
    return { url: '/assets/bulk/delete', authorization, body: { ids: [assetId] }, record };
  },
  'POST /api/v1/assets/bulk/reencode': async (api) => {
    const { id: actor, authorization } = await api.as('content_manager');
    const { assetId } = await api.rows.title({ ownerId: actor, asset: 'ready', version: 'complete' });
    const record = { actor, subject: assetId, before: { state: 'ready' }, after: { version: /^version_/ } };
    return { url: '/assets/bulk/reencode', authorization, body: { ids: [assetId] }, record };
  },
  'POST /api/v1/assets/bulk/cancel': async (api) => {
    const { id: actor, authorization } = await api.as('content_manager');
    const { assetId } = await api.rows.title({ ownerId: actor });
    const record = { actor, subject: assetId, before: { state: 'processing' } };
    return { url: '/assets/bulk/cancel', authorization, body: { ids: [assetId] }, record };
  },
  'GET /api/v1/audit/export': async (api) => {
    const { id: actor, authorization } = await api.as('super_admin');
    return {
      url: '/audit/export?format=csv&event=account.created',
      authorization,
      record: { actor, subject: 'audit-log', before: null, after: { format: 'csv', event: 'account.created' } },
    };
  },
  'POST /api/v1/operations/set-aside/:consumer/:eventId/try-again': async (api) => {
    const { id: actor, authorization } = await api.as('super_admin');
    const consumer = 'test.fail';
    await api.outbox.consume({
      name: consumer,
      events: ['version.ended'],
      maxAttempts: 1,
      deliver: async () => {
        throw new Error('out of order');
      },
    });
    const { assetId } = await api.rows.title({ version: 'encoding' });
    await api.lifecycle.cancel(assetId);
    const setAside = () => api.outbox.setAside(1);
    await until('the event is set aside', async () => (await setAside()).length === 1);
    const eventId = (await setAside())[0]?.eventId;
    return {
      url: `/operations/set-aside/${consumer}/${eventId}/try-again`,
      authorization,
      record: { actor, subject: eventId, after: { consumer } },
    };
  },
};

async function log(api: Harness, query = ''): Promise<AuditRecordView[]> {
  const { authorization } = await api.as('super_admin');
  const response = await api.app.inject({ url: `/api/v1/audit${query}`, headers: { authorization } });
  return response.json<{ items: AuditRecordView[] }>().items;
}

t.test('every write leaves what it declares, with who, what and by which request', async (t) => {
  const site = await startLinkedSite(t, {
    accounts: { guests: true },
    consents: { marketingUrl: '/offers', marketingVersion: '1' },
  });
  const { api } = site;
  const all: Writes = { ...writes, ...linkedWrites(site) };
  const declared = new Map<string, readonly string[]>();
  for (const { method, url, audit } of api.routes)
    if (declaredEvents(audit).length > 0) declared.set(`${method} ${url}`, declaredEvents(audit));
  // Signed by Apple or Facebook: tried where such notices are read.
  declared.delete('POST /api/v1/sign-in/apple/notices');
  declared.delete('POST /api/v1/sign-in/facebook/data-deletion');
  t.same([...declared.keys()].sort(), Object.keys(all).sort(), 'every write that declares an event is tried');
  for (const [name, prepare] of Object.entries(all)) {
    const { url, authorization, headers, body, record } = await prepare(api);
    const response = await api.app.inject({
      method: name.split(' ')[0] as 'POST',
      url: `/api/v1${url}`,
      headers: { ...headers, ...(authorization === undefined ? {} : { authorization }) },
      ...(body === undefined ? {} : { body }),
    });
    t.ok(response.statusCode < 300, `${name}: ${response.statusCode} ${response.body.slice(0, 200)}`);
    // What is done at once may leave more: a new account is signed in to.
    const newest = (await log(api)).find(
      ({ requestId, event }) => requestId === response.headers['request-id'] && declared.get(name)?.includes(event),
    );
    t.match(newest, { address: '127.0.0.1' }, name);
    t.match(newest, record, name);
  }
  const rows = JSON.stringify(await api.db.selectFrom('audit_log').selectAll().execute());
  t.notMatch(rows, /password of many words|seven green bottles|correct horse|argon2|eyJ|challenge_/, 'no secrets');
});

t.test('what is taken back, or changes nothing, leaves nothing', async (t) => {
  const api = await startControlApi(t);
  const { id, authorization } = await api.as('super_admin');
  const change = (account: string, body: object) =>
    api.app.inject({ method: 'PATCH', url: `/api/v1/accounts/${account}`, headers: { authorization }, body });
  t.equal((await change(id, { role: 'viewer' })).statusCode, 409);
  t.equal((await change((await api.addAccount('support')).id, { role: 'support' })).statusCode, 200);
  const signOut = await api.app.inject({
    method: 'POST',
    url: '/api/v1/accounts/sign-out',
    body: { delivery: 'body', refreshToken: 'a'.repeat(43) },
  });
  t.equal(signOut.statusCode, 204);
  t.same(await api.db.selectFrom('audit_log').selectAll().execute(), []);
});

t.test('pages of the log, by subject and by actor', async (t) => {
  const api = await startControlApi(t);
  const manager = await api.as('content_manager');
  const [one, two] = [await api.rows.title({ ownerId: manager.id }), await api.rows.title({ ownerId: manager.id })];
  for (const { assetId, title } of [one, one, two].map((made, n) => ({ ...made, title: `Title ${n}` })))
    await api.app.inject({
      method: 'PATCH',
      url: `/api/v1/assets/${assetId}`,
      headers: { authorization: manager.authorization },
      body: { title },
    });
  t.same(
    (await log(api, `?actor=${manager.id}`)).map(({ after }) => after),
    [{ title: 'Title 2' }, { title: 'Title 1' }, { title: 'Title 0' }],
  );
  const [newest] = await log(api, `?subject=${one.assetId}&limit=1`);
  t.match(newest, { subject: one.assetId, after: { title: 'Title 1' } });
  t.match(await log(api, `?subject=${one.assetId}&limit=1&cursor=${newest?.id}`), [{ after: { title: 'Title 0' } }]);
  t.same(await log(api, `?actor=${(await api.addAccount('viewer')).id}`), []);
});

t.test('the asset that the last byte makes is recorded for the owner of the upload', async (t) => {
  const api = await startControlApi(t);
  const owner = await api.as('content_manager');
  const { headers } = await api.app.inject({
    method: 'POST',
    url: '/api/v1/uploads',
    headers: {
      authorization: owner.authorization,
      'tus-resumable': '1.0.0',
      'upload-length': '5',
      'content-type': 'application/offset+octet-stream',
    },
    body: 'bytes',
  });
  const uploadId = String(headers.location).split('/').at(-1);
  const [made] = await log(api, `?subject=${String(headers['dramabox-asset'])}`);
  t.match(made, { event: 'asset.created', actor: owner.id, after: { upload: uploadId } });
});

t.test('a stream of somebody else that is ended leaves a record', async (t) => {
  const api = await startControlApi(t);
  const [viewer, admin] = [await api.addAccount('viewer'), await api.as('super_admin')];
  const { assetId, versionId } = await api.rows.title({ asset: 'ready', version: 'complete' });
  const startedAt = api.clock.now();
  const id = 'session_01ARZ3NDEKTSV4RRFFQ69G5FAV';
  await api.sessions.start(
    { id, accountId: viewer.id, assetId, versionId, startedAt, expiresAt: startedAt + 60_000 },
    { perAccount: 0, policy: 'refuse', idleAfterMs: 60_000 },
  );
  const headers = { authorization: admin.authorization };
  await api.app.inject({ method: 'DELETE', url: `/api/v1/playback/sessions/${id}`, headers });
  t.match(await log(api, `?subject=${id}`), [
    { event: 'session.ended', actor: admin.id, before: { owner: viewer.id } },
  ]);
});

t.test('what an operator does at the machine is recorded without an account', async (t) => {
  const api = await startControlApi(t);
  const made = await createFirstAdmin(api.db, { email: 'admin@example.com' });
  await setPassword(api.db, { email: 'admin@example.com', outbox: api.outbox });
  await api.controlApi.signInOperator();
  const records = await api.db.selectFrom('audit_log').select(['event', 'subject', 'actor']).orderBy('id').execute();
  t.match(records, [
    { event: 'account.created', subject: made?.id, actor: null },
    { event: 'account.password-changed', subject: made?.id, actor: null },
    { event: 'sign-in.started', actor: made?.id },
  ]);
});
