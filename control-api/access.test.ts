import t from 'tap';
import { newId } from '../server/kit/ids.ts';
import type { Role } from '../server/kit/permissions.ts';
import { until } from '../server/testing/until.ts';
import { signAccessToken } from './sign-in/access-tokens.ts';
import { password, startControlApi, type Harness } from './testing/harness.ts';

/**
 * Who may call what, written down a second time: a route that is missing here fails the test, so nobody adds one
 * without deciding. P everybody, E the same, and who is signed in is known,
 * N everybody but for tokens that are no good, S
 * who is signed in, O the same but for guests, M content managers and super admins, R who reads accounts, L who locks
 * them, A super admins.
 */
const rules: Readonly<Record<string, 'P' | 'E' | 'N' | 'S' | 'O' | 'M' | 'R' | 'L' | 'A'>> = {
  'POST /api/v1/accounts/sign-in': 'E',
  'GET /api/v1/home': 'N',
  'GET /api/v1/catalogue/featured': 'M',
  'GET /api/v1/catalogue/streaming-choices': 'M',
  'PUT /api/v1/catalogue/featured': 'M',
  'GET /api/v1/titles': 'N',
  'GET /api/v1/titles/:id': 'N',
  'GET /api/v1/categories': 'N',
  'GET /api/v1/terms/:id': 'N',
  'GET /api/v1/titles/:id/episodes': 'N',
  'GET /api/v1/titles-by-slug/:slug': 'N',
  'GET /api/v1/search': 'N',
  'GET /api/v1/search/suggestions': 'N',
  'GET /api/v1/catalogue/titles': 'M',
  'POST /api/v1/catalogue/titles': 'M',
  'GET /api/v1/catalogue/titles/:id': 'M',
  'PATCH /api/v1/catalogue/titles/:id': 'M',
  'DELETE /api/v1/catalogue/titles/:id': 'M',
  'PUT /api/v1/catalogue/titles/:id/releases': 'M',
  'PUT /api/v1/catalogue/titles/:id/order': 'M',
  'POST /api/v1/catalogue/titles/:id/restore': 'M',
  'POST /api/v1/catalogue/steps': 'M',
  'POST /api/v1/catalogue/titles/:id/plan': 'M',
  'POST /api/v1/catalogue/titles-from-videos': 'M',
  'POST /api/v1/catalogue/titles/:id/episodes': 'M',
  'GET /api/v1/catalogue/titles/:id/uploads': 'M',
  'POST /api/v1/catalogue/edits/preview': 'M',
  'POST /api/v1/catalogue/edits': 'M',
  'GET /api/v1/catalogue/export': 'M',
  'POST /api/v1/catalogue/import/preview': 'M',
  'POST /api/v1/catalogue/import': 'M',
  'GET /api/v1/catalogue/calendar': 'M',
  'GET /api/v1/catalogue/terms': 'M',
  'POST /api/v1/catalogue/terms': 'M',
  'PATCH /api/v1/catalogue/terms/:id': 'M',
  'DELETE /api/v1/catalogue/terms/:id': 'M',
  'PUT /api/v1/catalogue/category-order': 'M',
  'POST /api/v1/catalogue/pictures': 'M',
  'PUT /api/v1/catalogue/pictures': 'M',
  'POST /api/v1/catalogue/pictures/from-frame': 'M',
  'GET /api/v1/catalogue/titles/:id/pictures': 'M',
  'GET /api/v1/catalogue/titles/:id/frames': 'M',
  'GET /api/v1/catalogue/titles/:id/terms': 'M',
  'PUT /api/v1/catalogue/titles/:id/terms': 'M',
  'GET /api/v1/catalogue/titles/:id/tracks': 'M',
  'PUT /api/v1/catalogue/titles/:id/audio': 'M',
  'POST /api/v1/catalogue/titles/:id/subtitles': 'M',
  'POST /api/v1/catalogue/titles/:id/subtitles/found': 'M',
  'GET /api/v1/catalogue/subtitles/:id': 'M',
  'PATCH /api/v1/catalogue/subtitles/:id': 'M',
  'DELETE /api/v1/catalogue/subtitles/:id': 'M',
  'GET /api/v1/catalogue/subtitles/:id/cues': 'M',
  'PATCH /api/v1/catalogue/subtitles/:id/cues': 'M',
  'GET /api/v1/catalogue/subtitles/:id/file': 'M',
  'PUT /api/v1/catalogue/subtitles/:id/file': 'M',
  'POST /api/v1/catalogue/subtitles/:id/shift': 'M',
  'POST /api/v1/catalogue/subtitles/:id/publish': 'M',
  'POST /api/v1/accounts/refresh': 'P',
  'POST /api/v1/accounts/sign-out': 'P',
  'GET /api/v1/accounts/me': 'S',
  'POST /api/v1/accounts/guest': 'P',
  'POST /api/v1/accounts/sign-up': 'E',
  'POST /api/v1/accounts/sign-up/complete': 'P',
  'POST /api/v1/accounts/sign-in/code': 'E',
  'POST /api/v1/accounts/sign-in/code/complete': 'P',
  'POST /api/v1/accounts/sign-in/second-factor': 'P',
  'POST /api/v1/accounts/sign-in/second-factor/passkey': 'P',
  'POST /api/v1/accounts/sign-in/passkey': 'E',
  'POST /api/v1/accounts/sign-in/passkey/options': 'P',
  'POST /api/v1/accounts/recovery': 'P',
  'POST /api/v1/accounts/recovery/complete': 'P',
  'POST /api/v1/accounts/not-me': 'P',
  'POST /api/v1/accounts/me/password': 'O',
  'POST /api/v1/accounts/me/email': 'O',
  'POST /api/v1/accounts/me/email/complete': 'O',
  'GET /api/v1/accounts/me/ways-in': 'O',
  'POST /api/v1/accounts/me/confirm/code': 'O',
  'POST /api/v1/accounts/me/confirm/passkey': 'O',
  'POST /api/v1/accounts/me/totp': 'O',
  'POST /api/v1/accounts/me/totp/confirm': 'O',
  'DELETE /api/v1/accounts/me/totp': 'O',
  'POST /api/v1/accounts/me/recovery-codes': 'O',
  'POST /api/v1/accounts/me/passkeys/options': 'O',
  'POST /api/v1/accounts/me/passkeys': 'O',
  'PATCH /api/v1/accounts/me/passkeys/:id': 'O',
  'DELETE /api/v1/accounts/me/passkeys/:id': 'O',
  'GET /api/v1/sign-in/providers': 'P',
  'POST /api/v1/sign-in/:provider/begin': 'E',
  'GET /api/v1/sign-in/:provider/callback': 'P',
  'POST /api/v1/sign-in/:provider/callback': 'P',
  'POST /api/v1/sign-in/finish': 'P',
  'POST /api/v1/sign-in/:provider/finish': 'P',
  'POST /api/v1/sign-in/firebase': 'E',
  'GET /api/v1/accounts/me/identities': 'O',
  'POST /api/v1/accounts/me/identities': 'O',
  'POST /api/v1/accounts/me/identities/begin/:provider': 'O',
  'POST /api/v1/accounts/me/identities/by-token/:provider': 'O',
  'POST /api/v1/accounts/me/identities/by-firebase': 'O',
  'DELETE /api/v1/accounts/me/identities/:id': 'O',
  'POST /api/v1/accounts/me/data-copies': 'O',
  'GET /api/v1/accounts/me/data-copies': 'O',
  'POST /api/v1/accounts/me/data-copies/:id/download': 'O',
  'GET /api/v1/data-copies/:id/file': 'P',
  'POST /api/v1/accounts/me/deletion': 'O',
  'DELETE /api/v1/accounts/me/deletion': 'O',
  'DELETE /api/v1/accounts/guest': 'S',
  'POST /api/v1/accounts/:id/deletion': 'L',
  'DELETE /api/v1/accounts/:id/deletion': 'L',
  'GET /api/v1/data-deletions/:code': 'P',
  'GET /api/v1/accounts/me/devices': 'O',
  'DELETE /api/v1/accounts/me/devices/:id': 'O',
  'POST /api/v1/accounts/me/devices/sign-out-others': 'O',
  'POST /api/v1/accounts': 'A',
  'GET /api/v1/accounts': 'R',
  'GET /api/v1/accounts/:id': 'R',
  'GET /api/v1/invitations': 'A',
  'POST /api/v1/invitations': 'A',
  'DELETE /api/v1/invitations/:id': 'A',
  'POST /api/v1/invitations/:id/send-again': 'A',
  'POST /api/v1/invitations/look': 'P',
  'POST /api/v1/invitations/accept': 'P',
  'POST /api/v1/accounts/me/invitation': 'O',
  'POST /api/v1/accounts/:id/disable': 'L',
  'POST /api/v1/accounts/:id/enable': 'L',
  'POST /api/v1/accounts/:id/sign-out': 'L',
  'POST /api/v1/accounts/:id/second-factor/reset': 'L',
  'PATCH /api/v1/accounts/:id': 'A',
  'GET /api/v1/accounts/:id/scope': 'A',
  'PUT /api/v1/accounts/:id/scope': 'A',
  'POST /api/v1/accounts/me/confirm': 'O',
  'GET /api/v1/profiles': 'S',
  'POST /api/v1/profiles': 'S',
  'GET /api/v1/profiles/current': 'S',
  'PATCH /api/v1/profiles/:id': 'S',
  'DELETE /api/v1/profiles/:id': 'S',
  'PUT /api/v1/profiles/:id/restrictions': 'S',
  'POST /api/v1/profiles/:id/choose': 'S',
  'PUT /api/v1/profiles/:id/pin': 'S',
  'DELETE /api/v1/profiles/:id/pin': 'S',
  'GET /api/v1/profile-settings': 'S',
  'PATCH /api/v1/profile-settings': 'S',
  'GET /api/v1/consents/documents': 'P',
  'GET /api/v1/consents': 'S',
  'PUT /api/v1/consents/:document': 'S',
  'GET /api/v1/audit': 'A',
  'GET /api/v1/audit/chain': 'A',
  'GET /api/v1/audit/export': 'A',
  'GET /api/v1/uploads': 'M',
  'POST /api/v1/uploads': 'M',
  'HEAD /api/v1/uploads/:id': 'M',
  'PATCH /api/v1/uploads/:id': 'M',
  'DELETE /api/v1/uploads/:id': 'M',
  'OPTIONS /api/v1/uploads': 'P',
  'OPTIONS /api/v1/uploads/:id': 'P',
  'GET /api/v1/upload-quota': 'M',
  'GET /api/v1/upload-usage': 'A',
  'GET /api/v1/assets': 'M',
  'GET /api/v1/assets/events': 'M',
  'POST /api/v1/assets/bulk/delete': 'M',
  'POST /api/v1/assets/bulk/reencode': 'M',
  'POST /api/v1/assets/bulk/cancel': 'M',
  'GET /api/v1/assets/:id': 'M',
  'GET /api/v1/assets/:id/stills/:versionId/:chunk': 'M',
  'PATCH /api/v1/assets/:id': 'M',
  'DELETE /api/v1/assets/:id': 'M',
  'POST /api/v1/assets/:id/retry': 'M',
  'POST /api/v1/assets/:id/reencode': 'M',
  'POST /api/v1/assets/:id/cancel': 'M',
  'POST /api/v1/playback/sessions': 'S',
  'GET /api/v1/playback/sessions': 'S',
  'DELETE /api/v1/playback/sessions/:id': 'S',
  'GET /api/v1/operations/status': 'M',
  'POST /api/v1/operations/set-aside/:consumer/:eventId/try-again': 'A',
  'GET /api/v1/mails': 'A',
  'GET /api/v1/openapi.json': 'P',
  'GET /': 'P',
  'GET /account': 'P',
  'GET /account/*': 'P',
  'GET /data-deletion': 'P',
  'GET /not-me': 'P',
  'GET /profiles': 'P',
  'GET /profiles/*': 'P',
  'GET /recovery': 'P',
  'GET /recovery/new-password': 'P',
  'GET /sign-in': 'P',
  'GET /sign-in/return': 'P',
  'GET /sign-up': 'P',
  'GET /sign-up/confirm': 'P',
  'GET /static/*': 'P',
  'GET /dashboard': 'P',
  'GET /dashboard/*': 'P',
  'GET /dashboard/static/*': 'P',
};
/** A GET route answers HEAD as well, by the same rule. */
const asWritten = ({ method, url }: { readonly method: string; readonly url: string }) =>
  method === 'HEAD' && rules[`HEAD ${url}`] === undefined ? `GET ${url}` : `${method} ${url}`;
