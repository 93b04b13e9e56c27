import t from 'tap';
import { ProblemError } from '../../server/kit/errors.ts';
import { MemoryLimits } from '../../server/limits/memory.ts';
import { networkOf } from '../../server/http/callers/network.ts';
import { SignInThrottle } from './throttle.ts';

const wrong = async () => undefined;
const right = async () => 'right';

t.test('what anybody can use up does not keep the owner out', async (t) => {
  const throttle = new SignInThrottle(new MemoryLimits(), { perAccount: 10, perAddress: 1000 });
  const tried = (account: string, address: string, judge: () => Promise<string | undefined>) =>
    throttle
      .attempt(account, address, judge)
      .catch((error: unknown) => (error instanceof ProblemError ? error.code : String(error)));
  t.equal(await tried('admin', '2001:db8::1', right), 'right');
  let judged = 0;
  for (let n = 0; n < 150; n += 1)
    await tried('admin', `203.0.113.${n}`, async () => {
      judged += 1;
      return undefined;
    });
  t.equal(judged, 100, 'a hundred guesses from everywhere together');
  t.equal(await tried('admin', '203.0.113.200', right), 'too_many_requests', 'a network nobody knows has to wait');
  t.equal(await tried('admin', '2001:db8::2', right), 'right', 'that of the last sign-in does not');
  t.equal(await tried('other', '203.0.113.1', right), 'right', 'nor do other accounts');
  t.equal(await tried('admin', '203.0.113.1', wrong), 'too_many_requests', 'a success elsewhere gives no new guesses');

  for (let n = 0; n < 10; n += 1) t.equal(await tried('admin', '2001:db8::3', wrong), undefined);
  t.equal(
    await tried('admin', '2001:db8::3', right),
    'too_many_requests',
    'the limit of a network holds for a known one too',
  );
});

t.test('what could not be judged is not wrong', async (t) => {
  const throttle = new SignInThrottle(new MemoryLimits(), { perAccount: 2, perAddress: 2 });
  for (let n = 0; n < 5; n += 1)
    await t.rejects(
      throttle.attempt('account', '203.0.113.1', () => Promise.reject(new Error('no database'))),
      /no database/,
    );
  t.equal(await throttle.attempt('account', '203.0.113.1', right), 'right');
});

t.test('the network of an address', async (t) => {
  t.equal(networkOf('203.0.113.9'), '203.0.113.9');
  t.equal(networkOf('::ffff:203.0.113.9'), '203.0.113.9');
  t.equal(networkOf('2001:db8::1'), '2001:db8:0:0::/64');
  t.equal(networkOf('2001:0db8:0000:0000:abcd::1'), '2001:db8:0:0::/64');
  t.equal(networkOf('::1'), '0:0:0:0::/64');
});
