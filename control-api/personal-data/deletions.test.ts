import t from 'tap';
import { startControlApi, type Harness } from '../testing/harness.ts';
import { newestMailTo, startMails } from '../testing/mails.ts';

const dayMs = 86_400_000;

interface Shown {
  readonly deletion: { readonly requestedAt: string; readonly endsAt: string; readonly by: string } | null;
}

const call = (api: Harness, method: 'POST' | 'DELETE', path: string, authorization: string, body: object = {}) =>
  api.app.inject({ method, url: `/api/v1/accounts/${path}`, headers: { authorization }, body });
const me = async (api: Harness, authorization: string) =>
  api.app.inject({ url: '/api/v1/accounts/me', headers: { authorization } });

t.test('leaving, and thinking better of it', async (t) => {
  const api = await startControlApi(t);
  await startMails(api);
  const viewer = await api.as('viewer');
  const other = await api.signIn(viewer);
  const { assetId, versionId } = await api.rows.title({ asset: 'ready', version: 'complete' });
  const session = { id: 'session_01ARZ3NDEKTSV4RRFFQ69G5FAV', accountId: viewer.id, assetId, versionId };
  await api.sessions.start(
    { ...session, startedAt: api.clock.now(), expiresAt: api.clock.now() + 60_000 },
    { perAccount: 0, policy: 'refuse', idleAfterMs: 60_000 },
  );
  t.equal((await me(api, viewer.authorization)).json<Shown>().deletion, null);
  const begun = await call(api, 'POST', 'me/deletion', viewer.authorization, { reason: 'Nothing\nto watch\u202e' });
  t.equal(begun.statusCode, 202, begun.body);
  const endsAt = new Date(api.clock.now() + 30 * dayMs).toISOString();
  const deletion = { requestedAt: new Date(api.clock.now()).toISOString(), endsAt, by: 'owner' };
  t.match(begun.json(), { id: viewer.id, status: 'active', deletion });
  t.match((await me(api, viewer.authorization)).json(), { deletion, email: viewer.email }, 'and all is as before');
  t.equal((await me(api, other)).statusCode, 401, 'other sign-ins end');
  t.same(await api.sessions.list({ accountId: viewer.id }), [], 'streams end');
  const letter = await newestMailTo(api, viewer.email);
  t.match(letter.text, `deleted on ${endsAt.slice(0, 16).replace('T', ' ')} UTC`);
  t.match(letter.text, /Keep my account.*account\/data/s);
  const log = await api.db.selectFrom('audit_log').selectAll().where('event', 'like', 'account.deletion%').execute();
  t.equal(log.length, 1);
  t.notMatch(JSON.stringify(log), 'Nothing', 'why is for those who run the service, and goes with the account');
  t.match(await api.db.selectFrom('accounts').select('deletion_reason').where('id', '=', viewer.id).execute(), [
    { deletion_reason: 'Nothing to watch' },
  ]);

  const support = await api.as('support');
  const seen = await api.app.inject({
    url: `/api/v1/accounts/${viewer.id}`,
    headers: { authorization: support.authorization },
  });
  t.match(seen.json(), { deletion, deletionReason: 'Nothing to watch' }, 'staff read why');

  api.clock.advance(60_000);
  const again = await call(api, 'POST', 'me/deletion', viewer.authorization);
  t.match(again.json(), { deletion }, 'begun again it ends when it was to end');
  api.clock.advance(29 * dayMs);
  await api.upkeep('personal-data.erase');
  const authorization = await api.signIn(viewer);
  const kept = await call(api, 'DELETE', 'me/deletion', authorization);
  t.match(kept.json(), { deletion: null });
  t.equal((await call(api, 'DELETE', 'me/deletion', authorization)).statusCode, 200, 'once more changes nothing');
  t.match((await newestMailTo(api, viewer.email, 2)).subject, /stays/);
  api.clock.advance(300 * dayMs);
  t.equal(await api.upkeep('personal-data.erase'), 0);
});

t.test('who says that it was somebody else keeps the account', async (t) => {
  const api = await startControlApi(t);
  await startMails(api);
  const viewer = await api.as('viewer');
  await call(api, 'POST', 'me/deletion', viewer.authorization);
  const { link } = await newestMailTo(api, viewer.email);
  const locked = await api.app.inject({ method: 'POST', url: '/api/v1/accounts/not-me', body: { link } });
  t.equal(locked.statusCode, 204, locked.body);
  const row = await api.db.selectFrom('accounts').selectAll().where('id', '=', viewer.id).executeTakeFirstOrThrow();
  t.match(row, { status: 'locked', deletion_ends_at: null, deletion_by: null });
});

