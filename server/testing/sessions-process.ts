/**
 * A process of its own with sessions on Redis, which does what its parent says: `{ n, call, args }` is a method of the
 * store, answered with `{ n, result }` or `{ n, error }`. Says `ready` once it serves.
 *
 *     sessions-process.ts <url> <prefix> <settleMs>
 */
import { toError } from '../kit/errors.ts';
import { openSessions } from './redis-sessions.ts';

const [, , url = '', prefix = '', settleMs = '0'] = process.argv;
const { sessions } = await openSessions(url, prefix, { settleMs: Number(settleMs) });
const methods = sessions as unknown as Record<string, (...args: unknown[]) => unknown>;

async function answer(n: number, call: string, args: readonly unknown[]): Promise<void> {
  try {
    process.send?.({ n, result: await methods[call]?.(...args) });
  } catch (error) {
    process.send?.({ n, error: toError(error).message });
  }
}

process.on('message', ({ n, call, args }: { n: number; call: string; args: unknown[] }) => {
  void answer(n, call, args);
});
process.send?.('ready');
