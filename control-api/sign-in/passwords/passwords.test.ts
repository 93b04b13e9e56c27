import t from 'tap';
import { hashPassword, verifyPassword } from './passwords.ts';

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
  t.match(
    answers.slice(18),
    Array.from({ length: 7 }, () => ({
      status: 'rejected',
      reason: { code: 'too_many_requests', extras: { retryAfterSeconds: 5 } },
    })),
    'seven found the line full',
  );
});