/** Accounts that may do something, by what they are; `withheld`: staff who have not shown their second factor. */
const members = ['guest', 'viewer', 'withheld', 'support', 'finance', 'content_manager', 'super_admin'] as const;
/** Those who are nobody: `expired`, `locked`, `disabled`, `ended` have a token that was good; `half` has no token yet. */
const strangers = ['nobody', 'expired', 'locked', 'disabled', 'ended', 'half'] as const;
type Caller = (typeof members)[number] | (typeof strangers)[number];
const callers: readonly Caller[] = [...strangers, ...members];
const allowed: Readonly<Record<(typeof rules)[string], readonly Caller[]>> = {
  P: callers,
  E: callers,
  N: ['nobody', ...members],
  S: members,
  O: members.slice(1),
  M: ['content_manager', 'super_admin'],
  R: ['support', 'finance', 'super_admin'],
  L: ['support', 'super_admin'],
  A: ['super_admin'],
};

/** How each of them calls. */
async function credentials(api: Harness): Promise<Readonly<Record<Caller, Record<string, string>>>> {
  const good = async (role: Role) => ({ authorization: (await api.as(role)).authorization });
  const changed = async (status: 'locked' | 'disabled') => {
    const { id, authorization } = await api.as('super_admin');
    await api.db.updateTable('accounts').set({ status }).where('id', '=', id).execute();
    return { authorization };
  };
  const ended = await api.as('super_admin');
  await api.db.updateTable('sign_ins').set({ ended_at: 1 }).where('account_id', '=', ended.id).execute();
  const withheld = await api.as('super_admin');
  await api.db.updateTable('sign_ins').set({ proofs: 'password' }).where('account_id', '=', withheld.id).execute();
  const half = await api.addAccount('super_admin');
  await newPasskey(api, half.id);
  const begun = await api.app.inject({
    method: 'POST',
    url: '/api/v1/accounts/sign-in',
    body: { email: half.email, password, delivery: 'body' },
  });
  const { keyring, clock } = { keyring: api.accessKeyring, clock: { now: () => api.clock.now() - 3_600_000 } };
  const { id: familyId, account_id: accountId } = await api.rows.signIn({ proofs: 'password,totp' });
  const old = signAccessToken({ accountId, familyId }, { keyring, clock, seconds: 900 });
  return {
    nobody: {},
    expired: { authorization: `Bearer ${old}` },
    locked: await changed('locked'),
    disabled: await changed('disabled'),
    ended: { authorization: ended.authorization },
    half: { authorization: `Bearer ${begun.json<{ token: string }>().token}` },
    guest: await good('guest'),
    viewer: await good('viewer'),
    withheld: { authorization: withheld.authorization },
    support: await good('support'),
    finance: await good('finance'),
    content_manager: await good('content_manager'),
    super_admin: await good('super_admin'),
  };
}

