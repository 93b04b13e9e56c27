import type { Test } from 'tap';
import type { IdempotentRequest } from '../../../server/http/writes/idempotency.ts';
import { newId } from '../../../server/kit/ids.ts';
import type { Harness } from '../../testing/harness.ts';
import { DatabaseIdempotency } from '../store.ts';

const body = { email: 'twice@example.com', password: 'a password of many words' };

/** What is promised of requests at the same time and of killed processes, on either database. */
export async function testStore(t: Test, api: Harness): Promise<void> {
  const { id: accountId, authorization } = await api.as('super_admin');
  const store = new DatabaseIdempotency(api.db, api.clock);
  const ask = (key: string): IdempotentRequest => ({
    accountId,
    route: 'POST /x',
    key,
    fingerprint: 'f',
    requestId: newId('request'),
  });

  await t.test('of many at the same time one does it', async (t) => {
    const standings = await Promise.all([1, 2, 3, 4].map(() => store.begin(ask('same'))));
    t.same(standings.map(({ state }) => state).sort(), ['begun', 'running', 'running', 'running']);
    const answers = await Promise.all(
      [1, 2].map(() =>
        api.app.inject({
          method: 'POST',
          url: '/api/v1/accounts',
          headers: { authorization, 'idempotency-key': 'same' },
          body,
        }),
      ),
    );
    for (const answer of answers.filter(({ statusCode }) => statusCode !== 201))
      t.match(answer.json(), { code: 'idempotency_in_progress' });
    t.ok(answers.some(({ statusCode }) => statusCode === 201));
  });

  await t.test('what a killed process leaves', async (t) => {
    const note = (request: IdempotentRequest) => api.db.transaction().execute((tx) => store.noteChange(tx, request));

    const [killed, next] = [ask('before the change'), ask('before the change')];
    t.same(await store.begin(killed), { state: 'begun' });
    api.clock.advance(59_000);
    t.same(await store.begin(next), { state: 'running' });
    api.clock.advance(2000);
    t.same(await store.begin(next), { state: 'begun' }, 'another may do it');
    await t.rejects(
      note(killed),
      { code: 'conflict' },
      'and should the first live after all, its change is taken back',
    );
    await note(next);

    const changed = ask('after the change');
    await store.begin(changed);
    await note(changed);
    api.clock.advance(61_000);
    t.same(await store.begin(ask('after the change')), { state: 'lost' }, 'nothing is done twice');
    await store.release(changed);
    t.same(await store.begin(ask('after the change')), { state: 'lost' }, 'also when it is given up');

    const failed = ask('failed');
    await store.begin(failed);
    await store.release(failed);
    t.same(await store.begin(ask('failed')), { state: 'begun' }, 'what came to nothing may begin again');
    api.clock.advance(25 * 3_600_000);
    t.same(await store.begin(ask('after the change')), { state: 'begun' }, 'after a day a key is new');
  });
}
