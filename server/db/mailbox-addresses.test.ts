import { join } from 'node:path';
import t from 'tap';
import { Rows } from '../testing/rows.ts';
import { openTestDatabase } from '../testing/test-database.ts';
import { up } from './migrations/2026-11-30-40-mailbox-addresses.ts';

t.test('addresses from before are spelt as mail servers are asked for them', async (t) => {
  const { db, close } = await openTestDatabase(join(t.testdir(), 'dramabox.db'));
  t.teardown(() => close());
  const rows = new Rows(db);
  for (const email of ['bob@exämple.com', 'ann@ｅxample.com', 'carl@example.com', 'ann@example.com', null])
    await rows.account({ email });
  await up(db as never);
  await up(db as never);
  const found = await db.selectFrom('accounts').select('email').orderBy('id').execute();
  t.same(
    found.map(({ email }) => email),
    ['bob@xn--exmple-cua.com', 'ann@ｅxample.com', 'carl@example.com', 'ann@example.com', null],
    'two accounts of one mailbox stay two',
  );
});