/** Of those who may call it at all, who reaches a thing of somebody else. For all others it is not there (404). */
const reachOthers: Readonly<Record<string, readonly Caller[]>> = {
  'PATCH /api/v1/accounts/me/passkeys/:id': [],
  'DELETE /api/v1/accounts/me/passkeys/:id': [],
  'DELETE /api/v1/accounts/me/identities/:id': [],
  'DELETE /api/v1/accounts/me/devices/:id': [],
  'GET /api/v1/accounts/:id': ['support', 'finance', 'super_admin'],
  'PATCH /api/v1/accounts/:id': ['super_admin'],
  'GET /api/v1/accounts/:id/scope': ['super_admin'],
  'PUT /api/v1/accounts/:id/scope': ['super_admin'],
  'POST /api/v1/accounts/:id/disable': ['support', 'super_admin'],
  'POST /api/v1/accounts/:id/enable': ['support', 'super_admin'],
  'POST /api/v1/accounts/:id/sign-out': ['support', 'super_admin'],
  'POST /api/v1/accounts/:id/second-factor/reset': ['support', 'super_admin'],
  'DELETE /api/v1/invitations/:id': ['super_admin'],
  'POST /api/v1/invitations/:id/send-again': ['super_admin'],
  'PATCH /api/v1/profiles/:id': [],
  'DELETE /api/v1/profiles/:id': [],
  'PUT /api/v1/profiles/:id/restrictions': [],
  'POST /api/v1/profiles/:id/choose': [],
  'PUT /api/v1/profiles/:id/pin': [],
  'DELETE /api/v1/profiles/:id/pin': [],
  'HEAD /api/v1/uploads/:id': [],
  'PATCH /api/v1/uploads/:id': [],
  'DELETE /api/v1/uploads/:id': ['super_admin'],
  'OPTIONS /api/v1/uploads/:id': callers,
  'GET /api/v1/assets/:id': ['content_manager', 'super_admin'],
  'GET /api/v1/assets/:id/stills/:versionId/:chunk': ['content_manager', 'super_admin'],
  'PATCH /api/v1/assets/:id': ['super_admin'],
  'DELETE /api/v1/assets/:id': ['super_admin'],
  'POST /api/v1/assets/:id/retry': ['super_admin'],
  'POST /api/v1/assets/:id/reencode': ['super_admin'],
  'POST /api/v1/assets/:id/cancel': ['super_admin'],
  'DELETE /api/v1/playback/sessions/:id': ['super_admin'],
  'POST /api/v1/accounts/me/data-copies/:id/download': [],
  // The token says whose it is: without one that is right the file is gone (410) for everybody.
  'GET /api/v1/data-copies/:id/file': callers,
  'POST /api/v1/accounts/:id/deletion': ['support', 'super_admin'],
  'DELETE /api/v1/accounts/:id/deletion': ['support', 'super_admin'],
  'GET /api/v1/titles/:id': [],
  'GET /api/v1/terms/:id': [],
  'GET /api/v1/titles/:id/episodes': [],
  'GET /api/v1/catalogue/titles/:id': ['content_manager', 'super_admin'],
  'PATCH /api/v1/catalogue/titles/:id': ['content_manager', 'super_admin'],
  'DELETE /api/v1/catalogue/titles/:id': ['content_manager', 'super_admin'],
  'GET /api/v1/catalogue/titles/:id/terms': ['content_manager', 'super_admin'],
  'GET /api/v1/catalogue/titles/:id/pictures': ['content_manager', 'super_admin'],
  'GET /api/v1/catalogue/titles/:id/frames': ['content_manager', 'super_admin'],
  'PUT /api/v1/catalogue/titles/:id/terms': ['content_manager', 'super_admin'],
  'PATCH /api/v1/catalogue/terms/:id': ['content_manager', 'super_admin'],
  'DELETE /api/v1/catalogue/terms/:id': ['content_manager', 'super_admin'],
  'PUT /api/v1/catalogue/titles/:id/releases': ['content_manager', 'super_admin'],
  'PUT /api/v1/catalogue/titles/:id/order': ['content_manager', 'super_admin'],
  'POST /api/v1/catalogue/titles/:id/restore': ['content_manager', 'super_admin'],
  'POST /api/v1/catalogue/titles/:id/plan': ['content_manager', 'super_admin'],
  'POST /api/v1/catalogue/titles/:id/episodes': ['content_manager', 'super_admin'],
  'GET /api/v1/catalogue/titles/:id/uploads': ['content_manager', 'super_admin'],
  'GET /api/v1/catalogue/titles/:id/tracks': ['content_manager', 'super_admin'],
  'PUT /api/v1/catalogue/titles/:id/audio': ['content_manager', 'super_admin'],
  'POST /api/v1/catalogue/titles/:id/subtitles': ['content_manager', 'super_admin'],
  'POST /api/v1/catalogue/titles/:id/subtitles/found': ['content_manager', 'super_admin'],
  'GET /api/v1/catalogue/subtitles/:id': ['content_manager', 'super_admin'],
  'PATCH /api/v1/catalogue/subtitles/:id': ['content_manager', 'super_admin'],
  'DELETE /api/v1/catalogue/subtitles/:id': ['content_manager', 'super_admin'],
  'GET /api/v1/catalogue/subtitles/:id/cues': ['content_manager', 'super_admin'],
  'PATCH /api/v1/catalogue/subtitles/:id/cues': ['content_manager', 'super_admin'],
  'GET /api/v1/catalogue/subtitles/:id/file': ['content_manager', 'super_admin'],
  'PUT /api/v1/catalogue/subtitles/:id/file': ['content_manager', 'super_admin'],
  'POST /api/v1/catalogue/subtitles/:id/shift': ['content_manager', 'super_admin'],
  'POST /api/v1/catalogue/subtitles/:id/publish': ['content_manager', 'super_admin'],
};

