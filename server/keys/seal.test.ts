import { randomBytes } from 'node:crypto';
import t from 'tap';
import { createSeal } from './seal.ts';

t.test('what is sealed can be opened with the same secret, for the same key, unchanged', (t) => {
  const [seal, other] = [
    createSeal('a secret of thirty-two characters'),
    createSeal('another one of thirty-two chars!!'),
  ];
  const secret = randomBytes(32);
  const belongsTo = { ring: 'playback', kid: 'abc' };
  const sealed = seal.close(secret, belongsTo);
  t.match(sealed, /^v1\.[A-Za-z0-9_-]{80}$/);
  t.notMatch(sealed, secret.toString('base64url').slice(0, 16));
  t.not(seal.close(secret, belongsTo), sealed, 'a nonce of its own each time');
  t.ok(seal.open(sealed, belongsTo)?.equals(secret));
  t.ok(createSeal('a secret of thirty-two characters').open(sealed, belongsTo)?.equals(secret), 'in another process');
  t.equal(other.open(sealed, belongsTo), undefined, 'another secret');
  t.equal(seal.open(sealed, { ...belongsTo, kid: 'abd' }), undefined, 'in the place of another key');
  t.equal(seal.open(sealed, { ...belongsTo, ring: 'access' }), undefined, 'in another ring');
  const bytes = Buffer.from(sealed.slice(3), 'base64url');
  for (const at of [0, 12, 28, bytes.length - 1]) {
    const changed = Buffer.from(bytes);
    changed[at]! ^= 1;
    t.equal(seal.open(`v1.${changed.toString('base64url')}`, belongsTo), undefined, `byte ${at} changed`);
  }
  for (const wrong of ['', 'v1', 'v1.', 'v1.AAAA', sealed.replace('v1', 'v2'), sealed.slice(0, 40)])
    t.equal(seal.open(wrong, belongsTo), undefined);
  t.end();
});
