import t from 'tap';
import { loadConfig } from '../../config/load.ts';
import { auditWithoutRequest } from '../../server/http/writes/audit.ts';
import { newId } from '../../server/kit/ids.ts';
import { auditLog } from '../audit-log.ts';
import { startControlApi, type Harness } from '../testing/harness.ts';
import { askedDocuments } from './documents.ts';
import { ConsentsService } from './service.ts';
import type { ConsentsView, ConsentView } from './schemas.ts';

const consents = {
  termsUrl: 'https://example.com/terms',
  termsVersion: '1',
  privacyUrl: '/legal/privacy',
  privacyVersion: '2026-11-30',
  marketingUrl: '/legal/offers',
  marketingVersion: '1',
};

const show = async (api: Harness, authorization: string) =>
  (await api.app.inject({ url: '/api/v1/consents', headers: { authorization } })).json<ConsentsView>();
const decide = (api: Harness, authorization: string, document: string, body: object, headers = {}) =>
  api.app.inject({ method: 'PUT', url: `/api/v1/consents/${document}`, headers: { authorization, ...headers }, body });

t.test('everybody may know what is asked', async (t) => {
  const api = await startControlApi(t, { settings: { consents } });
  t.strictSame((await api.app.inject('/api/v1/consents/documents')).json(), {
    items: [
      { document: 'terms', version: '1', url: 'https://example.com/terms', isRequired: true },
      { document: 'privacy', version: '2026-11-30', url: '/legal/privacy', isRequired: true },
      { document: 'marketing', version: '1', url: '/legal/offers', isRequired: false },
    ],
  });
});

t.test('consents are given and withdrawn, and all of it stays', async (t) => {
  const api = await startControlApi(t, { settings: { consents } });
  const [other, viewer] = [await api.as('viewer'), await api.as('viewer')];
  for (const document of ['terms', 'marketing'])
    await decide(api, other.authorization, document, { version: '1', given: document === 'marketing' });
  const before = await show(api, viewer.authorization);
  t.match(before, { isDue: true, history: [] });
  t.same(
    before.items.map(({ document, decision, isDue }) => [document, decision, isDue]),
    [
      ['terms', null, true],
      ['privacy', null, true],
      ['marketing', null, false],
    ],
  );
  const headers = { 'user-agent': `App/1.0 \u00AD${'x'.repeat(400)}`, 'accept-language': 'nl;q=0.5, pt-br' };
  const given = await decide(api, viewer.authorization, 'terms', { version: '1', given: true }, headers);
  t.equal(given.statusCode, 200, given.body);
  const at = new Date(api.clock.now()).toISOString();
  t.match(given.json(), { document: 'terms', decision: { given: true, version: '1', at }, isDue: false });
  await decide(api, viewer.authorization, 'privacy', { version: '2026-11-30', given: true, language: 'DE-at' });
  const agreed = await show(api, viewer.authorization);
  t.equal(agreed.isDue, false);
  t.match(agreed.items[0], { decision: { given: true } });
  api.clock.advance(1000);
  for (const isGiven of [true, false])
    t.equal((await decide(api, viewer.authorization, 'marketing', { version: '1', given: isGiven })).statusCode, 200);

  const after = await show(api, viewer.authorization);
  t.match(after.items[2], { decision: { given: false, version: '1' }, isDue: false });
  t.same(
    after.history.map(({ document, given: isGiven, language }) => [document, isGiven, language]),
    [
      ['marketing', false, null],
      ['marketing', true, null],
      ['privacy', true, 'de-AT'],
      ['terms', true, 'pt-BR'],
    ],
  );
  t.match(after.history.at(-1), { id: /^consent_/, at, address: '127.0.0.1', userAgent: /^App\/1\.0 x{290,}$/ });
  t.equal(after.history.at(-1)?.userAgent?.length, 300);

  const log = await api.db.selectFrom('audit_log').selectAll().where('actor', '=', viewer.id).orderBy('id').execute();
  t.same(
    log.map(({ event, after: facts }) => [event, facts]),
    [
      ['consent.given', '{"document":"terms","version":"1"}'],
      ['consent.given', '{"document":"privacy","version":"2026-11-30"}'],
      ['consent.given', '{"document":"marketing","version":"1"}'],
      ['consent.withdrawn', '{"document":"marketing","version":"1"}'],
    ],
  );
  t.same(
    (await show(api, other.authorization)).items.map(({ decision }) => decision?.given),
    [false, undefined, true],
    'everybody decides for themselves',
  );
  t.same((await show(api, (await api.as('super_admin')).authorization)).history, [], 'and sees their own');
});