/** What a path's `:id` is of: `/api/v1/accounts/me/devices/:id` of `devices`. */
const nameOf = (url: string) =>
  /([a-z-]+)\/(?:[a-z]+\/)?:id/.exec(url.replace('playback/sessions', 'playback'))?.[1] ?? '';

/** Whether somebody was kept out; a wrong code, or a proof that is missing, is something else. */
function isRefusal(statusCode: number, body: string): boolean {
  if (statusCode !== 401 && statusCode !== 403) return false;
  const code = body === '' ? '' : (JSON.parse(body) as { readonly code: string }).code;
  return ['', 'unauthenticated', 'forbidden', 'second_factor_needed'].includes(code);
}

async function newPasskey(api: Harness, accountId: string): Promise<string> {
  const id = newId('passkey');
  const row = { id, account_id: accountId, credential_id: id, public_key: 'k', counter: 0, transports: '[]' };
  await api.db
    .insertInto('passkeys')
    .values({ ...row, is_synced: 0, name: 'x', created_at: 1 })
    .execute();
  return id;
}

async function newIdentity(api: Harness, accountId: string): Promise<string> {
  const id = newId('identity');
  const said = { email: null, name: null, sealed_grant: null, firebase_user: null };
  await api.db
    .insertInto('identities')
    .values({ id, account_id: accountId, provider: 'google', subject: id, ...said, linked_at: 1, used_at: 1 })
    .execute();
  return id;
}

