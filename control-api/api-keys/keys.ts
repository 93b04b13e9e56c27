import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Connection, Database } from '../../server/db/port.ts';
import type { ServiceCaller } from '../../server/http/callers/services.ts';
import type { Clock } from '../../server/kit/clock.ts';
import { isId, newId } from '../../server/kit/ids.ts';
import { permissions, type Permission } from '../../server/kit/permissions.ts';

/** An API key is `<id>-<secret>`: the id finds the row, of the secret only a hash is kept. */
const separator = '-';

function hashSecret(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}

/** Makes a key; it is returned once and can never be shown again. */
export async function createApiKey(
  db: Connection,
  made: {
    readonly name: string;
    readonly scopes: readonly Permission[];
    readonly createdBy: string;
    /** Milliseconds since the epoch. */
    readonly now: number;
    readonly expiresAt?: number;
  },
): Promise<{ readonly id: string; readonly key: string }> {
  const id = newId('key');
  const secret = randomBytes(32).toString('base64url');
  await db
    .insertInto('api_keys')
    .values({
      id,
      name: made.name,
      secret_hash: hashSecret(secret).toString('hex'),
      scopes: JSON.stringify(made.scopes),
      created_by: made.createdBy,
      created_at: made.now,
      expires_at: made.expiresAt ?? null,
      revoked_at: null,
    })
    .execute();
  return { id, key: `${id}${separator}${secret}` };
}

/** Whose key it is; undefined when it is nobody's, was revoked or has expired. */
export async function findServiceCaller(db: Database, key: string, clock: Clock): Promise<ServiceCaller | undefined> {
  const end = key.indexOf(separator);
  const [id, secret] = [key.slice(0, Math.max(0, end)), key.slice(end + 1)];
  if (!isId('key', id)) return undefined;
  const row = await db.selectFrom('api_keys').selectAll().where('id', '=', id).executeTakeFirst();
  if (!row || !timingSafeEqual(Buffer.from(row.secret_hash, 'hex'), hashSecret(secret))) return undefined;
  if (row.revoked_at !== null || (row.expires_at !== null && row.expires_at <= clock.now())) return undefined;
  const scopes = JSON.parse(row.scopes) as readonly string[];
  return { keyId: id, scopes: permissions.filter((permission) => scopes.includes(permission)) };
}
