import { createHmac, randomBytes } from 'node:crypto';
import t from 'tap';
import type { Keyring, SigningKey } from '../keys/port.ts';
import { signPlaybackToken, verifyPlaybackToken, type PlaybackClaims } from './playback-token.ts';

const key: SigningKey = { kid: 'one', secret: randomBytes(32) };
const keyring: Keyring = { current: key, find: (kid) => (kid === key.kid ? key : undefined) };
const claims: PlaybackClaims = {
  assetId: 'asset_1',
  versionId: 'version_1',
  sessionId: 'session_1',
  expiresAt: 1_900_000_000,
  topRung: 720,
};

/** A token with a genuine signature over whatever payload. */
function signed(payload: string): string {
  const text = `${key.kid}.${Buffer.from(payload).toString('base64url')}`;
  return `${text}.${createHmac('sha256', key.secret).update(text).digest('base64url')}`;
}

t.test('claims go in and come out', async (t) => {
  for (const topRung of [undefined, 1, 720, 99_999])
    t.same(verifyPlaybackToken(signPlaybackToken({ ...claims, topRung }, keyring), keyring), { ...claims, topRung });
  t.equal(signPlaybackToken(claims, keyring), signed('asset_1,version_1,session_1,1900000000,720'));
  t.equal(
    signPlaybackToken({ ...claims, topRung: undefined }, keyring),
    signed('asset_1,version_1,session_1,1900000000,0'),
  );
});

t.test('what cannot be said unmistakably is not signed', async (t) => {
  for (const wrong of [
    { assetId: 'a,b' },
    { versionId: 'a.b' },
    { sessionId: '' },
    { sessionId: 'a'.repeat(65) },
    { expiresAt: 1.5 },
    { expiresAt: -1 },
    { expiresAt: Number.NaN },
    { expiresAt: 1e21 },
    { topRung: 0 },
    { topRung: -720 },
    { topRung: 719.5 },
    { topRung: 100_000 },
    { topRung: Number.POSITIVE_INFINITY },
  ])
    t.throws(() => signPlaybackToken({ ...claims, ...wrong }, keyring), TypeError, JSON.stringify(wrong));
});

t.test('a payload of another form is no token, however genuine its signature', async (t) => {
  for (const payload of [
    'asset_1,version_1,session_1,1900000000',
    'asset_1,version_1,session_1,1900000000,',
    'asset_1,version_1,session_1,1900000000,0720',
    'asset_1,version_1,session_1,1900000000,00',
    'asset_1,version_1,session_1,1900000000,-1',
    'asset_1,version_1,session_1,1900000000,7e2',
    'asset_1,version_1,session_1,1900000000,100000',
    'asset_1,version_1,session_1,1900000000,720,360',
    'asset_1,version_1,session_1,1900000000,720\n',
    'asset_1,version_1,session_1,01900000000,720',
    'asset_1,version_1,,1900000000,720',
    'asset_1,ver/sion,session_1,1900000000,720',
    '',
  ])
    t.equal(verifyPlaybackToken(signed(payload), keyring), undefined, JSON.stringify(payload));
  t.same(verifyPlaybackToken(signed('asset_1,version_1,session_1,1900000000,720'), keyring), claims);
});