/** Makes a thing that belongs to somebody who never calls, and returns its id. */
function thingsOfOthers(api: Harness): Readonly<Record<string, () => Promise<string>>> {
  const bytes = 'some bytes';
  const begin = async (): Promise<string> => {
    const { authorization } = await api.as('content_manager');
    const { headers } = await api.app.inject({
      method: 'POST',
      url: '/api/v1/uploads',
      headers: { authorization, 'tus-resumable': '1.0.0', 'upload-length': String(bytes.length) },
    });
    return String(headers.location).split('/').at(-1) as string;
  };
  const invite = async (): Promise<string> => {
    const { id: invited_by } = await api.addAccount('super_admin');
    const [id, email] = [newId('invitation'), `${newId('invitation').toLowerCase()}@example.com`];
    const challenge = { id: newId('challenge'), purpose: 'invitation' as const, email, kid: 'x', data: '{}' };
    await api.db
      .insertInto('challenges')
      .values({ ...challenge, tries: 0, created_at: 1, expires_at: api.clock.now() + 60_000 })
      .execute();
    await api.db
      .insertInto('invitations')
      .values({ id, challenge_id: challenge.id, email, role: 'support', invited_by, created_at: 1 })
      .execute();
    return id;
  };
  const stream = async (): Promise<string> => {
    const id = newId('session');
    const { assetId, versionId, ownerId: accountId } = await api.rows.title({ asset: 'ready', version: 'complete' });
    const startedAt = api.clock.now();
    await api.sessions.start(
      { id, accountId, assetId, versionId, startedAt, expiresAt: startedAt + 60_000 },
      { perAccount: 0, policy: 'refuse', idleAfterMs: 60_000 },
    );
    return id;
  };
  return {
    accounts: async () => (await api.addAccount('viewer')).id,
    passkeys: async () => newPasskey(api, (await api.addAccount('viewer')).id),
    devices: async () => (await api.rows.signIn()).id,
    'data-copies': async () => {
      const { id: account_id } = await api.addAccount('viewer');
      const copy = { id: newId('copy'), account_id, state: 'ready' as const, storage_key: 'data-copies/x', bytes: 1 };
      const times = { created_at: 1, ready_at: 1, expires_at: api.clock.now() + 60_000 };
      await api.db
        .insertInto('data_copies')
        .values({ ...copy, ...times })
        .execute();
      return copy.id;
    },
    invitations: invite,
    identities: async () => newIdentity(api, (await api.addAccount('viewer')).id),
    profiles: async () => (await api.rows.profile()).id,
    uploads: begin,
    assets: async () => (await api.rows.title({ asset: 'ready', version: 'complete' })).assetId,
    playback: stream,
    terms: async () => (await api.rows.term()).id,
    titles: async () => (await api.rows.catalogueTitle()).id,
    subtitles: async () => (await api.rows.subtitles()).id,
  };
}