t.test('the same decision once more is none', async (t) => {
  const api = await startControlApi(t, { settings: { consents } });
  const { authorization } = await api.as('viewer');
  const twice = [1, 2].map(() => decide(api, authorization, 'terms', { version: '1', given: true }));
  t.same(
    (await Promise.all(twice)).map(({ statusCode }) => statusCode),
    [200, 200],
  );
  t.equal((await show(api, authorization)).history.length, 1);
});

t.test('a newer version is asked for again, and only that counts', async (t) => {
  const api = await startControlApi(t, { settings: { consents } });
  const viewer = await api.as('viewer');
  for (const [document, version] of [
    ['terms', '1'],
    ['privacy', '2026-11-30'],
    ['marketing', '1'],
  ] as const)
    await decide(api, viewer.authorization, document, { version, given: true });
  await api.stop();

  const later = await startControlApi(t, {
    folder: api.config.dataDir,
    settings: { consents: { ...consents, termsVersion: '2', marketingVersion: '2' } },
  });
  const authorization = await later.signIn(viewer);
  const due = await show(later, authorization);
  t.equal(due.isDue, true);
  t.match(due.items, [
    { document: 'terms', version: '2', decision: { given: true, version: '1' }, isDue: true },
    { document: 'privacy', isDue: false },
    { document: 'marketing', version: '2', decision: { given: true, version: '1' }, isDue: false },
  ]);
  for (const given of [true, false])
    t.match((await decide(later, authorization, 'terms', { version: '1', given })).json(), {
      status: 409,
      code: 'consent_outdated',
      document: 'terms',
      version: '2',
    });
  t.equal(
    (await decide(later, authorization, 'terms', { version: '2', given: true })).json<ConsentView>().isDue,
    false,
  );
  t.equal(
    (await decide(later, authorization, 'terms', { version: '2', given: false })).json<ConsentView>().isDue,
    true,
  );
  t.equal((await show(later, authorization)).history.length, 5);
});

t.test('what cannot be decided', async (t) => {
  const api = await startControlApi(t, { settings: { consents } });
  const { authorization } = await api.as('viewer');
  for (const [document, body, status] of [
    ['analytics', { version: '1', given: true }, 404],
    ['cookies', { version: '1', given: true }, 400],
    ['terms', { given: true }, 400],
    ['terms', { version: '1' }, 400],
    ['terms', { version: '', given: true }, 400],
    ['terms', { version: "1' or 1=1", given: true }, 400],
    ['terms', { version: 'x'.repeat(33), given: true }, 400],
    ['terms', { version: '1', given: 'yes' }, 400],
    ['terms', { version: '1', given: true, language: 'english' }, 400],
    ['terms', { version: '1', given: true, language: 'de-1996-1996' }, 400],
    ['terms', { version: '1', given: true, accountId: 'account_01ARZ3NDEKTSV4RRFFQ69G5FAV' }, 400],
  ] as const)
    t.equal((await decide(api, authorization, document, body)).statusCode, status, JSON.stringify([document, body]));
  t.same(await api.db.selectFrom('consents').selectAll().execute(), []);
  for (let n = 0; n < 60; n += 1) await decide(api, authorization, 'terms', { version: '0', given: true });
  t.equal((await decide(api, authorization, 'terms', { version: '1', given: true })).statusCode, 429);
});

