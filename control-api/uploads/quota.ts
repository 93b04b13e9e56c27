import type { Config } from '../../config/schema.ts';
import { toIso } from '../../server/kit/clock.ts';
import { ProblemError } from '../../server/kit/errors.ts';
import { uploadProblems } from './problems.ts';

/** The time over which uploads and their bytes are counted, in milliseconds. */
export const dayMs = 86_400_000;

/** What one account may have; 0 where there is no limit. */
export type Quotas = Pick<Config['uploads'], 'maxOpenPerAccount' | 'maxPerDay' | 'maxBytesPerDay' | 'maxStoredBytes'>;

/** What one account has. */
export interface Usage {
  /** Unfinished uploads. */
  readonly open: number;
  /** Uploads begun within 24 hours, but for those that ended before a byte came. */
  readonly begun: number;
  /** Their bytes as declared; of those that came to nothing, what had come. */
  readonly begunBytes: number;
  /** Bytes of unfinished uploads, as declared, and of the sources of titles that are not deleted. */
  readonly storedBytes: number;
}

/** An upload that counts for the day. */
export interface Begun {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly bytes: number;
}

/** The limit that one more upload would exceed. */
export type ExceededLimit = 'open' | 'begun' | 'begunBytes' | 'storedBytes';

const exceeds = (limit: number, amount: number) => limit > 0 && amount > limit;

/** The largest file that an account may ever send, in bytes: no quota may be smaller. */
export function largestFile({ maxBytes, maxBytesPerDay, maxStoredBytes }: Config['uploads']): number {
  return Math.min(...[maxBytes, maxBytesPerDay, maxStoredBytes].filter((limit) => limit > 0));
}

/** Which limit a further upload of so many bytes would exceed; undefined when none. */
export function exceededLimit(bytes: number, usage: Usage, quotas: Quotas): ExceededLimit | undefined {
  if (exceeds(quotas.maxOpenPerAccount, usage.open + 1)) return 'open';
  if (exceeds(quotas.maxStoredBytes, usage.storedBytes + bytes)) return 'storedBytes';
  if (exceeds(quotas.maxPerDay, usage.begun + 1)) return 'begun';
  return exceeds(quotas.maxBytesPerDay, usage.begunBytes + bytes) ? 'begunBytes' : undefined;
}

/**
 * When a further upload of so many bytes fits into the day, in milliseconds since the epoch, if none is begun until
 * then; now where it fits already.
 * @param begun what counts for the day, oldest first
 */
export function fitsAt(
  bytes: number,
  begun: readonly Begun[],
  quotas: Pick<Quotas, 'maxPerDay' | 'maxBytesPerDay'>,
  now: number,
): number {
  let [count, sum] = [begun.length, begun.reduce((total, one) => total + one.bytes, 0)];
  let at = now;
  for (const oldest of begun) {
    if (!exceeds(quotas.maxPerDay, count + 1) && !exceeds(quotas.maxBytesPerDay, sum + bytes)) break;
    [count, sum, at] = [count - 1, sum - oldest.bytes, oldest.at + dayMs];
  }
  return at;
}

/** The refusal of an upload of so many bytes for this limit. @param begun as for `fitsAt`; it counts for limits of the day */
export function quotaProblem(
  exceeded: ExceededLimit,
  asked: { readonly bytes: number; readonly usage: Usage; readonly begun: readonly Begun[]; readonly now: number },
  quotas: Quotas,
): ProblemError {
  const { bytes, usage, begun, now } = asked;
  if (exceeded === 'open')
    return new ProblemError(
      uploadProblems.too_many_uploads,
      `${quotas.maxOpenPerAccount} uploads of this account are unfinished. Finish or give up some of them.`,
      { extras: { maxOpen: quotas.maxOpenPerAccount } },
    );
  if (exceeded === 'storedBytes') {
    const { maxStoredBytes } = quotas;
    const leftBytes = Math.max(0, maxStoredBytes - usage.storedBytes);
    return new ProblemError(
      uploadProblems.upload_storage_used_up,
      `Of the ${maxStoredBytes} bytes that this account may store, ${leftBytes} are left; the file has ${bytes}. Delete titles or give up unfinished uploads to make room.`,
      { extras: { bytes, leftBytes, maxStoredBytes } },
    );
  }
  const at = fitsAt(bytes, begun, quotas, now);
  const when = { freesAt: toIso(at), retryAfterSeconds: Math.max(1, Math.ceil((at - now) / 1000)) };
  if (exceeded === 'begun')
    return new ProblemError(
      uploadProblems.too_many_uploads_of_day,
      `This account has begun ${usage.begun} uploads within 24 hours; ${quotas.maxPerDay} are allowed. The next one may begin at ${when.freesAt}.`,
      { extras: { maxPerDay: quotas.maxPerDay, ...when } },
    );
  const leftBytes = Math.max(0, quotas.maxBytesPerDay - usage.begunBytes);
  return new ProblemError(
    uploadProblems.upload_bytes_of_day_used_up,
    `Of the ${quotas.maxBytesPerDay} bytes that this account may upload within 24 hours, ${leftBytes} are left; the file has ${bytes}. It may begin at ${when.freesAt}.`,
    { extras: { bytes, leftBytes, maxBytesPerDay: quotas.maxBytesPerDay, ...when } },
  );
}