/** What passes the checks of headers and body, where a thing would not be looked for before. */
const requests: Readonly<
  Record<string, { readonly headers?: Record<string, string>; readonly query?: string; readonly body: object | string }>
> = {
  'PATCH /api/v1/accounts/:id': { body: { role: 'viewer' } },
  'PUT /api/v1/accounts/:id/scope': { body: { titles: [] } },
  'POST /api/v1/accounts/:id/disable': { body: { reason: 'A reason' } },
  'POST /api/v1/accounts/:id/enable': { body: { reason: 'A reason' } },
  'POST /api/v1/accounts/:id/sign-out': { body: { reason: 'A reason' } },
  'POST /api/v1/accounts/:id/second-factor/reset': { body: { reason: 'A reason' } },
  'POST /api/v1/accounts/:id/deletion': { body: { reason: 'A reason' } },
  'DELETE /api/v1/accounts/:id/deletion': { body: { reason: 'A reason' } },
  'GET /api/v1/data-copies/:id/file': { query: `?token=1.key.${'A'.repeat(43)}`, body: {} },
  'PATCH /api/v1/profiles/:id': { body: { name: 'Another' } },
  'PUT /api/v1/profiles/:id/restrictions': { body: { isKids: false, maturityLimit: null } },
  'PUT /api/v1/profiles/:id/pin': { body: { pin: '2580' } },
  'PATCH /api/v1/assets/:id': { body: { title: 'Another' } },
  'PATCH /api/v1/accounts/me/passkeys/:id': { body: { name: 'Another' } },
  'PATCH /api/v1/catalogue/titles/:id': { body: { revision: 1, year: 2026 } },
  'PUT /api/v1/catalogue/titles/:id/releases': { body: { revision: 1, releases: [] } },
  'POST /api/v1/catalogue/titles/:id/plan': { body: { files: ['E01.mp4'] } },
  'POST /api/v1/catalogue/titles-from-videos': {
    body: { originalLanguage: 'en', videos: [{ assetId: 'asset_01J00000000000000000000000' }] },
  },
  'POST /api/v1/catalogue/titles/:id/episodes': { body: { episodes: [{ number: 1, name: 'x' }] } },
  'PUT /api/v1/catalogue/titles/:id/terms': { body: { revision: 1, terms: [] } },
  'PATCH /api/v1/catalogue/terms/:id': { body: { revision: 1, texts: {} } },
  'PUT /api/v1/catalogue/titles/:id/audio': { body: { assetId: newId('asset'), off: [] } },
  'POST /api/v1/catalogue/titles/:id/subtitles': { body: { language: 'en' } },
  'POST /api/v1/catalogue/titles/:id/subtitles/found': { body: { assetId: newId('asset'), stream: 2 } },
  'PATCH /api/v1/catalogue/subtitles/:id': { body: { revision: 1, isOn: false } },
  'DELETE /api/v1/catalogue/subtitles/:id': { query: '?revision=1', body: {} },
  'PATCH /api/v1/catalogue/subtitles/:id/cues': {
    body: { revision: 1, changes: [{ startMs: 0, endMs: 1000, text: 'x' }] },
  },
  'PUT /api/v1/catalogue/subtitles/:id/file': { body: { revision: 1, content: 'eA==' } },
  'POST /api/v1/catalogue/subtitles/:id/shift': { body: { revision: 1, byMs: 1 } },
  'POST /api/v1/catalogue/subtitles/:id/publish': { body: { revision: 1 } },
  'PUT /api/v1/catalogue/titles/:id/order': { body: { kind: 'season', titles: [newId('title')] } },
  'PATCH /api/v1/uploads/:id': {
    headers: { 'content-type': 'application/offset+octet-stream', 'upload-offset': '0' },
    body: 'some bytes',
  },
};