t.test('what is asked for', async (t) => {
  const api = await startControlApi(t, { settings: { accounts: { deletionGraceDays: 7 } } });
  const { id, authorization } = await api.as('viewer');
  for (const body of [{ reason: 'x'.repeat(501) }, { reason: 1 }, { when: 'now' }])
    t.equal((await call(api, 'POST', 'me/deletion', authorization, body)).statusCode, 400, JSON.stringify(body));
  await api.db.updateTable('sign_ins').set({ authenticated_at: 1 }).where('account_id', '=', id).execute();
  t.equal((await call(api, 'POST', 'me/deletion', authorization)).json().code, 'step_up_required');
  await api.db
    .updateTable('sign_ins')
    .set({ authenticated_at: api.clock.now() })
    .where('account_id', '=', id)
    .execute();
  const { deletion } = (await call(api, 'POST', 'me/deletion', authorization)).json<Shown>();
  t.equal(Date.parse(deletion?.endsAt ?? ''), api.clock.now() + 7 * dayMs);
  await api.db.updateTable('sign_ins').set({ authenticated_at: 1 }).where('account_id', '=', id).execute();
  t.equal((await call(api, 'DELETE', 'me/deletion', authorization)).statusCode, 200, 'keeping it asks for nothing');
});

t.test('there is always an administrator', async (t) => {
  const api = await startControlApi(t);
  const [one, two] = [await api.as('super_admin'), await api.as('super_admin')];
  const both = await Promise.all(
    [one, two].map(({ authorization }) => call(api, 'POST', 'me/deletion', authorization)),
  );
  t.same(
    both.map(({ statusCode }) => statusCode).sort((first, second) => first - second),
    [202, 409],
    'of two who leave at once one stays',
  );
  t.equal(both.find(({ statusCode }) => statusCode === 409)?.json().code, 'last_administrator');
  const [leaving, staying] = both[0]?.statusCode === 202 ? [one, two] : [two, one];
  await api.db.updateTable('accounts').set({ status: 'disabled' }).where('id', '=', staying.id).execute();
  api.clock.advance(31 * dayMs);
  t.equal(await api.upkeep('personal-data.erase'), 0, 'nor when the other one is gone since');
  t.ok(await api.db.selectFrom('accounts').select('id').where('id', '=', leaving.id).executeTakeFirst());
  t.match(api.logs.join('\n'), /last-administrator-to-be-deleted/);
  const kept = await call(api, 'DELETE', 'me/deletion', await api.signIn(leaving));
  t.match(kept.json(), { deletion: null }, 'and it can still be kept');
});

t.test('staff do it for others, and say why', async (t) => {
  const api = await startControlApi(t);
  await startMails(api);
  const [viewer, support, admin, finance] = [
    await api.as('viewer'),
    await api.as('support'),
    await api.as('super_admin'),
    await api.as('finance'),
  ];
  const reason = { reason: 'Wrote to us from ann@example.com' };
  const begin = (who: { authorization: string }, id: string, body: object = reason) =>
    call(api, 'POST', `${id}/deletion`, who.authorization, body);
  t.equal((await begin(support, viewer.id, {})).statusCode, 400, 'without a reason nothing is done');
  t.equal((await begin(finance, viewer.id)).statusCode, 403);
  t.equal((await begin(support, support.id)).json().code, 'own_account');
  t.equal((await begin(support, finance.id)).json().code, 'not_found', 'staff are for super admins');
  t.equal((await begin(support, 'account_00000000000000000000000000')).json().code, 'not_found');
  t.equal((await begin(admin, admin.id)).json().code, 'own_account');
  const begun = await begin(support, viewer.id);
  t.match(begun.json(), { deletion: { by: 'staff' } }, begun.body);
  t.equal((await me(api, viewer.authorization)).statusCode, 401, 'signed out');
  t.match((await newestMailTo(api, viewer.email)).text, /by those who run the service/);
  const shown = await api.app.inject({
    url: `/api/v1/accounts/${viewer.id}`,
    headers: { authorization: support.authorization },
  });
  t.match(shown.json(), {
    deletion: { by: 'staff' },
    history: [
      { event: 'account.deletion-begun', actor: support.id, after: { by: 'staff', reason: /^Wrote to us from / } },
    ],
  });
  t.notMatch(shown.body, 'ann@example.com', 'nobody is named in the log');
  t.match(
    (
      await api.app.inject({ url: '/api/v1/accounts?role=viewer', headers: { authorization: support.authorization } })
    ).json(),
    { items: [{ id: viewer.id, deletion: { by: 'staff' } }] },
  );
  const kept = await call(api, 'DELETE', `${viewer.id}/deletion`, support.authorization, reason);
  t.match(kept.json(), { deletion: null });
  await api.db.updateTable('sign_ins').set({ authenticated_at: 1 }).where('account_id', '=', support.id).execute();
  t.equal((await begin(support, viewer.id)).json().code, 'step_up_required');

  t.equal((await begin(admin, finance.id)).statusCode, 202, 'super admins do it to staff');
  await begin(admin, viewer.id);
  await api.db
    .updateTable('accounts')
    .set({ status: 'disabled', deletion_ends_at: api.clock.now() })
    .where('id', '=', viewer.id)
    .execute();
  t.match((await call(api, 'DELETE', `${viewer.id}/deletion`, admin.authorization, reason)).json(), {
    status: 409,
    code: 'deletion_under_way',
  });
});

