/**
 * What a failure of PostgreSQL or of the way to it means for the statement that was under way:
 *
 * - `undone`: the server answered that it took the statement and its transaction back (serialisation, deadlock).
 * - `unsent`: the connection was known to be dead; nothing was sent.
 * - `lost`: the connection ended before the answer. The statement was done, or it was not.
 * - `late`: a timeout ended the statement; its transaction is taken back.
 * - `other`: a mistake in the statement or its data; it would fail again.
 */
export type Failure = 'undone' | 'unsent' | 'lost' | 'late' | 'other';

/**
 * Errors by SQLSTATE (https://www.postgresql.org/docs/current/errcodes-appendix.html), besides class 08 (connection):
 * an end by the administrator, a crash of the server, one that starts or stops, and ends for having been idle.
 */
const lostStates = ['57P01', '57P02', '57P03', '57P05', '25P03'];
const undoneStates = ['40001', '40P01'];
const lateStates = ['57014', '55P03'];

const lostSystemCodes = ['ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ECONNABORTED', 'EHOSTUNREACH', 'ENETUNREACH'];
/** Further ones of an attempt to connect: nobody listens (yet), or the name is not known (yet). */
const unreachedSystemCodes = ['ECONNREFUSED', 'ENOENT', 'ENOTFOUND', 'EAI_AGAIN'];
/** The server has no connection left, or none for this user. */
const fullStates = ['53300'];

/** What `pg` says where it has no code (pg/lib/client.js). */
const unsentWords = /not queryable$/;
const lostWords = /^(Connection terminated|Query read timeout|timeout expired)/;

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

/** What became of a statement that failed with this error. */
export function failureOf(error: unknown): Failure {
  const code = codeOf(error);
  if (undoneStates.includes(code)) return 'undone';
  if (lateStates.includes(code)) return 'late';
  if (lostStates.includes(code) || /^08...$/.test(code) || lostSystemCodes.includes(code)) return 'lost';
  if (code !== '' || !(error instanceof Error)) return 'other';
  if (unsentWords.test(error.message)) return 'unsent';
  return lostWords.test(error.message) ? 'lost' : 'other';
}

/** Whether an attempt to connect may succeed later without anybody changing anything: a wrong password does not. */
export function isPassing(error: unknown): boolean {
  const code = codeOf(error);
  return failureOf(error) === 'lost' || unreachedSystemCodes.includes(code) || fullStates.includes(code);
}

/** The words of an error; of several at once (an address for each IP version) only its code tells anything. */
export function describeFailure(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.message || codeOf(error) || error.name;
}
