import { randomBytes } from 'node:crypto';
import { hash, verify } from '@node-rs/argon2';

/** argon2id (the library's default algorithm) with OWASP's minimum: 19 MiB, 2 passes, 1 lane (Password Storage Cheat Sheet). */
const parameters = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** The same password typed on two keyboards may be encoded differently (NIST SP 800-63B §5.1.1.2). */
const normalize = (password: string) => password.normalize('NFKC');

/** PHC string of a new password. */
export async function hashPassword(password: string): Promise<string> {
  return hash(normalize(password), parameters);
}

let nobody: Promise<string> | undefined;

/**
 * Whether the password is the hashed one. Without a hash (there is no such account) it takes as long and is false,
 * so that the time of an answer does not tell which accounts exist.
 */
export async function verifyPassword(hashed: string | undefined, password: string): Promise<boolean> {
  nobody ??= hashPassword(randomBytes(32).toString('base64url'));
  const matches = await verify(hashed ?? await nobody, normalize(password));
  return matches && hashed !== undefined;
}