t.test('guests', async (t) => {
  const api = await startControlApi(t, { settings: { accounts: { guests: true } } });
  const begin = async () =>
    (await api.app.inject({ method: 'POST', url: '/api/v1/accounts/guest', body: { delivery: 'body' } })).json<{
      accessToken: string;
      account: { id: string };
    }>();
  const count = async () =>
    (
      await api.db
        .selectFrom('accounts')
        .select('id')
        .where('role', '=', 'guest')
        .where('status', '=', 'active')
        .execute()
    ).length;
  const guest = await begin();
  const authorization = `Bearer ${guest.accessToken}`;
  t.equal((await call(api, 'DELETE', 'guest', (await api.as('viewer')).authorization)).json().code, 'guest_only');
  t.equal((await call(api, 'DELETE', 'guest', authorization)).statusCode, 204);
  t.equal((await me(api, authorization)).statusCode, 401, 'signed out at once');
  t.equal(await api.upkeep('personal-data.erase'), 1);
  t.equal(await count(), 0, 'and gone');

  await api.outbox.makeKnown({ name: 'test.moves', events: ['guest.handed-over'] });
  const [used, unused, moved] = [await begin(), await begin(), await begin()];
  const viewer = await api.addAccount('viewer');
  await api.db.transaction().execute(async (tx) => {
    await tx.updateTable('accounts').set({ status: 'disabled' }).where('id', '=', moved.account.id).execute();
    const told = { guestId: moved.account.id, accountId: viewer.id, at: 1 };
    await api.outbox.record(tx, 'guest.handed-over', moved.account.id, told);
  });
  api.clock.advance(59 * dayMs);
  t.equal(await api.upkeep('personal-data.forget-guests'), 0);
  api.clock.advance(2 * dayMs);
  await api.db
    .updateTable('sign_ins')
    .set({ seen_at: api.clock.now() - dayMs })
    .where('account_id', '=', used.account.id)
    .execute();
  t.equal(await api.upkeep('personal-data.forget-guests'), 1);
  t.equal(await api.upkeep('personal-data.erase'), 1);
  const left = async () =>
    (await api.db.selectFrom('accounts').select('id').where('role', '=', 'guest').execute()).map(({ id }) => id);
  t.notOk((await left()).includes(unused.account.id));
  t.ok((await left()).includes(used.account.id), 'who was there lately stays');
  t.ok((await left()).includes(moved.account.id), 'what was taken over is not lost: somebody has still to move it');

  const stop = await api.outbox.consume({
    name: 'test.moves',
    events: ['guest.handed-over'],
    apply: async () => undefined,
  });
  while (await api.outbox.isOpen(moved.account.id)) await new Promise((resolve) => setImmediate(resolve));
  await stop({ force: false });
  t.equal(await api.upkeep('personal-data.forget-guests'), 1, 'then it goes, too');
  t.equal(await api.upkeep('personal-data.forget-guests'), 0, 'once');
  await api.upkeep('personal-data.erase');
  t.notOk((await left()).includes(moved.account.id));
  t.ok(await api.db.selectFrom('accounts').select('id').where('id', '=', viewer.id).executeTakeFirst());
});