t.test('every route for every role', async (t) => {
  const api = await startControlApi(t);
  t.same(
    [...new Set(api.routes.map(asWritten))].sort(),
    Object.keys(rules).sort(),
    'every route has a rule, every rule a route',
  );
  const headers = await credentials(api);

  const others = thingsOfOthers(api);
  t.same(
    [...new Set(api.routes.flatMap((route) => (route.url.includes(':id') ? [asWritten(route)] : [])))].sort(),
    Object.keys(reachOthers).sort(),
    'every route to one thing says who reaches that of somebody else',
  );
  for (const route of api.routes) {
    const { method, url } = route;
    const rule = rules[asWritten(route)];
    const make = url.includes(':id') ? others[nameOf(url)] : undefined;
    for (const caller of callers) {
      const path = (make === undefined ? url : url.replace(':id', await make())).replace(':provider', 'google');
      const given = requests[asWritten(route)];
      // Somebody else's: who is forgotten calls nothing any more.
      const isFarewell = method === 'DELETE' && url === '/api/v1/accounts/guest' && caller === 'guest';
      const listening = api.events.listening;
      const request = api.app.inject({
        method: method as 'GET',
        url: path + (given?.query ?? ''),
        headers: {
          ...(isFarewell ? { authorization: (await api.as(caller)).authorization } : headers[caller]),
          'tus-resumable': '1.0.0',
          ...given?.headers,
        },
        ...(['POST', 'PUT', 'PATCH'].includes(method) || (method === 'DELETE' && given)
          ? { body: given?.body ?? {} }
          : {}),
      });
      const mayCall = rule !== undefined && (allowed[rule]?.includes(caller) ?? false);
      if (mayCall && url.endsWith('/events')) {
        await until('the stream listens', () => api.events.listening > listening);
        await api.controlApi.background.stop({ force: false });
      }
      const { statusCode, body } = await request;
      if (mayCall && make !== undefined)
        t.equal(
          statusCode !== 404,
          reachOthers[asWritten(route)]?.includes(caller) === true,
          `${caller} ${method} ${url} of somebody else: ${statusCode} ${body.slice(0, 100)}`,
        );
      if (mayCall)
        t.notOk(isRefusal(statusCode, body), `${caller} may ${method} ${url}: ${statusCode} ${body.slice(0, 100)}`);
      else {
        const isStranger = (strangers as readonly Caller[]).includes(caller);
        t.equal(statusCode, isStranger ? 401 : 403, `${caller} may not ${method} ${url}`);
        t.ok(method === 'HEAD' || isRefusal(statusCode, body), `${caller} ${method} ${url}: ${body.slice(0, 100)}`);
      }
      if (statusCode >= 400 && method !== 'HEAD' && statusCode !== 503)
        t.match(JSON.parse(body), { code: String, status: statusCode, requestId: /^request_/ });
      t.ok(
        statusCode < 500 || (statusCode === 503 && !url.startsWith('/api/')),
        `${method} ${url} does not break: ${statusCode} ${body.slice(0, 200)}`,
      );
    }
  }
});

