import { createHmac, createSign, generateKeyPairSync, randomBytes } from 'node:crypto';
import t from 'tap';
import type { Keyring, SigningKey } from '../../server/keys/port.ts';
import { newId } from '../../server/kit/ids.ts';
import { createFakeClock } from '../../server/testing/fake-clock.ts';
import { signAccessToken, verifyAccessToken } from './access-tokens.ts';

const claims = { accountId: newId('account'), familyId: newId('family') };
const encode = (value: unknown) =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
const decode = (part: string | undefined) =>
  JSON.parse(Buffer.from(part ?? '', 'base64url').toString()) as Record<string, unknown>;
const hmac = (input: string, secret: Buffer | string, hash = 'sha256') =>
  `${input}.${createHmac(hash, secret).update(input).digest('base64url')}`;

function site(secret: Buffer = randomBytes(32)) {
  const clock = createFakeClock();
  const keys: SigningKey[] = [{ kid: 'first', secret }];
  const keyring: Keyring = {
    get current() {
      return keys.at(-1) as SigningKey;
    },
    find: (kid) => keys.find((key) => key.kid === kid),
  };
  const sign = () => signAccessToken(claims, { keyring, clock, seconds: 60 });
  const [header, payload] = sign().split('.').slice(0, 2).map(decode) as [object, object];
  return {
    clock,
    keys,
    secret,
    sign,
    header,
    payload,
    verify: (token: string) => verifyAccessToken(token, { keyring, clock }),
    /** Signed with our own key, whatever it says. */
    forge: (changedHeader: object, changedPayload: unknown = payload) =>
      hmac(`${encode({ ...header, ...changedHeader })}.${encode(changedPayload)}`, secret),
  };
}

t.test('what is signed can be verified until it expires', async (t) => {
  const { clock, keys, sign, verify, header, payload } = site();
  const token = sign();
  t.same(header, { alg: 'HS256', typ: 'at+jwt', kid: 'first' });
  const iat = Math.floor(clock.now() / 1000);
  t.same(payload, {
    sub: claims.accountId,
    fam: claims.familyId,
    iss: 'dramabox',
    aud: 'dramabox-control-api',
    iat,
    exp: iat + 60,
  });
  t.same(verify(token), claims);
  clock.advance(59_999);
  t.same(verify(token), claims, 'by the clock that it is given, not by that of the machine');
  clock.advance(1);
  t.equal(verify(token), undefined);

  const before = sign();
  keys.push({ kid: 'second', secret: randomBytes(32) });
  t.same(verify(before), claims, 'a replaced key verifies');
  t.same(decode(sign().split('.')[0]), { alg: 'HS256', typ: 'at+jwt', kid: 'second' });
  keys.shift();
  t.equal(verify(before), undefined, 'until it is forgotten');
});

t.test('no algorithm but ours', async (t) => {
  const { verify, header, payload, secret, forge } = site();
  t.same(verify(forge({})), claims, 'forged with our key as it should be, it would do');
  const none = (alg: string) => `${encode({ ...header, alg })}.${encode(payload)}.`;
  for (const alg of ['none', 'None', 'HS256']) t.equal(verify(none(alg)), undefined, `${alg} without a signature`);
  t.equal(verify(forge({ alg: 'none' })), undefined);
  for (const [alg, hash] of Object.entries({ HS384: 'sha384', HS512: 'sha512' }))
    t.equal(verify(hmac(`${encode({ ...header, alg })}.${encode(payload)}`, secret, hash)), undefined, alg);
  for (const alg of ['hs256', '', 5, null, ['HS256'], { toString: 'HS256' }])
    t.equal(verify(forge({ alg })), undefined, JSON.stringify(alg));
});

t.test('a public key is never a secret, nor a secret a public key', async (t) => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const pem = publicKey.export({ type: 'spki', format: 'pem' }) as string;
  // The worst case: what the keyring holds can be read as a public key.
  const { verify, header, payload, sign } = site(Buffer.from(pem));
  t.same(verify(sign()), claims);
  for (const alg of ['RS256', 'HS256']) {
    const input = `${encode({ ...header, alg })}.${encode(payload)}`;
    const token = `${input}.${createSign('RSA-SHA256').update(input).sign(privateKey).toString('base64url')}`;
    t.equal(verify(token), undefined, `signed with the private key, ${alg}`);
  }
  const other = site();
  t.equal(other.verify(hmac(`${encode(header)}.${encode(payload)}`, pem)), undefined, 'a public key as the secret');
});

t.test('another kind of token, another key, another place', async (t) => {
  const { verify, forge, payload } = site();
  for (const change of [
    { typ: 'JWT' },
    { typ: undefined },
    { kid: 'unknown' },
    { kid: undefined },
    { kid: 5 },
    { kid: '__proto__' },
    { crit: ['exp'] },
  ])
    t.equal(verify(forge(change)), undefined, JSON.stringify(change));
  for (const change of [
    { iss: 'x' },
    { iss: undefined },
    { aud: 'x' },
    { aud: undefined },
    { exp: undefined },
    { exp: '9999999999' },
    { exp: null },
    { nbf: 9_999_999_999 },
    { sub: undefined },
    { sub: claims.familyId },
    { sub: 5 },
    { fam: undefined },
    { fam: '%' },
  ])
    t.equal(verify(forge({}, { ...payload, ...change })), undefined, JSON.stringify(change));
  for (const other of ['text', 5, null, [], 'null'])
    t.equal(verify(forge({}, other)), undefined, JSON.stringify(other));
});

t.test('what is no token at all', async (t) => {
  const { verify, sign, header, payload, forge } = site();
  const token = sign();
  t.equal(verify(forge({}, { ...payload, more: 'x'.repeat(3000) })), undefined, 'genuine, but too long to be ours');
  t.same(verify(forge({}, { ...payload, more: 'x' })), claims);
  for (const each of [
    '',
    '.',
    '..',
    '...',
    'a.b.c',
    `${token}.`,
    `${token}A`,
    `${token}=`,
    token.slice(0, -1),
    token.split('.').slice(0, 2).join('.'),
    `${encode('no json')}.${encode(payload)}.x`,
    `${encode('null')}.${encode(payload)}.x`,
    `${encode({ ...header, typ: 'JWT' })}.${encode('no json')}.x`,
  ])
    t.equal(verify(each), undefined, each.slice(0, 60));
});
