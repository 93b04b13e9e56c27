import type { Database } from '../../server/db/port.ts';
import { toIso } from '../../server/kit/clock.ts';
import { toError } from '../../server/kit/errors.ts';
import type { Logger } from '../../server/kit/logger.ts';
import type { Notice, Notices } from '../../server/kit/notices.ts';
import { startPeriodicTask } from '../../server/kit/periodic.ts';
import { breakInWords } from './chain.ts';
import { readChain } from './chaining.ts';
import { firstBreakIn } from './checking.ts';

/** How often a process looks for what the last check found. */
const everyMs = 60_000;

const code = 'audit-chain-broken';

export interface ChainWatchOptions {
  readonly db: Database;
  readonly notices: Pick<Notices, 'say' | 'withdraw'>;
  readonly logger: Logger;
}

/** What operators of this process are told while the chain is broken, whichever process has checked it. */
export class ChainWatch {
  readonly #options: ChainWatchOptions;
  #told = 0;

  constructor(options: ChainWatchOptions) {
    this.#options = options;
  }

  /** Begins to look, now and then every minute; the returned function ends it. */
  start(): () => Promise<void> {
    const { logger } = this.#options;
    const first = this.look().catch((error: unknown) => {
      logger.warn({ err: toError(error) }, 'nobody knows yet whether the audit log is whole');
    });
    const periodic = startPeriodicTask({
      name: 'looking whether the audit log is whole',
      everyMs,
      logger,
      work: () => this.look(),
    });
    return async () => {
      await Promise.all([first, periodic.stop()]);
    };
  }

  /** Says what the last check found, again when it is more than before. */
  async look(): Promise<void> {
    const { db, notices } = this.#options;
    const state = await readChain(db);
    const found = firstBreakIn(state);
    const breaks = found ? (state.breaks ?? 0) : 0;
    if (breaks !== this.#told) notices.withdraw(code);
    this.#told = breaks;
    if (found) notices.say(noticeOf(breakInWords(found), breaks, state.checked_at ?? 0));
  }
}

function noticeOf(sentence: string, breaks: number, checkedAt: number): Notice {
  const places = breaks === 1 ? 'in one place' : `in ${breaks} places, first here`;
  return {
    code,
    setting: 'database',
    detail: `The audit log was changed by something other than this server: at ${toIso(checkedAt)} its chain was broken ${places}. ${sentence} Find out who has access to the database, and compare it with a backup; \`node server/main.ts admin audit verify\` checks it again.`,
  };
}
