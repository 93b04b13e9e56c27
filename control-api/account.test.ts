import t from 'tap';
import { isEmail, normalizeEmail } from './account.ts';

t.test('one mailbox is one address, however it is spelt', (t) => {
  for (const [spelt, address] of [
    [' Ann@Example.COM ', 'ann@example.com'],
    ['ann@ｅxample.com', 'ann@example.com'],
    ['ann@example。com', 'ann@example.com'],
    ['ann@ⓔxample.com', 'ann@example.com'],
    ['ann@example.com.', 'ann@example.com'],
    ['ann@exa\u0308mple.com', 'ann@xn--exmple-cua.com'],
    ['ANN@EXÄMPLE.com', 'ann@xn--exmple-cua.com'],
    ['ann@xn--exmple-cua.com', 'ann@xn--exmple-cua.com'],
    ['A\u0308nn@example.com', 'änn@example.com'],
  ] as const) {
    t.equal(normalizeEmail(spelt), address, spelt);
    t.equal(normalizeEmail(address), address);
    t.ok(isEmail(address));
  }
  t.end();
});

t.test('what is in front of the @ may be anything, and letters that look alike are others', (t) => {
  const addresses = ['ann@example.com', 'ann+x@example.com', 'a.nn@example.com', 'аnn@example.com', 'ａnn@example.com'];
  t.equal(new Set(addresses.map(normalizeEmail)).size, addresses.length);
  // Also what is no address is compared: people search for the beginning of one.
  for (const text of ['ann', 'ann@', 'ann@exa', '@', '']) t.equal(normalizeEmail(text), text);
  for (const text of ['a@b@example.com', 'ann@', 'ann@ex ample.com', 'ann\u0000@example.com', 'a\u00adnn@example.com'])
    t.notOk(isEmail(text), text);
  t.end();
});