t.test("a kids' profile agrees to nothing", async (t) => {
  const api = await startControlApi(t, { settings: { consents } });
  const viewer = await api.as('viewer');
  await api.rows.profile({ account_id: viewer.id });
  const { id } = await api.rows.profile({ account_id: viewer.id, is_main: 0, is_kids: 1, maturity_limit: 6 });
  const headers = { authorization: viewer.authorization };
  await api.app.inject({ method: 'POST', url: `/api/v1/profiles/${id}/choose`, headers, body: {} });
  t.match((await decide(api, viewer.authorization, 'terms', { version: '1', given: true })).json(), {
    code: 'kids_profile',
  });
});

t.test('decisions at the same time follow one another, and the last one counts', async (t) => {
  const api = await startControlApi(t, { settings: { consents } });
  const { id, authorization } = await api.as('viewer');
  const answers = await Promise.all(
    [true, false, true, false, true, false].map((given) =>
      decide(api, authorization, 'marketing', { version: '1', given }),
    ),
  );
  t.ok(answers.every(({ statusCode }) => statusCode === 200));
  const rows = await api.db
    .selectFrom('consents')
    .select(['number', 'given'])
    .where('account_id', '=', id)
    .orderBy('number')
    .execute();
  t.same(
    rows.map(({ number }) => number),
    rows.map((_, index) => index + 1),
  );
  t.ok(
    rows.every(({ given }, index) => given !== rows[index - 1]?.given),
    'none of them repeats the one before',
  );
  const { items, history } = await show(api, authorization);
  t.equal(items[2]?.decision?.given, history[0]?.given);
});

t.test('who signs up agrees in the transaction that makes the account', async (t) => {
  const api = await startControlApi(t);
  const { db, clock } = api;
  const documents = askedDocuments(loadConfig({ overrides: { consents } }).consents);
  const service = new ConsentsService({ db, documents, clock });
  const source = {
    audit: auditWithoutRequest(auditLog(clock)),
    address: '203.0.113.9',
    headers: { 'user-agent': 'App/1.0', 'accept-language': 'de' },
  };
  const signUp = (decisions: Parameters<typeof service.record>[2]) =>
    db.transaction().execute(async (tx) => {
      const id = newId('account');
      await tx
        .insertInto('accounts')
        .values({
          id,
          email: `${id.toLowerCase()}@example.com`,
          password_hash: 'x',
          role: 'viewer',
          status: 'active',
          created_at: clock.now(),
          updated_at: clock.now(),
        })
        .execute();
      await service.record(tx, id, decisions, source);
      return id;
    });
  const id = await signUp([
    { document: 'terms', version: '1', given: true, language: 'de-AT' },
    { document: 'marketing', version: '1', given: false },
  ]);
  t.match(await db.selectFrom('consents').selectAll().where('account_id', '=', id).orderBy('number').execute(), [
    { document: 'terms', given: 1, address: '203.0.113.9', user_agent: 'App/1.0', language: 'de-AT' },
    { document: 'marketing', given: 0, language: 'de' },
  ]);
  t.same(
    (await db.selectFrom('audit_log').select(['event', 'actor']).orderBy('id').execute()).map(({ event, actor }) => [
      event,
      actor,
    ]),
    [
      ['consent.given', id],
      ['consent.withdrawn', id],
    ],
  );
  for (const [wrong, code] of [
    [{ document: 'terms', version: '0', given: true }, 'consent_outdated'],
    [{ document: 'analytics', version: '1', given: true }, 'not_found'],
    [{ document: 'terms', version: '1', given: true, language: 'x' }, 'invalid_request'],
  ] as const)
    await t.rejects(signUp([wrong]), { code });
  t.equal((await db.selectFrom('accounts').selectAll().execute()).length, 1, 'no account without what it agreed to');

  await db.deleteFrom('accounts').where('id', '=', id).execute();
  t.same(await db.selectFrom('consents').selectAll().execute(), [], 'they go with the account');
});
