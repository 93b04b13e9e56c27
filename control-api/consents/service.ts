import type { IncomingHttpHeaders } from 'node:http';
import type { Database, Transaction } from '../../server/db/port.ts';
import type { Audit, Caller } from '../../server/http/writes/audit.ts';
import type { Clock } from '../../server/kit/clock.ts';
import { ProblemError } from '../../server/kit/errors.ts';
import { newId } from '../../server/kit/ids.ts';
import { lockAccount } from '../account.ts';
import { displayText } from '../display-text.ts';
import { canonicalLanguage, preferredLanguage } from '../language.ts';
import type { AskedDocument } from './documents.ts';
import { consentProblems } from './problems.ts';
import { addConsent, findConsents, findLastConsents } from './repository.ts';
import {
  historyShown,
  presentConsent,
  presentPastConsent,
  userAgentCharacters,
  type ConsentsView,
  type ConsentView,
  type DecideConsent,
} from './schemas.ts';

/** What somebody decided about a document. */
export interface Decision {
  readonly document: string;
  /** The version that was shown. */
  readonly version: string;
  readonly given: boolean;
  /** BCP 47, in which it was shown; undefined: what the client likes best. */
  readonly language?: string | undefined;
}

/** The request that a decision came with. */
export interface DecisionSource {
  readonly audit: Audit;
  /** Network address. */
  readonly address: string;
  readonly headers: Pick<IncomingHttpHeaders, 'user-agent' | 'accept-language'>;
}

export interface ConsentsServiceOptions {
  readonly db: Database;
  readonly documents: readonly AskedDocument[];
  readonly clock: Clock;
}

/** What people agreed to, and withdrew. Nothing of it is ever changed: another decision is another row. */
export class ConsentsService {
  readonly #options: ConsentsServiceOptions;

  constructor(options: ConsentsServiceOptions) {
    this.#options = options;
  }

  /** What the account decided about each document, and its last decisions. */
  async show(accountId: string): Promise<ConsentsView> {
    const { db, documents } = this.#options;
    const last = await findLastConsents(db, accountId);
    const items = documents.map((asked) =>
      presentConsent(
        asked,
        last.find(({ document }) => document === asked.document),
      ),
    );
    return {
      isDue: items.some((item) => item.isDue),
      items,
      history: (await findConsents(db, accountId, historyShown)).map(presentPastConsent),
    };
  }

  /**
   * Decides about one document; the same once more changes nothing.
   * @throws ProblemError not_found when nobody is asked for it, consent_outdated, invalid_request
   */
  async decide(
    caller: Caller,
    document: string,
    given: DecideConsent,
    headers: DecisionSource['headers'],
  ): Promise<ConsentView> {
    const { db } = this.#options;
    const decision = { document, ...given };
    const asked = this.#asked(decision);
    return db.transaction().execute(async (tx) => {
      if (!(await lockAccount(tx, caller.accountId))) throw new ProblemError('not_found', 'There is no such account.');
      const find = async () =>
        (await findLastConsents(tx, caller.accountId)).find((each) => each.document === document);
      const last = await find();
      if (last && last.version === given.version && (last.given === 1) === given.given) {
        caller.audit.unchanged();
        return presentConsent(asked, last);
      }
      await this.record(tx, caller.accountId, [decision], { ...caller, headers });
      return presentConsent(asked, await find());
    });
  }

  /**
   * Writes decisions down in the transaction that holds the account's row, or has just made it.
   * @throws ProblemError not_found for a document that nobody is asked for, consent_outdated for a version that is not
   * in force, invalid_request for a language that is none
   */
  async record(
    tx: Transaction,
    accountId: string,
    decisions: readonly Decision[],
    { audit, address, headers }: DecisionSource,
  ): Promise<void> {
    const userAgent = displayText(headers['user-agent'] ?? '', userAgentCharacters);
    for (const decision of decisions) {
      const { document, version, given, language } = decision;
      this.#asked(decision);
      const id = newId('consent');
      await addConsent(tx, {
        id,
        account_id: accountId,
        document,
        version,
        given: Number(given),
        at: this.#options.clock.now(),
        address,
        user_agent: userAgent === '' ? null : userAgent,
        language: language === undefined ? preferredLanguage(headers['accept-language']) : canonicalLanguage(language),
      });
      await audit.record(tx, {
        event: given ? 'consent.given' : 'consent.withdrawn',
        subject: id,
        actor: accountId,
        after: { document, version },
      });
    }
  }

  /** @throws ProblemError not_found, consent_outdated */
  check(decisions: readonly Pick<Decision, 'document' | 'version'>[]): void {
    for (const decision of decisions) this.#asked(decision);
  }

  /** @throws ProblemError not_found, consent_outdated */
  #asked({ document, version }: Pick<Decision, 'document' | 'version'>): AskedDocument {
    const asked = this.#options.documents.find((each) => each.document === document);
    if (!asked) throw new ProblemError('not_found', 'Nobody is asked to agree to that.');
    if (asked.version !== version)
      throw new ProblemError(
        consentProblems.consent_outdated,
        `The version in force is ${asked.version}. Show that one, and ask again.`,
        { extras: { document, version: asked.version } },
      );
    return asked;
  }
}
