import { randomBytes } from 'node:crypto';
import { hash, verify } from '@node-rs/argon2';
import { ProblemError } from '../../../server/kit/errors.ts';
import { LineFull, Semaphore } from '../../../server/kit/semaphore.ts';

/** argon2id (the library's default algorithm) with OWASP's minimum: 19 MiB, 2 passes, 1 lane (Password Storage Cheat Sheet). */
const parameters = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/**
 * A hash holds one of the process's four threads (libuv's) for some 100 ms; reads of files need the same threads, those
 * for players above all. There is one such pool in a process, hence one line in front of it; who would wait for long is refused, for they give up anyway.
 */
const turns = new Semaphore({ atOnce: 2, waiting: 16 });

/** @throws ProblemError too_many_requests when too many wait already */
async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await turns.run(work);
  } catch (error) {
    if (!(error instanceof LineFull)) throw error;
    throw new ProblemError('too_many_requests', 'Too many people are signing in. Try again in a few seconds.', {
      extras: { retryAfterSeconds: 5 },
    });
  }
}

/** The same password typed on two keyboards may be encoded differently (NIST SP 800-63B §5.1.1.2). */
const normalize = (password: string) => password.normalize('NFKC');

/**
 * PHC string of a new password.
 * @throws ProblemError too_many_requests when too many wait already
 */
export async function hashPassword(password: string): Promise<string> {
  return inTurn(() => hash(normalize(password), parameters));
}

const unpadded = (bytes: Buffer) => bytes.toString('base64').replaceAll('=', '');
/** A hash of nothing: no password is known for it, and checking one takes as long as for any other. */
const nobody = `$argon2id$v=19$m=${parameters.memoryCost},t=${parameters.timeCost},p=${parameters.parallelism}$${unpadded(randomBytes(16))}$${unpadded(randomBytes(32))}`;

/**
 * Whether the password is the hashed one. Without a hash (there is no such account) it takes as long and is false,
 * so that the time of an answer does not tell which accounts exist.
 * @throws ProblemError too_many_requests when too many wait already
 */
export async function verifyPassword(hashed: string | undefined, password: string): Promise<boolean> {
  const matches = await inTurn(() => verify(hashed ?? nobody, normalize(password)));
  return matches && hashed !== undefined;
}