t.test('a token that is no good keeps nobody from signing in', async (t) => {
  const api = await startControlApi(t);
  const { expired, locked, disabled, ended, half } = await credentials(api);
  const broken = ['Bearer x', 'Bearer', 'Basic eDp5', 'nonsense'].map((authorization) => ({ authorization }));
  const entrances = api.routes.filter(({ access }) => access === 'entrance');
  t.same(
    entrances.map(asWritten).sort(),
    Object.keys(rules)
      .filter((route) => rules[route] === 'E')
      .sort(),
  );
  const post = async (url: string, body: object, headers: Record<string, string> = {}) => {
    const path = url.replace(':provider', 'google');
    const answer = await api.app.inject({ method: 'POST', url: path, headers, body });
    return { status: answer.statusCode, code: answer.json<{ code?: string }>().code };
  };
  const strange = [expired, locked, disabled, ended, half, ...broken];
  for (const { url } of entrances) {
    const asNobody = await post(url, {});
    for (const headers of strange) t.same(await post(url, {}, headers), asNobody, `${url} ${headers['authorization']}`);
  }
  for (const headers of strange) {
    const { email } = await api.addAccount('viewer');
    const { status } = await post('/api/v1/accounts/sign-in', { email, password, delivery: 'body' }, headers);
    t.equal(status, 200, `signs in with ${headers['authorization']?.slice(0, 20)}`);
    const { code } = await post('/api/v1/accounts/sign-in', { email, password: 'x', delivery: 'body' }, headers);
    t.equal(code, 'invalid_credentials', 'only that is wrong');
  }
});

t.test('nothing of the API is kept by caches', async (t) => {
  const api = await startControlApi(t);
  t.equal((await api.app.inject('/api/v1/openapi.json')).headers['cache-control'], 'no-store');
  t.equal(
    (await api.app.inject('/%61pi/v1/openapi.json')).headers['cache-control'],
    'no-store',
    'however it is written',
  );
  t.equal((await api.app.inject('/api/v1/accounts/me')).headers['cache-control'], 'no-store');
});
