import type { Caller } from '../../server/http/writes/audit.ts';
import { ProblemError } from '../../server/kit/errors.ts';
import type { BulkResult } from './schemas.ts';

/**
 * Does the same to several assets, one after the other, each as if it were the only one: with its own transaction and
 * its own check of who may. What is refused is said for that asset and does not stop the others; any other error ends
 * it, with those before it done.
 */
export async function toEach(
  by: Caller,
  ids: readonly string[],
  change: (id: string) => Promise<unknown>,
): Promise<{ results: BulkResult[] }> {
  const results: BulkResult[] = [];
  for (const id of ids) {
    try {
      await change(id);
      results.push({ id, problem: null });
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      results.push({ id, problem: { code: error.code, message: error.message } });
    }
  }
  if (results.every(({ problem }) => problem !== null)) by.audit.unchanged();
  return { results };
}
