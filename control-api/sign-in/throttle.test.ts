import t from 'tap';
import { ProblemError } from '../../server/kit/errors.ts';
import { MemoryLimits } from '../../server/limits/memory.ts';
import { networkOf } from '../../server/http/callers/network.ts';
import { SignInThrottle } from './throttle.ts';

const at = (address: string, isSharedAddress = false) => ({ address, isSharedAddress });
const throttleOf = (allowed: ConstructorParameters<typeof SignInThrottle>[2]) => {
  const limits = new MemoryLimits();
  return new SignInThrottle(limits, limits, allowed);
};
const wrong = async () => undefined;
const right = async () => 'right';

t.test('what anybody can use up does not keep the owner out', async (t) => {
  const throttle = throttleOf({ perAccount: 10, perAddress: 1000 });
  const tried = (account: string, address: string, judge: () => Promise<string | undefined>) =>
    throttle
      .attempt(account, at(address), judge)
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

t.test('a guesser keeps neither those out who were here before, nor everybody behind one proxy', async (t) => {
  const throttle = throttleOf({ perAccount: 10, perAddress: 50 });
  const tried = (account: string, from: ReturnType<typeof at>, judge: () => Promise<string | undefined>) =>
    throttle
      .attempt(account, from, judge)
      .catch((error: unknown) => (error instanceof ProblemError ? error.code : String(error)));
  const guess = async (from: ReturnType<typeof at>) => {
    let judged = 0;
    for (let n = 0; n < 80; n += 1)
      await tried(`victim-${n}`, from, async () => {
        judged += 1;
        return undefined;
      });
    return judged;
  };
  const office = at('203.0.113.1');
  t.equal(await tried('colleague', office, right), 'right');
  t.equal(await guess(office), 50, 'the limit of an address');
  t.equal(await tried('newcomer', office, right), 'too_many_requests');
  t.equal(await tried('colleague', office, right), 'right', 'who signed in from there lately is not kept out');

  const proxy = at('127.0.0.1', true);
  t.equal(await guess(proxy), 80, 'behind a proxy that is not believed the address is everybody');
  t.equal(await tried('newcomer', proxy, right), 'right', 'who is not kept out by somebody else');
  let judged = 0;
  for (let n = 0; n < 30; n += 1)
    await tried('admin', proxy, async () => {
      judged += 1;
      return undefined;
    });
  t.equal(judged, 10, 'the limit of an account holds');
  t.equal(await guess(at('127.0.0.1')), 50, 'and so does that of the address, for what was not forwarded');
});

t.test('what could not be judged is not wrong', async (t) => {
  const throttle = throttleOf({ perAccount: 2, perAddress: 2 });
  for (let n = 0; n < 5; n += 1)
    await t.rejects(
      throttle.attempt('account', at('203.0.113.1'), () => Promise.reject(new Error('no database'))),
      /no database/,
    );
  t.equal(await throttle.attempt('account', at('203.0.113.1'), right), 'right');
});

t.test('the network of an address', async (t) => {
  t.equal(networkOf('203.0.113.9'), '203.0.113.9');
  t.equal(networkOf('::ffff:203.0.113.9'), '203.0.113.9');
  t.equal(networkOf('2001:db8::1'), '2001:db8:0:0::/64');
  t.equal(networkOf('2001:0db8:0000:0000:abcd::1'), '2001:db8:0:0::/64');
  t.equal(networkOf('::1'), '0:0:0:0::/64');
});
