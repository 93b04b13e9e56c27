import { randomBytes } from 'node:crypto';
import t from 'tap';
import { isSameSecret, Secrets, Unreadable } from './secrets.ts';

function ring() {
  const keys = [{ kid: 'one', secret: randomBytes(32) }];
  return {
    keys,
    get current() {
      return keys.at(-1) as (typeof keys)[0];
    },
    find: (kid: string) => keys.find((key) => key.kid === kid),
  };
}

t.test('what was sealed is read again, also after the key was replaced', (t) => {
  const keys = ring();
  const secrets = new Secrets(keys);
  const sealed = secrets.seal('a secret, Ωmega', 'totp:account_a');
  t.notMatch(sealed, /secret/);
  t.not(secrets.seal('a secret, Ωmega', 'totp:account_a'), sealed, 'each time in another way');
  keys.keys.push({ kid: 'two', secret: randomBytes(32) });
  t.equal(secrets.open(sealed, 'totp:account_a'), 'a secret, Ωmega');
  t.equal(secrets.open(secrets.seal('', 'x'), 'x'), '', 'nothing, too');
  t.end();
});

t.test('what was changed, moved, or sealed with a lost key is not', (t) => {
  const keys = ring();
  const secrets = new Secrets(keys);
  const sealed = secrets.seal('a secret', 'totp:account_a');
  const [version, kid, text = ''] = sealed.split('.');
  const flipped = Buffer.from(text, 'base64url');
  flipped[20] = (flipped[20] ?? 0) ^ 1;
  for (const wrong of ['', 'x', `${version}.${kid}`, `${version}.other.${text}`, `${sealed}.x`, `s2.${kid}.${text}`])
    t.throws(() => secrets.open(wrong, 'totp:account_a'), Unreadable, wrong.slice(0, 12));
  t.throws(() => secrets.open(`${version}.${kid}.${flipped.toString('base64url')}`, 'totp:account_a'), Unreadable);
  t.throws(() => secrets.open(sealed, 'totp:account_b'), Unreadable, 'put in the place of another one');
  keys.keys[0] = { kid: 'one', secret: randomBytes(32) };
  t.throws(() => secrets.open(sealed, 'totp:account_a'), Unreadable);
  t.end();
});

t.test('what is derived is the same each time, and another for another label and key', (t) => {
  const keys = ring();
  const secrets = new Secrets(keys);
  const made = secrets.derive('one', 'link a').toString('hex');
  t.equal(made.length, 64);
  t.equal(secrets.derive('one', 'link a').toString('hex'), made);
  t.not(secrets.derive('one', 'link b').toString('hex'), made);
  keys.keys.push({ kid: 'two', secret: randomBytes(32) });
  t.equal(secrets.kid, 'two');
  t.not(secrets.derive('two', 'link a').toString('hex'), made);
  t.throws(() => secrets.derive('three', 'link a'), Unreadable);
  t.ok(isSameSecret('abc', 'abc'));
  t.notOk(isSameSecret('abc', 'abd'));
  t.notOk(isSameSecret('abc', 'ab'));
  t.end();
});

t.test('what each key makes of a label, the newest last', (t) => {
  const keys = ring();
  const secrets = new Secrets({
    ...keys,
    get current() {
      return keys.current;
    },
    get kids() {
      return keys.keys.map(({ kid }) => kid).reverse();
    },
  });
  const before = secrets.derive('one', 'label');
  keys.keys.push({ kid: 'two', secret: randomBytes(32) });
  t.same(secrets.deriveAll('label'), [
    { kid: 'one', bytes: before },
    { kid: 'two', bytes: secrets.derive('two', 'label') },
  ]);
  t.same(
    new Secrets(keys).deriveAll('label').map(({ kid }) => kid),
    ['two'],
    'of a ring that does not say which there are, the one that is used',
  );
  t.end();
});
