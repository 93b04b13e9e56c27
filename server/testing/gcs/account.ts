import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto';
import { ApiFailure } from './failures.ts';

/** The key file of a service account, as Google's console hands it out. */
export interface ServiceAccountKey {
  readonly type: 'service_account';
  readonly project_id: string;
  readonly private_key_id: string;
  readonly private_key: string;
  readonly client_email: string;
  readonly token_uri: string;
}

/** Any of these lets a token do everything that the account may do. */
const scopesThatDo = [
  'https://www.googleapis.com/auth/cloud-platform',
  'https://www.googleapis.com/auth/devstorage.full_control',
  'https://www.googleapis.com/auth/devstorage.read_write',
];
/** Tokens are refused that say they live longer, in seconds: an hour, and what clocks differ by. */
const longestLifeSeconds = 3660;

let made: ServiceAccountKey | undefined;

/** A service account with a real key, RSA with 2048 bits: the same one for a whole process, because that takes a while. */
export function serviceAccountKey(): ServiceAccountKey {
  made ??= makeServiceAccountKey();
  return made;
}

function makeServiceAccountKey(email = 'dramabox@project-of-tests.iam.gserviceaccount.com'): ServiceAccountKey {
  const { privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  return {
    type: 'service_account',
    project_id: 'project-of-tests',
    private_key_id: 'key-of-tests',
    private_key: privateKey,
    client_email: email,
    token_uri: 'https://oauth2.googleapis.com/token',
  };
}

const wrongToken = () => new ApiFailure(401, 'authError', 'Invalid Credentials');

/** The accounts that a counterpart knows, by their address, and the public halves of their keys. */
export class Accounts {
  readonly #publicKeys = new Map<string, ReturnType<typeof createPublicKey>>();

  add(key: ServiceAccountKey): void {
    this.#publicKeys.set(key.client_email, createPublicKey(key.private_key));
  }

  /** Whether the account signed these bytes (RSASSA-PKCS1-v1_5 with SHA-256). */
  didSign(email: string, data: string, signature: Buffer): boolean {
    const key = this.#publicKeys.get(email);
    return key !== undefined && verify('RSA-SHA256', Buffer.from(data), key, signature);
  }

  /**
   * The address of the account that a request comes from, by the JWT that it signed itself and sends as its bearer
   * token (AIP-4111): who signed it, when it ends, what it may be used for.
   * @throws ApiFailure 401
   */
  ofBearer(authorization: string | undefined): string {
    const token = /^Bearer (\S+)$/.exec(authorization ?? '')?.[1];
    if (token === undefined)
      throw new ApiFailure(
        401,
        'required',
        'Anonymous caller does not have access to the Google Cloud Storage bucket.',
      );
    const [header = '', payload = '', signature = ''] = token.split('.');
    let claims: { iss?: unknown; sub?: unknown; iat?: unknown; exp?: unknown; scope?: unknown; alg?: unknown };
    try {
      const part = (text: string) => JSON.parse(Buffer.from(text, 'base64url').toString()) as object;
      claims = { ...part(payload), alg: (part(header) as { alg?: unknown }).alg };
    } catch {
      throw wrongToken();
    }
    const { iss, sub, iat, exp, scope, alg } = claims;
    const now = Date.now() / 1000;
    if (alg !== 'RS256' || typeof iss !== 'string' || sub !== iss) throw wrongToken();
    if (!this.didSign(iss, `${header}.${payload}`, Buffer.from(signature, 'base64url'))) throw wrongToken();
    if (typeof iat !== 'number' || typeof exp !== 'number') throw wrongToken();
    if (iat > now + 60 || exp <= now || exp - iat > longestLifeSeconds) throw wrongToken();
    if (typeof scope !== 'string' || !scope.split(' ').some((each) => scopesThatDo.includes(each)))
      throw new ApiFailure(403, 'insufficientPermissions', 'Request had insufficient authentication scopes.');
    return iss;
  }
}
