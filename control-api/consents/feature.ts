import type { Config } from '../../config/schema.ts';
import type { Database, Transaction } from '../../server/db/port.ts';
import type { Audit } from '../../server/http/writes/audit.ts';
import type { Clock } from '../../server/kit/clock.ts';
import type { Feature } from '../feature.ts';
import { askedDocuments } from './documents.ts';
import { personalDataOfConsents } from './personal-data.ts';
import { consentProblems } from './problems.ts';
import { registerConsentRoutes } from './routes.ts';
import { ConsentsService, type Decision } from './service.ts';

export interface ConsentsDeps {
  readonly config: Pick<Config, 'consents'>;
  readonly db: Database;
  readonly clock: Clock;
}

/** Something that somebody agreed to as they signed up. */
type Agreement = Pick<Decision, 'document' | 'version'>;

/** Consents, and what they are asked by others. */
export interface ConsentsFeature extends Feature {
  /** For signing up: agreements come before the account is there. */
  readonly agreements: {
    /** @throws ProblemError not_found, consent_outdated when nobody is asked to agree to that (any more) */
    check(agreements: readonly Agreement[]): void;
    /**
     * Writes down what somebody agreed to in the transaction that makes their account. What is not in force any more
     * by then is left out: it is due afterwards, as what was not given is.
     */
    record(
      tx: Transaction,
      accountId: string,
      agreements: readonly Agreement[],
      source: {
        readonly client: { readonly address: string; readonly userAgent: string | null };
        readonly language: string | undefined;
        readonly audit: Audit;
      },
    ): Promise<void>;
  };
}

/** What people are asked to agree to, and what they agreed to and withdrew. */
export function consentsFeature({ config, db, clock }: ConsentsDeps): ConsentsFeature {
  const documents = askedDocuments(config.consents);
  const consents = new ConsentsService({ db, documents, clock });
  const isInForce = ({ document, version }: Agreement) =>
    documents.some((asked) => asked.document === document && asked.version === version);
  return {
    name: 'consents',
    problems: consentProblems,
    personalData: personalDataOfConsents(db),
    routes(app) {
      registerConsentRoutes(app, consents, documents);
    },
    agreements: {
      check: (agreements) => consents.check(agreements),
      async record(tx, accountId, agreements, { client: { address, userAgent }, language, audit }) {
        const decisions = agreements.filter(isInForce).map((agreement) => ({ ...agreement, given: true, language }));
        const headers = { 'user-agent': userAgent ?? undefined };
        await consents.record(tx, accountId, decisions, { audit, address, headers });
      },
    },
  };
}
