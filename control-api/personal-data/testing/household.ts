import { randomBytes } from 'node:crypto';
import { newId } from '../../../server/kit/ids.ts';
import { createApiKey } from '../../api-keys/keys.ts';
import type { Account, Harness } from '../../testing/harness.ts';
import { addTotp } from '../../testing/totp.ts';

/** Somebody of whom every table has something. */
export interface KnownPerson extends Account {
  readonly authorization: string;
  readonly assetId: string;
  readonly openUploadId: string;
  /** By which they see what became of what they asked Facebook for. */
  readonly deletionCode: string;
}

/** What must never be in a copy: what somebody could sign in with, and what is somebody else's. */
export const secretsOfPerson = ['$argon2', 'their-secret-hash', 'sealed-totp', 'sealed-grant', 'public-key-of-theirs'];

/** Makes a content manager of whom every feature knows something. */
export async function addKnownPerson(api: Harness): Promise<KnownPerson> {
  const { db, rows, clock } = api;
  const person = await api.as('content_manager');
  const { id, email, authorization } = person;
  const now = clock.now();
  const { assetId } = await rows.title({ asset: 'ready', version: 'complete' });
  const { upload_id } = await db
    .selectFrom('assets')
    .select('upload_id')
    .where('id', '=', assetId)
    .executeTakeFirstOrThrow();
  await db.updateTable('assets').set({ owner_id: id }).where('id', '=', assetId).execute();
  await db
    .updateTable('uploads')
    .set({ owner_id: id, metadata: JSON.stringify({ note: email }) })
    .where('id', '=', upload_id)
    .execute();
  const begun = await api.app.inject({
    method: 'POST',
    url: '/api/v1/uploads',
    headers: { authorization, 'tus-resumable': '1.0.0', 'upload-length': '10' },
  });
  await addTotp(api, id);
  await db
    .insertInto('recovery_codes')
    .values({ account_id: id, code_hash: 'their-secret-hash', created_at: now })
    .execute();
  await db
    .insertInto('passkeys')
    .values({
      id: newId('passkey'),
      account_id: id,
      credential_id: id,
      public_key: 'public-key-of-theirs',
      counter: 0,
      transports: '[]',
      is_synced: 0,
      name: 'My phone',
      created_at: now,
    })
    .execute();
  await db
    .insertInto('identities')
    .values({
      id: newId('identity'),
      account_id: id,
      provider: 'apple',
      subject: `apple-${id}`,
      email: `relay-${id}@example.com`.toLowerCase(),
      name: 'Ann Lee',
      sealed_grant: 'sealed-grant',
      firebase_user: `firebase-${id}`,
      linked_at: now,
      used_at: now,
    })
    .execute();
  // By the end of an id, which nothing else of them has.
  const invited = `invited-by-${newId('challenge').slice(-8)}@example.com`.toLowerCase();
  const challenge = { id: newId('challenge'), purpose: 'invitation' as const, kid: 'x', data: '{}', tries: 0 };
  await db
    .insertInto('challenges')
    .values({ ...challenge, email: invited, created_at: now, expires_at: now + 60_000 })
    .execute();
  await db
    .insertInto('invitations')
    .values({
      id: newId('invitation'),
      challenge_id: challenge.id,
      email: invited,
      role: 'support',
      invited_by: id,
      created_at: now,
    })
    .execute();
  const { id: title_id } = await rows.catalogueTitle();
  await db.insertInto('staff_scopes').values({ account_id: id, title_id }).execute();
  const { id: profileId } = await rows.profile({ account_id: id, name: 'Annie', pin_hash: '$argon2id$pin' });
  const { id: family_id } = await rows.signIn({ account_id: id, address: '203.0.113.9', user_agent: 'Their browser' });
  await db.insertInto('chosen_profiles').values({ family_id, account_id: id, profile_id: profileId }).execute();
  await db.insertInto('profile_settings').values({ account_id: id, pin_to_leave_kids: 1, updated_at: now }).execute();
  await db
    .insertInto('consents')
    .values({
      id: newId('consent'),
      account_id: id,
      number: 1,
      document: 'terms',
      version: '7',
      given: 1,
      at: now,
      address: '203.0.113.9',
    })
    .execute();
  await db
    .insertInto('idempotency_keys')
    .values({
      account_id: id,
      route: 'POST /x',
      key: 'k',
      fingerprint: 'f',
      request_id: 'r',
      locked_until: now,
      created_at: now,
      expires_at: now + 60_000,
    })
    .execute();
  await createApiKey(db, { name: 'The subtitles tool', scopes: ['assets.read'], createdBy: id, now });
  // A refresh token, and records of the log.
  await api.app.inject({
    method: 'POST',
    url: '/api/v1/accounts/sign-in',
    body: { email, password: 'wrong wrong wrong', delivery: 'body' },
  });
  await db
    .insertInto('refresh_tokens')
    .values({
      id: newId('refresh'),
      family_id,
      account_id: id,
      token_hash: `hash-${id}`,
      created_at: now,
      expires_at: now + 60_000,
    })
    .execute();
  const deletionCode = randomBytes(16).toString('hex');
  await db.insertInto('provider_deletions').values({ code: deletionCode, account_id: id, requested_at: now }).execute();
  return { ...person, assetId, deletionCode, openUploadId: String(begun.headers.location).split('/').at(-1) as string };
}

/** The tables that have one of these texts in any of their columns. */
export async function tablesWith(api: Pick<Harness, 'db'>, texts: readonly string[]): Promise<readonly string[]> {
  const found: string[] = [];
  for (const { name } of await api.db.introspection.getTables()) {
    const rows = await api.db
      .selectFrom(name as 'accounts')
      .selectAll()
      .execute();
    if (texts.some((text) => JSON.stringify(rows).includes(text))) found.push(name);
  }
  return found.sort();
}
