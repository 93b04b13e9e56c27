import { breakInWords, placeIn, wordOf, type Place } from '../../control-api/audit/chain.ts';
import { walkChain } from '../../control-api/audit/checking.ts';
import { countWaiting } from '../../control-api/audit/search.ts';
import type { Database } from '../db/port.ts';
import { OperatorError } from '../kit/errors.ts';

/**
 * Checks the chain of the audit log and prints what was found.
 * @param heads of earlier checks, which must be in it
 * @returns the exit code: 1 when it is broken
 * @throws OperatorError when one of the heads is none
 */
export async function verifyAuditLog(db: Database, heads: readonly string[] = []): Promise<number> {
  const report = await walkChain(db, { noted: heads.map(headIn) });
  if (!report) return 1;
  const { checked, head, breaks, firstBreak } = report;
  console.log(`Checked ${checked} ${checked === 1 ? 'record' : 'records'}; ${await countWaiting(db)} not chained yet.`);
  console.log(`HEAD ${wordOf(head)}`);
  if (!firstBreak) {
    console.log('The chain is whole. Note its head elsewhere: --head checks later that it is still there.');
    return 0;
  }
  console.error(`BROKEN ${breakInWords(firstBreak)}`);
  if (breaks > 1) console.error(`It is broken in ${breaks} places; this is the first.`);
  return 1;
}

function headIn(word: string): Place {
  const place = placeIn(word);
  if (!place)
    throw new OperatorError(
      `${JSON.stringify(word)} is no head of the audit log: it is a number, a colon and 64 hexadecimal digits.`,
    );
  return place;
}
