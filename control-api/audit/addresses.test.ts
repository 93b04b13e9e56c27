import t from 'tap';
import { Secrets } from '../../server/kit/secrets.ts';
import { AddressTags, withoutAddresses } from '../address-tags.ts';
import { startControlApi, type Harness } from '../testing/harness.ts';
import type { AuditRecordView } from './schemas.ts';

const dayMs = 86_400_000;
const post = (api: Harness, path: string, authorization: string, body: object) =>
  api.app.inject({ method: 'POST', url: `/api/v1${path}`, headers: { authorization }, body });

async function search(api: Harness, authorization: string, query: string): Promise<readonly AuditRecordView[]> {
  const answer = await api.app.inject({ url: `/api/v1/audit?${query}`, headers: { authorization } });
  if (answer.statusCode !== 200) throw new Error(answer.body);
  return answer.json<{ items: AuditRecordView[] }>().items;
}

const logged = async (api: Harness) => JSON.stringify(await api.db.selectFrom('audit_log').selectAll().execute());

t.test('no address of a person is in the log, and who knows one finds its records', async (t) => {
  const api = await startControlApi(t);
  const admin = await api.as('super_admin');
  const made = await post(api, '/accounts', admin.authorization, {
    email: 'Ann@example.com',
    password: 'correct horse battery',
  });
  const { id } = made.json<{ id: string }>();
  const invited = await post(api, '/invitations', admin.authorization, { email: 'bob@example.com', role: 'support' });
  const invitation = invited.json<{ id: string }>();
  await post(api, `/accounts/${id}/disable`, admin.authorization, {
    reason: 'ann@example.com and <bob@example.com>, says carl@example.com. Twice!',
  });
  t.notMatch(await logged(api), /example\.com/);
  const [created] = await search(api, admin.authorization, `subject=${id}&event=account.created`);
  const tag = String(created?.after?.['email']);
  t.match(tag, /^address:[\w-]+:[0-9a-f]{32}$/);
  const [disabled] = await search(api, admin.authorization, `subject=${id}&event=account.disabled`);
  t.match(
    disabled?.after?.['reason'],
    /^address:\S+ and <address:\S+>, says address:\S+\. Twice!$/,
    'nor in what staff write',
  );
  t.ok(String(disabled?.after?.['reason']).startsWith(tag), 'the same address has the same tag');

  const found = async (query: string) =>
    (await search(api, admin.authorization, query)).map(({ event, subject }) => [event, subject]);
  t.same(await found('subject=ANN@example.com'), [
    ['account.disabled', id],
    ['account.created', id],
  ]);
  t.same(await found('subject=bob@example.com'), [['invitation.created', invitation.id]]);
  t.same(await found('subject=dora@example.com'), []);
  t.same(await found('actor=bob@example.com'), []);
  t.ok((await found(`actor=${admin.email}`)).length >= 3);
});

t.test('also after the key was replaced, and when the account is gone', async (t) => {
  const api = await startControlApi(t);
  const admin = await api.as('super_admin');
  const viewer = await api.as('viewer');
  await post(api, `/accounts/${viewer.id}/sign-out`, admin.authorization, { reason: 'x' });
  await post(api, `/accounts/${viewer.id}/deletion`, admin.authorization, { reason: 'x' });
  api.clock.advance(30 * dayMs);
  await api.upkeep('personal-data.erase');
  api.keyrings.secrets.rotate();
  const authorization = await api.signIn(admin);
  const events = (await search(api, authorization, `subject=${viewer.email}`)).map(({ event }) => event);
  t.same(events, ['account.erased', 'account.deletion-begun', 'account.signed-out']);
  t.notMatch(await logged(api), viewer.email);
});

t.test('records of before keep what they have', async (t) => {
  const api = await startControlApi(t);
  const old = { id: 'audit_00000000000000000000000001', at: 1, event: 'account.created', subject: 'account_x' };
  await api.db
    .insertInto('audit_log')
    .values({ ...old, after: '{"email":"old@example.com"}' })
    .execute();
  await api.upkeep('audit.chain');
  const row = await api.db.selectFrom('audit_log').selectAll().where('id', '=', old.id).executeTakeFirstOrThrow();
  t.match(row, { after: '{"email":"old@example.com"}', sequence: 1 });
});

t.test('what is an address in a text', (t) => {
  const key = { kid: 'k', secret: Buffer.alloc(32, 1) };
  const tags = new AddressTags(new Secrets({ current: key, find: () => key, kids: ['k'] }));
  for (const text of ['', 'nothing', 'at @ home', '@name', 'a@', 'clip.mp4'])
    t.equal(withoutAddresses(text, tags), text);
  t.equal(withoutAddresses('a@b.example, c@d.example.', undefined), '[address], [address].');
  t.equal(withoutAddresses('(a@b.example)', undefined), '([address])');
  t.equal(tags.tagOf('A@b.example'), tags.tagOf('a@B.example'));
  t.not(tags.tagOf('a@b.example'), tags.tagOf('b@b.example'));
  // Would take minutes if each letter of it were a beginning.
  const long = `${'a'.repeat(1_000_000)}@`;
  t.equal(withoutAddresses(long, tags), long);
  t.end();
});
