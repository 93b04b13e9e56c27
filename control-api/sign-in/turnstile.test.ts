import t from 'tap';
import { hashPassword, verifyPassword } from './passwords.ts';
import { Turnstile } from './turnstile.ts';

t.test('some run, some wait, the rest is refused', async (t) => {
  const turnstile = new Turnstile({ atOnce: 2, inLine: 3 });
  const begun: number[] = [];
  const ends: PromiseWithResolvers<void>[] = [];
  const pass = (n: number) => {
    ends[n] = Promise.withResolvers<void>();
    return turnstile.pass(async () => {
      begun.push(n);
      await ends[n]?.promise;
      return n;
    });
  };
  const passes = [0, 1, 2, 3, 4].map(pass);
  t.same(begun, [0, 1]);
  await t.rejects(pass(5), { code: 'too_many_requests', extras: { retryAfterSeconds: 5 } });
  ends[1]?.reject(new Error('failed'));
  await t.rejects(async () => {
    await passes[1];
  }, /failed/);
  t.same(begun, [0, 1, 2], 'a failure makes room too, for the first in line');
  ends[0]?.resolve();
  t.equal(await passes[0], 0);
  for (const n of [2, 3, 4]) {
    ends[n]?.resolve();
    t.equal(await passes[n], n);
  }
  t.same(begun, [0, 1, 2, 3, 4]);
  const again = [6, 7].map(pass);
  t.same(begun.slice(5), [6, 7], 'all places are free again');
  for (const n of [6, 7]) ends[n]?.resolve();
  await Promise.all(again);
});

t.test('passwords of many at once', async (t) => {
  const hashed = await hashPassword('the right one');
  t.match(hashed, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  const answers = await Promise.allSettled(
    Array.from({ length: 25 }, (_, n) => verifyPassword(n % 2 === 0 ? hashed : undefined, 'the right one')),
  );
  t.same(
    answers.slice(0, 18).map((answer) => answer.status === 'fulfilled' && answer.value),
    Array.from({ length: 18 }, (_, n) => n % 2 === 0),
    'right only where there is an account',
  );
  t.ok(
    answers.slice(18).every(({ status }) => status === 'rejected'),
    'seven found the line full',
  );
});
